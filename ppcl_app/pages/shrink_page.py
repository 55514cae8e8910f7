"""The page on which a model is made smaller: choose how thorough, start, watch it learn, stop."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QWidget

from ppcl_app import figures
from ppcl_app.charts.loader import ChartLoader
from ppcl_app.pages.learning_card import LearningCard
from ppcl_app.pages.page import Page
from ppcl_app.pages.setup_card import SetupCard
from ppcl_app.project_model import Progress, ProjectModel
from ppcl_app.run_model import Phase, RunModel, StageRow, StageState
from ppcl_app.settings import Settings
from ppcl_app.vocabulary import STAGES
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.failure_card import FailureCard
from ppcl_app.widgets.stage_list import StageList
from ppcl_app.widgets.text import body_label, push_button

_START_GUARD_MS = 400
_NUM_NOTICES = 3


class ShrinkPage(Page):
    """Everything on it follows the run and the project; it starts nothing by itself."""

    shrink_asked = Signal()
    compare_asked = Signal()
    folder_asked = Signal()

    def __init__(
        self,
        run: RunModel,
        project: ProjectModel,
        settings: Settings,
        loader: ChartLoader,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._run, self._project, self._settings = run, project, settings
        self._asks_again = False
        self.describe(
            self.tr("Shrink"),
            self.tr(
                "Makes the built-in model smaller. "
                "Nothing is downloaded, and nothing leaves this computer."
            ),
        )
        self._build(loader)
        self._arrange()
        self._connect()
        self._show_project()
        self._show_stages()
        self._show_notices()

    def _build(self, loader: ChartLoader) -> None:
        self.setup = SetupCard()
        self.failure_card = FailureCard(
            [(self.tr("Continue"), self._start), (self.tr("Close"), self._run.dismiss_failure)]
        )
        self.result_card = Card(kind="good")
        self._result = body_label()
        self.result_card.body.addWidget(self._result)
        self.stages = StageList()
        self._notices = body_label(tone="muted")
        self.learning = LearningCard(self._run, self._project, loader)
        self.stop_button = push_button(
            self.tr("S&top"),
            tip=self.tr("Stops at the next step and keeps everything that is finished"),
        )
        self.again_button = push_button(self.tr("Shrink again…"))
        self._clock = QTimer(self, interval=1000)
        self._guard = QTimer(self, singleShot=True, interval=_START_GUARD_MS)

    def _arrange(self) -> None:
        stages = Card(self.tr("What happens"))
        scroll = QScrollArea(widgetResizable=True)
        scroll.setWidget(self.stages)
        scroll.viewport().setAutoFillBackground(False)
        self.stages.setAutoFillBackground(False)
        scroll.setAccessibleName(self.tr("Stages"))
        stages.body.addWidget(scroll, 1)
        stages.body.addWidget(self._notices)
        stages.setFixedWidth(330)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(stages)
        row.addWidget(self.learning, 1)
        for widget in (self.failure_card, self.result_card, self.setup):
            self.content.addWidget(widget)
        self.content.addLayout(row, 1)
        self.foot.insertWidget(1, self.stop_button)
        self.foot.insertWidget(2, self.again_button)

    def _connect(self) -> None:
        run, project = self._run, self._project
        run.phase_changed.connect(self._show_phase)
        run.stages_changed.connect(self._show_stages)
        run.progress_changed.connect(self._show_stages)
        run.notices_changed.connect(self._show_notices)
        run.failure_changed.connect(self._show_failure)
        project.project_changed.connect(self._show_project)
        project.tiers_changed.connect(self._show_project)
        self.setup.effort_chosen.connect(lambda effort: self._settings.change(effort=effort))
        self.setup.folder_asked.connect(self.folder_asked)
        self.primary.clicked.connect(self._on_primary)
        self.again_button.clicked.connect(self._on_again)
        self.stop_button.clicked.connect(self._on_stop)
        self._clock.timeout.connect(self._show_summary)

    def _on_primary(self) -> None:
        if self._is_finished:
            self.compare_asked.emit()
        else:
            self._start()

    def _start(self) -> None:
        self._guard.start()
        self.shrink_asked.emit()

    def _on_again(self) -> None:
        self._asks_again = True
        self._show_phase()

    def _on_stop(self) -> None:
        if not self._guard.isActive():  # the second half of a double click on the start button
            self._run.stop()

    @property
    def _is_finished(self) -> bool:
        """There is a result to go to, and nothing else that asks for attention."""
        is_done = self._project.progress is Progress.FINISHED
        return is_done and self._run.failure is None and not self._asks_again

    def _show_project(self) -> None:
        self._asks_again = False
        self.setup.show_choice(self._settings.preferences.effort, self._project.folder)
        tiers = self._project.tiers
        if tiers:
            text = self.tr(
                "Done. The model is there in {count} sizes, "
                "the smallest with {size} of the original's parameters."
            )
            share = figures.percent(tiers[-1].parameters_ratio)
            self._result.setText(text.format(count=len(tiers), size=share))
        self._show_stages()
        self._show_phase()

    def _show_failure(self) -> None:
        self.failure_card.show_failure(self._run.failure)
        self._show_phase()

    def _show_phase(self) -> None:
        run = self._run
        self._asks_again = self._asks_again and not run.is_active
        is_active, is_finished = run.is_active, self._is_finished
        self.setup.setVisible(not is_active and run.failure is None and not is_finished)
        self.result_card.setVisible(not is_active and is_finished)
        self.again_button.setVisible(not is_active and is_finished)
        self.stop_button.setVisible(is_active)
        self._show_primary(is_active=is_active, is_finished=is_finished)
        self._show_stop()
        if is_active:
            self._clock.start()
        else:
            self._clock.stop()
        self._show_summary()

    def _show_primary(self, *, is_active: bool, is_finished: bool) -> None:
        if is_active:
            why = self.tr("It runs already")
            self.set_primary(self.tr("Shrinking…"), is_enabled=False, why=why)
        elif is_finished:
            self.set_primary(self.tr("Compare the sizes"))
        elif self._project.progress is Progress.STARTED or self._run.failure is not None:
            why = self.tr("What is finished is not done again")
            self.set_primary(self.tr("Continue shrinking"), why=why)
        else:
            self.set_primary(self.tr("Shrink the built-in model"))

    def _show_stop(self) -> None:
        run = self._run
        is_stopping = run.phase is Phase.STOPPING
        self.stop_button.setEnabled(not is_stopping or run.is_stop_slow)
        if run.is_stop_slow:
            self.stop_button.setText(self.tr("Force stop"))
        else:
            self.stop_button.setText(self.tr("Stopping…") if is_stopping else self.tr("S&top"))
        self.stop_button.setAccessibleName(self.stop_button.text().replace("&", ""))

    def _show_stages(self) -> None:
        is_done = self._project.progress is Progress.FINISHED
        state = StageState.DONE if is_done else StageState.WAITING
        self.stages.show_stages(self._run.stages or [StageRow(name, state) for name in STAGES])
        self._show_summary()

    def _show_notices(self) -> None:
        newest = self._run.notices[-_NUM_NOTICES:]
        self._notices.setText("\n".join(newest))
        self._notices.setVisible(bool(newest))
        self._notices.setToolTip("\n".join(self._run.notices))

    def _show_summary(self) -> None:
        self.summary.setToolTip("")
        run = self._run
        if run.phase is Phase.STOPPING:
            self.summary.setText(self.tr("Finishing the current step, then saving…"))
        elif run.is_active:
            self._show_time_left()
        elif run.outcome is not None and run.outcome.kind == "stopped":
            self.summary.setText(self.tr("Stopped. Everything that was finished is kept."))
        elif self._project.progress is Progress.STARTED:
            self.summary.setText(self.tr("This project was begun and is not finished."))
        else:
            self.summary.setText("")

    def _show_time_left(self) -> None:
        left = self._run.time_left
        self.summary.setText(figures.time_left(left) or self.tr("The engine is starting…"))
        if left is not None:
            end = QDateTime.currentDateTime().addSecs(round(left.high_s)).time()
            clock = QLocale().toString(end, QLocale.FormatType.ShortFormat)
            self.summary.setToolTip(self.tr("done about {clock}").format(clock=clock))
