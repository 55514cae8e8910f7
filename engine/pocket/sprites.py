"""Drawing material of Pocket: one sheet of object sprites, one of letters, and shapes by formula.

The sheets are small PNG files next to the weights; `build_sheets` makes them once from the Fluent
emoji set (MIT) and Roboto (Apache-2.0).
"""

from __future__ import annotations

import functools
import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from engine.pocket import grammar

SHEET_PX = 128
LETTER_SHEET_PX = 64
RESOURCES = Path(__file__).resolve().parents[2] / "resources" / "pocket"
_SHEET_COLUMNS = 8


@functools.cache
def sprite(name: str, color: str | None, size_px: int) -> np.ndarray:
    """The object or shape `name` as premultiplied RGBA, float32 [size_px, size_px, 4] in 0..1."""
    if grammar.is_shape(name):
        mask = _shape_mask(name)
        rgb = np.array(grammar.COLORS[color or "black"], np.float32) / 255
        big = np.concatenate([mask[..., None] * rgb, mask[..., None]], axis=-1)
    else:
        big = _sheet_tile(name)
        if color:
            big = _tinted(big, grammar.COLORS[color])
    return _resized(big, size_px)


@functools.cache
def letter(char: str, size_px: int) -> np.ndarray:
    """Coverage of one capital letter centred in its cell, float32 [size_px, size_px] in 0..1."""
    sheet = _load("letters.png", "L")
    x = grammar.LETTERS.index(char) * LETTER_SHEET_PX
    tile = Image.fromarray(sheet[:, x : x + LETTER_SHEET_PX])
    return np.asarray(tile.resize((size_px, size_px), Image.Resampling.BOX), np.float32) / 255


def build_sheets(icons_json: Path, font_file: Path, out: Path = RESOURCES) -> None:
    """Write sprites.png and letters.png to `out`. Needs resvg-py, which the app does not."""
    import io

    import resvg_py

    icons = json.loads(icons_json.read_text())["icons"]
    rows = -(-len(grammar.OBJECTS) // _SHEET_COLUMNS)
    sheet = Image.new("RGBA", (_SHEET_COLUMNS * SHEET_PX, rows * SHEET_PX))
    for i, icon in enumerate(grammar.OBJECTS.values()):
        svg = (
            '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
            f"{icons[icon]['body']}</svg>"
        )
        png = resvg_py.svg_to_bytes(svg_string=svg, width=4 * SHEET_PX, height=4 * SHEET_PX)
        picture = Image.open(io.BytesIO(bytes(png))).convert("RGBA")
        picture = picture.crop(picture.getbbox())
        scale = (SHEET_PX - 2) / max(picture.size)
        wide, high = (max(1, round(s * scale)) for s in picture.size)
        picture = picture.resize((wide, high), Image.Resampling.LANCZOS)
        x, y = i % _SHEET_COLUMNS * SHEET_PX, i // _SHEET_COLUMNS * SHEET_PX
        sheet.paste(picture, (x + (SHEET_PX - wide) // 2, y + (SHEET_PX - high) // 2))
    sheet.save(out / "sprites.png", optimize=True)

    font = ImageFont.truetype(str(font_file), 74)
    letters = Image.new("L", (len(grammar.LETTERS) * LETTER_SHEET_PX, LETTER_SHEET_PX))
    draw = ImageDraw.Draw(letters)
    for i, char in enumerate(grammar.LETTERS):
        left, top, right, bottom = font.getbbox(char)
        wide = right - left
        tile = Image.new("L", (wide, bottom - top))
        ImageDraw.Draw(tile).text((-left, -top), char, fill=255, font=font)
        if wide > LETTER_SHEET_PX - 4:
            tile = tile.resize((LETTER_SHEET_PX - 4, bottom - top), Image.Resampling.LANCZOS)
        x = i * LETTER_SHEET_PX + (LETTER_SHEET_PX - tile.width) // 2
        letters.paste(tile, (x, (LETTER_SHEET_PX - tile.height) // 2))
    del draw
    letters.save(out / "letters.png", optimize=True)


@functools.cache
def _load(name: str, mode: str) -> np.ndarray:
    return np.asarray(Image.open(RESOURCES / name).convert(mode))


@functools.cache
def _sheet_tile(name: str) -> np.ndarray:
    """Sprite straight from the sheet, premultiplied RGBA float32 [SHEET_PX, SHEET_PX, 4]."""
    i = list(grammar.OBJECTS).index(name)
    x, y = i % _SHEET_COLUMNS * SHEET_PX, i // _SHEET_COLUMNS * SHEET_PX
    tile = _load("sprites.png", "RGBA")[y : y + SHEET_PX, x : x + SHEET_PX].astype(np.float32) / 255
    return np.concatenate([tile[..., :3] * tile[..., 3:], tile[..., 3:]], axis=-1)


def _tinted(premultiplied: np.ndarray, color: tuple[int, int, int]) -> np.ndarray:
    """Keep light and shade of a sprite, take its hue from `color`."""
    alpha = premultiplied[..., 3:]
    rgb = premultiplied[..., :3] / np.maximum(alpha, 1e-6)
    light = (rgb @ np.array([0.30, 0.59, 0.11], np.float32))[..., None]
    base = np.array(color, np.float32) / 255
    middle = 0.55
    dark = base * (0.25 + 0.75 * np.minimum(light / middle, 1))
    bright = np.clip((light - middle) / (1 - middle), 0, 1) * 0.75
    return np.concatenate([(dark + (1 - dark) * bright) * alpha, alpha], axis=-1)


def _resized(premultiplied: np.ndarray, size_px: int) -> np.ndarray:
    channels = [
        np.asarray(
            Image.fromarray(premultiplied[..., c]).resize((size_px, size_px), Image.Resampling.BOX)
        )
        for c in range(4)
    ]
    return np.stack(channels, axis=-1).astype(np.float32)


@functools.cache
def _shape_mask(name: str) -> np.ndarray:
    """Coverage of a shape, float32 [SHEET_PX, SHEET_PX], from a 4x oversampled drawing."""
    side = 4 * SHEET_PX
    image = Image.new("L", (side, side))
    draw = ImageDraw.Draw(image)
    lo, hi, mid = 0.03 * side, 0.97 * side, side / 2
    if name == "circle":
        draw.ellipse((lo, lo, hi, hi), fill=255)
    elif name == "square":
        draw.rectangle((0.09 * side, 0.09 * side, 0.91 * side, 0.91 * side), fill=255)
    elif name == "triangle":
        draw.polygon([(mid, 0.06 * side), (hi, 0.92 * side), (lo, 0.92 * side)], fill=255)
    elif name == "star":
        angles = np.arange(10) * np.pi / 5 - np.pi / 2
        radii = np.where(np.arange(10) % 2, 0.21, 0.5) * side * 0.98
        middle_y = 0.53 * side
        draw.polygon(
            [
                (mid + r * np.cos(a), middle_y + r * np.sin(a))
                for a, r in zip(angles, radii, strict=True)
            ],
            fill=255,
        )
    elif name == "heart":
        t = np.linspace(0, 2 * np.pi, 200)
        x, y = (
            16 * np.sin(t) ** 3,
            13 * np.cos(t) - 5 * np.cos(2 * t) - 2 * np.cos(3 * t) - np.cos(4 * t),
        )
        points = zip(mid + x / 34 * side * 0.96, 0.47 * side - y / 34 * side * 0.96, strict=True)
        draw.polygon(list(points), fill=255)
    elif name == "ring":
        draw.ellipse((lo, lo, hi, hi), fill=255)
        draw.ellipse((0.29 * side, 0.29 * side, 0.71 * side, 0.71 * side), fill=0)
    elif name == "cross":
        a, b = 0.34 * side, 0.66 * side
        draw.rectangle((a, lo, b, hi), fill=255)
        draw.rectangle((lo, a, hi, b), fill=255)
    elif name == "diamond":
        draw.polygon([(mid, lo), (0.86 * side, mid), (mid, hi), (0.14 * side, mid)], fill=255)
    else:
        raise ValueError(f"{name!r} is not a shape.")
    small = image.resize((SHEET_PX, SHEET_PX), Image.Resampling.BOX)
    return np.asarray(small, np.float32) / 255
