"""Everything Pocket can draw as a small descriptor, to name a thing by its nearest one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from PIL import Image

from engine.pocket import grammar
from engine.pocket.sprites import sprite
from engine.quality.blobs import Blob, find_blobs

SIDE_PX = 28
_BANK_SPRITE_PX = 48
VISIBLE_RGB = 24.0
# Sharp sprites reach 0.34, through the autoencoder 0.53; most random blotches are beyond.
_UNKNOWN_DISTANCE = 0.55


@dataclass(frozen=True, slots=True)
class Match:
    """What a thing looks most like, and how far it is from that: 0 is same, 1 nothing in common.

    `name` is None for what is too far from everything; its colour is still told. `center` is the
    middle of its box in px, x and y.
    """

    name: str | None
    color: str | None
    distance: float
    center: tuple[float, float]


class SpriteBank:
    """Descriptors of every object, tint and shape colour on every background."""

    def __init__(self) -> None:
        self._keys = _drawable()
        self._banks = {bg: _bank(self._keys, rgb) for bg, rgb in grammar.BACKGROUNDS.items()}

    def nearest(self, picture: np.ndarray, *, blob: Blob, bg: str) -> Match:
        """What `blob` of `picture`, uint8 [H, W, 3], looks most like in the whole bank."""
        bank = self._banks[bg]
        found = _descriptor(picture, blob, ground_rgb=grammar.BACKGROUNDS[bg])
        whole = np.maximum(np.abs(bank).sum(axis=1), np.abs(found).sum())
        distances = np.abs(bank - found).sum(axis=1) / whole
        best = int(distances.argmin())
        name, color = self._keys[best]
        distance = float(distances[best])
        center = ((blob.left + blob.right) / 2, (blob.top + blob.bottom) / 2)
        return Match(name if distance < _UNKNOWN_DISTANCE else None, color, distance, center)


def distance_from(ground: np.ndarray, picture: np.ndarray) -> np.ndarray:
    """RGB distance of each pixel from the colour `ground`, float32 [H, W]."""
    return np.asarray(np.linalg.norm(picture.astype(np.float32) - ground, axis=-1), np.float32)


def _drawable() -> list[tuple[str, str | None]]:
    natural = [(name, None) for name in grammar.OBJECTS]
    tinted = [(name, color) for name in grammar.TINTED for color in grammar.TINTS]
    shapes = [(name, color) for name in grammar.SHAPES for color in grammar.SHAPE_COLORS]
    return [*natural, *tinted, *shapes]


def _bank(keys: list[tuple[str, str | None]], ground_rgb: tuple[int, int, int]) -> np.ndarray:
    """Descriptors [len(keys), 28 * 28 * 3], drawn on the ground: edges blend into it."""
    ground = np.array(ground_rgb, np.float32)
    rows = []
    for name, color in keys:
        tile = sprite(name, color, _BANK_SPRITE_PX)
        drawn = (tile[..., :3] * 255 + (1 - tile[..., 3:]) * ground + 0.5).astype(np.uint8)
        (blob, *_) = find_blobs(distance_from(ground, drawn) > VISIBLE_RGB)
        rows.append(_descriptor(drawn, blob, ground_rgb=ground_rgb))
    return np.stack(rows)


def _descriptor(picture: np.ndarray, blob: Blob, *, ground_rgb: tuple[int, int, int]) -> np.ndarray:
    """Lab difference from the ground in the tight crop, centred in 28x28, float32 [2352].

    A blur leaves it nearly as it is, which a mask would not be; the square keeps proportions.
    """
    crop = Image.fromarray(picture[blob.top : blob.bottom, blob.left : blob.right])
    side = max(crop.size)
    square = Image.new("RGB", (side, side), ground_rgb)
    square.paste(crop, ((side - crop.width) // 2, (side - crop.height) // 2))
    small = np.asarray(square.resize((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR))
    return np.asarray(_lab(small) - _lab(np.array(ground_rgb, np.uint8))).ravel()


def _lab(rgb: np.ndarray) -> np.ndarray:
    """CIE L*a*b* (D65) of sRGB, uint8 [..., 3] to float32 [..., 3]."""
    s = rgb.astype(np.float32) / 255
    linear = np.where(s <= 0.04045, s / 12.92, ((s + 0.055) / 1.055) ** 2.4)
    xyz = linear @ _RGB_TO_XYZ_WHITE
    f = np.where(xyz > (6 / 29) ** 3, np.cbrt(xyz), xyz * (29 / 6) ** 2 / 3 + 4 / 29)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1).astype(np.float32)


# sRGB primaries to CIE XYZ, each column divided by the D65 white.
_RGB_TO_XYZ_WHITE = np.array(
    [[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]], np.float32
) / np.array([0.9505, 1.0, 1.089], np.float32)
