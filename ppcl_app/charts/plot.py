"""The curves of all that learns in a run, one group behind the other on a common axis of steps."""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QColor,
    QFontMetricsF,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from ppcl_app.charts.thinning import Point, smooth, thin
from ppcl_app.curve import Curve
from ppcl_app.metrics import LEARNING_STAGES, Group, Metrics
from ppcl_app.theme import type_scale
from ppcl_app.theme.palette import current_tokens
from ppcl_app.theme.tokens import Tokens
from ppcl_app.widgets.names_that_fit import names_that_fit
from ppcl_app.widgets.view_transform import WHEEL_STEP

_FEWEST_COLUMNS, _MOST_COLUMNS = 16, 512
_TICK_ROOM_PX = 22
_FEWEST_TICKS = 4
_FEWEST_STEPS = 4  # that the wheel can come close to
_EDGE = 0.01  # of all steps, to the left of the first and to the right of the last
_DIAMOND = 4.5


@dataclass(slots=True)
class _Lines:
    """What is drawn of one group, its steps counted from its own beginning."""

    state: tuple[int, ...]
    raw: list[Point] = field(default_factory=list)
    smoothed: list[Point] = field(default_factory=list)
    checks: list[Point] = field(default_factory=list)
    others: list[list[Point]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Axes:
    """Where steps and values lie on the screen; `low` and `high` are exponents where `is_log`."""

    field: QRectF
    begin: float
    end: float
    low: float
    high: float
    is_log: bool

    @property
    def per_step(self) -> float:
        return self.field.width() / (self.end - self.begin)

    def x(self, step: float) -> float:
        return self.field.left() + (step - self.begin) * self.per_step

    def polygon(self, points: Sequence[Point], offset: int) -> QPolygonF:
        per_step, left = self.per_step, self.x(offset)
        per_unit = self.field.height() / (self.high - self.low)
        bottom = self.field.bottom() + self.low * per_unit
        height = math.log10 if self.is_log else float
        return QPolygonF(
            [
                QPointF(left + step * per_step, bottom - height(value) * per_unit)
                for step, value in points
            ]
        )


class LearningPlot(QWidget):
    """Shows the metrics as they are when it is painted. The wheel zooms into the steps that are
    under the mouse, and dragging moves them.
    """

    def __init__(self, *, x_label: str, y_label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._x_label, self._y_label = x_label, y_label
        self._metrics = Metrics()
        self._lines: dict[str, _Lines] = {}
        self._reaches: dict[str, tuple[tuple[int, ...], list[float]]] = {}
        self._is_log, self._has_raw = True, True
        self._view: tuple[float, float] | None = None
        self._drag_from: float | None = None

    @property
    def is_zoomed(self) -> bool:
        return self._view is not None

    def draw(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self.update()

    def set_log(self, is_log: bool, label: str) -> None:
        """Differences on a scale of powers of ten, or on an even one from zero."""
        self._is_log, self._y_label = is_log, label
        self.update()

    def set_raw(self, has_raw: bool) -> None:
        self._has_raw = has_raw
        self.update()

    def reset_view(self) -> None:
        """Show all steps."""
        self._view = None
        self.update()

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 120)

    # Mouse.

    def wheelEvent(self, event: QWheelEvent) -> None:
        axes = self._axes()
        at = axes.begin + (event.position().x() - axes.field.left()) / axes.per_step
        factor = WHEEL_STEP ** (-event.angleDelta().y() / 120)
        self._look_at(at - (at - axes.begin) * factor, at + (axes.end - at) * factor)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton and self.is_zoomed:
            self._drag_from = event.position().x()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        else:
            event.ignore()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag_from is not None:
            axes = self._axes()
            by = (self._drag_from - event.position().x()) / axes.per_step
            self._drag_from = event.position().x()
            first, last = self._whole()
            by = max(first - axes.begin, min(last - axes.end, by))
            self._look_at(axes.begin + by, axes.end + by)

    def mouseReleaseEvent(self, _event: QMouseEvent) -> None:
        self._drag_from = None
        self.unsetCursor()

    def _look_at(self, begin: float, end: float) -> None:
        """Show these steps, as far as there are any; all of them where that is less."""
        first, last = self._whole()
        if end - begin >= _FEWEST_STEPS:
            begin, end = max(first, begin), min(last, end)
            self._view = None if (begin, end) == (first, last) else (begin, end)
            self.update()

    # What is where.

    def _whole(self) -> tuple[float, float]:
        """All steps, with room for the name of the newest group."""
        offsets, newest = self._metrics.offsets(), self._metrics.newest
        at = offsets[-1] if offsets else 0
        end = max(1.0, at + (newest.last_step if newest is not None else 0), at * 1.08)
        return -_EDGE * end, (1 + _EDGE) * end

    def _axes(self) -> _Axes:
        low, high = self._heights()
        line = type_scale.grown(18)
        room = QRectF(self.rect()).adjusted(0, line / 2, -4, -2 * line - 8)
        ticks = self._height_ticks(low, high, room.height())
        font = type_scale.make_font(type_scale.SMALL, tabular=True)
        metrics = QFontMetricsF(font)
        widest = max((metrics.horizontalAdvance(text) for _, text in ticks), default=0.0)
        begin, end = self._view or self._whole()
        room.setLeft(line + widest + 10)
        return _Axes(room, begin, end, low, high, self._is_log)

    def _heights(self) -> tuple[float, float]:
        """All values, and room above them for the names."""
        values: list[float] = []
        for key, group in self._metrics.groups.items():
            state = _state(group)
            if key not in self._reaches or self._reaches[key][0] != state:
                reaches = (curve.reach for curve in group.curves.values())
                self._reaches[key] = state, [v for reach in reaches if reach for v in reach]
            values += self._reaches[key][1]
        if not values:
            return (-1.0, 0.0) if self._is_log else (0.0, 1.0)
        if not self._is_log:
            return 0.0, 1.12 * max(values)
        low, high = math.log10(min(values)), math.log10(max(values))
        reach = max(0.3, high - low)
        return low - 0.05 * reach, high + 0.16 * reach

    def _height_ticks(self, low: float, high: float, height: float) -> list[tuple[float, str]]:
        room = max(1, int(height / type_scale.grown(_TICK_ROOM_PX)))
        if self._is_log:
            return log_ticks(low, high, room)
        return [(value, f"{value:.4g}") for value in even_values(low, high, min(room, 8))]

    def _lines_of(self, key: str, group: Group, offset: int, axes: _Axes) -> _Lines:
        """Reckoned again only where the group, or what is seen of it, has changed."""
        width = axes.per_step * min(group.last_step, axes.end - axes.begin)
        columns = 1 << max(0, round(width) // 2).bit_length()  # rarely another number
        columns = max(_FEWEST_COLUMNS, min(_MOST_COLUMNS, columns))
        begin, end = axes.begin - offset, axes.end - offset
        rows = {name: _rows(curve, begin, end) for name, curve in group.curves.items()}
        state = (columns, *_state(group), *(n for pair in rows.values() for n in pair))
        lines = self._lines.get(key)
        if lines is not None and lines.state == state:
            return lines
        lines = self._lines[key] = _Lines(state)
        for name, curve in group.curves.items():
            if name == "validation":
                lines.checks = thin(curve, *rows[name], columns)
            elif name == "loss":
                lines.raw = thin(curve, *rows[name], columns)
                lines.smoothed = smooth(curve, columns // 2)
            else:
                lines.others.append(thin(curve, *rows[name], columns))
        return lines

    # Painting.

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = current_tokens()
        painter.fillRect(self.rect(), QColor(tokens.surface))
        groups = self._metrics.groups
        for known in (self._lines, self._reaches):
            for key in [key for key in known if key not in groups]:
                del known[key]
        if not groups:
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setFont(type_scale.make_font(type_scale.SMALL, tabular=True))
        axes = self._axes()
        self._paint_axes(painter, axes, tokens)
        painter.setClipRect(axes.field)
        offsets = self._metrics.offsets()
        self._paint_names(painter, axes, tokens, offsets)
        for (key, group), offset in zip(groups.items(), offsets, strict=True):
            if axes.begin <= offset + group.last_step and offset <= axes.end:
                lines = self._lines_of(key, group, offset, axes)
                self._paint_group(painter, axes, tokens, lines, group.stage, offset)

    def _paint_axes(self, painter: QPainter, axes: _Axes, tokens: Tokens) -> None:
        area, line = axes.field, type_scale.grown(18)
        metrics = QFontMetricsF(painter.font())
        muted, outline = QColor(tokens.muted), QColor(tokens.outline)
        beside = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for at, text in self._height_ticks(axes.low, axes.high, area.height()):
            y = area.bottom() - (at - axes.low) / (axes.high - axes.low) * area.height()
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.drawLine(QPointF(area.left(), y), QPointF(area.right(), y))
            painter.setPen(muted)
            painter.drawText(QRectF(0, y - line / 2, area.left() - 6, line), beside, text)
        room = max(1, int(area.width() / (1.8 * metrics.horizontalAdvance("00000"))))
        for at in even_values(max(0.0, axes.begin), axes.end, room, smallest=1):
            x = axes.x(at)
            painter.setPen(QPen(outline, 1))
            painter.drawLine(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 4))
            painter.setPen(muted)
            text = f"{at:.0f}"
            width = metrics.horizontalAdvance(text)
            left = min(x - width / 2, self.width() - width)
            painter.drawText(QPointF(left, area.bottom() + 6 + metrics.ascent()), text)
        painter.setPen(QPen(outline, 1))
        painter.drawPolyline([area.topLeft(), area.bottomLeft(), area.bottomRight()])
        painter.setPen(muted)
        title = QRectF(area.left(), self.height() - line, area.width(), line)
        painter.drawText(title, Qt.AlignmentFlag.AlignCenter, self._x_label)
        painter.save()
        painter.rotate(-90)
        title = QRectF(-area.bottom(), 0, area.height(), line)
        painter.drawText(title, Qt.AlignmentFlag.AlignCenter, self._y_label)
        painter.restore()

    def _paint_names(
        self, painter: QPainter, axes: _Axes, tokens: Tokens, offsets: Sequence[int]
    ) -> None:
        """Where each group begins, and its name; the newest name always shows."""
        metrics, top = QFontMetricsF(painter.font()), axes.field.top()
        names = [_short(group) for group in self._metrics.groups.values()]
        reaches = []
        for name, offset in zip(names, offsets, strict=True):
            x, width = axes.x(offset), metrics.horizontalAdvance(name)
            painter.setPen(QPen(QColor(tokens.line), 1))
            painter.drawLine(QPointF(x, top), QPointF(x, axes.field.bottom()))
            left = min(x + 4, axes.field.right() - width)
            reaches.append((left, left + width))
        painter.setPen(QColor(tokens.muted))
        for number in names_that_fit(reaches, always=len(names) - 1):
            painter.drawText(QPointF(reaches[number][0], top + metrics.ascent() + 4), names[number])

    def _paint_group(
        self, painter: QPainter, axes: _Axes, tokens: Tokens, lines: _Lines, stage: str, offset: int
    ) -> None:
        """A colour per stage; the kind of line tells what it is even without colour."""
        index = LEARNING_STAGES.index(stage) if stage in LEARNING_STAGES else 0
        color, pale = QColor(tokens.series[index]), QColor(tokens.series[index])
        pale.setAlpha(90)
        if self._has_raw:
            painter.setPen(QPen(pale, 1))
            painter.drawPolyline(axes.polygon(lines.raw, offset))
        for number, points in enumerate(lines.others):
            other = QColor(tokens.series[(index + 1 + number) % len(tokens.series)])
            painter.setPen(QPen(other, 1, Qt.PenStyle.DashLine))
            painter.drawPolyline(axes.polygon(points, offset))
        painter.setPen(QPen(color, 2))
        painter.drawPolyline(axes.polygon(lines.smoothed, offset))
        checks = axes.polygon(lines.checks, offset)
        painter.setPen(QPen(color, 1, Qt.PenStyle.DotLine))
        painter.drawPolyline(checks)
        painter.setPen(QPen(color, 1.5))
        painter.setBrush(QColor(tokens.surface))
        for at in checks.toList():
            painter.drawConvexPolygon(QPolygonF([at + corner for corner in _CORNERS]))
        painter.setBrush(Qt.BrushStyle.NoBrush)


_CORNERS = [
    QPointF(0, -_DIAMOND),
    QPointF(_DIAMOND, 0),
    QPointF(0, _DIAMOND),
    QPointF(-_DIAMOND, 0),
]


def log_ticks(low: float, high: float, room: int) -> list[tuple[float, str]]:
    """At most `room` round values between two powers of ten, as (exponent, text)."""
    decades = range(math.floor(low), math.ceil(high) + 1)
    for steps in ((1, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        values = [step * 10.0**decade for decade in decades for step in steps]
        values = [value for value in values if low <= math.log10(value) <= high]
        if len(values) <= room:
            break
    if len(values) < _FEWEST_TICKS:  # less than a power of ten: evenly spaced values
        values = even_values(10**low, 10**high, min(room, 6))
    return [(math.log10(value), f"{value:.4g}") for value in values]


def even_values(low: float, high: float, room: int, *, smallest: float = 0.0) -> list[float]:
    """At most `room` round values and one more, at least `smallest` apart."""
    rough = (high - low) / max(1, room)
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)
    step = max(step, smallest)
    return [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _state(group: Group) -> tuple[int, ...]:
    return (*(len(curve.steps) for curve in group.curves.values()), group.last_step)


def _rows(curve: Curve, begin: float, end: float) -> tuple[int, int]:
    """Numbers of the points between two steps, and of one more at either side."""
    first, last = bisect_left(curve.steps, begin), bisect_right(curve.steps, end)
    return max(0, first - 1), min(len(curve.steps), last + 1)


def _short(group: Group) -> str:
    """The numbers alone, because there is little room: "text-3-5" -> "3-5"."""
    words = group.subject.split("-")
    return "\N{EN DASH}".join(word for word in words if word.isdigit()) or group.subject
