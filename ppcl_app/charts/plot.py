"""The only file that knows pyqtgraph: draws groups of learning curves one after the other.

It is given the few points that are seen, and stands on a view and two axes alone: a whole
PlotWidget takes two megabytes more.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame

from ppcl_app.charts.thinning import Point, smooth, thin
from ppcl_app.curve import Curve
from ppcl_app.metrics import LEARNING_STAGES, Group, Metrics
from ppcl_app.theme import type_scale
from ppcl_app.theme.tokens import Tokens
from ppcl_app.widgets.names_that_fit import names_that_fit

_FEWEST_COLUMNS, _MOST_COLUMNS = 16, 512
_TICK_ROOM_PX = 22
_FEWEST_TICKS = 4
_FEWEST_STEPS = 4  # that the wheel can come close to
_EDGE = 0.01  # of all steps, to the left of the first and to the right of the last

pg.setConfigOption("exitCleanup", False)  # it walks every object of the interpreter at exit


@dataclass(slots=True)
class _Drawn:
    """The items of one group, and what they were last drawn from."""

    stage: str
    line: Any
    raw: Any = field(default_factory=pg.PlotCurveItem)
    smoothed: Any = field(default_factory=pg.PlotCurveItem)
    checks: Any = field(default_factory=pg.PlotCurveItem)
    check_signs: Any = field(default_factory=pg.ScatterPlotItem)
    others: dict[str, Any] = field(default_factory=dict)
    state: tuple[float, ...] = ()
    counts: tuple[int, ...] = ()
    reach: list[float] = field(default_factory=list)  # the lowest and highest value of each curve

    @property
    def items(self) -> list[Any]:
        others = self.others.values()
        return [self.line, self.raw, *others, self.smoothed, self.checks, self.check_signs]


class LearningPlot:
    """`widget` goes into a layout; `draw` only touches groups that have changed.

    The wheel zooms into the steps that are under the mouse, and dragging moves them.
    """

    def __init__(self, *, x_label: str, y_label: str, tokens: Tokens) -> None:
        self.widget: Any = pg.GraphicsLayoutWidget()
        self._box = pg.ViewBox(enableMenu=False)
        self._axes = {side: pg.AxisItem(side, linkView=self._box) for side in ("bottom", "left")}
        self._labels = {"bottom": x_label, "left": y_label}
        self._metrics = Metrics()
        self._groups: dict[str, _Drawn] = {}
        self._tokens = tokens
        self._is_log, self._has_raw = True, True
        self.is_zoomed = False
        self._lay_out()
        self._box.disableAutoRange()
        self._box.setMouseEnabled(x=True, y=False)
        self._box.sigRangeChangedManually.connect(self._on_zoomed)
        self._box.sigResized.connect(self._place_names)
        self.widget.setFrameShape(QFrame.Shape.NoFrame)
        self.widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.widget.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # it is its parent's
        for axis in self._axes.values():
            axis.enableAutoSIPrefix(False)
            axis.setTickFont(type_scale.make_font(type_scale.SMALL, tabular=True))
            axis.setStyle(tickLength=-4, tickTextOffset=6)
        self._axes["left"].setGrid(30)
        self.apply_tokens(tokens)

    def apply_tokens(self, tokens: Tokens) -> None:
        """Dress everything in light or dark; pyqtgraph does not look at the palette itself."""
        self._tokens = tokens
        self.widget.setBackground(tokens.surface)
        for side, axis in self._axes.items():
            axis.setPen(pg.mkPen(tokens.outline))
            axis.setTextPen(pg.mkPen(tokens.muted))
            axis.setLabel(self._labels[side], color=tokens.muted)
        for drawn in self._groups.values():
            self._dress(drawn)

    def draw(self, metrics: Metrics) -> None:
        self._metrics = metrics
        for key in [key for key in self._groups if key not in metrics.groups]:
            for item in self._groups.pop(key).items:
                self._box.removeItem(item)
        for key, group in metrics.groups.items():
            if key not in self._groups:
                self._groups[key] = self._add(group)
        begin, end = self._whole()
        self._box.setLimits(xMin=begin, xMax=end, minXRange=_FEWEST_STEPS)
        if not self.is_zoomed:
            self._box.setXRange(begin, end, padding=0)
        self._draw_groups()
        self._fit_heights()
        self._place_names()

    def paint(self) -> None:
        """Bring what was drawn on the screen now, not some time later."""
        self.widget.viewport().repaint()

    def set_log(self, is_log: bool, label: str) -> None:
        """Differences on a scale of powers of ten, or on an even one from zero."""
        self._is_log = is_log
        self._labels["left"] = label
        self._axes["left"].setLabel(label, color=self._tokens.muted)

    def set_raw(self, has_raw: bool) -> None:
        self._has_raw = has_raw
        for drawn in self._groups.values():
            drawn.raw.setVisible(has_raw)

    def reset_view(self) -> None:
        """Show all steps again from the next drawing on."""
        self.is_zoomed = False

    def _lay_out(self) -> None:
        layout = self.widget.ci.layout
        layout.setSpacing(0)
        layout.setContentsMargins(6, 8, 4, 4)  # axes write a little beside themselves
        for item, row, column in (
            (self._axes["left"], 0, 0),
            (self._box, 0, 1),
            (self._axes["bottom"], 1, 1),
        ):
            self.widget.addItem(item, row=row, col=column)

    def _on_zoomed(self) -> None:
        """The closer it is, the more of its points are seen."""
        (begin, end), (first, last) = self._seen(), self._whole()
        self.is_zoomed = end - begin < 0.999 * (last - first)
        self._draw_groups()
        self._place_names()

    def _seen(self) -> tuple[float, float]:
        begin, end = self._box.viewRange()[0]
        return begin, end

    def _whole(self) -> tuple[float, float]:
        """All steps, with room for the name of the newest group."""
        offsets, newest = self._metrics.offsets(), self._metrics.newest
        at = offsets[-1] if offsets else 0
        end = max(_FEWEST_STEPS, at + (newest.last_step if newest is not None else 0), at * 1.08)
        return -_EDGE * end, (1 + _EDGE) * end

    def _fit_heights(self) -> None:
        """All values, and room above them for the names."""
        values = [value for drawn in self._groups.values() for value in drawn.reach]
        if values and not self._is_log:
            self._box.setYRange(0, 1.12 * max(values), padding=0)
            self._axes["left"].setTicks(None)
        elif values:
            low, high = math.log10(min(values)), math.log10(max(values))
            reach = max(0.3, high - low)
            low, high = low - 0.05 * reach, high + 0.16 * reach
            self._box.setYRange(low, high, padding=0)
            room = max(1, self.widget.height() - 60) // _TICK_ROOM_PX
            self._axes["left"].setTicks([log_ticks(low, high, room)])

    def _add(self, group: Group) -> _Drawn:
        line = pg.InfiniteLine(angle=90, label=_short(group), labelOpts={"position": 0.99})
        drawn = _Drawn(group.stage, line)
        drawn.raw.setVisible(self._has_raw)
        for item in drawn.items:
            self._box.addItem(item)
        self._dress(drawn)
        return drawn

    def _draw_groups(self) -> None:
        begin, end = self._seen()
        per_step = max(1.0, self._box.width()) / (end - begin)
        groups, offsets = self._metrics.groups, self._metrics.offsets()
        for (key, group), offset in zip(groups.items(), offsets, strict=True):
            width = per_step * min(group.last_step, end - begin)
            columns = 1 << max(0, round(width) // 2).bit_length()  # rarely another number
            columns = max(_FEWEST_COLUMNS, min(_MOST_COLUMNS, columns))
            rows = {
                name: _rows(curve, begin - offset, end - offset)
                for name, curve in group.curves.items()
            }
            self._draw_group(self._groups[key], group, offset, columns, rows)

    def _draw_group(
        self,
        drawn: _Drawn,
        group: Group,
        offset: int,
        columns: int,
        rows: dict[str, tuple[int, int]],
    ) -> None:
        """Reckoned again only where the group, or what is seen of it, has changed."""
        counts = (*(len(curve.steps) for curve in group.curves.values()), group.last_step)
        if counts != drawn.counts:
            drawn.counts = counts
            reaches = [curve.reach for curve in group.curves.values()]
            drawn.reach = [value for reach in reaches if reach for value in reach]
        seen = [number for pair in rows.values() for number in pair]
        state = (offset, self._is_log, columns, *counts, *seen)
        if state == drawn.state:
            return
        drawn.state = state
        drawn.line.setPos(offset)
        for name, curve in group.curves.items():
            points = thin(curve, *rows[name], columns)
            if name == "validation":
                self._show(drawn.checks, offset, points)
                self._show(drawn.check_signs, offset, points)
            elif name == "loss":
                self._show(drawn.raw, offset, points)
                self._show(drawn.smoothed, offset, smooth(curve, columns // 2))
            else:
                if name not in drawn.others:
                    drawn.others[name] = pg.PlotCurveItem()
                    self._box.addItem(drawn.others[name])
                    self._dress(drawn)
                self._show(drawn.others[name], offset, points)

    def _show(self, item: Any, offset: int, points: Sequence[Point]) -> None:
        height = math.log10 if self._is_log else float
        item.setData([offset + step for step, _ in points], [height(value) for _, value in points])

    def _dress(self, drawn: _Drawn) -> None:
        """A colour per stage; the kind of line tells what it is even without colour."""
        tokens = self._tokens
        index = LEARNING_STAGES.index(drawn.stage) if drawn.stage in LEARNING_STAGES else 0
        color, pale = QColor(tokens.series[index]), QColor(tokens.series[index])
        pale.setAlpha(90)
        drawn.raw.setPen(pg.mkPen(pale, width=1))
        drawn.smoothed.setPen(pg.mkPen(color, width=2))
        drawn.checks.setPen(pg.mkPen(color, width=1, style=Qt.PenStyle.DotLine))
        drawn.check_signs.setSymbol("d")
        drawn.check_signs.setSize(9)
        drawn.check_signs.setBrush(pg.mkBrush(tokens.surface))
        drawn.check_signs.setPen(pg.mkPen(color, width=1.5))
        for number, item in enumerate(drawn.others.values()):
            other = QColor(tokens.series[(index + 1 + number) % len(tokens.series)])
            item.setPen(pg.mkPen(other, width=1, style=Qt.PenStyle.DashLine))
        drawn.line.setPen(pg.mkPen(tokens.line, width=1))
        drawn.line.label.setColor(QColor(tokens.muted))
        drawn.line.label.setFont(type_scale.make_font(type_scale.SMALL, tabular=True))

    def _place_names(self) -> None:
        """Beside the line where a group begins, or over it where the right edge would cut them.

        Names that would run into another one are hidden; the newest always shows.
        """
        begin, end = self._seen()
        room = self._box.width()
        labels = [drawn.line.label for drawn in self._groups.values()]
        reaches = []
        for label in labels:
            at = (label.line.value() - begin) / (end - begin) * room
            width = label.textItem.boundingRect().width()
            over = min(1.0, max(0.0, (at + width - room) / width))
            label.anchors = [(over, 0), (over, 0)]
            label.setAnchor((over, 0))
            reaches.append((at - over * width, at - over * width + width))
        shown = names_that_fit(reaches, always=len(labels) - 1)
        for number, label in enumerate(labels):
            if label.isVisible() != (number in shown):
                label.setVisible(number in shown)


def log_ticks(low: float, high: float, room: int) -> list[tuple[float, str]]:
    """At most `room` round values between two powers of ten, as (exponent, text)."""
    decades = range(math.floor(low), math.ceil(high) + 1)
    for steps in ((1, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,)):
        values = [step * 10.0**decade for decade in decades for step in steps]
        values = [value for value in values if low <= math.log10(value) <= high]
        if len(values) <= room:
            break
    if len(values) < _FEWEST_TICKS:  # less than a power of ten: evenly spaced values
        values = _even_values(10**low, 10**high, min(room, 6))
    return [(math.log10(value), f"{value:.4g}") for value in values]


def _even_values(low: float, high: float, room: int) -> list[float]:
    rough = (high - low) / max(1, room)
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 5, 10) if size * factor >= rough)
    return [number * step for number in range(math.ceil(low / step), math.floor(high / step) + 1)]


def _rows(curve: Curve, begin: float, end: float) -> tuple[int, int]:
    """Numbers of the points between two steps, and of one more at either side."""
    first, last = bisect_left(curve.steps, begin), bisect_right(curve.steps, end)
    return max(0, first - 1), min(len(curve.steps), last + 1)


def _short(group: Group) -> str:
    """The numbers alone, because there is little room: "text-3-5" -> "3-5"."""
    words = group.subject.split("-")
    return "\N{EN DASH}".join(word for word in words if word.isdigit()) or group.subject
