"""How alike every two layers are, as a square of colours with a scale and a sentence."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from ppcl_app.findings import Heat
from ppcl_app.plan_draft import PlanDraft
from ppcl_app.theme import type_scale
from ppcl_app.theme.palette import current_tokens
from ppcl_app.theme.tokens import Tokens

# Cividis at nine even places: brightness alone tells the order, for every kind of colour vision.
_CIVIDIS = (
    (0, 34, 78), (18, 53, 112), (59, 73, 108), (87, 93, 109), (112, 113, 115), (138, 134, 120),
    (165, 156, 116), (195, 179, 105), (253, 231, 55),
)  # fmt: skip
_LEFT, _BOTTOM, _SCALE = 26.0, 22.0, 56.0  # grown with the text
_LINE = 18.0


def color_at(share: float) -> QColor:
    """0 is dark blue, 1 is bright yellow."""
    at = max(0.0, min(1.0, share)) * (len(_CIVIDIS) - 1)
    low = min(int(at), len(_CIVIDIS) - 2)
    part = at - low
    mixed = (
        round(a + part * (b - a)) for a, b in zip(_CIVIDIS[low], _CIVIDIS[low + 1], strict=True)
    )
    return QColor(*mixed)


class HeatMap(QWidget):
    """The cell below the mouse or the key cursor is described in `sentence`, read aloud too."""

    def __init__(self, draft: PlanDraft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self._heat: Heat = ()
        self._image: QImage | None = None
        self._low = 0.0
        self._empty = ""
        self._cell: tuple[int, int] | None = None
        self.setAccessibleName(self.tr("Likeness of layers"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        draft.changed.connect(self.update)

    def show_heat(self, heat: Heat, *, empty: str = "") -> None:
        self._empty = empty
        if heat is not self._heat:
            self._heat = heat
            self._cell = None
            self._low = min((value for row in heat for value in row), default=0.0)
            self._image = self._make_image() if heat else None
        self.setAccessibleDescription(self.sentence or empty)
        self.update()

    @property
    def sentence(self) -> str:
        if self._cell is None or not self._heat:
            return ""
        row, column = self._cell
        return self.tr("Layers {a} and {b}: {value} alike").format(
            a=row, b=column, value=f"{self._heat[row][column]:.2f}"
        )

    def sizeHint(self) -> QSize:
        return QSize(320, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 150)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        area, position = self._square(), event.position()
        if self._heat and area.contains(position):
            size = len(self._heat)
            column = int((position.x() - area.left()) / area.width() * size)
            row = int((position.y() - area.top()) / area.height() * size)
            self._show_cell((min(row, size - 1), min(column, size - 1)))
        else:
            self._show_cell(None)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        if not self.hasFocus():
            self._show_cell(None)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._heat and self._cell is None and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._show_cell((0, 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: (0, -1), Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0), Qt.Key.Key_Down: (1, 0),
        }  # fmt: skip
        move = moves.get(Qt.Key(event.key()))
        if move is None or not self._heat:
            super().keyPressEvent(event)
            return
        row, column = self._cell or (0, 0)
        last = len(self._heat) - 1
        self._show_cell(
            (max(0, min(last, row + move[0])), max(0, min(last, column + move[1])))
        )  # fmt: skip

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = current_tokens()
        if self._image is None:
            painter.setPen(QColor(tokens.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(20, 0, -20, 0), flags, self._empty)
            return
        area = self._square()
        painter.drawImage(area, self._image)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_spans(painter, area)
        self._paint_axes(painter, area, tokens)
        self._paint_scale(painter, area, tokens)
        if self._cell is not None:
            self._paint_cell(painter, area, tokens)

    def _make_image(self) -> QImage:
        size = len(self._heat)
        image = QImage(size, size, QImage.Format.Format_RGB32)
        reach = max(1e-6, 1.0 - self._low)
        for row, values in enumerate(self._heat):
            for column, value in enumerate(values):
                image.setPixelColor(column, row, color_at((value - self._low) / reach))
        return image

    def _square(self) -> QRectF:
        room = QRectF(self.rect()).adjusted(
            type_scale.grown(_LEFT), 4, -type_scale.grown(_SCALE), -type_scale.grown(_BOTTOM)
        )
        side = max(10.0, min(room.width(), room.height()))
        left = room.left() + max(0.0, (room.width() - side) / 2)
        return QRectF(left, room.top() + max(0.0, (room.height() - side) / 2), side, side)

    def _paint_spans(self, painter: QPainter, area: QRectF) -> None:
        """The chosen runs, on the diagonal: white on black, so that they show on every colour."""
        step = area.width() / max(1, len(self._heat))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for span in self._draft.spans:
            if span.last < len(self._heat):
                at, side = span.first * step, len(span.blocks()) * step
                square = QRectF(area.left() + at, area.top() + at, side, side)
                for color, width in (("#000000", 3.0), ("#FFFFFF", 1.4)):
                    painter.setPen(QPen(QColor(color), width))
                    painter.drawRect(square)

    def _paint_axes(self, painter: QPainter, area: QRectF, tokens: Tokens) -> None:
        size, line = len(self._heat), type_scale.grown(_LINE)
        step = area.width() / size
        every = next(
            n for n in (1, 2, 5, 10, 20, 50) if n * step >= type_scale.grown(_LEFT) or n == 50
        )
        painter.setFont(type_scale.make_font(type_scale.SMALL, tabular=True))
        painter.setPen(QColor(tokens.muted))
        for layer in range(0, size, every):
            at = (layer + 0.5) * step
            below = QRectF(area.left() + at - line, area.bottom() + 2, 2 * line, line)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, str(layer))
            left = QRectF(area.left() - 5 - 2 * line, area.top() + at - line / 2, 2 * line, line)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(left, flags, str(layer))

    def _paint_scale(self, painter: QPainter, area: QRectF, tokens: Tokens) -> None:
        bar = QRectF(area.right() + 12, area.top(), 10, area.height())
        for line in range(int(bar.height())):
            painter.fillRect(
                QRectF(bar.left(), bar.top() + line, bar.width(), 1.5),
                color_at(1 - line / max(1.0, bar.height())),
            )
        painter.setPen(QColor(tokens.muted))
        for value, y in ((1.0, bar.top() + 8), (self._low, bar.bottom() - 8)):
            text = QRectF(bar.right() + 4, y - 9, 36, 18)
            flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(text, flags, f"{value:.2f}")

    def _paint_cell(self, painter: QPainter, area: QRectF, tokens: Tokens) -> None:
        assert self._cell is not None
        step = area.width() / len(self._heat)
        row, column = self._cell
        cell = QRectF(area.left() + column * step, area.top() + row * step, step, step)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor("#FFFFFF"), 1.5))
        painter.drawRect(cell)
        painter.setPen(QPen(QColor("#000000"), 1))
        painter.drawRect(cell.adjusted(-1.5, -1.5, 1.5, 1.5))

    def _show_cell(self, cell: tuple[int, int] | None) -> None:
        if cell != self._cell:
            self._cell = cell
            self.setAccessibleDescription(self.sentence or self._empty)
            self.setToolTip(self.sentence)
            self.update()
