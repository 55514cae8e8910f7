"""One bar per layer and stream as they are found, and the runs of layers that are to be merged.

Runs are changed with the mouse (drag an edge, double-click to add) or with keys: arrows go from
layer to layer, Shift or Ctrl with arrows moves the end or the beginning of the run below the
cursor, Insert adds a run and Delete takes it away.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ppcl_app.plan_draft import Edge, PlanDraft, new_gesture
from ppcl_app.theme import type_scale
from ppcl_app.theme.palette import current_tokens
from ppcl_app.theme.tokens import Tokens
from ppcl_app.widgets.names_that_fit import names_that_fit

Bars = Sequence[tuple[str, Mapping[int, float]]]
_LEFT, _RIGHT, _TOP, _BOTTOM = 40.0, 8.0, 10.0, 44.0  # grown with the text
_LINE = 18.0
_GRIP = 7.0
_TOPS = (
    .01, .02, .03, .04, .06, .08, .1, .12, .16, .2, .3, .4, .5, .6, .8, 1.0, 1.2, 1.6, 2.0, 4.0, 8.0
)  # fmt: skip


class LayerBars(QWidget):
    """`show_bars` takes the bars of each stream by layer; the draft says which runs are framed."""

    def __init__(self, draft: PlanDraft, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._draft = draft
        self._bars: Bars = ()
        self._num_layers = 0
        self._is_locked = False
        self._empty = ""
        self._cursor = 0
        self._drag: tuple[int, Edge, int] | None = None
        self.setAccessibleName(self.tr("Layers and what is merged"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMouseTracking(True)
        draft.changed.connect(self._refresh)
        draft.selected_changed.connect(self._refresh)

    def show_bars(self, bars: Bars, *, num_layers: int, is_locked: bool, empty: str) -> None:
        """`is_locked`: runs cannot be changed now; `empty` is said while there are no bars."""
        self._bars, self._num_layers = bars, num_layers
        self._is_locked, self._empty = is_locked, empty
        self._refresh()

    def sizeHint(self) -> QSize:
        return QSize(520, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(300, round(type_scale.grown(180)))

    # What is where.

    @property
    def _field(self) -> QRectF:
        return QRectF(self.rect()).adjusted(
            type_scale.grown(_LEFT), _TOP, -_RIGHT, -type_scale.grown(_BOTTOM)
        )

    @property
    def _step(self) -> float:
        return self._field.width() / max(1, self._num_layers)

    @property
    def _highest(self) -> float:
        values = [value for _, bars in self._bars for value in bars.values()]
        return max(values, default=0.0) or 1.0

    def layer_at(self, x: float) -> int:
        layer = int((x - self._field.left()) // self._step) if self._num_layers else 0
        return max(0, min(self._num_layers - 1, layer))

    def x_of(self, border: int) -> float:
        """Where the left border of a layer is."""
        return self._field.left() + border * self._step

    def edge_at(self, x: float) -> tuple[int, Edge] | None:
        """The end of a run within reach of the mouse."""
        best: tuple[float, int, Edge] | None = None
        ends: tuple[tuple[Edge, int], ...] = (("first", 0), ("last", 1))
        for index, span in enumerate(self._draft.spans):
            for edge, beyond in ends:
                at = self.x_of((span.first if edge == "first" else span.last) + beyond)
                distance = abs(at - x)
                if distance <= _GRIP and (best is None or distance < best[0]):
                    best = (distance, index, edge)
        return (best[1], best[2]) if best is not None else None

    # Mouse and keys.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.LeftButton or not self._num_layers:
            return
        x = event.position().x()
        self._cursor = self.layer_at(x)
        hit = None if self._is_locked else self.edge_at(x)
        if hit is not None:
            self._drag = (*hit, new_gesture())
            self._draft.select(hit[0])
        else:
            self._draft.select(self._draft.span_at(self._cursor))
        self._refresh()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if self._drag is not None:
            index, edge, gesture = self._drag
            at = round((x - self._field.left()) / self._step)
            layer = at if edge == "first" else at - 1
            self._draft.move_edge(index, edge, layer, gesture=gesture)
            return
        is_edge = not self._is_locked and self.edge_at(x) is not None
        shape = Qt.CursorShape.SizeHorCursor if is_edge else Qt.CursorShape.ArrowCursor
        self.setCursor(shape)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._drag = None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        layer = self.layer_at(event.position().x())
        if not self._is_locked and self._num_layers and self._draft.span_at(layer) < 0:
            self._draft.add(layer)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, step = event.key(), 0
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            step = -1 if key == Qt.Key.Key_Left else 1
        if not self._num_layers:
            super().keyPressEvent(event)
        elif step and event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._move("last", step)
        elif step and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self._move("first", step)
        elif step:
            self._go_to(self._cursor + step)
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._go_to(0 if key == Qt.Key.Key_Home else self._num_layers - 1)
        elif key in (Qt.Key.Key_Insert, Qt.Key.Key_Plus) and not self._is_locked:
            self._draft.add(self._cursor)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and not self._is_locked:
            self._draft.remove(self._draft.selected)
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._refresh()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            if self._num_layers and self._bars:
                layer = self.layer_at(event.pos().x())
                QToolTip.showText(event.globalPos(), self._words(layer), self)
            return True
        return super().event(event)

    def _go_to(self, layer: int) -> None:
        self._cursor = max(0, min(self._num_layers - 1, layer))
        self._draft.select(self._draft.span_at(self._cursor))
        self._refresh()

    def _move(self, edge: Edge, step: int) -> None:
        index = self._draft.selected
        if self._is_locked or index < 0:
            return
        span = self._draft.spans[index]
        self._draft.move_edge(index, edge, (span.first if edge == "first" else span.last) + step)

    def _refresh(self) -> None:
        if self._num_layers:
            self.setAccessibleDescription(self._words(min(self._cursor, self._num_layers - 1)))
        self.update()

    def _words(self, layer: int) -> str:
        parts = [self.tr("Layer {layer}").format(layer=layer)]
        for name, bars in self._bars:
            if layer in bars:
                parts.append(f"{name} {bars[layer]:.2f}")
        index = self._draft.span_at(layer)
        if index >= 0:
            span = self._draft.spans[index]
            text = self.tr("merged: layers {first} to {last} become one")
            parts.append(text.format(first=span.first, last=span.last))
        return ", ".join(parts)

    # Painting.

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = current_tokens()
        if not self._num_layers:
            painter.setPen(QColor(tokens.muted))
            flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
            painter.drawText(QRectF(self.rect()).adjusted(24, 0, -24, 0), flags, self._empty)
            return
        self._paint_axes(painter, tokens)
        for index in range(len(self._draft.spans)):
            self._paint_span(painter, tokens, index)
        self._paint_bars(painter, tokens)
        self._paint_numbers(painter, tokens)
        if self.hasFocus():
            self._paint_cursor(painter, tokens)

    def _paint_axes(self, painter: QPainter, tokens: Tokens) -> None:
        """Three lines with values; the highest bar ends a little below the top."""
        field, top, line = self._field, self._top_value(), type_scale.grown(_LINE)
        painter.setFont(type_scale.make_font(type_scale.SMALL, tabular=True))
        for number in range(3):
            value = top * number / 2
            y = field.bottom() - field.height() * number / 2
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.drawLine(QPointF(field.left(), y), QPointF(field.right(), y))
            painter.setPen(QColor(tokens.muted))
            area = QRectF(0, y - line / 2, field.left() - 8, line)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(area, flags, f"{value:.2g}")

    def _top_value(self) -> float:
        highest = self._highest * 1.05
        for size in _TOPS:
            if highest <= size:
                return size
        return highest

    def _paint_bars(self, painter: QPainter, tokens: Tokens) -> None:
        field, step, top = self._field, self._step, self._top_value()
        painter.setPen(Qt.PenStyle.NoPen)
        gap = max(0.6, min(4.0, step * 0.14))
        width = (step - 2 * gap) / max(1, len(self._bars))
        for number, (_name, bars) in enumerate(self._bars):
            for layer, value in bars.items():
                is_merged = self._draft.span_at(layer) >= 0
                color = QColor(tokens.accent if is_merged else tokens.outline)
                if number:
                    color.setAlphaF(0.45)
                painter.setBrush(color)
                high = max(1.5, field.height() * value / top)
                left = self.x_of(layer) + gap + number * width
                area = QRectF(left, field.bottom() - high, max(1.0, width - 0.6), high)
                painter.drawRoundedRect(area, min(2.0, width / 3), min(2.0, width / 3))

    def _paint_span(self, painter: QPainter, tokens: Tokens, index: int) -> None:
        span, field = self._draft.spans[index], self._field
        is_selected = index == self._draft.selected
        left, right = self.x_of(span.first), self.x_of(span.last + 1)
        area = QRectF(left + 0.8, field.top() - 6, right - left - 1.6, field.height() + 6)
        painter.setBrush(QColor(tokens.selected))
        style = Qt.PenStyle.SolidLine if is_selected else Qt.PenStyle.DashLine
        painter.setPen(QPen(QColor(tokens.accent), 2 if is_selected else 1, style))
        painter.drawRoundedRect(area, 4, 4)
        if is_selected and not self._is_locked:
            painter.setPen(QPen(QColor(tokens.accent), 1.5))
            painter.setBrush(QColor(tokens.surface))
            for x in (area.left(), area.right()):
                painter.drawRoundedRect(QRectF(x - 3.5, area.center().y() - 11, 7, 22), 3, 3)

    def _paint_numbers(self, painter: QPainter, tokens: Tokens) -> None:
        """Layer numbers, and below them the names of the runs, as many as there is room for."""
        field, step, line = self._field, self._step, type_scale.grown(_LINE)
        font = type_scale.make_font(type_scale.SMALL, tabular=True)
        painter.setFont(font)
        width = QFontMetricsF(font).horizontalAdvance("00") + 8
        every = next(n for n in (1, 2, 5, 10, 20, 50, 100) if n * step >= width or n == 100)
        painter.setPen(QColor(tokens.muted))
        center = Qt.AlignmentFlag.AlignCenter
        for layer in range(0, self._num_layers, every):
            area = QRectF(self.x_of(layer) + step / 2 - line, field.bottom() + 2, 2 * line, line)
            painter.drawText(area, center, str(layer))
        chosen, reaches = self._draft.selected, []
        names = [f"{span.first}\N{EN DASH}{span.last}" for span in self._draft.spans]
        for span, name in zip(self._draft.spans, names, strict=True):
            middle = (self.x_of(span.first) + self.x_of(span.last + 1)) / 2
            half = QFontMetricsF(font).horizontalAdvance(name) / 2
            reaches.append((middle - half, middle + half))
        painter.setPen(QColor(tokens.accent))
        for index in names_that_fit(reaches, always=chosen):
            is_chosen = index == chosen
            painter.setFont(type_scale.make_font(type_scale.SMALL, bold=is_chosen, tabular=True))
            area = QRectF(
                sum(reaches[index]) / 2 - 2 * line, field.bottom() + 3 + line, 4 * line, line
            )
            painter.drawText(area, center, names[index])

    def _paint_cursor(self, painter: QPainter, tokens: Tokens) -> None:
        field = self._field
        left = self.x_of(min(self._cursor, self._num_layers - 1))
        area = QRectF(left, field.top() - 8, self._step, field.height() + 28)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(tokens.text), 1.5, Qt.PenStyle.DotLine))
        painter.drawRoundedRect(area, 3, 3)
