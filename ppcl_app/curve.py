"""One series of values as it arrives, with a digest from which a day of it is drawn at once."""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass, field

BLOCK = 32  # points


@dataclass(slots=True)
class Curve:
    """Steps rise, and a resumed run overwrites what it does again.

    A day of learning gives millions of points, so a step takes four bytes and a value eight. Of
    every whole block of points there are the lowest and the highest value, and behind it the sum
    of all logarithms so far and how many they are. What has no logarithm is in none of them.
    """

    steps: array[int] = field(default_factory=lambda: array("I"))
    values: array[float] = field(default_factory=lambda: array("d"))
    lows: array[float] = field(default_factory=lambda: array("d"))
    highs: array[float] = field(default_factory=lambda: array("d"))
    sums: array[float] = field(default_factory=lambda: array("d", [0.0]))
    counts: array[int] = field(default_factory=lambda: array("I", [0]))

    def add(self, step: int, value: float) -> None:
        if self.steps and step <= self.steps[-1]:
            self._cut(bisect_left(self.steps, step))
        self._append(step, value)

    def add_gap(self) -> None:
        """Learning was paused here: the line is broken, as no value is drawn there."""
        if self.values and not math.isnan(self.values[-1]):
            self._append(self.steps[-1], math.nan)

    @property
    def reach(self) -> tuple[float, float] | None:
        """The lowest and the highest value of those that can be drawn, if there are any."""
        rest = self.values[len(self.lows) * BLOCK :]
        low = min(drawable((*self.lows, *rest)), default=None)
        high = max(drawable((*self.highs, *rest)), default=None)
        return None if low is None or high is None else (low, high)

    def _append(self, step: int, value: float) -> None:
        self.steps.append(step)
        self.values.append(value)
        if not len(self.values) % BLOCK:
            good = drawable(self.values[-BLOCK:])
            self.lows.append(min(good, default=math.inf))
            self.highs.append(max(good, default=-math.inf))
            self.sums.append(self.sums[-1] + sum(map(math.log, good)))
            self.counts.append(self.counts[-1] + len(good))

    def _cut(self, keep: int) -> None:
        blocks = keep // BLOCK
        del self.steps[keep:], self.values[keep:]
        del self.lows[blocks:], self.highs[blocks:]
        del self.sums[blocks + 1 :], self.counts[blocks + 1 :]


def drawable(values: Iterable[float]) -> list[float]:
    """Those that have a logarithm."""
    return [value for value in values if 0 < value < math.inf]
