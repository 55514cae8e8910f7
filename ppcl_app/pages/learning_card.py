"""What the model learns while it is made smaller: its layers, and the curve of each new one."""

from __future__ import annotations

from PySide6.QtWidgets import QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from engine.plan import Plan
from ppcl_app.charts.legend import Legend
from ppcl_app.charts.line_chart import LineChart
from ppcl_app.charts.loader import ChartLoader
from ppcl_app.project_model import ProjectModel
from ppcl_app.run_model import RunModel
from ppcl_app.vocabulary import STAGES, subject_title
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.how_it_works import HowItWorks
from ppcl_app.widgets.layer_strip import LayerStrip
from ppcl_app.widgets.text import heading_label


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
        self._strip = LayerStrip()
        self.chart = LineChart(
            loader,
            name=self.tr("Learning curve"),
            x_label=self.tr("learning steps"),
            y_label=self.tr("difference (log scale)"),
            empty=self.tr("The curve is drawn here while the merged layers learn."),
        )
        self._stack = QStackedWidget()
        example = QScrollArea(widgetResizable=True)
        example.setAccessibleName(self.tr("What this does"))
        example.viewport().setAutoFillBackground(False)
        inside = HowItWorks()
        example.setWidget(inside)
        inside.setAutoFillBackground(False)  # setWidget switches it on
        self._stack.addWidget(example)
        self._stack.addWidget(self._make_live())
        self.body.addWidget(self._title)
        self.body.addWidget(self._stack, 1)
        run.metrics_changed.connect(self._show_metrics)
        run.phase_changed.connect(self.show_learning)
        run.stages_changed.connect(self.show_learning)
        project.plan_changed.connect(self.show_learning)
        project.project_changed.connect(self.show_learning)
        project.tiers_changed.connect(self.show_learning)
        self._show_metrics()

    def show_learning(self) -> None:
        plan = self._project.plan
        self._stack.setCurrentIndex(0 if plan is None else 1)
        self._title.setText(self._title_text(plan))
        if plan is not None:
            self._strip.show_plan(plan, self._states(plan))

    def _show_metrics(self) -> None:
        self.chart.show_metrics(self._run.metrics)
        self.show_learning()

    def _title_text(self, plan: Plan | None) -> str:
        group = self._run.metrics.newest
        if plan is None:
            return self.tr("What this does")
        if group is None or not self._run.is_active:
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

    def _make_live(self) -> QWidget:
        live = QWidget()
        column = QVBoxLayout(live)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self._strip)
        column.addWidget(
            Legend(
                (self.tr("merged layers"), self.tr("narrowed layers"), self.tr("all together")),
                self.tr("checked on pictures it never learns from"),
            )
        )
        column.addWidget(self.chart, 1)
        return live
