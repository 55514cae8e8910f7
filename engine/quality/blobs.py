"""Separate things of a picture: connected regions of its foreground, joined where they overlap."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

_SPECK_PX = 10
_SPECK_SHARE = 0.05


@dataclass(frozen=True, slots=True)
class Blob:
    """One thing: its box (right and bottom exclusive) and its mask, bool [bottom-top, right-left]."""

    left: int
    top: int
    right: int
    bottom: int
    mask: np.ndarray


def find_blobs(mask: np.ndarray) -> list[Blob]:
    """Things in `mask`, bool [H, W], specks left out.

    Regions with touching boxes are one thing: the parts of a sprite may be detached. A closing
    would join them too, but it would also bridge the 2 px between the objects of a five.
    """
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    num_px = stats[1:, cv2.CC_STAT_AREA]
    least = max(_SPECK_PX, _SPECK_SHARE * num_px.max(initial=0))
    groups = [{int(i) + 1} for i in np.flatnonzero(num_px >= least)]
    return _joined([_blob(labels, group) for group in groups], labels=labels, groups=groups)


def _joined(blobs: list[Blob], *, labels: np.ndarray, groups: list[set[int]]) -> list[Blob]:
    for i, a in enumerate(blobs):
        for j in range(i + 1, len(blobs)):
            if _boxes_touch(a, blobs[j]):
                both = groups[i] | groups[j]
                rest = [k for k in range(len(blobs)) if k not in (i, j)]
                return _joined(
                    [*(blobs[k] for k in rest), _blob(labels, both)],
                    labels=labels,
                    groups=[*(groups[k] for k in rest), both],
                )
    return blobs


def _boxes_touch(a: Blob, b: Blob) -> bool:
    across = a.left <= b.right and b.left <= a.right
    return across and a.top <= b.bottom and b.top <= a.bottom


def _blob(labels: np.ndarray, group: set[int]) -> Blob:
    mask = np.isin(labels, list(group))
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    left, right = int(columns[0]), int(columns[-1]) + 1
    return Blob(left, top, right, bottom, mask[top:bottom, left:right])
