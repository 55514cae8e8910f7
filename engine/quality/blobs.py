"""Separate things of a picture: connected regions of its foreground, joined where they overlap."""

from __future__ import annotations

from dataclasses import dataclass

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

    @property
    def num_px(self) -> int:
        return int(self.mask.sum())


def find_blobs(mask: np.ndarray) -> list[Blob]:
    """Things in `mask`, bool [H, W], largest first, specks left out.

    Regions with overlapping boxes are one thing: a sprite's parts may be detached. A closing
    would do that too, but it would also bridge the 2 px between the objects of a five.
    """
    blobs = [_blob(label == value) for label, value in _regions(mask)]
    largest = max((b.num_px for b in blobs), default=0)
    blobs = [b for b in blobs if b.num_px >= max(_SPECK_PX, _SPECK_SHARE * largest)]
    return sorted(_joined(blobs, mask.shape), key=lambda b: -b.num_px)


def _regions(mask: np.ndarray) -> list[tuple[np.ndarray, int]]:
    """8-connected regions as (labels, value): each pixel takes its neighbours' largest number."""
    labels = np.where(mask, np.arange(1, mask.size + 1).reshape(mask.shape), 0)
    while True:
        padded = np.pad(labels, 1)
        wide = np.maximum(np.maximum(padded[:, :-2], padded[:, 1:-1]), padded[:, 2:])
        grown = np.maximum(np.maximum(wide[:-2], wide[1:-1]), wide[2:]) * mask
        if np.array_equal(grown, labels):
            return [(labels, int(value)) for value in np.unique(labels) if value]
        labels = grown


def _joined(blobs: list[Blob], shape: tuple[int, ...]) -> list[Blob]:
    for i, a in enumerate(blobs):
        for b in blobs[i + 1 :]:
            if _boxes_touch(a, b):
                both = np.zeros(shape, bool)
                for part in (a, b):
                    both[part.top : part.bottom, part.left : part.right] |= part.mask
                rest = [blob for blob in blobs if blob is not a and blob is not b]
                return _joined([*rest, _blob(both)], shape)
    return blobs


def _boxes_touch(a: Blob, b: Blob) -> bool:
    across = a.left <= b.right and b.left <= a.right
    return across and a.top <= b.bottom and b.top <= a.bottom


def _blob(mask: np.ndarray) -> Blob:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    left, right = int(columns[0]), int(columns[-1]) + 1
    return Blob(left, top, right, bottom, mask[top:bottom, left:right])
