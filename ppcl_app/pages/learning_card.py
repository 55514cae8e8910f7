"""What the model learns while it is made smaller: its layers, and the curve of each new one."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.plan import Plan
from ppcl_app.charts.legend import Legend
from ppcl_app.charts.line_chart import LineChart
from ppcl_app.charts.loader import ChartLoader
from ppcl_app.metrics import LEARNING_STAGES
from ppcl_app.project_model import ProjectModel
from ppcl_app.run_model import RunModel
from ppcl_app.vocabulary import STAGES, subject_title
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.data_table import DataTable
from ppcl_app.widgets.how_it_works import HowItWorks
from ppcl_app.widgets.layer_strip import LayerStrip
from ppcl_app.widgets.one_of import OneOf
from ppcl_app.widgets.seen import is_seen
from ppcl_app.widgets.text import heading_label, push_button

_UNKNOWN = "\N{EN DASH}"


class LearningCard(Card):
    """Before a plan exists it explains what will be seen; then it shows it."""

    def __init__(
        self,
        run: RunModel,
        project: ProjectModel,
        loader: ChartLoader,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent=parent)
        self._run, self._project = run, project
        self.setAccessibleName(self.tr("Learning"))
        self._title = heading_label("")
        self._title.setWordWrap(True)
        self._strip = LayerStrip()
        self.chart = LineChart(
            loader,
            name=self.tr("Learning curve"),
            x_label=self.tr("learning steps"),
            y_labels=(self.tr("difference (log scale)"), self.tr("difference")),
            empty=self.tr("The curve is drawn here while the merged layers learn."),
        )
        self._make_table()
        self._stack = OneOf(HowItWorks(), self._make_live())
        self.body.setContentsMargins(16, 8, 12, 12)  # its heading is level with the one beside it
        self.body.addLayout(self._make_head())
        self.body.addWidget(self._stack, 1)
        self.table_button.toggled.connect(self._show_table)
        run.metrics_changed.connect(self._show_metrics)
        run.phase_changed.connect(self.show_learning)
        run.stages_changed.connect(self.show_learning)
        project.plan_changed.connect(self.show_learning)
        project.project_changed.connect(self.show_learning)
        project.tiers_changed.connect(self.show_learning)
        self._show_metrics()

    def showEvent(self, event: QShowEvent) -> None:
        self._show_metrics()
        super().showEvent(event)

    def show_learning(self) -> None:
        plan = self._project.plan
        self._stack.setCurrentIndex(0 if plan is None else 1)
        for button in (self.table_button, self.menu_button):
            button.setVisible(plan is not None)
        self._title.setText(self._title_text(plan))
        if plan is not None:
            self._strip.show_plan(plan, self._states(plan))

    def _show_metrics(self) -> None:
        self.chart.show_metrics(self._run.metrics)
        if is_seen(self):
            self._show_table()
            self.show_learning()

    def _show_table(self) -> None:
        self._views.setCurrentIndex(1 if self.table_button.isChecked() else 0)
        if not self.table_button.isChecked():
            return
        rows = []
        for group in self._run.metrics.groups.values():
            first, now, best = group.summary
            rows.append(
                (
                    subject_title(group.stage, group.subject),
                    str(round(group.last_step)), _figure(first), _figure(now), _figure(best),
                )
            )  # fmt: skip
        self.table.show_rows(rows)

    def _title_text(self, plan: Plan | None) -> str:
        group, row = self._run.metrics.newest, self._run.current
        if plan is None:
            return self.tr("What this does")
        learns = row is not None and row.name in LEARNING_STAGES
        if group is None or not self._run.is_active or not learns:
            return self.tr("How the new layers learn")
        what = subject_title(group.stage, group.subject)
        return self.tr("Learning now: {what}").format(what=what)

    def _states(self, plan: Plan) -> dict[str, str]:
        """How far each run of layers is, by its name."""
        row, metrics = self._run.current, self._run.metrics
        is_past = self._project.tiers and not self._run.is_active
        if row is not None and row.name in STAGES:
            is_past = STAGES.index(row.name) > STAGES.index("distill")
        if is_past:
            return {span.name: "done" for span in plan.spans}
        states = {g.subject: "done" for g in metrics.groups.values() if g.stage == "distill"}
        newest = metrics.newest
        if newest is not None and newest.subject in states:
            states[newest.subject] = "learning" if self._run.is_active else "waiting"
        return states

    def _make_table(self) -> None:
        self.table = DataTable(
            self.tr("Figures of the learning curves"),
            (
                self.tr("What learns"), self.tr("Steps"), self.tr("Difference at first"),
                self.tr("Now"), self.tr("Best check"),
            ),
        )  # fmt: skip
        self.table_button = push_button(
            self.tr("Table"), kind="quiet", tip=self.tr("Show the same figures as a table")
        )
        self.table_button.setCheckable(True)
        policy = self.table_button.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.table_button.setSizePolicy(policy)
        self.menu_button = push_button(
            self.tr("Chart"), kind="quiet", tip=self.tr("Copy, save, or change how it is drawn")
        )
        self.menu_button.setMenu(self.chart.menu)

    def _make_head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.setSpacing(2)
        head.addWidget(self._title, 1)
        head.addWidget(self.table_button)
        head.addWidget(self.menu_button)
        return head

    def _make_live(self) -> QWidget:
        live = QWidget()
        column = QVBoxLayout(live)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._strip)
        chart = QWidget()
        inside = QVBoxLayout(chart)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(
            Legend(
                (self.tr("merged layers"), self.tr("narrowed layers"), self.tr("all together")),
                self.tr("checked on pictures it never learns from"),
            )
        )
        inside.addWidget(self.chart, 1)
        self._views = OneOf(chart, self.table)
        column.addWidget(self._views, 1)
        return live


def _figure(value: float | None) -> str:
    return _UNKNOWN if value is None else f"{value:.3g}"
