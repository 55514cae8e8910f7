"""Small painted signs: waiting, running, done, refused, and so on. No icon font is needed."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QIcon, QPainter, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from ppcl_app.theme.palette import current_tokens
from ppcl_app.theme.tokens import Tokens

SIZE = 16


def paint_glyph(painter: QPainter, area: QRectF, kind: str, tokens: Tokens) -> None:
    """Draw `kind` inside the square `area`; unknown kinds draw nothing."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(area.topLeft())
    painter.scale(area.width() / SIZE, area.height() / SIZE)
    match kind:
        case "waiting" | "open":
            _ring(painter, tokens.outline)
        case "running":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selected))
            painter.drawEllipse(QRectF(1, 1, 14, 14))
            painter.setBrush(QColor(tokens.accent))
            painter.drawEllipse(QRectF(4.5, 4.5, 7, 7))
        case "done":
            _line(painter, tokens.ok, [(3.2, 8.6), (6.6, 12), (13, 4.6)])
        case "stopped":
            _line(painter, tokens.warn, [(5.6, 4), (5.6, 12)])
            _line(painter, tokens.warn, [(10.4, 4), (10.4, 12)])
        case "failed":
            _warning(painter, tokens.bad)
        case "caution":
            _warning(painter, tokens.warn)
        case "refused":
            _line(painter, tokens.bad, [(4, 4), (12, 12)])
            _line(painter, tokens.bad, [(12, 4), (4, 12)])
        case "locked":
            _lock(painter, tokens.muted)
        case "list":
            for y in (4.5, 8.0, 11.5):
                _line(painter, tokens.muted, [(3.5, y), (12.5, y)])
    painter.restore()


def _ring(painter: QPainter, color: str) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(color), 1.6))
    painter.drawEllipse(QRectF(4.3, 4.3, 7.4, 7.4))


def _line(painter: QPainter, color: str, points: list[tuple[float, float]]) -> None:
    pen = QPen(QColor(color), 2.1)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in points]))


def _warning(painter: QPainter, color: str) -> None:
    pen = QPen(QColor(color), 1.7)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolygon(QPolygonF([QPointF(8, 1.8), QPointF(15, 14), QPointF(1, 14)]))
    painter.drawLine(QPointF(8, 6.2), QPointF(8, 9.6))
    painter.drawPoint(QPointF(8, 12))


def _lock(painter: QPainter, color: str) -> None:
    painter.setPen(QPen(QColor(color), 1.5))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawArc(QRectF(5, 2.6, 6, 8), 0, 180 * 16)
    painter.setBrush(QColor(color))
    painter.drawRoundedRect(QRectF(3.6, 7, 8.8, 6.4), 1.4, 1.4)


def glyph_icon(kind: str) -> QIcon:
    """The sign for a list; large, so that it is sharp at any scale."""
    pixmap = QPixmap(4 * SIZE, 4 * SIZE)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    paint_glyph(painter, QRectF(pixmap.rect()), kind, current_tokens())
    painter.end()
    icon = QIcon(pixmap)
    icon.addPixmap(pixmap, QIcon.Mode.Selected)  # else it is tinted in a chosen row
    return icon


class Glyph(QWidget):
    """One sign; the text beside it says the same, so screen readers skip it."""

    def __init__(self, kind: str = "", *, size: int = SIZE, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind = kind
        self.setFixedSize(size, size)

    def set_kind(self, kind: str) -> None:
        if kind != self._kind:
            self._kind = kind
            self.update()

    def paintEvent(self, _event: object) -> None:
        paint_glyph(QPainter(self), QRectF(self.rect()), self._kind, current_tokens())
