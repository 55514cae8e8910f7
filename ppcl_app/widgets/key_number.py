"""One number that matters, large, with what it is and how it was found below it."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from ppcl_app.theme import type_scale
from ppcl_app.widgets.text import body_label, set_tone


class KeyNumber(QWidget):
    """Shows "7.1 M (-38 %)" over "parameters" over "counted"."""

    def __init__(self, subject: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._subject = subject
        self._value = QLabel("\N{EN DASH}")
        type_scale.set_type(self._value, type_scale.NUMBER, bold=True, tabular=True)
        self._caption = body_label(subject, tone="muted")
        self._source = body_label(tone="muted")
        for label in (self._caption, self._source):
            type_scale.set_type(label, type_scale.SMALL)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for widget in (self._value, self._caption, self._source):
            column.addWidget(widget)
        column.addStretch(1)

    @property
    def text(self) -> str:
        return self._value.text()

    def show_number(
        self, value: str, *, caption: str = "", source: str = "", tip: str = ""
    ) -> None:
        """`value` empty means that it has not been measured."""
        self._value.setText(value or self.tr("not measured"))
        set_tone(self._value, "" if value else "muted")
        self._caption.setText(caption or self._subject)
        self._source.setText(source if value else "")
        self._source.setVisible(bool(source and value))
        self.setToolTip(tip)
        self.setAccessibleName(f"{self._subject}: {self._value.text()}")
        self.setAccessibleDescription(f"{caption}. {source}")
