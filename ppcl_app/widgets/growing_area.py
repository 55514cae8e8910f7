"""Room for the content of a page: it scrolls only where its texts need more than there is."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLayout, QScrollArea, QWidget


class GrowingArea(QScrollArea):
    """Fills the page; with large text or on a small screen it is rolled instead of squeezed."""

    def __init__(self, content: QLayout, parent: QWidget | None = None) -> None:
        super().__init__(parent, widgetResizable=True)
        inside = QWidget()
        content.setContentsMargins(0, 0, 0, 0)
        inside.setLayout(content)
        self.setWidget(inside)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # what is in it has the focus, and is shown
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keys that nothing inside takes are the page's; whole pages still roll."""
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            super().keyPressEvent(event)
        else:
            event.ignore()
