"""Room for a page's content that grows with the type size: it scrolls, and rows become columns."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QScrollArea, QWidget

_ROW, _COLUMN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class ScrollRoom(QScrollArea):
    """`lines` of text must fit side by side, `stacked_lines` where `rows` have become columns.

    They do below `least_characters` in a line.
    """

    stacked_changed = Signal(bool)

    def __init__(
        self,
        content: QWidget,
        name: str,
        *,
        rows: Sequence[QBoxLayout],
        lines: int,
        stacked_lines: int,
        least_characters: int = 66,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._content, self._rows = content, rows
        self._lines = (lines, stacked_lines)
        self._least = least_characters
        self.is_stacked = False
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(content)
        content.setAutoFillBackground(False)  # setWidget switches it on
        self.viewport().setAutoFillBackground(False)

    def resizeEvent(self, event: QResizeEvent) -> None:
        metrics = self.fontMetrics()
        is_stacked = self.width() < self._least * metrics.averageCharWidth()
        if is_stacked != self.is_stacked:
            self.is_stacked = is_stacked
            for row in self._rows:
                row.setDirection(_COLUMN if is_stacked else _ROW)
            self.stacked_changed.emit(is_stacked)
        self._content.setMinimumHeight(self._lines[is_stacked] * metrics.height())
        super().resizeEvent(event)
