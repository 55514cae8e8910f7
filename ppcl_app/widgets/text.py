"""Labels and buttons in the few kinds that the window uses."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from ppcl_app.theme import type_scale


class WrappedLabel(QLabel):
    """Never lower than its lines need at its present width.

    A layout with a stack of pages inside knows of no such thing, and would cut lines off.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.setWordWrap(True)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        super().setText(text)
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def _fit(self) -> None:
        if not self.isVisible():
            return
        before = self.minimumHeight()
        self.setMinimumHeight(0)  # else it would never become lower again
        needed = max(0, self.heightForWidth(self.width()))  # no text: -1
        self.setMinimumHeight(needed)
        if needed != before:
            self.updateGeometry()


def title_label(text: str) -> QLabel:
    label = QLabel(text)
    type_scale.set_type(label, type_scale.TITLE, bold=True)
    return label


def heading_label(text: str, *, wrap: bool = False) -> QLabel:
    """A wrapped one stays as wide as its longest word."""
    label = WrappedLabel(text) if wrap else QLabel(text)
    label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    type_scale.set_type(label, type_scale.BODY, bold=True)
    return label


def body_label(text: str = "", *, tone: str = "", wrap: bool = True) -> QLabel:
    """`tone` is "muted", "ok", "warn" or "bad"; wrapped labels do not push the window wide."""
    label = WrappedLabel(text) if wrap else QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    set_tone(label, tone)
    return label


def set_tone(label: QWidget, tone: str) -> None:
    if label.property("tone") != tone:
        label.setProperty("tone", tone)
        refresh_style(label)


def push_button(text: str, *, kind: str = "", name: str = "", tip: str = "") -> QPushButton:
    """`kind` is "primary", "quiet" or empty; `name` is for screen readers where text is short."""
    button = QPushButton(text)
    if kind:
        button.setProperty(kind, True)
    button.setAccessibleName(name or text.replace("&", ""))
    if tip:
        button.setToolTip(tip)
    button.setAutoDefault(True)  # Enter presses it as well as Space
    return button


def breakable(path: str) -> str:
    """A path that may go on in the next line after each of its parts."""
    return re.sub(r"([/\\_-])", "\\1\N{ZERO WIDTH SPACE}", path)


def refresh_style(widget: QWidget) -> None:
    """Make the style sheet look at changed properties again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
