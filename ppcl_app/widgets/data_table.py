"""A plain table that is only read: the same figures as a chart, for keys and screen readers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)


class DataTable(QTableWidget):
    """Rows of texts; the first column is to the left, figures are to the right."""

    def __init__(self, name: str, headings: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(0, len(headings), parent)
        self.setAccessibleName(name)
        for column, heading in enumerate(headings):
            item = QTableWidgetItem(heading)
            item.setTextAlignment(_side(column))
            self.setHorizontalHeaderItem(column, item)
        self.verticalHeader().hide()
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setHighlightSections(False)
        self.verticalHeader().setDefaultSectionSize(max(32, self.fontMetrics().height() + 10))
        self._fitted: set[int] = set()

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Cells are made anew only where their number changes."""
        self.setRowCount(len(rows))
        for row, texts in enumerate(rows):
            for column, text in enumerate(texts):
                item = self.item(row, column)
                if item is None:
                    item = QTableWidgetItem()
                    item.setTextAlignment(_side(column))
                    self.setItem(row, column, item)
                if item.text() != text:
                    item.setText(text)
        self._share_width()

    def fit_columns(self, *columns: int) -> None:
        """These are as wide as what is in them; the others share what is left over."""
        self._fitted = set(columns)
        self._share_width()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share_width()

    def set_heading(self, column: int, text: str, tip: str = "") -> None:
        item = self.horizontalHeaderItem(column)
        if item is not None:
            item.setText(text)
            item.setToolTip(tip)

    def cell_text(self, row: int, column: int) -> str:
        item = self.item(row, column)
        return item.text() if item is not None else ""

    def _share_width(self) -> None:
        """No column cuts what is in it; where there is too little room, the table scrolls."""
        header, columns = self.horizontalHeader(), range(self.columnCount())
        widths = [max(self.sizeHintForColumn(c), header.sectionSizeHint(c)) for c in columns]
        left_over = max(0, self.viewport().width() - sum(widths))
        sharing = [column for column in columns if column not in self._fitted]
        for number, column in enumerate(sharing):
            share = left_over // (len(sharing) - number)
            widths[column], left_over = widths[column] + share, left_over - share
        for column, width in enumerate(widths):
            header.resizeSection(column, width)


def _side(column: int) -> Qt.AlignmentFlag:
    side = Qt.AlignmentFlag.AlignRight if column else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
