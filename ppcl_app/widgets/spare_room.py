"""Room that is left over: what explains is shown where all of it fits, and never takes any away."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget


class SpareRoom(QWidget):
    """Asks for no height itself, so nothing else has to scroll because of it."""

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._content = content
        self._is_wanted = True
        content.setParent(self)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)

    def sizeHint(self) -> QSize:
        return QSize(0, 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def set_wanted(self, is_wanted: bool) -> None:
        self._is_wanted = is_wanted
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        width = self.width()
        height = max(self._content.heightForWidth(width), self._content.sizeHint().height())
        self._content.setVisible(self._is_wanted and 0 < height <= self.height())
        self._content.setGeometry(0, 0, width, height)
