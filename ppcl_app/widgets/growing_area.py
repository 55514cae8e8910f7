"""The one scrolling area of a page: it rolls, and rows become columns, where texts need it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLayout, QScrollArea, QWidget

_LEAST_WIDTH = 200
_ROW, _COLUMN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class GrowingArea(QScrollArea):
    """Fills the page; with large text or on a small screen it is rolled instead of squeezed.

    It rolls up and down only. `room_changed` comes when its window has another size.
    """

    room_changed = Signal()

    def __init__(self, content: QLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        self._rows: list[tuple[QBoxLayout, int, int]] = []
        inside = QWidget()
        content.setContentsMargins(0, 0, 0, 0)
        inside.setLayout(content)
        self.setWidget(inside)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has the focus, and is shown
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        inside.installEventFilter(self)
        self.viewport().installEventFilter(self)

    @property
    def room(self) -> QSize:
        """What is seen at once."""
        return self.viewport().size()

    def stack(self, row: QBoxLayout, letters: int, *, around: int = 0) -> None:
        """Make `row` a column where a line has fewer letters, or where its parts do not fit.

        `around` is what the cards round it take of the width.
        """
        self._rows.append((row, letters, around))
        self._show_rows()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if watched is self.viewport() and event.type() == QEvent.Type.Resize:
            self._show_rows()
            self.room_changed.emit()
        elif watched is self.widget() and event.type() == QEvent.Type.LayoutRequest:
            self._show_rows()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that nothing inside takes are the page's; whole pages still roll."""
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
        else:
            event.ignore()

    def _show_rows(self) -> None:
        width, letter = self.room.width(), self.fontMetrics().averageCharWidth()
        if width < _LEAST_WIDTH:  # before it has been laid out
            return
        for row, letters, around in self._rows:
            is_wide = width >= max(letters * letter, _least_width(row) + around)
            if (row.direction() == _ROW) != is_wide:
                row.setDirection(_ROW if is_wide else _COLUMN)


def _least_width(row: QBoxLayout) -> int:
    """What its parts need beside each other, whichever way they are now."""
    items = [item for n in range(row.count()) if (item := row.itemAt(n)) and not item.isEmpty()]
    gaps = row.spacing() * max(0, len(items) - 1)
    return sum(item.minimumSize().width() for item in items) + gaps
