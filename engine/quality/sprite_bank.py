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
_MASK_WEIGHT = 100.0
# Sharp sprites reach 44, through the autoencoder 69; nine random blotches in ten are beyond 75.
_UNKNOWN_DISTANCE = 75.0


@dataclass(frozen=True, slots=True)
class Match:
    """What a thing looks most like, and how far it is from that (0 = same, 100 = mask or L* off).

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
        bank, found = self._banks[bg], _descriptor(picture, blob)
        either = np.maximum(bank[:, 3::4], found[3::4]).sum(axis=1) / _MASK_WEIGHT
        distances = np.abs(bank - found).sum(axis=1) / either
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
    """Descriptors [len(keys), SIDE_PX * SIDE_PX * 4], drawn on the ground: edges blend into it."""
    ground = np.array(ground_rgb, np.float32)
    rows = []
    for name, color in keys:
        tile = sprite(name, color, _BANK_SPRITE_PX)
        drawn = (tile[..., :3] * 255 + (1 - tile[..., 3:]) * ground + 0.5).astype(np.uint8)
        blobs = find_blobs(distance_from(ground, drawn) > VISIBLE_RGB)
        rows.append(_descriptor(drawn, blobs[0]) if blobs else np.full(SIDE_PX**2 * 4, np.inf))
    return np.stack(rows)


def _descriptor(picture: np.ndarray, blob: Blob) -> np.ndarray:
    """Tight square crop at 28x28: Lab inside the mask, and the mask, float32 [3136]."""
    crop = picture[blob.top : blob.bottom, blob.left : blob.right]
    lab = _lab(_square(crop))
    inside = _square(blob.mask.astype(np.uint8) * 255)[..., None].astype(np.float32) / 255
    return np.concatenate([lab * inside, inside * _MASK_WEIGHT], axis=-1).ravel()


def _square(crop: np.ndarray) -> np.ndarray:
    """`crop` in the middle of a black square, so that a bar is no square, at 28x28."""
    high, wide = crop.shape[:2]
    side = max(high, wide)
    square = Image.new("RGB" if crop.ndim == 3 else "L", (side, side))
    square.paste(Image.fromarray(crop), ((side - wide) // 2, (side - high) // 2))
    return np.asarray(square.resize((SIDE_PX, SIDE_PX), Image.Resampling.BILINEAR))


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
