"""The page on which the smaller model learns: how thorough, start, watch, pause, go on, cancel."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import QDateTime, QLocale, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ppcl_app import figures, ways_on
from ppcl_app.engine_args import FINDING_STAGES
from ppcl_app.engine_texts import say
from ppcl_app.pages.learning_card import LearningCard
from ppcl_app.pages.page import Page
from ppcl_app.pages.sample_card import SampleCard
from ppcl_app.pages.setup_card import Effort, SetupCard
from ppcl_app.project_model import Progress
from ppcl_app.run_model import Phase, StageRow, StageState
from ppcl_app.studio import Studio
from ppcl_app.vocabulary import STAGES, unfinished_title
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.failure_card import FailureCard
from ppcl_app.widgets.seen import is_seen
from ppcl_app.widgets.stage_list import StageList
from ppcl_app.widgets.text import body_label, push_button

_WIDE_LETTERS = 66  # in a line; below that, the curve is below the stages
_START_GUARD_MS = 400
_NUM_NOTICES = 3


class RecoverPage(Page):
    """Everything on it follows the run and the project; it starts nothing by itself."""

    start_asked = Signal()
    cancel_asked = Signal()
    compare_asked = Signal()
    folder_asked = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._run, self._project, self._settings = studio.run, studio.project, studio.settings
        self._asks_again = False
        self._build()
        self._arrange()
        self._connect()
        self._show_project()
        self._show_stages()
        self._show_notices()

    def _build(self) -> None:
        self.setup = SetupCard()
        self.failure_card = FailureCard(
            lambda failure: ways_on.of_run(self._studio, failure, self._start)
        )
        self.result_card = Card(kind="good")
        self._result = body_label()
        self.result_card.body.addWidget(self._result)
        self.stages = StageList()
        self._notices = body_label(tone="muted")
        self.learning = LearningCard(self._run, self._project, self._studio.charts)
        self.samples = SampleCard(self._run, self._project)
        self.cancel_button = push_button(
            self.tr("Cancel…"),
            kind="quiet",
            tip=self.tr("Throws away what is being learned now; finished steps stay"),
        )
        self.pause_button = push_button(
            self.tr("&Pause"),
            tip=self.tr("Saves at the next step and frees the memory; it goes on from there"),
        )
        self.keep_button = push_button(self.tr("&Stop and keep"))
        self.again_button = push_button(self.tr("Learn again…"))
        self._guard = QTimer(self, singleShot=True, interval=_START_GUARD_MS)

    def _arrange(self) -> None:
        stages = Card(self.tr("What happens"))
        stages.body.addWidget(self.stages, 1)
        stages.body.addWidget(self._notices)
        row = QHBoxLayout()
        row.setSpacing(12)
        side = QVBoxLayout()
        side.setSpacing(12)
        side.addWidget(stages, 1)
        side.addWidget(self.samples)
        row.addLayout(side, 2)
        row.addWidget(self.learning, 4)
        self.area.stack(row, _WIDE_LETTERS)
        self.area.stack(self.setup.tiles, _WIDE_LETTERS)
        for widget in (self.failure_card, self.result_card, self.setup):
            self.content.addWidget(widget)
        self.content.addLayout(row, 1)
        self.foot.insertWidget(1, self.cancel_button)
        self.foot.insertWidget(2, self.pause_button)
        self.foot.insertWidget(3, self.keep_button)
        self.foot.insertWidget(4, self.again_button)

    def _connect(self) -> None:
        run, project = self._run, self._project
        run.phase_changed.connect(self._show_phase)
        run.stages_changed.connect(self._show_stages)
        run.progress_changed.connect(self._show_progress)
        run.notices_changed.connect(self._show_notices)
        run.failure_changed.connect(self._show_failure)
        project.project_changed.connect(self._show_project)
        project.tiers_changed.connect(self._show_project)
        project.plan_changed.connect(self._show_project)
        self._settings.preferences_changed.connect(self._show_project)
        self.setup.effort_chosen.connect(lambda effort: self._settings.change(effort=effort))
        self.setup.folder_asked.connect(self.folder_asked)
        self.primary.clicked.connect(self._on_primary)
        self.again_button.clicked.connect(self._on_again)
        self.pause_button.clicked.connect(self._on_pause)
        self.cancel_button.clicked.connect(self.cancel_asked)
        self.keep_button.clicked.connect(self._on_keep)
        run.stages_changed.connect(self._show_keep)
        run.time_left_changed.connect(self._show_summary)

    def _on_primary(self) -> None:
        if self._is_finished:
            self.compare_asked.emit()
        else:
            self._start()

    def _start(self) -> None:
        self._guard.start()
        self.start_asked.emit()

    def _on_again(self) -> None:
        self._asks_again = True
        self._show_phase()

    def _on_pause(self) -> None:
        if not self._guard.isActive():  # the second half of a double click on the start button
            self._studio.pause()

    def _on_keep(self) -> None:
        if not self._guard.isActive():
            self._run.finish_early(self._project.folder)

    def _show_keep(self) -> None:
        """It ends what all layers learn together; before that there is nothing to keep yet."""
        run, row = self._run, self._run.current
        can_keep = row is not None and row.name == "finetune" and not run.is_finishing
        self.keep_button.setEnabled(can_keep and run.phase is Phase.RUNNING)
        if can_keep:
            tip = self.tr(
                "Ends the learning here and measures the sizes as they are; it can learn on later"
            )
        elif run.is_finishing:
            tip = self.tr("The sizes are measured as they are")
        else:
            tip = self.tr("Possible while all layers learn together; pause works at any time")
        self.keep_button.setToolTip(tip)

    @property
    def _is_finished(self) -> bool:
        """There is a result to go to, and nothing else that asks for attention."""
        is_done = self._project.progress is Progress.FINISHED
        return is_done and self._run.failure is None and not self._asks_again

    def _show_project(self) -> None:
        project = self._project
        name = project.model.title
        text = self.tr("{model} becomes smaller by learning from itself. Pause whenever you like.")
        self.describe(self.tr("Recover quality"), text.format(model=name))
        seconds = {name: self._studio.seconds_of(STAGES, name) for name in get_args(Effort)}
        effort = self._settings.preferences.effort
        is_new = project.progress is Progress.NEW
        self.setup.show_choice(effort, project.folder, seconds=seconds, is_new=is_new)
        tiers = project.tiers
        if tiers:
            text = self.tr(
                "Done. The model is there in %n sizes, "
                "the smallest with {size} of the original's parameters.",
                "",
                len(tiers),
            )
            share = figures.percent(tiers[-1].parameters_ratio)
            self._result.setText(text.format(size=share))
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
        for button in (self.pause_button, self.cancel_button, self.keep_button):
            button.setVisible(is_active)
        self._show_primary(is_active=is_active, is_finished=is_finished)
        self._show_pause()
        self._show_keep()
        self._show_summary()

    def _show_primary(self, *, is_active: bool, is_finished: bool) -> None:
        why = self._studio.why_not_run()
        self.again_button.setEnabled(not why)
        self.again_button.setToolTip(why)
        if is_active:
            self.set_primary(self.tr("Learning…"), is_enabled=False, why=why)
        elif is_finished:
            self.set_primary(self.tr("Compare the sizes"))
        elif self._is_begun:
            tip = why or self.tr("What is finished is not done again")
            unfinished, text = self._project.unfinished, self.tr("Continue")
            if unfinished is not None and unfinished.step:
                text = self.tr("Continue from step {step}").format(step=unfinished.step)
            self.set_primary(text, is_enabled=not why, why=tip)
        else:
            self.set_primary(self.tr("Start learning"), is_enabled=not why, why=why)

    @property
    def _is_begun(self) -> bool:
        """Something of the learning is there already, or was interrupted."""
        begun = self._project.is_done("distill") or self._project.unfinished is not None
        stopped = self._run.outcome is not None and self._run.outcome.kind == "stopped"
        return self._run.failure is not None or begun or stopped

    def _show_pause(self) -> None:
        run = self._run
        is_stopping = run.phase is Phase.STOPPING
        self.pause_button.setEnabled(not is_stopping or run.is_stop_slow)
        self.cancel_button.setEnabled(not is_stopping)
        if run.is_stop_slow:
            self.pause_button.setText(self.tr("Force stop"))
        else:
            self.pause_button.setText(self.tr("Pausing…") if is_stopping else self.tr("&Pause"))
        self.pause_button.setAccessibleName(self.pause_button.text().replace("&", ""))

    def _show_stages(self) -> None:
        """All stages: those of this run as they stand, others as they are in the project."""
        mine = {row.name: row for row in self._run.stages}
        is_finished = self._project.progress is Progress.FINISHED and not self._run.is_active
        rows = []
        for name in STAGES:
            row = mine.get(name)
            if row is None or (row.state is StageState.WAITING and not self._run.is_active):
                is_done = is_finished or self._project.is_done(name)
                seconds = self._run.past_seconds.get(name, 0.0) if is_done else 0.0
                state = StageState.DONE if is_done else StageState.WAITING
                row = StageRow(name, state, seconds=seconds)
            rows.append(row)
        self.stages.show_stages([*rows, *(r for r in self._run.stages if r.name not in STAGES)])
        self._show_summary()

    def _show_progress(self) -> None:
        if is_seen(self):
            self._show_stages()

    def showEvent(self, event: QShowEvent) -> None:
        """Also when the window is no longer minimised."""
        self._show_stages()
        super().showEvent(event)

    def _show_notices(self) -> None:
        newest = self._run.notices[-_NUM_NOTICES:]
        self._notices.setText("\n".join(map(say, newest)))
        self._notices.setVisible(bool(newest))
        self._notices.setToolTip("\n".join(map(say, self._run.notices)))

    def _show_summary(self) -> None:
        self.summary.setToolTip("")
        run = self._run
        if run.phase is Phase.STOPPING:
            self.summary.setText(self.tr("Finishing the current step, then saving…"))
        elif run.is_active:
            self._show_time_left()
        elif (unfinished := self._project.unfinished) is not None:
            text = self.tr("{what} goes on from step {step}. Nothing is lost.")
            what = unfinished_title(unfinished.name)
            self.summary.setText(text.format(what=what, step=unfinished.step))
        elif run.outcome is not None and run.outcome.kind == "stopped":
            self.summary.setText(self.tr("Paused. Everything that was finished is kept."))
        elif self._project.is_stale:
            self.summary.setText(self.tr("The layers were chosen anew; the sizes are of before."))
        elif self._is_finished or self._asks_again:
            self.summary.setText("")
        else:
            self._show_price()

    def _show_price(self) -> None:
        """What was found with another effort is looked for again."""
        header = self._project.header
        text = ""
        if header is not None and header.effort != self._settings.preferences.effort:
            if self._project.is_done(FINDING_STAGES[-1]):
                text = self.tr("The layers are looked at again, as thoroughly as the rest.")
        elif self._project.progress is Progress.STARTED and self._project.is_done("plan"):
            text = self.tr("The layers are chosen; what is left is to learn.")
        self.summary.setText(text)

    def _show_time_left(self) -> None:
        left = self._run.time_left
        text = figures.time_left(left) or self.tr("The engine is starting…")
        if self._run.is_finishing:
            why = self.tr("Learning ends here; the sizes are measured.")
            text = f"{why} {text}"
        self.summary.setText(text)
        if left is not None:
            end = QDateTime.currentDateTime().addSecs(round(left.high_s)).time()
            clock = QLocale().toString(end, QLocale.FormatType.ShortFormat)
            self.summary.setToolTip(self.tr("done about {clock}").format(clock=clock))
