"""The only file that knows pyqtgraph: draws groups of learning curves one after the other."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFontMetricsF
from PySide6.QtWidgets import QFrame

from ppcl_app.charts.thinning import Steps, Values, smooth, thin
from ppcl_app.metrics import LEARNING_STAGES, Curve, Group, Metrics
from ppcl_app.theme import type_scale
from ppcl_app.theme.tokens import Tokens
from ppcl_app.widgets.names_that_fit import names_that_fit

_SMOOTH_SHARE = 0.2
_COLUMNS = 400
_TICK_ROOM_PX = 22
_FEWEST_TICKS = 4

pg.setConfigOption("exitCleanup", False)  # it walks every object of the interpreter at exit


@dataclass(slots=True)
class _Drawn:
    """The items of one group, and what they were last drawn from."""

    raw: Any
    smoothed: Any
    checks: Any
    line: Any
    others: dict[str, Any] = field(default_factory=dict)
    state: tuple[float, ...] = ()
    reach: list[float] = field(default_factory=list)  # the lowest and highest value of each curve


class LearningPlot:
    """`widget` goes into a layout; `draw` only touches groups that have changed."""

    def __init__(self, *, x_label: str, y_label: str, tokens: Tokens) -> None:
        self.widget: Any = pg.PlotWidget()
        self._item = self.widget.getPlotItem()
        self._labels = {"bottom": x_label, "left": y_label}
        self._groups: dict[str, _Drawn] = {}
        self._stages: dict[str, str] = {}
        self._tokens = tokens
        self._is_log, self._has_raw = True, True
        self.is_zoomed = False
        self._item.hideButtons()
        self._item.setMenuEnabled(False)
        self._item.setLogMode(y=True)
        self._item.setMouseEnabled(x=True, y=False)
        self._item.getViewBox().sigRangeChangedManually.connect(self._on_zoomed)
        self._item.getViewBox().setDefaultPadding(0.02)
        self.widget.setFrameShape(QFrame.Shape.NoFrame)
        self.widget.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.widget.setContextMenuPolicy(Qt.ContextMenuPolicy.NoContextMenu)  # it is its parent's
        for side in ("bottom", "left"):
            axis = self._item.getAxis(side)
            axis.enableAutoSIPrefix(False)
            axis.setTickFont(type_scale.make_font(type_scale.SMALL, tabular=True))
            axis.setStyle(tickLength=-4, tickTextOffset=6)
        self._item.showGrid(x=False, y=True, alpha=0.12)
        self.apply_tokens(tokens)

    def apply_tokens(self, tokens: Tokens) -> None:
        """Dress everything in light or dark; pyqtgraph does not look at the palette itself."""
        self._tokens = tokens
        self.widget.setBackground(tokens.surface)
        for side, text in self._labels.items():
            axis = self._item.getAxis(side)
            axis.setPen(pg.mkPen(tokens.outline))
            axis.setTextPen(pg.mkPen(tokens.muted))
            axis.setLabel(text, color=tokens.muted)
        for key, drawn in self._groups.items():
            self._dress(drawn, self._stages[key])

    def draw(self, metrics: Metrics) -> None:
        for key in [key for key in self._groups if key not in metrics.groups]:
            self._remove(self._groups.pop(key))
        offsets = metrics.offsets()
        for (key, group), offset in zip(metrics.groups.items(), offsets, strict=True):
            drawn = self._groups.get(key) or self._add(key, group)
            state = (offset, *(len(c.steps) for c in group.curves.values()), group.last_step)
            if state != drawn.state:
                drawn.state = state
                self._draw_group(drawn, group, offset)
        newest = next(reversed(metrics.groups.values()))
        end = max(1.0, offsets[-1] + newest.last_step, offsets[-1] * 1.08)  # room for its name
        if not self.is_zoomed:
            self._item.setXRange(0, end, padding=0.01)
        self._fit_heights()
        self._place_labels([*offsets, end])

    def paint(self) -> None:
        """Bring what was drawn on the screen now, not some time later."""
        self.widget.viewport().repaint()

    def set_log(self, is_log: bool, label: str) -> None:
        """Differences on a scale of powers of ten, or on an even one from zero."""
        self._is_log = is_log
        self._item.setLogMode(y=is_log)
        self._labels["left"] = label
        self._item.getAxis("left").setLabel(label, color=self._tokens.muted)

    def set_raw(self, has_raw: bool) -> None:
        self._has_raw = has_raw
        for drawn in self._groups.values():
            drawn.raw.setVisible(has_raw)

    def reset_view(self) -> None:
        """Show all steps again from the next drawing on."""
        self.is_zoomed = False

    def _on_zoomed(self) -> None:
        self.is_zoomed = True

    def _fit_heights(self) -> None:
        """All values, and room above them for the names."""
        values = [value for drawn in self._groups.values() for value in drawn.reach]
        if values and not self._is_log:
            self._item.setYRange(0, 1.12 * max(values), padding=0)
            self._item.getAxis("left").setTicks(None)
        elif values:
            low, high = np.log10(min(values)), np.log10(max(values))
            reach = max(0.3, high - low)
            low, high = low - 0.05 * reach, high + 0.16 * reach
            self._item.setYRange(low, high, padding=0)
            room = max(1, self.widget.height() - 60) // _TICK_ROOM_PX
            self._item.getAxis("left").setTicks([log_ticks(low, high, room)])

    def _add(self, key: str, group: Group) -> _Drawn:
        line = pg.InfiniteLine(
            angle=90, label=_short(group), labelOpts={"position": 0.99, "anchors": [(0, 0), (0, 0)]}
        )
        drawn = _Drawn(
            raw=self._item.plot(), smoothed=self._item.plot(), checks=self._item.plot(), line=line
        )
        drawn.raw.setVisible(self._has_raw)
        self._item.addItem(line)
        self._groups[key] = drawn
        self._stages[key] = group.stage
        self._dress(drawn, group.stage)
        return drawn

    def _remove(self, drawn: _Drawn) -> None:
        for item in (drawn.raw, drawn.smoothed, drawn.checks, drawn.line, *drawn.others.values()):
            self._item.removeItem(item)

    def _draw_group(self, drawn: _Drawn, group: Group, offset: float) -> None:
        drawn.line.setPos(offset)
        drawn.reach = []
        for name, curve in group.curves.items():
            x, y = _points(curve)
            if len(y):
                drawn.reach += [float(y.min()), float(y.max())]
            if name == "validation":
                _show(drawn.checks, offset, x, y)
            elif name == "loss":
                span = max(2, round(_SMOOTH_SHARE * len(y)))
                _show(drawn.raw, offset, *thin(x, y, _COLUMNS))
                _show(drawn.smoothed, offset, *smooth(x, y, span=span, columns=_COLUMNS))
            else:
                item = drawn.others.get(name)
                if item is None:
                    item = drawn.others[name] = self._item.plot()
                    self._dress(drawn, group.stage)
                _show(item, offset, *thin(x, y, _COLUMNS))

    def _dress(self, drawn: _Drawn, stage: str) -> None:
        """A colour per stage; the kind of line tells what it is even without colour."""
        index = LEARNING_STAGES.index(stage) if stage in LEARNING_STAGES else 0
        color = QColor(self._tokens.series[index])
        pale = QColor(color)
        pale.setAlpha(90)
        drawn.raw.setPen(pg.mkPen(pale, width=1))
        drawn.smoothed.setPen(pg.mkPen(color, width=2))
        drawn.checks.setPen(pg.mkPen(color, width=1, style=Qt.PenStyle.DotLine))
        drawn.checks.setSymbol("d")
        drawn.checks.setSymbolSize(9)
        drawn.checks.setSymbolBrush(pg.mkBrush(self._tokens.surface))
        drawn.checks.setSymbolPen(pg.mkPen(color, width=1.5))
        for number, item in enumerate(drawn.others.values()):
            other = QColor(self._tokens.series[(index + 1 + number) % len(self._tokens.series)])
            item.setPen(pg.mkPen(other, width=1, style=Qt.PenStyle.DashLine))
        drawn.line.setPen(pg.mkPen(self._tokens.line, width=1))
        drawn.line.label.setColor(QColor(self._tokens.muted))
        drawn.line.label.setFont(type_scale.make_font(type_scale.SMALL, tabular=True))

    def _place_labels(self, edges: list[float]) -> None:
        """Hide names that would run into another one; the newest always shows."""
        per_px = max(1.0, self.widget.width() - 70) / max(1.0, edges[-1])
        metrics = QFontMetricsF(type_scale.make_font(type_scale.SMALL, tabular=True))
        labels = [drawn.line.label for drawn in self._groups.values()]
        starts = [edge * per_px for edge in edges[:-1]]
        widths = [metrics.horizontalAdvance(label.toPlainText()) for label in labels]
        reaches = [(at, at + wide) for at, wide in zip(starts, widths, strict=True)]
        shown = names_that_fit(reaches, always=len(labels) - 1)
        for number, label in enumerate(labels):
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


def _short(group: Group) -> str:
    """The numbers alone, because there is little room: "text-3-5" -> "3-5"."""
    words = group.subject.split("-")
    return "\N{EN DASH}".join(word for word in words if word.isdigit()) or group.subject


def _show(item: Any, offset: float, x: Steps, y: Values) -> None:
    item.setData(x + float(offset), y)


def _points(curve: Curve) -> tuple[Steps, Values]:
    """Copies, because the arrays go on growing; a logarithm needs values above zero."""
    x, y = np.array(curve.steps), np.array(curve.values)
    good = np.isfinite(y) & (y > 0)
    return (x, y) if good.all() else (x[good], y[good])
