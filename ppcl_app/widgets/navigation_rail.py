"""The list of pages on the left, each with a sign for how far it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen
from PySide6.QtWidgets import (
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ppcl_app.theme import type_scale
from ppcl_app.theme.palette import current_tokens
from ppcl_app.theme.tokens import RADIUS_CONTROL
from ppcl_app.widgets.glyphs import paint_glyph

_STATE = Qt.ItemDataRole.UserRole
_ROW_HEIGHT = 38
_APART = 16  # the last place is no step of the work: a line is above it
WIDTH = 216
_AROUND = 66  # the sign before a title, and room on both sides


class NavigationRail(QListWidget):
    """Every page can be visited at any time; a locked one says on itself what it waits for."""

    place_chosen = Signal(int)

    def __init__(self, titles: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("rail", True)
        self.setAccessibleName(self.tr("Pages"))
        self.setItemDelegate(_RowPainter(self))
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSpacing(1)
        self._titles = list(titles)
        self.setFixedWidth(self._wanted_width())
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        for title in self._titles:
            self.addItem(QListWidgetItem(title))
        self.currentRowChanged.connect(self.place_chosen)

    def _wanted_width(self) -> int:
        """Wide enough for every title, also with large text."""
        metrics = QFontMetricsF(type_scale.make_font(type_scale.BODY, bold=True))
        return max(WIDTH, round(max(map(metrics.horizontalAdvance, self._titles)) + _AROUND))

    def show_state(self, place: int, state: str, *, tip: str, spoken: str) -> None:
        """`state` is a glyph; `spoken` says the same in a word."""
        item = self.item(place)
        item.setData(_STATE, state)
        item.setToolTip(tip)
        item.setData(Qt.ItemDataRole.AccessibleTextRole, f"{self._titles[place]}, {spoken}")


class _RowPainter(QStyledItemDelegate):
    def sizeHint(
        self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> QSize:
        rail = self.parent()
        assert isinstance(rail, QWidget)
        high = max(_ROW_HEIGHT, rail.fontMetrics().height() + 18)
        return QSize(rail.width() - 4, high + (_APART if _is_last(index) else 0))

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        rail = self.parent()
        assert isinstance(rail, QWidget)
        tokens = current_tokens()
        state: QStyle.StateFlag = option.state
        area = QRectF(option.rect).adjusted(8, 2, -8, -2)
        if _is_last(index):
            painter.fillRect(
                QRectF(area.left(), area.top() + 7, area.width(), 1), QColor(tokens.line)
            )
            area.setTop(area.top() + _APART)
        is_here = bool(state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if is_here:
            painter.setBrush(QColor(tokens.surface))
            has_focus = bool(state & QStyle.StateFlag.State_HasFocus)
            painter.setPen(QPen(QColor(tokens.accent), 2 if has_focus else 1.2))
            painter.drawRoundedRect(area, RADIUS_CONTROL, RADIUS_CONTROL)
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(QColor(tokens.line))
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(area, RADIUS_CONTROL, RADIUS_CONTROL)
        paint_glyph(
            painter,
            QRectF(area.left() + 10, area.center().y() - 8, 16, 16),
            str(index.data(_STATE)),
            tokens,
        )
        painter.setPen(QColor(tokens.text))
        painter.setFont(type_scale.make_font(type_scale.BODY, bold=is_here))
        words = area.adjusted(36, 0, -8, 0)
        painter.drawText(
            words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, str(index.data())
        )
        painter.restore()


def _is_last(index: QModelIndex | QPersistentModelIndex) -> bool:
    return index.row() == index.model().rowCount() - 1
