"""How long a picture takes with each tier, and how that is known: measured here, or reckoned."""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from typing import Literal

from engine.tiers import TierTable
from ppcl_app.live_scheduler import Painted

MEASURED_AT_END = 3  # pictures whose median the engine writes into the table of tiers


@dataclass(frozen=True, slots=True)
class PictureTime:
    """Seconds a picture. `basis`: `count` pictures painted today, those that were measured when the
    project was made, or an estimate from another tier or another number of steps.
    """

    seconds: float
    basis: Literal["today", "project", "estimate"]
    count: int = 0

    @property
    def is_measured(self) -> bool:
        return self.basis != "estimate"


class Timings:
    """Remembers the seconds of every finished picture since the window was opened."""

    def __init__(self) -> None:
        self._seconds: dict[tuple[int, int], list[float]] = {}

    def add(self, picture: Painted, steps: int) -> None:
        """Mixed pictures tell nothing about any one tier."""
        if picture.tiers and not picture.is_mixed and picture.seconds > 0:
            self._seconds.setdefault((picture.tiers[0], steps), []).append(picture.seconds)

    def forget(self) -> None:
        self._seconds.clear()

    def of(
        self, table: TierTable, tier: int, *, steps: int = 0, own_steps: int = 0
    ) -> PictureTime | None:
        """The best that is known; None where nothing is.

        `steps` are those of the picture, 0 for the model's own number, which is `own_steps`.
        """
        wanted = steps or own_steps
        here = self._seconds.get((tier, wanted))
        if here:
            return PictureTime(statistics.median(here), "today", len(here))
        measured = table.tiers[tier].picture_seconds
        if measured is not None and steps in (0, own_steps):
            return PictureTime(measured, "project", MEASURED_AT_END)
        return self._estimate(table, tier, wanted, own_steps)

    def _estimate(
        self, table: TierTable, tier: int, steps: int, own_steps: int
    ) -> PictureTime | None:
        """From the same tier with other steps; its pictures of today count more than the table."""
        for (other, other_steps), values in self._seconds.items():
            if other == tier and other_steps > 0 and steps > 0:
                return PictureTime(statistics.median(values) * steps / other_steps, "estimate")
        measured = table.tiers[tier].picture_seconds
        if measured is None:
            return None
        return PictureTime(measured * steps / own_steps if own_steps else measured, "estimate")
