"""What the lines of the learning chart mean, drawn as they are drawn there."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from ppcl_app.theme import type_scale
from ppcl_app.theme.palette import current_tokens

_SAMPLE = 18
_GAP = 16


class Legend(QWidget):
    """One sample and one word per stage that learns, and the sign of a check."""

    def __init__(self, stages: tuple[str, ...], check: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = (*stages, check)
        self.setAccessibleName(", ".join(self._words))
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._font = type_scale.make_font(type_scale.SMALL)

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(self._font)
        width = sum(_SAMPLE + 6 + metrics.horizontalAdvance(word) + _GAP for word in self._words)
        return QSize(round(width), round(metrics.height()) + 6)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        tokens = current_tokens()
        metrics, x, y = QFontMetricsF(self._font), 0.0, self.height() / 2
        for number, word in enumerate(self._words):
            is_check = number == len(self._words) - 1
            color = QColor(tokens.muted if is_check else tokens.series[number])
            painter.setPen(QPen(color, 1.5 if is_check else 2.5))
            if is_check:
                _diamond(painter, QPointF(x + _SAMPLE / 2, y))
            else:
                painter.drawLine(QPointF(x, y), QPointF(x + _SAMPLE, y))
            painter.setPen(QColor(tokens.muted))
            x += _SAMPLE + 6
            painter.drawText(QPointF(x, y + metrics.ascent() / 2 - 1), word)
            x += metrics.horizontalAdvance(word) + _GAP


def _diamond(painter: QPainter, at: QPointF) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    around = (QPointF(0, -5), QPointF(4, 0), QPointF(0, 5), QPointF(-4, 0))
    painter.drawPolygon(QPolygonF([at + offset for offset in around]))
