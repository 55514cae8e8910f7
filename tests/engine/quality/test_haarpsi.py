"""Tests of engine.quality.haarpsi."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from engine.pocket.grammar import Scene, Thing
from engine.pocket.renderer import render
from engine.quality.haarpsi import haarpsi

_PICTURE = render(Scene("one", "mint", (Thing("castle"),), size="large"))


def _direct_haarpsi(a: np.ndarray, b: np.ndarray) -> float:
    """The paper's sums, coefficient by coefficient, for pictures of even size."""
    to_yiq = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])

    def halved(picture: np.ndarray) -> np.ndarray:
        blocks = (picture.astype(float) @ to_yiq.T).reshape(len(picture) // 2, 2, -1, 2, 3)
        return np.moveaxis(blocks.mean(axis=(1, 3)), -1, 0)

    def coefficient(plane: np.ndarray, y: int, x: int, size: int, axis: int) -> float:
        half, total = size // 2, 0.0
        for dy in range(size):
            for dx in range(size):
                i, j = y - half + 1 + dy, x - half + 1 + dx
                if 0 <= i < plane.shape[0] and 0 <= j < plane.shape[1]:
                    total += plane[i, j] * (1 if (dy, dx)[axis] < half else -1)
        return abs(total) / size

    def alike(p: float, q: float) -> float:
        return (2 * p * q + 30) / (p * p + q * q + 30)

    one, two = halved(a), halved(b)
    above, below = 0.0, 0.0
    for y, x in np.ndindex(one.shape[1:]):
        weights = []
        for axis in (0, 1):
            c = [[coefficient(p[0], y, x, s, axis) for s in (2, 4, 8)] for p in (one, two)]
            local = (alike(c[0][0], c[1][0]) + alike(c[0][1], c[1][1])) / 2
            weights.append(max(c[0][2], c[1][2]))
            above += weights[-1] / (1 + np.exp(-4.2 * local))
            below += weights[-1]
        means = [
            [abs(np.pad(p[k], (0, 1))[y : y + 2, x : x + 2].mean()) for k in (1, 2)]
            for p in (one, two)
        ]
        local = (alike(means[0][0], means[1][0]) + alike(means[0][1], means[1][1])) / 2
        above += sum(weights) / 2 / (1 + np.exp(-4.2 * local))
        below += sum(weights) / 2
    pooled = above / below
    return float((np.log(pooled / (1 - pooled)) / 4.2) ** 2)


def test_identical_pictures_are_exactly_one() -> None:
    assert haarpsi(_PICTURE, _PICTURE.copy()) == 1.0
    assert haarpsi(np.zeros_like(_PICTURE), np.zeros_like(_PICTURE)) == 1.0


def test_fast_sums_equal_the_papers_sums() -> None:
    rng = np.random.default_rng(3)
    a = rng.integers(0, 256, (20, 24, 3)).astype(np.uint8)
    b = cv2.GaussianBlur(a, (0, 0), 1)
    assert haarpsi(a, b) == pytest.approx(_direct_haarpsi(a, b), abs=1e-9)


def test_more_blur_is_less_alike() -> None:
    values = [haarpsi(_PICTURE, cv2.GaussianBlur(_PICTURE, (0, 0), s)) for s in (0.5, 1, 2, 4)]
    assert values == sorted(values, reverse=True)
    assert 0 < values[-1] < values[0] < 1


def test_order_does_not_matter_and_odd_sizes_are_fine() -> None:
    a, b = _PICTURE[:61, :79], _PICTURE[19:, 1:]
    assert haarpsi(a, b) == pytest.approx(haarpsi(b, a))


def test_colour_alone_makes_a_difference() -> None:
    green = _PICTURE[..., [0, 2, 1]]
    assert haarpsi(_PICTURE, green) < 0.99


def test_pictures_that_do_not_match_are_refused() -> None:
    with pytest.raises(ValueError, match="one size"):
        haarpsi(_PICTURE, _PICTURE[:40])
    with pytest.raises(ValueError, match="float64"):
        haarpsi(_PICTURE, _PICTURE.astype(float))
    with pytest.raises(ValueError, match="one size"):
        haarpsi(_PICTURE[..., 0], _PICTURE[..., 0])
