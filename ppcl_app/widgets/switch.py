"""A check box drawn as a switch: on or off can be seen in both looks, also where it is locked."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QCheckBox

from ppcl_app.theme.palette import current_tokens

_WIDE, _HIGH, _GAP = 36.0, 20.0, 10.0


class Switch(QCheckBox):
    """Keys, clicks and screen readers know it as a check box."""

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().size(Qt.TextFlag.TextShowMnemonic, self.text())
        return QSize(round(_WIDE + _GAP + words.width() + 6), max(28, words.height() + 6))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, _position: object) -> bool:
        return True

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens, is_on = current_tokens(), self.isChecked()
        pill = QRectF(2, (self.height() - _HIGH) / 2, _WIDE, _HIGH)
        if self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(pill.adjusted(-1, -1, 1, 1), _HIGH / 2 + 1, _HIGH / 2 + 1)
        fill = tokens.accent if is_on and self.isEnabled() else tokens.sunken
        edge = tokens.accent if is_on and self.isEnabled() else tokens.outline
        painter.setPen(QPen(QColor(edge), 1.4))
        painter.setBrush(QColor(fill))
        painter.drawRoundedRect(pill.adjusted(1, 1, -1, -1), _HIGH / 2 - 1, _HIGH / 2 - 1)
        knob = pill.right() - _HIGH / 2 if is_on else pill.left() + _HIGH / 2
        painter.setPen(Qt.PenStyle.NoPen)
        is_bright = is_on and self.isEnabled()
        painter.setBrush(QColor(tokens.accent_text if is_bright else tokens.outline))
        painter.drawEllipse(QPointF(knob, pill.center().y()), _HIGH / 2 - 5, _HIGH / 2 - 5)
        painter.setPen(QColor(tokens.text if self.isEnabled() else tokens.muted))
        words = QRectF(self.rect()).adjusted(_WIDE + _GAP, 0, 0, 0)
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextShowMnemonic
        painter.drawText(words, flags, self.text())
