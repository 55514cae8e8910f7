"""A choice with a name and what it means; a group of them is a set of radio buttons."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QFrame, QRadioButton, QVBoxLayout, QWidget

from ppcl_app.theme import type_scale
from ppcl_app.widgets.text import body_label, refresh_style


class ChoiceTile(QFrame):
    """The whole tile can be clicked; keys work on the radio button inside."""

    def __init__(self, name: str, meaning: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._has_focus = False
        self.radio = QRadioButton(name)
        self.radio.setAccessibleDescription(meaning)
        type_scale.set_type(self.radio, type_scale.BODY, bold=True)
        self._label = label = body_label(meaning, tone="muted")
        label.setContentsMargins(24, 0, 0, 0)
        self._column = column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(2)
        column.addWidget(self.radio)
        column.addWidget(label)
        column.addStretch(1)
        self.radio.toggled.connect(self._show_choice)
        self.radio.installEventFilter(self)
        self._show_choice()

    def set_meaning(self, meaning: str) -> None:
        self._label.setText(meaning)
        self.radio.setAccessibleDescription(meaning)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self.isEnabled() and self.rect().contains(event.position().toPoint()):
            self.radio.setFocus()
            self.radio.click()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._has_focus = event.type() == QEvent.Type.FocusIn
            self._show_choice()
        return super().eventFilter(watched, event)

    def _show_choice(self) -> None:
        kind = "true"
        if self.radio.isChecked():
            kind = "focus" if self._has_focus else "chosen"
        self.setProperty("tile", kind)
        margin = 11 if kind == "focus" else 12  # its border is 1 px wider
        self._column.setContentsMargins(margin, margin - 2, margin, margin - 2)
        refresh_style(self)
