"""A row of all pictures that were painted; those of one prompt and seed stand close together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    QUrl,
    Signal,
)
from PySide6.QtGui import (
    QColor,
    QDropEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPen,
    QPixmap,
    QWheelEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from ppcl_app.picture_history import Entry
from ppcl_app.theme import type_scale
from ppcl_app.theme.palette import current_tokens

SIDE = 52
_EDGE, _PAUSE = 3, 12
Index = QModelIndex | QPersistentModelIndex


class HistoryModel(QAbstractListModel):
    """The pictures as rows. `badge` is short, `words` tell everything of one."""

    def __init__(
        self,
        thumbnail: Callable[[Entry], QImage],
        badge: Callable[[Entry], str],
        words: Callable[[Entry], str],
    ) -> None:
        super().__init__()
        self._thumbnail, self._badge, self._words = thumbnail, badge, words
        self._entries: list[Entry] = []

    def show_entries(self, entries: list[Entry]) -> None:
        if len(entries) > len(self._entries) and entries[1:] == self._entries:
            self.beginInsertRows(QModelIndex(), 0, 0)
            self._entries = list(entries)
            self.endInsertRows()
        elif entries != self._entries:
            self.beginResetModel()
            self._entries = list(entries)
            self.endResetModel()

    def entry(self, index: Index) -> Entry | None:
        row = index.row()
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def starts_group(self, row: int) -> bool:
        """Another prompt or seed than the picture to its left."""
        if row == 0 or row >= len(self._entries):
            return False
        one, other = self._entries[row - 1].recipe, self._entries[row].recipe
        return (one.prompt, one.seed) != (other.prompt, other.seed)

    def image(self, entry: Entry) -> QImage:
        return self._thumbnail(entry)

    def badge(self, entry: Entry) -> str:
        return self._badge(entry)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._entries)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        entry = self.entry(index)
        if entry is None:
            return None
        if role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._words(entry)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled

    def mimeData(self, indexes: list[QModelIndex]) -> QMimeData:  # type: ignore[override]
        """Dragged out of the window, it is the file itself."""
        data = QMimeData()
        entries = [entry for index in indexes if (entry := self.entry(index)) is not None]
        data.setUrls([QUrl.fromLocalFile(str(entry.file)) for entry in entries])
        return data


class HistoryStrip(QListView):
    """`restored` with a double click or Enter; `menu_asked` with the other button."""

    restored = Signal(object)
    menu_asked = Signal(object, QPoint)

    def __init__(self, model: HistoryModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        model.setParent(self)
        self._model = model
        self.setModel(model)
        self.setItemDelegate(_Delegate(model, self))
        self.setAccessibleName(self.tr("Pictures painted so far"))
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFixedHeight(SIDE + 2 * _EDGE + 6)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._on_menu)
        self.doubleClicked.connect(self._on_double_click)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        entry = self._model.entry(self.currentIndex())
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and entry is not None:
            self.restored.emit(entry)
        elif event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
        else:
            event.ignore()  # the page has keys of its own

    def wheelEvent(self, event: QWheelEvent) -> None:
        """There is one direction only, so both wheels go along it."""
        by = event.angleDelta()
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - (by.x() or by.y()) // 2)

    def _on_double_click(self, index: QModelIndex) -> None:
        entry = self._model.entry(index)
        if entry is not None:
            self.restored.emit(entry)

    def _on_menu(self, at: QPoint) -> None:
        index = self.indexAt(at)
        entry = self._model.entry(index if index.isValid() else self.currentIndex())
        if entry is not None:
            self.menu_asked.emit(entry, self.viewport().mapToGlobal(at))


def dropped_picture(event: QDropEvent) -> Path | None:
    """The one PNG file that is being dropped, from here or from another program."""
    urls = event.mimeData().urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    file = Path(urls[0].toLocalFile())
    return file if file.suffix.lower() == ".png" and file.is_file() else None


class _Delegate(QStyledItemDelegate):
    """The picture in a square, with its size in a corner."""

    def __init__(self, model: HistoryModel, view: QListView) -> None:
        super().__init__(view)
        self._model = model

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        pause = _PAUSE if self._model.starts_group(index.row()) else 0
        return QSize(SIDE + 2 * _EDGE + pause, SIDE + 2 * _EDGE)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        entry = self._model.entry(index)
        if entry is None:
            return
        tokens = current_tokens()
        whole: QRect = option.rect
        area = QRect(whole.right() + 1 - SIDE - _EDGE, whole.top() + _EDGE, SIDE, SIDE)
        pixmap = QPixmap.fromImage(self._model.image(entry))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        fitted = pixmap.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRect(QPoint(0, 0), fitted)
        place.moveCenter(area.center())
        painter.drawPixmap(place, pixmap)
        self._paint_badge(painter, area, self._model.badge(entry))
        state = option.state
        is_chosen = bool(state & QStyle.StateFlag.State_HasFocus)
        is_under = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setPen(
            QPen(QColor(tokens.accent if is_chosen or is_under else tokens.line),
                 2.5 if is_chosen else 1)
        )  # fmt: skip
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(area).adjusted(-0.5, -0.5, 0.5, 0.5))
        painter.restore()

    def _paint_badge(self, painter: QPainter, area: QRect, text: str) -> None:
        font = type_scale.make_font(0.72, tabular=True)
        painter.setFont(font)
        metrics = painter.fontMetrics()
        wide = min(area.width(), metrics.horizontalAdvance(text) + 6)
        chip = QRect(area.left(), area.bottom() + 1 - metrics.height(), wide, metrics.height())
        painter.fillRect(chip, QColor(36, 40, 48, 225))
        painter.setPen(QColor("white"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, text)
