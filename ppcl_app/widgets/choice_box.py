"""A list to choose one from, as plain as the other controls in a `Field`."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QComboBox, QStyle, QStyleOptionComboBox, QStylePainter, QWidget

from ppcl_app.theme.tokens import INPUT_HEIGHT

_ARROW = 16


class ChoiceBox(QComboBox):
    """Fusion would draw a button in it, with an edge and a shade of its own."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMinimumHeight(INPUT_HEIGHT)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)
        top = (self.height() - _ARROW) // 2
        option.rect = QRect(self.width() - _ARROW - 2, top, _ARROW, _ARROW)
        painter.drawPrimitive(QStyle.PrimitiveElement.PE_IndicatorArrowDown, option)
