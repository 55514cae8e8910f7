"""How different two colours look: distances in OKLab (B. Ottosson, 2020), 0 to 1."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LMS = np.array(
    [[0.4122214708, 0.2119034982, 0.0883024619], [0.5363325363, 0.6806995451, 0.2817188376],
     [0.0514459929, 0.1073969566, 0.6299787005]], np.float32,
)  # fmt: skip
_LAB = np.array(
    [[0.2104542553, 1.9779984951, 0.0259040371], [0.7936177850, -2.4285922050, 0.7827717662],
     [-0.0040720468, 0.4505937099, -0.8086757660]], np.float32,
)  # fmt: skip
_VALUES = np.arange(256, dtype=np.float32) / 255
_LINEAR = np.where(_VALUES <= 0.04045, _VALUES / 12.92, ((_VALUES + 0.055) / 1.055) ** 2.4)
_BAND = 256  # rows at a time, so that large pictures need little memory


def distances(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Of every pixel of two sRGB pictures, each (high, wide, 3); black and white are 1 apart."""
    found = np.empty(a.shape[:2], np.float32)
    for top in range(0, len(a), _BAND):
        rows = slice(top, top + _BAND)
        apart = _oklab(a[rows]) - _oklab(b[rows])
        found[rows] = np.sqrt((apart * apart).sum(axis=-1))
    return found


def _oklab(rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
    lms = _LINEAR.astype(np.float32)[rgb] @ _LMS
    return np.asarray(np.cbrt(lms) @ _LAB, np.float32)
