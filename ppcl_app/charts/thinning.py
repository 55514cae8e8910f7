"""Making long curves drawable: two points a stretch of pixels, and a smooth line through noise."""

from __future__ import annotations

import math
from itertools import accumulate

from ppcl_app.curve import BLOCK, Curve, drawable

Point = tuple[int, float]  # a step, and the value there
_SMOOTH_SHARE = 0.2


def thin(curve: Curve, begin: int, end: int, columns: int) -> list[Point]:
    """Points number `begin` to `end`; of many the lowest and the highest in every column."""
    steps, values = curve.steps, curve.values
    if end - begin <= 2 * columns:
        return [(steps[n], values[n]) for n in range(begin, end) if 0 < values[n] < math.inf]
    unit = 1 if end - begin < 2 * BLOCK * columns else BLOCK
    lows, highs = (values, values) if unit == 1 else (curve.lows, curve.highs)
    first, last = begin // unit, end // unit
    points: list[Point] = []
    for column in range(columns):
        left = first + column * (last - first) // columns
        right = first + (column + 1) * (last - first) // columns
        low, high = drawable(lows[left:right]), drawable(highs[left:right])
        if low and high:
            ends = (min(low), max(high))
            is_falling = values[left * unit] > values[right * unit - 1]
            points.append((steps[left * unit], ends[is_falling]))
            points.append((steps[right * unit - 1], ends[not is_falling]))
    return points


def smooth(curve: Curve, columns: int) -> list[Point]:
    """A centred mean over a fifth of the points in the logarithm; at the ends over what is there.

    It is reckoned at no more points than are drawn, two a column.
    """
    num = len(curve.values)
    if num < 3:
        return thin(curve, 0, num, columns)
    unit = 1 if num < 2 * BLOCK * columns else BLOCK
    sums, counts = (curve.sums, curve.counts) if unit > 1 else _sums_of(curve)
    last = len(counts) - 2
    reach = max(1, round(_SMOOTH_SHARE * last) // 2)
    drawn = min(last + 1, 2 * columns)
    points: list[Point] = []
    for number in range(drawn):
        at = round(number * last / max(1, drawn - 1))
        left, right = max(0, at - reach), min(last + 1, at + reach + 1)
        if count := counts[right] - counts[left]:
            mean = math.exp((sums[right] - sums[left]) / count)
            points.append((curve.steps[at * unit + unit // 2], mean))
    return points


def _sums_of(curve: Curve) -> tuple[list[float], list[int]]:
    """Of the logarithms before each point, and how many they are."""
    good = [0 < value < math.inf for value in curve.values]
    logs = (math.log(v) if is_good else 0.0 for v, is_good in zip(curve.values, good, strict=True))
    return [0.0, *accumulate(logs)], [0, *accumulate(map(int, good))]
