"""HaarPSI: how alike two pictures look, from their Haar wavelet coefficients.

R. Reisenhofer, S. Bosse, G. Kutyniok, T. Wiegand, "A Haar wavelet-based perceptual similarity
index for image quality assessment", Signal Processing: Image Communication 61, 2018.
"""

from __future__ import annotations

import numpy as np

_C, _ALPHA = 30.0, 4.2
_YIQ = np.array([[0.299, 0.587, 0.114], [0.596, -0.274, -0.322], [0.211, -0.523, 0.312]])


def haarpsi(a: np.ndarray, b: np.ndarray) -> float:
    """Similarity in 0..1 of two pictures, uint8 [H, W, 3] of one size; 1 when they are identical.

    The colour index with its published subsampling by 2. ValueError if the pictures do not match.
    """
    if a.shape != b.shape or a.shape[2:] != (3,) or not a.dtype == b.dtype == np.uint8:
        given = f"{a.dtype} {list(a.shape)} and {b.dtype} {list(b.shape)}"
        raise ValueError(f"HaarPSI compares two uint8 [H, W, 3] of one size, not {given}.")
    if np.array_equal(a, b):  # Exactly 1, and two black pictures have no weight to divide by.
        return 1.0
    (luma_a, *chroma_a), (luma_b, *chroma_b) = _halved_yiq(a), _halved_yiq(b)
    maps, weights = [], []
    for turn in (False, True):
        fine, middle, coarse = (
            (_haar(luma_a, size, turn=turn), _haar(luma_b, size, turn=turn)) for size in (2, 4, 8)
        )
        maps.append((_similarity(*fine) + _similarity(*middle)) / 2)
        weights.append(np.maximum(*coarse))
    chroma = [
        (abs(_mean_2x2(x)), abs(_mean_2x2(y))) for x, y in zip(chroma_a, chroma_b, strict=True)
    ]
    maps.append((_similarity(*chroma[0]) + _similarity(*chroma[1])) / 2)
    weights.append((weights[0] + weights[1]) / 2)
    pooled = np.average(1 / (1 + np.exp(-_ALPHA * np.array(maps))), weights=np.array(weights))
    return min(1.0, float((np.log(pooled / (1 - pooled)) / _ALPHA) ** 2))


def _halved_yiq(picture: np.ndarray) -> list[np.ndarray]:
    yiq = picture.astype(np.float64) @ _YIQ.T
    return [_mean_2x2(yiq[..., k])[::2, ::2] for k in range(3)]


def _mean_2x2(plane: np.ndarray) -> np.ndarray:
    p = np.pad(plane, ((0, 1), (0, 1)))
    return np.asarray((p[:-1, :-1] + p[1:, :-1] + p[:-1, 1:] + p[1:, 1:]) / 4)


def _haar(plane: np.ndarray, size: int, *, turn: bool) -> np.ndarray:
    """Magnitude of the size x size Haar coefficients, zeros outside; `turn` for vertical edges."""
    half = size // 2
    sums = np.pad(plane.T if turn else plane, half).cumsum(axis=0).cumsum(axis=1)
    wide = sums[:, size:] - sums[:, :-size]
    upper, lower = wide[half:-half] - wide[:-size], wide[size:] - wide[half:-half]
    magnitude = abs(upper - lower) / size
    return np.asarray(magnitude.T if turn else magnitude)


def _similarity(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.asarray((2 * x * y + _C) / (x * x + y * y + _C))
