"""Whether anybody can see a widget: what moves many times a second is only shown where it is so."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget


def is_seen(widget: QWidget) -> bool:
    """A page in front of the others, in a window that is not minimised."""
    return widget.isVisible() and not widget.window().isMinimized()
