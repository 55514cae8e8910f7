"""The comparison sheet: one PNG with a row for each tier and a column for each prompt."""

from __future__ import annotations

import functools
import math
import unicodedata
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

_TILE_PX = 160
_LARGEST_TILE_PX = 320
_MARGIN_PX, _GAP_PX, _ROW_GAP_PX = 32, 12, 20
_LABEL_PX = (130, 300)
_CAPTION_LINES = 5
_NAME_SIZE, _TEXT_SIZE, _CAPTION_SIZE = 19, 15, 14
_LEADING = 1.35
# Signs that Pillow's own font lacks; accents are dropped, other scripts become question marks.
_OTHER_SIGNS = str.maketrans(
    {"\u00d7": "x", "\u2212": "-", "\u2013": "-", "\u2014": "-", "\u2192": "->", "\u2248": "~"}
)
_SIGNS = "±·°…“”\u2019"
_PAPER, _INK, _FAINT, _RULE = (255, 255, 255), (26, 28, 33), (98, 103, 114), (222, 225, 230)


def comparison_sheet(
    rows: Sequence[tuple[Sequence[str], Sequence[np.ndarray]]],
    *,
    captions: Sequence[str],
    out: Path,
) -> None:
    """Write the sheet of `rows` to `out`: each row is a tier's label lines and its pictures.

    The first label line is the tier's name. Pictures are uint8 [H, W, 3], one for each caption.
    ValueError if a row has another number of pictures or there is nothing to show.
    """
    if not rows or not captions:
        raise ValueError("A comparison sheet needs at least one row and one caption.")
    for label, pictures in rows:
        if len(pictures) != len(captions):
            name = label[0] if label else "A row"
            raise ValueError(f"{name} has {len(pictures)} pictures for {len(captions)} captions.")
    tiles = [[_tile(picture) for picture in pictures] for _, pictures in rows]
    wide = max(tile.width for row in tiles for tile in row)
    labels = [[_typeset(line) for line in label] for label, _ in rows]
    texts = [_wrapped(_typeset(caption), width_px=wide) for caption in captions]
    tops = _row_tops(tiles, labels=labels, texts=texts)
    label_px = _label_width(labels)
    first = _MARGIN_PX + label_px + 2 * _GAP_PX
    columns = [first + i * (wide + _GAP_PX) for i in range(len(captions))]
    size = (columns[-1] + wide + _MARGIN_PX, tops[-1] - _ROW_GAP_PX + _MARGIN_PX)
    sheet = Image.new("RGB", size, _PAPER)
    draw = ImageDraw.Draw(sheet)
    for x, lines in zip(columns, texts, strict=True):
        y = tops[0] - _GAP_PX - len(lines) * _line_px(_CAPTION_SIZE)
        _write(draw, lines, at=(x, y), size=_CAPTION_SIZE, fill=_FAINT)
    for label, row, y in zip(labels, tiles, tops[:-1], strict=True):
        if y != tops[0]:
            rule_y = y - _ROW_GAP_PX // 2
            draw.line((_MARGIN_PX, rule_y, size[0] - _MARGIN_PX, rule_y), fill=_RULE)
        _write_label(draw, label, at=(_MARGIN_PX, y), width_px=label_px)
        for x, tile in zip(columns, row, strict=True):
            sheet.paste(tile, (x, y))
            draw.rectangle((x - 1, y - 1, x + tile.width, y + tile.height), outline=_RULE)
    unfinished = out.with_name(f".{out.name}.part")
    sheet.save(unfinished, format="PNG", optimize=True)
    unfinished.replace(out)


def _tile(picture: np.ndarray) -> Image.Image:
    """Small pictures grow by a whole factor, so that pixels stay square; large ones shrink."""
    image = Image.fromarray(picture)
    factor = _TILE_PX // max(image.size)
    if factor > 1:
        size = (image.width * factor, image.height * factor)
        return image.resize(size, Image.Resampling.NEAREST)
    image.thumbnail((_LARGEST_TILE_PX, _LARGEST_TILE_PX), Image.Resampling.LANCZOS)
    return image


def _row_tops(
    tiles: list[list[Image.Image]], *, labels: list[list[str]], texts: list[list[str]]
) -> list[int]:
    """Where each row starts, and where a further one would."""
    tops = [_MARGIN_PX + max(len(lines) for lines in texts) * _line_px(_CAPTION_SIZE) + _GAP_PX]
    for row, label in zip(tiles, labels, strict=True):
        label_px = _line_px(_NAME_SIZE) + max(0, len(label) - 1) * _line_px(_TEXT_SIZE)
        tops.append(tops[-1] + max(label_px, *(tile.height for tile in row)) + _ROW_GAP_PX)
    return tops


def _typeset(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.translate(_OTHER_SIGNS))
    letters = (char for char in plain if not unicodedata.combining(char))
    return "".join(char if char.isascii() or char in _SIGNS else "?" for char in letters)


def _label_width(labels: list[list[str]]) -> int:
    names = [_font(_NAME_SIZE).getlength(label[0]) for label in labels if label]
    lines = [_font(_TEXT_SIZE).getlength(line) for label in labels for line in label[1:]]
    narrowest, widest = _LABEL_PX
    return min(widest, max(narrowest, *map(math.ceil, (*names, *lines))))


def _wrapped(text: str, *, width_px: int) -> list[str]:
    """`text` in lines of at most `width_px`; an ellipsis ends what does not fit."""
    font, lines = _font(_CAPTION_SIZE), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and font.getlength(longer) > width_px:
            lines.append(word)
        else:
            lines[-1] = longer
    kept = lines[:_CAPTION_LINES]
    if len(lines) > _CAPTION_LINES:
        kept[-1] += " …"
    return [_shortened(line, width_px=width_px, font=font) for line in kept]


def _shortened(line: str, *, width_px: int, font: ImageFont.FreeTypeFont) -> str:
    if font.getlength(line) <= width_px:
        return line
    body = line.removesuffix(" …")
    while body and font.getlength(f"{body}…") > width_px:
        body = body[:-1]
    return f"{body}…"


def _write_label(
    draw: ImageDraw.ImageDraw, label: list[str], *, at: tuple[int, int], width_px: int
) -> None:
    """The tier's name, then its figures in smaller grey."""
    x, y = at
    for i, line in enumerate(label):
        size, fill = (_TEXT_SIZE, _FAINT) if i else (_NAME_SIZE, _INK)
        text = _shortened(line, width_px=width_px, font=_font(size))
        _write(draw, [text], at=(x, y), size=size, fill=fill)
        y += _line_px(size)


def _write(
    draw: ImageDraw.ImageDraw,
    lines: list[str],
    *,
    at: tuple[int, int],
    size: int,
    fill: tuple[int, int, int],
) -> None:
    for i, line in enumerate(lines):
        draw.text((at[0], at[1] + i * _line_px(size)), line, font=_font(size), fill=fill)


def _line_px(size: int) -> int:
    return round(size * _LEADING)


@functools.cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font
