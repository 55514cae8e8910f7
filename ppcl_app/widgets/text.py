"""Labels and buttons in the few kinds that the window uses."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QWidget

from ppcl_app.theme import type_scale


def title_label(text: str) -> QLabel:
    label = QLabel(text)
    type_scale.set_type(label, type_scale.TITLE, bold=True)
    return label


def heading_label(text: str) -> QLabel:
    label = QLabel(text)
    type_scale.set_type(label, type_scale.BODY, bold=True)
    return label


def body_label(text: str = "", *, tone: str = "", wrap: bool = True) -> QLabel:
    """`tone` is "muted", "ok", "warn" or "bad"; wrapped labels do not push the window wide."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    set_tone(label, tone)
    if wrap:
        label.setWordWrap(True)
        label.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
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


def refresh_style(widget: QWidget) -> None:
    """Make the style sheet look at changed properties again."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
