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
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._font = type_scale.make_font(type_scale.SMALL)
        metrics = QFontMetricsF(self._font)  # layouts ask for the height often
        self._line_height = round(metrics.height()) + 6
        self._widths = [
            _SAMPLE + 6 + metrics.horizontalAdvance(word) + _GAP for word in self._words
        ]

    def sizeHint(self) -> QSize:
        return QSize(round(sum(self._widths)), self._line_height)

    def minimumSizeHint(self) -> QSize:
        return QSize(160, self._line_height)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        lines = len({top for _, top in self._places(width)})
        return lines * self._line_height

    def _places(self, width: float) -> list[tuple[float, int]]:
        """Where each word begins; what does not fit goes on in the next line."""
        x, top, places = 0.0, 0, []
        for wide in self._widths:
            if x and x + wide - _GAP > width:
                x, top = 0.0, top + self._line_height
            places.append((x, top))
            x += wide
        return places

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(self._font)
        tokens, metrics = current_tokens(), QFontMetricsF(self._font)
        places = self._places(self.width())
        for number, (word, (x, top)) in enumerate(zip(self._words, places, strict=True)):
            y = top + self._line_height / 2
            is_check = number == len(self._words) - 1
            color = QColor(tokens.muted if is_check else tokens.series[number])
            painter.setPen(QPen(color, 1.5 if is_check else 2.5))
            if is_check:
                _diamond(painter, QPointF(x + _SAMPLE / 2, y))
            else:
                painter.drawLine(QPointF(x, y), QPointF(x + _SAMPLE, y))
            painter.setPen(QColor(tokens.muted))
            painter.drawText(QPointF(x + _SAMPLE + 6, y + metrics.ascent() / 2 - 1), word)


def _diamond(painter: QPainter, at: QPointF) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    around = (QPointF(0, -5), QPointF(4, 0), QPointF(0, 5), QPointF(-4, 0))
    painter.drawPolygon(QPolygonF([at + offset for offset in around]))
