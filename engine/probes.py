"""Probes: one residual linear map per block and stream, and the tables made from them.

A probe is x + xW + b, fitted to the teacher's block by least squares over the whole pool (PPCL
eq. 1; with all rows in the normal equations this is already the minimum of eq. 2).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
import torch

from engine import tensors
from engine.numerics.least_squares import AffineMap
from engine.teacher.shell import States

FORMAT = 1
_MEMORY = torch.device("cpu")
Probe = dict[str, AffineMap]


class SimilarityTable(msgspec.Struct, frozen=True, kw_only=True):
    """probe/table.json. Row u, column k; None where k < u.

    `cka[u][k]`: blocks u..k as composed probes against the teacher's block k, mean over the streams
    that are read later. `residual`: held-out unexplained variance of the same. `heat[stream]`:
    block-to-block CKA of outputs.
    """

    format: int = FORMAT
    mode: str
    num_blocks: int
    cka: tuple[tuple[float | None, ...], ...]
    residual: tuple[tuple[float | None, ...], ...]
    heat: dict[str, tuple[tuple[float, ...], ...]]


def apply(probe: Probe, states: States) -> States:
    """States behind the probe of one block."""
    return {name: x + probe[name](x) if name in probe else x for name, x in states.items()}


def composed(chain: Sequence[Probe]) -> Callable[[States], States]:
    """What the probes of several blocks do one after the other."""

    def change(states: States) -> States:
        for probe in chain:
            states = apply(probe, states)
        return states

    return change


def save(probes: list[Probe], file: Path) -> None:
    stored = {}
    for block, probe in enumerate(probes):
        for stream, fitted in probe.items():
            stored[f"{block}.{stream}.weight"] = fitted.weight
            stored[f"{block}.{stream}.bias"] = fitted.bias
    tensors.save(file, stored, {"format": str(FORMAT), "blocks": str(len(probes))})


def load(file: Path, *, place: torch.device = _MEMORY) -> list[Probe]:
    """Read all probes to where they will compute.

    Raises EngineError if the file is missing or broken.
    """
    what = "The probes"
    hint = "Delete the folders probe/ and stages/ of the project and run the same command again."
    stored, metadata = tensors.load(file, what=what, hint=hint)
    with tensors.contents_of(file, what=what, hint=hint):
        probes: list[Probe] = [{} for _ in range(int(metadata["blocks"]))]
        for key, weight in stored.items():
            block, stream, part = key.split(".")
            if part == "weight":
                probes[int(block)][stream] = AffineMap(weight, stored[f"{block}.{stream}.bias"]).to(
                    place
                )
    return probes
