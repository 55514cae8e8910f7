"""What the Tab key goes through on a page: as it is read, not as it was made."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLayout, QScrollArea, QStackedWidget, QWidget


def focus_next(root: QWidget | None, *, is_next: bool) -> bool:
    """Give the focus to what is read after, or before, what has it; from the end to the beginning.

    Qt's own chain is in the order in which widgets were made, and moving some of them in it can
    close a part of it to a ring that Tab never leaves.
    """
    order = [w for w in reading_order(root) if w.isVisible() and w.isEnabled()]
    here = QApplication.focusWidget()
    if not order or here is None:
        return False
    inside = [n for n, w in enumerate(order) if w is here or w.isAncestorOf(here)]
    at = inside[-1] if inside else None  # the innermost
    step = 1 if is_next else -1
    start = (-1 if is_next else 0) if at is None else at
    widget = order[(start + step) % len(order)]
    reason = Qt.FocusReason.TabFocusReason if is_next else Qt.FocusReason.BacktabFocusReason
    widget.setFocus(reason)
    parent = widget.parentWidget()
    while parent is not None:
        if isinstance(parent, QScrollArea):
            parent.ensureWidgetVisible(widget)
        parent = parent.parentWidget()
    return True


def reading_order(widget: QWidget | None) -> Iterator[QWidget]:
    """Everything inside `widget` that takes the focus, line by line as it is laid out."""
    if widget is None:
        return
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
        yield widget
    if isinstance(widget, QScrollArea):
        yield from reading_order(widget.widget())
    elif isinstance(widget, QStackedWidget):
        for index in range(widget.count()):
            yield from reading_order(widget.widget(index))
    elif (layout := widget.layout()) is not None:
        yield from _in_layout(layout)


def _in_layout(layout: QLayout) -> Iterator[QWidget]:
    for index in range(layout.count()):
        item = layout.itemAt(index)
        if isinstance(item, QLayout):
            yield from _in_layout(item)
        elif item is not None:
            yield from reading_order(item.widget())
