"""Will it run here? Simple arithmetic from parameters, before anything is fetched or loaded.

It follows what the engine does: the whole model in 32-bit floats in main memory, two borders of the
pool at a time while it walks through the blocks, of the model's own states and, while it distills,
of the smaller model's too, and AdamW for what is trained. Text tokens and the inside of a block are
left out, so every need is a little too small; each answer says "estimated".
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from engine.hub.facts import Facts
from engine.hub.machine import Machine, free_disk
from engine.protocol import Fit
from engine.settings import EFFORTS, Settings

LIBRARIES = 400_000_000  # torch, diffusers and transformers once imported: 360 MB were measured
_FLOAT32 = 4
_TRAINED = 5 * _FLOAT32  # weights, best weights, gradient, two moments
_STREAMS = 2
_BORDERS = 2
_WITH_OWN = 4  # borders, where the smaller model's states are kept too
_SMALL = 10**9  # an export below this stays in float32
_WALKED = ("normal", "quick")  # efforts, the wished one first


def fits(facts: Facts, machine: Machine, *, download_bytes: int, folder: Path) -> tuple[Fit, ...]:
    """One answer per step; `download_bytes` is 0 for a model that is here already."""
    answers = [_download(download_bytes, folder)] if download_bytes else []
    if not facts.layers or not facts.parameters or not facts.width:
        return (*answers, *(_unknown(step) for step in ("probe", "distill", "generate", "export")))
    loaded = LIBRARIES + _FLOAT32 * sum(part.parameters for part in facts.parts)
    itemsize = _FLOAT32 if _FLOAT32 * facts.parameters < _SMALL else 2
    walks = [(effort, EFFORTS[effort]) for effort in _WALKED]
    probe = [(effort, loaded + _pools(facts, s) + _tokens(facts, s)) for effort, s in walks]
    distill = [
        (effort, loaded + _pools(facts, s, borders=_WITH_OWN) + _training(facts, s))
        for effort, s in walks
    ]
    return (
        *answers,
        _memory("probe", probe, machine),
        _memory("distill", distill, machine),
        _memory("generate", [("", loaded)], machine),
        _memory("export", [("", loaded + itemsize * facts.parameters)], machine),
    )


def _pools(facts: Facts, settings: Settings, *, borders: int = _BORDERS) -> int:
    """States of all samples at so many borders."""
    samples = settings.calibrate.num_samples + settings.calibrate.num_heldout_samples
    return borders * samples * facts.image_tokens * facts.width * _FLOAT32


def _tokens(facts: Facts, settings: Settings) -> int:
    """Tokens that are compared between all borders: a choice, and all of the held-out ones."""
    held = settings.calibrate.num_heldout_samples * facts.image_tokens
    tokens = settings.probe.num_tokens + held
    return (facts.layers + 1) * _STREAMS * tokens * facts.width * _FLOAT32


def _training(facts: Facts, settings: Settings) -> int:
    """The fine-tune trains all students at once; each is one layer that stands for several."""
    removed = settings.plan.remove_share * facts.layers
    students = max(1, round(removed / max(1, settings.plan.max_span - 1)))
    return _TRAINED * students * facts.parameters // facts.layers


def _download(need: int, folder: Path) -> Fit:
    free, place = free_disk(folder)
    verdict: Literal["yes", "no"] = "yes" if need <= free else "no"
    return Fit(
        step="download", verdict=verdict, resource="disk", need_bytes=need, have_bytes=free,
        estimated=False, text=f"{size(need)} to download, {size(free)} free in {place}.",
    )  # fmt: skip


def _memory(step: str, needs: list[tuple[str, int]], machine: Machine) -> Fit:
    """The first effort that fits, else the last one with the answer no."""
    effort, need = next((pair for pair in needs if pair[1] <= machine.memory_bytes), needs[-1])
    verdict: Literal["yes", "tight", "no"] = "yes" if need <= machine.available_bytes else "tight"
    if need > machine.memory_bytes:
        verdict = "no"
    text = f"About {size(need)} of memory (estimated), {size(machine.memory_bytes)} are built in"
    text += f", {size(machine.available_bytes)} of them free now." if verdict == "tight" else "."
    if effort == _WALKED[-1]:
        text += f" Reckoned with effort {effort}: normal effort needs {size(needs[0][1])}."
    return Fit(
        step=step, verdict=verdict, resource="memory", need_bytes=need,
        have_bytes=machine.memory_bytes, estimated=True, text=text, effort=effort,
    )  # fmt: skip


def _unknown(step: str) -> Fit:
    return Fit(
        step=step, verdict="unknown", resource="memory", need_bytes=0, have_bytes=0, estimated=True,
        text="This cannot be told: the size of the model's layers is not known.",
    )  # fmt: skip


def size(num_bytes: float) -> str:
    """Decimal units, as disks and download pages count."""
    for unit, scale in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6)):
        if num_bytes >= scale:
            return f"{num_bytes / scale:.{1 if num_bytes < 100 * scale else 0}f} {unit}"
    return f"{num_bytes / 1e3:.0f} kB"
