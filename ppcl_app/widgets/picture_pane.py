"""One picture with its caption; dimmed while a newer one is on its way."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPainterPath, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ppcl_app.live_scheduler import Painted
from ppcl_app.theme import type_scale
from ppcl_app.theme.palette import current_tokens
from ppcl_app.theme.tokens import RADIUS_CARD, Tokens

_DIM = 0.35
_CAPTION = 26.0


class PicturePane(QWidget):
    """The picture as large as fits, its caption right above it."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.picture: Painted | None = None
        self._image: QImage | None = None
        self._sharp: QImage | None = None
        self._name, self._note, self._empty = name, "", ""
        self._is_dimmed = False
        self._share: float | None = None
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    @property
    def caption(self) -> str:
        return f"{self._name} · {self._note}" if self._note else self._name

    def show_picture(
        self,
        picture: Painted | None,
        *,
        name: str,
        note: str = "",
        is_dimmed: bool = False,
        share: float | None = None,
        empty: str = "",
    ) -> None:
        """`share` is how far painting is, None when nothing is being painted."""
        if picture is not self.picture:
            self.picture = picture
            self._image = _image_of(picture) if picture is not None else None
            self._sharp = None
        self._name, self._note, self._empty = name, note, empty
        self._is_dimmed, self._share = is_dimmed, share
        self.setAccessibleName(name)
        self.setAccessibleDescription(note or empty)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(380, 400)

    def minimumSizeHint(self) -> QSize:
        return QSize(150, 150)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, area = current_tokens(), self._picture_area()
        self._paint_caption(painter, area, tokens)
        outline = QPainterPath()
        outline.addRoundedRect(area, RADIUS_CARD, RADIUS_CARD)
        painter.fillPath(outline, QColor(tokens.sunken))
        if self._image is not None:
            painter.save()
            painter.setClipPath(outline)
            painter.setOpacity(_DIM if self._is_dimmed else 1.0)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.drawImage(area, self._sharpened(area))
            painter.restore()
        elif self._empty:
            painter.setPen(QColor(tokens.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(area.adjusted(24, 24, -24, -24), flags, self._empty)
        painter.setPen(QPen(QColor(tokens.line), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(outline)
        if self._share is not None:
            self._paint_progress(painter, area, tokens)

    def _picture_area(self) -> QRectF:
        room = QRectF(self.rect()).adjusted(0.5, 0.5 + _CAPTION, -0.5, -0.5)
        wide, high = (self._image.width(), self._image.height()) if self._image else (1, 1)
        scale = min(room.width() / wide, room.height() / high)
        size = QPointF(wide * scale, high * scale)
        return QRectF(room.center() - size / 2, room.center() + size / 2)

    def _sharpened(self, area: QRectF) -> QImage:
        """Small pictures blown up by a whole number first, so that their pixels stay squares."""
        assert self._image is not None
        factor = math.ceil(area.width() * self.devicePixelRatioF() / self._image.width())
        if factor < 2:
            return self._image
        width = self._image.width() * factor
        if self._sharp is None or self._sharp.width() != width:
            self._sharp = self._image.scaledToWidth(width, Qt.TransformationMode.FastTransformation)
        return self._sharp

    def _paint_caption(self, painter: QPainter, area: QRectF, tokens: Tokens) -> None:
        row = QRectF(area.left(), area.top() - _CAPTION, area.width(), _CAPTION - 6)
        bold = type_scale.make_font(type_scale.BODY, bold=True)
        painter.setFont(bold)
        painter.setPen(QColor(tokens.text))
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(row, middle | Qt.AlignmentFlag.AlignLeft, self._name)
        row.setLeft(row.left() + QFontMetricsF(bold).horizontalAdvance(self._name) + 12)
        small = type_scale.make_font(type_scale.SMALL, tabular=True)
        painter.setFont(small)
        painter.setPen(QColor(tokens.muted))
        note = QFontMetricsF(small).elidedText(self._note, Qt.TextElideMode.ElideRight, row.width())
        painter.drawText(row, middle | Qt.AlignmentFlag.AlignRight, note)

    def _paint_progress(self, painter: QPainter, area: QRectF, tokens: Tokens) -> None:
        groove = QRectF(area.left() + 16, area.bottom() - 22, area.width() - 32, 6)
        painter.setPen(Qt.PenStyle.NoPen)
        back = QColor(tokens.surface)
        back.setAlphaF(0.85)
        painter.setBrush(back)
        painter.drawRoundedRect(groove.adjusted(-4, -4, 4, 4), 7, 7)
        painter.setBrush(QColor(tokens.sunken))
        painter.drawRoundedRect(groove, 3, 3)
        painter.setBrush(QColor(tokens.accent))
        groove.setWidth(max(6.0, groove.width() * min(1.0, self._share or 0.0)))
        painter.drawRoundedRect(groove, 3, 3)


def _image_of(picture: Painted) -> QImage:
    stride = 3 * picture.width
    image = QImage(
        picture.pixels, picture.width, picture.height, stride, QImage.Format.Format_RGB888
    )
    return image.copy()  # the first one only points into the bytes
