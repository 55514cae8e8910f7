"""Which size suits this computer: the largest that fits its free memory and a wished time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ppcl_app.timings import PictureTime

_SPARE = 0.9  # of the free memory; the rest is for what else the computer does


@dataclass(frozen=True, slots=True)
class Demand:
    """What one size asks of a computer. None where it was never measured."""

    time: PictureTime | None
    memory_bytes: int | None


@dataclass(frozen=True, slots=True)
class Fit:
    """`limit` is what the next larger size, `tier - 1`, has too much of; empty for the original.

    Where no size fits, `tier` is the one that comes nearest, and `is_enough` is false.
    """

    tier: int
    is_enough: bool
    limit: Literal["", "time", "memory"] = ""


def fit(demands: Sequence[Demand], *, free_bytes: int | None, seconds: float) -> Fit:
    """The largest size, counted from the original down. What is not known does not count."""
    limits = [_limit_of(demand, free_bytes, seconds) for demand in demands]
    for tier, limit in enumerate(limits):
        if not limit:
            return Fit(tier, True, limits[tier - 1] if tier else "")
    known = [tier for tier, demand in enumerate(demands) if demand.time is not None]
    is_memory = limits[-1] == "memory"
    nearest = len(demands) - 1
    if known and not is_memory:
        nearest = min(known, key=lambda tier: _seconds(demands[tier]))
    return Fit(nearest, False, limits[nearest])


def _limit_of(
    demand: Demand, free_bytes: int | None, seconds: float
) -> Literal["", "time", "memory"]:
    need = demand.memory_bytes
    if need is not None and free_bytes is not None and need > _SPARE * free_bytes:
        return "memory"
    return "time" if demand.time is not None and demand.time.seconds > seconds else ""


def _seconds(demand: Demand) -> float:
    return demand.time.seconds if demand.time is not None else float("inf")
