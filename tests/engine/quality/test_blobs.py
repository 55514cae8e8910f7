"""Tests of engine.quality.blobs."""

from __future__ import annotations

import numpy as np

from engine.quality.blobs import find_blobs


def _mask(*boxes: tuple[int, int, int, int]) -> np.ndarray:
    mask = np.zeros((80, 80), bool)
    for left, top, right, bottom in boxes:
        mask[top:bottom, left:right] = True
    return mask


def test_things_two_pixels_apart_are_two_things() -> None:
    assert len(find_blobs(_mask((10, 10, 30, 30), (32, 10, 52, 30)))) == 2
    assert len(find_blobs(_mask((32, 10, 52, 30), (10, 12, 30, 32)))) == 2


def test_specks_are_no_things() -> None:
    assert len(find_blobs(_mask((10, 10, 30, 30), (50, 50, 53, 53)))) == 1
    assert find_blobs(_mask((50, 50, 52, 52))) == []


def test_parts_inside_one_box_are_one_thing_with_both_masks() -> None:
    ring = _mask((10, 10, 40, 40))
    ring[12:38, 12:38] = False
    ring[20:30, 20:30] = True
    (blob,) = find_blobs(ring)
    assert (blob.left, blob.top, blob.right, blob.bottom) == (10, 10, 40, 40)
    assert blob.mask.sum() == ring.sum()


def test_an_empty_picture_has_no_things() -> None:
    assert find_blobs(_mask()) == []
