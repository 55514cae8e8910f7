"""tiers.json: the nested sizes of a model, what each is made of, and what was measured of it."""

from __future__ import annotations

import msgspec

FORMAT = 1
FILE = "tiers.json"
ALONE = "finetune-tier"  # the folder in plugs/ of plugs that were tuned for the smallest tier only


class Tier(msgspec.Struct, frozen=True, kw_only=True):
    """One size of the model: the first plugs of the order. Ratios are relative to tier 0.

    `weights` names the folder in plugs/ that holds plugs of this tier alone; it is empty where the
    tier uses those that all tiers share. `output_error` is E of the velocity on test prompts;
    `haarpsi` the mean similarity to tier 0's pictures at equal seeds, 0 to 1;
    `score` the Pocket score, None for other models;
    `speedup` the ratio of median transformer forwards; seconds are medians on this machine.
    """

    name: str
    plugs: tuple[str, ...]
    weights: str = ""
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
    """All tiers, largest first, then those with plugs of their own.

    `device` and `threads` say where the seconds were measured.
    """

    format: int = FORMAT
    model: str
    tiers: tuple[Tier, ...]
    device: str = ""
    threads: int = 0
    captions: int = 0

    @property
    def nested(self) -> tuple[Tier, ...]:
        """The tiers that share their plugs, each of which holds those of the one before it."""
        return tuple(tier for tier in self.tiers if not tier.weights)


def unmeasured(tier: Tier) -> Tier:
    """What is known of a tier before it runs: what it is made of and its size."""
    return Tier(
        name=tier.name,
        plugs=tier.plugs,
        weights=tier.weights,
        parameters=tier.parameters,
        parameters_ratio=tier.parameters_ratio,
        blocks=tier.blocks,
        bytes_bf16=tier.bytes_bf16,
    )
