"""A visible edge around an input control: Fusion's own is too faint on dark ground."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QWidget,
)

from ppcl_app.widgets.text import refresh_style


class Field(QFrame):
    """Holds a frameless control, and shows in its edge whether that has the focus."""

    def __init__(
        self, control: QAbstractSpinBox | QComboBox | QLineEdit, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        control.setFrame(False)
        control.installEventFilter(self)
        self._row = QHBoxLayout(self)
        self._row.addWidget(control)
        self.setFocusProxy(control)
        self._show_focus(False)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self._show_focus(event.type() == QEvent.Type.FocusIn)
        return super().eventFilter(watched, event)

    def _show_focus(self, has_focus: bool) -> None:
        self.setProperty("field", "focus" if has_focus else "true")
        margin = 2 if has_focus else 3  # the edge itself is 1 px wider with the focus
        self._row.setContentsMargins(margin + 2, margin - 1, margin, margin - 1)
        refresh_style(self)
