"""All sizes with several prompts at once: where every cell lies, and how the table is painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ppcl_app.live_scheduler import Painted
from ppcl_app.theme import type_scale
from ppcl_app.theme.tokens import Tokens
from ppcl_app.widgets.compare_shot import ImageStore, draw_picture
from ppcl_app.widgets.view_transform import ViewTransform

_GAP = 4.0
_HEAD = 40.0
_SMALLEST, _LARGEST_FIT = 56.0, 150.0
Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class GridCell:
    """`share` is how far painting is, None when this one is not being painted.

    `note` is short and stands in the picture; `words` say more.
    """

    picture: Painted | None = None
    share: float | None = None
    note: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class GridContent:
    """`cell` is asked for those cells alone that are in sight."""

    columns: Sequence[tuple[str, str]] = ()
    rows: Sequence[str] = ()
    cell: Callable[[int, int], GridCell] = lambda _row, _column: GridCell()


class CompareGrid:
    """Headings stay in sight while the cells are moved; zoom and place are kept."""

    def __init__(self) -> None:
        self.content = GridContent()
        self.room = QRectF()
        self.chosen: Place = (0, 0)
        self._zoom = 1.0
        self._scroll = QPointF()

    def show(self, content: GridContent, chosen: Place) -> None:
        self.content = content
        self.chosen = self._inside(*chosen)

    def reset(self) -> None:
        self._zoom, self._scroll = 1.0, QPointF()

    def zoom_at(self, factor: float, at: QPointF) -> None:
        body, before = self._body(), self._pitch()
        self._zoom = min(8.0, max(1.0, self._zoom * factor))
        grown = self._pitch() / before
        inside = at - body.topLeft()
        self._scroll = (self._scroll + inside) * grown - inside
        self._limit()

    def pan(self, by: QPointF) -> None:
        self._scroll -= by
        self._limit()

    def can_pan(self) -> bool:
        whole, body = self._whole(), self._body()
        return whole.x() > body.width() or whole.y() > body.height()

    def place_at(self, at: QPointF) -> Place | None:
        body = self._body()
        if not body.contains(at):
            return None
        inside = at - body.topLeft() + self._scroll
        row, column = int(inside.y() // self._pitch()), int(inside.x() // self._pitch())
        is_there = row < len(self.content.rows) and column < len(self.content.columns)
        return (row, column) if is_there else None

    def words(self, row: int, column: int) -> str:
        """What a cell shows, for tool tips and screen readers."""
        name, share = self.content.columns[column]
        words = (self.content.rows[row], f"{name} · {share}", self.content.cell(row, column).words)
        return "\n".join(filter(None, words))

    def move(self, down: int, right: int) -> None:
        """Choose a neighbour, and bring it into sight."""
        self.chosen = self._inside(self.chosen[0] + down, self.chosen[1] + right)
        area, body = self._cell(*self.chosen), self._body()
        for is_over, by in (
            (area.left() < body.left(), QPointF(body.left() - area.left(), 0)),
            (area.right() > body.right(), QPointF(body.right() - area.right(), 0)),
            (area.top() < body.top(), QPointF(0, body.top() - area.top())),
            (area.bottom() > body.bottom(), QPointF(0, body.bottom() - area.bottom())),
        ):
            if is_over:
                self.pan(by)

    def paint(self, painter: QPainter, store: ImageStore, tokens: Tokens, *, focus: bool) -> None:
        self._limit()
        body = self._body()
        painter.save()
        painter.setClipRect(body)
        for row in range(len(self.content.rows)):
            for column in range(len(self.content.columns)):
                area = self._cell(row, column)
                if area.intersects(body):
                    self._paint_cell(painter, store, tokens, row, column, area, focus=focus)
        painter.restore()
        self._paint_headings(painter, tokens, body)

    def _paint_cell(
        self, painter: QPainter, store: ImageStore, tokens: Tokens, row: int, column: int,
        area: QRectF, *, focus: bool,
    ) -> None:  # fmt: skip
        cell = self.content.cell(row, column)
        painter.fillRect(area, QColor(tokens.surface))
        if cell.picture is not None:
            fitted = ViewTransform().target(area, QSizeF(cell.picture.width, cell.picture.height))
            painter.setOpacity(0.6 if cell.share is not None else 1.0)
            draw_picture(painter, store, cell.picture, fitted, area.intersected(self._body()))
            painter.setOpacity(1.0)
        if cell.note and area.width() >= 64:
            self._paint_note(painter, area, cell.note)
        if cell.share is not None:
            bar = QRectF(area.left(), area.bottom() - 4, area.width() * cell.share, 4)
            painter.fillRect(bar, QColor(tokens.accent))
        is_chosen = (row, column) == self.chosen
        painter.setBrush(Qt.BrushStyle.NoBrush)
        wide = (3 if focus else 2) if is_chosen else 1
        painter.setPen(QPen(QColor(tokens.accent if is_chosen else tokens.line), wide))
        inset = wide / 2
        painter.drawRect(area.adjusted(inset, inset, -inset, -inset))

    def _paint_note(self, painter: QPainter, area: QRectF, note: str) -> None:
        painter.setFont(type_scale.make_font(type_scale.SMALL, tabular=True))
        metrics = painter.fontMetrics()
        wide, high = metrics.horizontalAdvance(note) + 10, metrics.height() + 2
        chip = QRectF(area.right() - wide - 4, area.bottom() - high - 5, wide, high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(36, 40, 48, 225))
        painter.drawRoundedRect(chip, 4, 4)
        painter.setPen(QColor("white"))
        painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, note)

    def _paint_headings(self, painter: QPainter, tokens: Tokens, body: QRectF) -> None:
        painter.save()
        painter.setClipRect(
            QRectF(body.left(), self.room.top(), body.width(), body.top() - self.room.top())
        )
        for column, (name, below) in enumerate(self.content.columns):
            area = self._cell(0, column)
            area = QRectF(area.left(), self.room.top(), area.width(), _HEAD - 4)
            is_chosen = column == self.chosen[1]
            _write(painter, tokens, name, area.adjusted(0, 1, 0, 0), is_bold=is_chosen, top=True)
            _write(painter, tokens, below, area, is_bold=False, top=False)
        painter.setClipRect(
            QRectF(self.room.left(), body.top(), body.left() - self.room.left(), body.height())
        )
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        for row, prompt in enumerate(self.content.rows):
            area = self._cell(row, 0)
            area = QRectF(self.room.left() + 2, area.top(), body.left() - self.room.left() - 10,
                          area.height())  # fmt: skip
            is_chosen = row == self.chosen[0]
            painter.setFont(type_scale.make_font(type_scale.SMALL, bold=is_chosen))
            painter.setPen(QColor(tokens.text if is_chosen else tokens.muted))
            painter.save()
            painter.setClipRect(area, Qt.ClipOperation.IntersectClip)
            painter.drawText(area, flags | Qt.TextFlag.TextWordWrap, prompt)
            painter.restore()
        painter.restore()

    def _inside(self, row: int, column: int) -> Place:
        rows, columns = len(self.content.rows), len(self.content.columns)
        return max(0, min(rows - 1, row)), max(0, min(columns - 1, column))

    def _body(self) -> QRectF:
        side = min(150.0, max(90.0, 0.2 * self.room.width()))
        return self.room.adjusted(side, _HEAD, 0, 0)

    def _pitch(self) -> float:
        """From one cell to the next."""
        columns = max(1, len(self.content.columns))
        side = (self._body().width() + _GAP) / columns - _GAP
        return min(_LARGEST_FIT, max(_SMALLEST, side)) * self._zoom + _GAP

    def _whole(self) -> QPointF:
        pitch = self._pitch()
        return QPointF(
            len(self.content.columns) * pitch - _GAP, len(self.content.rows) * pitch - _GAP
        )

    def _cell(self, row: int, column: int) -> QRectF:
        pitch, start = self._pitch(), self._body().topLeft() - self._scroll
        side = pitch - _GAP
        return QRectF(start.x() + column * pitch, start.y() + row * pitch, side, side)

    def _limit(self) -> None:
        whole, body = self._whole(), self._body()
        self._scroll = QPointF(
            max(0.0, min(self._scroll.x(), whole.x() - body.width())),
            max(0.0, min(self._scroll.y(), whole.y() - body.height())),
        )


def _write(
    painter: QPainter, tokens: Tokens, text: str, area: QRectF, *, is_bold: bool, top: bool
) -> None:
    painter.setFont(type_scale.make_font(type_scale.SMALL, bold=is_bold, tabular=True))
    painter.setPen(QColor(tokens.text if top else tokens.muted))
    shown = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, int(area.width()))
    place = Qt.AlignmentFlag.AlignTop if top else Qt.AlignmentFlag.AlignBottom
    painter.drawText(area, Qt.AlignmentFlag.AlignHCenter | place, shown)
