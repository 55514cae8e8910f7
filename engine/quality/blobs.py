"""Separate things of a picture: connected regions of its foreground, joined where boxes touch."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

_SPECK_PX = 10
_SPECK_SHARE = 0.05
# A small bus on peach has one row of pixels in just that colour.
_SEAM_PX = 1


@dataclass(frozen=True, slots=True)
class Blob:
    """One thing: its box, right and bottom exclusive, and its mask, bool, of the box's size."""

    left: int
    top: int
    right: int
    bottom: int
    mask: np.ndarray


def find_blobs(mask: np.ndarray) -> list[Blob]:
    """Things in `mask`, bool [H, W], specks left out.

    Regions with touching boxes are one thing: the parts of a sprite may be detached. A closing
    would join them too, but it would also bridge narrow gaps between things.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    num_px = stats[1:, cv2.CC_STAT_AREA]
    least = max(_SPECK_PX, _SPECK_SHARE * num_px.max(initial=0))
    blobs = [_blob(labels == i + 1) for i in np.flatnonzero(num_px >= least)]
    return _joined(blobs, shape=mask.shape)


def _joined(blobs: list[Blob], *, shape: tuple[int, ...]) -> list[Blob]:
    for i, a in enumerate(blobs):
        for b in blobs[i + 1 :]:
            if _boxes_touch(a, b):
                both = np.zeros(shape, bool)
                for part in (a, b):
                    both[part.top : part.bottom, part.left : part.right] |= part.mask
                rest = [blob for blob in blobs if blob is not a and blob is not b]
                return _joined([*rest, _blob(both)], shape=shape)
    return blobs


def _boxes_touch(a: Blob, b: Blob) -> bool:
    """Whether the boxes overlap or leave at most _SEAM_PX between them."""
    across = a.left <= b.right + _SEAM_PX and b.left <= a.right + _SEAM_PX
    return across and a.top <= b.bottom + _SEAM_PX and b.top <= a.bottom + _SEAM_PX


def _blob(mask: np.ndarray) -> Blob:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    left, right = int(columns[0]), int(columns[-1]) + 1
    return Blob(left, top, right, bottom, mask[top:bottom, left:right])
