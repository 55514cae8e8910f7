"""The two pictures that are compared as one PNG file, with what they are and both recipes."""

from __future__ import annotations

import math
from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter

from ppcl_app.picture_recipe import Recipe, png_of

ORIGINAL_CHUNK = "ppcl-original"
_LEAST_SIDE = 512
_GAP, _EDGE = 16, 16
_LETTER = 0.035  # of a picture's width
_GROUND, _TEXT = QColor("#FFFFFF"), QColor("#1A1D23")


def pair_png(original: tuple[QImage, str, Recipe], other: tuple[QImage, str, Recipe]) -> bytes:
    """Each is a picture, its label and its recipe; both have one size.

    The chunk that brings a picture back has the other one's recipe.
    """
    both, words = (original[0], other[0]), (original[1], other[1])
    image = _side_by_side(both, words, foot=other[2].prompt)
    image.setText(ORIGINAL_CHUNK, msgspec.json.encode(original[2]).decode())
    return png_of(image, other[2])


def _side_by_side(pictures: Sequence[QImage], words: Sequence[str], *, foot: str) -> QImage:
    """Small pictures are enlarged by a whole number, so that every pixel stays a square."""
    times = max(1, math.ceil(_LEAST_SIDE / pictures[0].width()))
    wide, high = pictures[0].width() * times, pictures[0].height() * times
    font = QFont()
    font.setPixelSize(max(12, round(_LETTER * wide)))
    line = QFontMetrics(font).lineSpacing()
    whole = QImage(
        2 * wide + _GAP + 2 * _EDGE, high + 3 * line + 2 * _EDGE, QImage.Format.Format_RGB32
    )
    whole.fill(_GROUND)
    painter = QPainter(whole)
    painter.setFont(font)
    painter.setPen(_TEXT)
    for number, (picture, text) in enumerate(zip(pictures, words, strict=True)):
        left = _EDGE + number * (wide + _GAP)
        painter.drawImage(QRectF(left, _EDGE, wide, high), picture)
        _write(painter, QRectF(left, _EDGE + high + line // 4, wide, line), text)
    below = _EDGE + high + line // 4 + line
    _write(painter, QRectF(_EDGE, below, 2 * wide + _GAP, line), foot)
    painter.end()
    return whole


def _write(painter: QPainter, area: QRectF, text: str) -> None:
    short = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))
    painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, short)
