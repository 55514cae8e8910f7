"""The live learning chart: a light shell that waits for data and the chart library."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QContextMenuEvent, QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedLayout, QWidget

from ppcl_app.charts.chart_menu import ChartMenu
from ppcl_app.charts.loader import ChartLoader
from ppcl_app.metrics import Metrics
from ppcl_app.theme.palette import current_tokens
from ppcl_app.vocabulary import subject_title
from ppcl_app.widgets.text import body_label

if TYPE_CHECKING:
    from ppcl_app.charts.plot import LearningPlot

_REDRAW_MS = 33
_CALM = 12  # rests this many times as long as the last drawing took, so 8 % of a core at most
_LONGEST_REST_MS = 2_000  # also where a busy computer takes a second for one drawing
_DESCRIBE_EVERY_S = 1.0


class LineChart(QWidget):
    """`show_metrics` costs nothing: drawing happens on a timer, and only while it can be seen.

    `menu` is opened by a right click; whoever shows the chart may open it by a button too.
    """

    def __init__(
        self,
        loader: ChartLoader,
        *,
        name: str,
        x_label: str,
        y_labels: tuple[str, str],
        empty: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._labels = (x_label, *y_labels)
        self.menu = ChartMenu(self)
        self.menu.aboutToShow.connect(self._show_menu_state)
        self.menu.copy_asked.connect(self._copy_picture)
        self.menu.reset_asked.connect(self._reset_view)
        self.menu.look_changed.connect(self._on_other_look)
        self._metrics: Metrics | None = None
        self._plot: LearningPlot | None = None
        self._drawn = -1
        self._described_at = 0.0
        self._timer = QTimer(self, singleShot=True, interval=_REDRAW_MS)
        self._timer.timeout.connect(self._draw)
        self._loader = loader
        loader.loaded.connect(self._schedule)
        loader.problem.connect(self._on_problem)
        self._hint = body_label(empty, tone="muted")
        self._hint.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._hint)
        self.setAccessibleName(name)

    def sizeHint(self) -> QSize:
        return QSize(480, 300)

    def minimumSizeHint(self) -> QSize:
        return QSize(240, 160)

    def show_metrics(self, metrics: Metrics) -> None:
        self._metrics = metrics
        self._schedule()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._schedule()

    def hideEvent(self, event: QHideEvent) -> None:
        self._timer.stop()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange and self._plot is not None:
            self._plot.apply_tokens(current_tokens())
        super().changeEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu.popup(event.globalPos())

    def _show_menu_state(self) -> None:
        is_zoomed = self._plot is not None and self._plot.is_zoomed
        has_data = self._plot is not None and bool(self._metrics and self._metrics.groups)
        self.menu.allow(has_data=has_data, is_zoomed=is_zoomed)

    def _copy_picture(self) -> None:
        QGuiApplication.clipboard().setPixmap(self.grab())

    def _reset_view(self) -> None:
        if self._plot is not None:
            self._plot.reset_view()
            self._draw_anew()

    def _on_other_look(self) -> None:
        if self._plot is not None:
            self._dress(self._plot)
            self._draw_anew()

    def _dress(self, plot: LearningPlot) -> None:
        is_log = self.menu.log_scale.isChecked()
        plot.set_log(is_log, self._labels[1] if is_log else self._labels[2])
        plot.set_raw(self.menu.raw_values.isChecked())

    def _draw_anew(self) -> None:
        """At once: somebody has asked for it."""
        self._drawn = -1
        if self.isVisible():
            self._draw()

    def _schedule(self) -> None:
        if self.isVisible() and not self._timer.isActive():
            self._timer.start()

    def _draw(self) -> None:
        metrics = self._metrics
        if metrics is None or metrics.version == self._drawn or self.window().isMinimized():
            return
        if not metrics.groups:
            self._stack.setCurrentIndex(0)
            self._drawn = metrics.version
            return
        if not self._loader.is_loaded:
            self._loader.start()
            return
        if self._plot is None:
            self._plot = self._make_plot()
        began = time.monotonic()
        self._stack.setCurrentIndex(1)
        self._plot.draw(metrics)
        self._plot.paint()  # which takes longer than drawing, and counts as well
        self._drawn = metrics.version
        now = time.monotonic()
        rest = round(_CALM * 1000 * (now - began))
        self._timer.setInterval(max(_REDRAW_MS, min(rest, _LONGEST_REST_MS)))
        if now - self._described_at >= _DESCRIBE_EVERY_S:
            self._described_at = now
            self._describe(metrics)

    def _make_plot(self) -> LearningPlot:
        from ppcl_app.charts.plot import LearningPlot

        plot = LearningPlot(
            x_label=self._labels[0], y_label=self._labels[1], tokens=current_tokens()
        )
        plot.widget.setAccessibleName(self.accessibleName())
        self._dress(plot)
        self._stack.addWidget(plot.widget)
        return plot

    def _describe(self, metrics: Metrics) -> None:
        group = metrics.newest
        curve = group.curves.get("loss") if group is not None else None
        if group is None or curve is None or not curve.values:
            return
        text = self.tr("{what}: difference {value} at step {step}").format(
            what=subject_title(group.stage, group.subject),
            value=f"{curve.values[-1]:.3g}",
            step=round(curve.steps[-1]),
        )
        self.setAccessibleDescription(text)
        if self._plot is not None:
            self._plot.widget.setAccessibleDescription(text)

    def _on_problem(self, text: str) -> None:
        self._hint.setText(self.tr("Charts cannot be drawn here: {problem}").format(problem=text))
