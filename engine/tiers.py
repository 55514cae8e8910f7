"""tiers.json: the nested sizes of a model, what each is made of, and what was measured of it."""

from __future__ import annotations

import msgspec

FORMAT = 1
FILE = "tiers.json"


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """One size of the model: the first plugs of the order. Ratios are relative to tier 0.

    `output_error` is E of the velocity on test prompts; `haarpsi` the mean similarity to tier 0's
    pictures at equal seeds, 0 to 1; `score` the Pocket score, None for other models;
    `speedup` the ratio of median transformer forwards; seconds are medians on this machine.
    """

    name: str
    plugs: tuple[str, ...]
    parameters: int
    parameters_ratio: float
    blocks: int
    bytes_bf16: int
    flops_ratio: float | None = None
    speedup: float | None = None
    forward_seconds: float | None = None
    picture_seconds: float | None = None
    peak_memory_bytes: int | None = None
    output_error: float | None = None
    haarpsi: float | None = None
    score: float | None = None
    score_fields: dict[str, float] | None = None


class TierTable(msgspec.Struct, frozen=True, kw_only=True):
    """All tiers, largest first; `device` and `threads` say where the seconds were measured."""

    format: int = FORMAT
    model: str
    tiers: tuple[Tier, ...]
    device: str = ""
    threads: int = 0
    captions: int = 0
