"""Small pictures in a row, each with its name and a note below: before and after, over time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QPoint, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QHelpEvent,
    QImage,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ppcl_app.theme import type_scale
from ppcl_app.theme.palette import current_tokens
from ppcl_app.theme.tokens import RADIUS_CONTROL, Tokens

_GAP = 10.0
_LARGEST = 132.0
_DIM = 0.35


@dataclass(frozen=True, slots=True)
class Thumb:
    """One picture. `is_dimmed`: it is of something else, kept until the right one comes."""

    title: str
    note: str = ""
    image: QImage | None = None
    is_dimmed: bool = False
    is_strong: bool = False
    tip: str = ""


class PictureStrip(QWidget):
    """As many as fit, the first and the newest always; what is left out is left out evenly."""

    def __init__(self, name: str, *, smallest: int = 72, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._smallest = float(smallest)
        self._thumbs: tuple[Thumb, ...] = ()
        self.setAccessibleName(name)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.setSizePolicy(policy)

    @property
    def thumbs(self) -> tuple[Thumb, ...]:
        return self._thumbs

    def show_thumbs(self, thumbs: Sequence[Thumb]) -> None:
        self._thumbs = tuple(thumbs)
        self.setAccessibleDescription(". ".join(_words(thumb) for thumb in thumbs))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, round(1.2 * self._smallest + self._caption_height))

    def minimumSizeHint(self) -> QSize:
        return QSize(180, round(self._smallest + self._caption_height))

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            thumb = self.thumb_at(event.pos())
            text = (thumb.tip or _words(thumb)) if thumb is not None else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def thumb_at(self, at: QPoint) -> Thumb | None:
        for thumb, area in self._places():
            if area.adjusted(0, 0, 0, self._caption_height).contains(at.toPointF()):
                return thumb
        return None

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = current_tokens()
        for thumb, area in self._places():
            self._paint_picture(painter, tokens, thumb, area)
            self._paint_caption(painter, tokens, thumb, area)

    @property
    def _caption_height(self) -> float:
        return 2 * self._line_height + 6

    @property
    def _line_height(self) -> float:
        return QFontMetricsF(type_scale.make_font(type_scale.SMALL)).height()

    def _places(self) -> list[tuple[Thumb, QRectF]]:
        if not self._thumbs:
            return []
        fits = max(2, int((self.width() + _GAP) // (self._smallest + _GAP)))
        shown = _evenly(self._thumbs, fits)
        wide = (self.width() + _GAP) / len(shown) - _GAP
        side = max(24.0, min(wide, self.height() - self._caption_height, _LARGEST))
        step = min(wide, max(side, self._smallest * 1.35)) + _GAP
        return [
            (thumb, QRectF(number * step + 0.5, 0.5, side - 1, side - 1))
            for number, thumb in enumerate(shown)
        ]

    def _paint_picture(self, painter: QPainter, tokens: Tokens, thumb: Thumb, area: QRectF) -> None:
        outline = QPainterPath()
        outline.addRoundedRect(area, RADIUS_CONTROL, RADIUS_CONTROL)
        painter.fillPath(outline, QColor(tokens.sunken))
        if thumb.image is not None:
            painter.save()
            painter.setClipPath(outline)
            painter.setOpacity(_DIM if thumb.is_dimmed else 1.0)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(area, _sharp(thumb.image, area.width() * self.devicePixelRatioF()))
            painter.restore()
        color = tokens.accent if thumb.is_strong else tokens.line
        painter.setPen(QPen(QColor(color), 1.6 if thumb.is_strong else 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline)

    def _paint_caption(self, painter: QPainter, tokens: Tokens, thumb: Thumb, area: QRectF) -> None:
        high, room = self._line_height, self._room(area)
        rows = ((thumb.title, tokens.text, thumb.is_strong), (thumb.note, tokens.muted, False))
        for number, (text, color, is_bold) in enumerate(rows):
            font = type_scale.make_font(type_scale.SMALL, bold=is_bold, tabular=True)
            painter.setFont(font)
            painter.setPen(QColor(color))
            row = QRectF(area.left(), area.bottom() + 4 + number * high, room, high)
            text = QFontMetricsF(font).elidedText(text, Qt.TextElideMode.ElideRight, room)
            painter.drawText(row, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, text)

    def _room(self, area: QRectF) -> float:
        lefts = sorted(place.left() for _, place in self._places())
        following = [left for left in lefts if left > area.left()]
        return (following[0] - 4 if following else self.width()) - area.left()


def _evenly(thumbs: tuple[Thumb, ...], count: int) -> list[Thumb]:
    if len(thumbs) <= count:
        return list(thumbs)
    last = len(thumbs) - 1
    return [thumbs[round(n * last / (count - 1))] for n in range(count)]


def _sharp(image: QImage, wide: float) -> QImage:
    """Blown up by a whole number first, so that small pictures keep their edges."""
    factor = math.ceil(wide / max(1, image.width()))
    if factor < 2:
        return image
    return image.scaledToWidth(image.width() * factor, Qt.TransformationMode.FastTransformation)


def _words(thumb: Thumb) -> str:
    return f"{thumb.title}, {thumb.note}" if thumb.note else thumb.title
