"""What making the smaller sizes will take: time, disk and memory. Arithmetic, no Qt."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from engine.plan import Plan
from engine.settings import EFFORTS
from ppcl_app.time_left import Range, expected_seconds

Basis = Literal["measured", "scaled", "guessed"]
_DOUBT: Mapping[Basis, tuple[float, float]] = {
    "measured": (0.85, 1.25), "scaled": (0.6, 1.7), "guessed": (0.5, 2.5),
}  # fmt: skip
_FLOAT32 = 4
_PLUG_COPIES = 2  # as they were made, and tuned
_CHECKPOINT = 4  # weights, best weights, and what the optimizer remembers
_TRAINED = 5  # the same with the gradient
_LIBRARIES = 400_000_000  # of the engine, once it has started
_LOOKING = ("calibrate", "probe")


@dataclass(frozen=True, slots=True)
class Price:
    """`basis`: how the time was found. Bytes are what is needed at the most."""

    time: Range
    basis: Basis
    disk_bytes: int
    memory_bytes: int


def time_of(
    stages: Sequence[str],
    effort: str,
    *,
    known: Mapping[str, float] | None,
    past: Mapping[str, float],
    past_effort: str,
    is_built_in: bool,
) -> tuple[float, Basis]:
    """Seconds of `stages`: as they were here before, else scaled by what this project has taken.

    `known`: seconds of the built-in model's stages on this computer at `effort`; `past`: those of
    this project's finished stages at `past_effort`.
    """
    if is_built_in and known and all(name in known for name in stages):
        return sum(known[name] for name in stages), "measured"
    guess = sum(expected_seconds(effort, None, stages).values()) if stages else 0.0
    before = expected_seconds(past_effort, None, _LOOKING)
    taken = [(past[name], before[name]) for name in _LOOKING if past.get(name, 0.0) > 1.0]
    if taken:
        slower = sum(took for took, _ in taken) / sum(thought for _, thought in taken)
        return guess * slower, "scaled"
    return guess, "guessed"


def bytes_of(
    plan: Plan | None,
    *,
    effort: str,
    layer_parameters: Sequence[int],
    model_bytes: int,
    pool_bytes: int,
    pool_samples: int,
) -> tuple[int, int]:
    """Disk and memory; `pool_bytes` on disk hold `pool_samples` pictures' samples now.

    One new layer a run of layers is stored twice, and once more while it learns.
    """
    spans = plan.spans if plan is not None else ()
    plugs = _FLOAT32 * sum(
        layer_parameters[s.first] for s in spans if s.last < len(layer_parameters)
    )
    wanted = EFFORTS[effort].calibrate.num_samples
    pool = round(pool_bytes * wanted / pool_samples) if pool_samples else pool_bytes
    disk = (_PLUG_COPIES + _CHECKPOINT) * plugs + max(0, pool - pool_bytes)
    return disk, _LIBRARIES + model_bytes + _TRAINED * plugs + pool


def around(seconds: float, basis: Basis) -> Range:
    """As wide as the way in which the time was found is unsure."""
    low, high = _DOUBT[basis]
    return Range(seconds * low, seconds * high)
