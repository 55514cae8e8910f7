"""Making long curves drawable: two points a pixel column, and a smooth line through noise."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Steps = NDArray[Any]  # as they are kept, whole numbers of four bytes


def thin(x: Steps, y: Values, columns: int) -> tuple[Steps, Values]:
    """Keep the lowest and the highest point of each of `columns` stretches, in their order."""
    if len(x) <= 2 * columns:
        return x, y
    size = len(x) // columns
    whole = size * columns
    blocks = y[:whole].reshape(columns, size)
    starts = np.arange(columns) * size
    picked = np.sort(np.stack([starts + blocks.argmin(1), starts + blocks.argmax(1)], 1), 1).ravel()
    picked = np.unique(np.concatenate([picked, np.arange(whole, len(x)), [len(x) - 1]]))
    return x[picked], y[picked]


def smooth(x: Steps, y: Values, *, span: int, columns: int) -> tuple[Steps, Values]:
    """A centred mean over `span` points in the logarithm; at the ends over what is there.

    It is reckoned at no more points than are drawn, two a column.
    """
    if len(y) < 3 or span < 2:
        return x, y
    reach = max(1, span // 2)
    total = np.zeros(len(y) + 1)  # one array for it all: there may be millions of points
    np.log(y, out=total[1:])
    np.cumsum(total, out=total)
    at = np.unique(np.linspace(0, len(y) - 1, min(len(y), 2 * columns)).round().astype(np.intp))
    left, right = np.maximum(0, at - reach), np.minimum(len(y), at + reach + 1)
    smoothed: Values = np.exp((total[right] - total[left]) / (right - left))
    return x[at], smoothed
