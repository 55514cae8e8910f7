"""The page on which sizes are judged: slider, numbers, and the original beside a smaller size."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from ppcl_app import figures, ways_on
from ppcl_app.generation_model import EngineState
from ppcl_app.live_scheduler import Wish
from ppcl_app.outcome import Failure
from ppcl_app.pages.compare_card import CompareCard
from ppcl_app.pages.fit_control import FitControl
from ppcl_app.pages.numbers_row import NumbersRow
from ppcl_app.pages.page import Page
from ppcl_app.pages.prompt_card import PromptCard
from ppcl_app.picture_history import Entry
from ppcl_app.picture_recipe import read_recipe
from ppcl_app.studio import Studio
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.compare_modes import Mode
from ppcl_app.widgets.empty_card import EmptyCard
from ppcl_app.widgets.failure_card import Action, FailureCard
from ppcl_app.widgets.history_strip import dropped_picture
from ppcl_app.widgets.one_of import OneOf
from ppcl_app.widgets.text import push_button
from ppcl_app.widgets.tier_slider import Stop, TierSlider

_ROOMY_LINES = 40  # of text that a page can be high; below that, what is not needed is hidden
_WIDE_LETTERS = 64  # beside each other; below that, what stands side by side goes below each other
_TIGHT_LETTERS = 44
_PROMPT_WIDTH = 280
_NARROW_VIEW_HEIGHT = 320
_NO_LIMIT = 16_777_215
_MODE_KEY, _EDGE_KEY = "compare/mode", "compare/edge"


class GeneratePage(Page):
    """Shows the generation model. Keys: Space the other picture, S saves both, [ ] other seeds."""

    _low_lines = _ROOMY_LINES
    recover_page_asked = Signal()
    export_page_asked = Signal()
    pair_asked = Signal()
    tried = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._generation, self._project, self._run = studio.generation, studio.project, studio.run
        self._state = studio.settings.window_state
        self._why = ""
        self.setAcceptDrops(True)
        self.describe(
            self.tr("Generate and compare"),
            self.tr(
                "The same prompt and the same seed, painted by the original and by a smaller size."
            ),
        )
        self._build()
        self._arrange()
        self._connect()
        self._show_wish()
        self._show_tiers()
        self._show_state()
        self._show_failure()

    def _build(self) -> None:
        self.failure_card = FailureCard(self._ways_on)
        self.slider = TierSlider()
        self.numbers = NumbersRow()
        self.fit = FitControl(self._generation, self._project)
        self.compare = CompareCard(self._generation, self._project)
        self.view = self.compare.view
        mode = self._state.value(_MODE_KEY)
        if mode in [m.value for m in Mode if m is not Mode.GRID]:
            self.view.set_mode(Mode(mode))
        if self._state.value(_EDGE_KEY) == "level" and self.view.mode is Mode.WIPE:
            self.view.set_wiping_down(True)
        self.prompt = PromptCard()
        self._show_wish()
        self.prompt.set_earlier(lambda: self._generation.history.prompts)
        self.prompt.switch.setChecked(self._generation.switches_while_painting)
        self.stop_button = push_button(self.tr("Stop painting"))
        self.export_button = push_button(self.tr("Export this size…"))
        self.set_primary(self.tr("Generate"))

    def _arrange(self) -> None:
        slider = Card()
        slider.setAccessibleName(self.tr("Size of the model"))
        slider.body.setContentsMargins(16, 8, 16, 10)
        slider.body.setSpacing(4)
        self._top = QHBoxLayout()
        self._top.setSpacing(16)
        self._top.addWidget(self.slider, 1)
        self._top.addWidget(self.fit, 0, Qt.AlignmentFlag.AlignTop)
        slider.body.addLayout(self._top)
        slider.body.addWidget(self.numbers)
        self._row = QHBoxLayout()
        self._row.setSpacing(12)
        self._row.addWidget(self.compare, 1)
        self._row.addWidget(self.prompt)
        column = QVBoxLayout()
        column.setSpacing(12)
        for widget in (self.failure_card, slider):
            column.addWidget(widget)
        column.addLayout(self._row, 1)
        column.setContentsMargins(0, 0, 0, 0)
        full = QWidget()
        full.setLayout(column)
        self._stack = OneOf(self._empty_state(), full)
        self.content.addWidget(self._stack, 1)
        self.foot.insertWidget(1, self.stop_button)
        self.foot.insertWidget(2, self.export_button)

    def _empty_state(self) -> QWidget:
        sample = TierSlider()
        sample.setAccessibleName(self.tr("Example of the slider"))
        names = (self.tr("Original"), *map(figures.percent, (0.9, 0.8, 0.7, 0.6, 0.5)))
        sample.set_stops([Stop(name, name) for name in names], is_painted=lambda tier: tier < 4)
        sample.setValue(2)
        sample.setEnabled(False)
        card = EmptyCard(
            self.tr("There is nothing to compare yet"),
            self.tr(
                "Once the model has been made smaller, a slider here goes through its sizes. "
                "Beside each picture you see what the original paints, how long it took, and "
                "how much alike the two are."
            ),
            [
                (self.tr("Recover quality"), self.recover_page_asked.emit),
                (self.tr("Try with the built-in model"), self.tried.emit),
            ],
            sample=sample,
        )
        self.go_to_recover, self.try_button = card.buttons
        return card

    def _connect(self) -> None:
        generation = self._generation
        self._project.tiers_changed.connect(self._show_tiers)
        generation.tier_changed.connect(self._show_tier)
        generation.wish_changed.connect(self._show_wish)
        generation.pictures_changed.connect(self._show_pictures)
        generation.state_changed.connect(self._show_state)
        generation.failure_changed.connect(self._show_failure)
        generation.history.problem_found.connect(self._say)
        self._run.phase_changed.connect(self._show_state)
        self.slider.valueChanged.connect(self._on_slider)
        self.slider.sliderReleased.connect(generation.hurry)
        self.fit.fitted.connect(self._on_fitted)
        self.view.mode_changed.connect(self._remember_mode)
        self.compare.restored.connect(self._restore)
        self.compare.cell_opened.connect(self._open_wish)
        self.compare.test_changed.connect(self._on_test)
        self.compare.pair_asked.connect(self.pair_asked)
        self.prompt.changed.connect(self._show_state)
        self.prompt.switching_changed.connect(self._switch)
        self.primary.clicked.connect(self._generate)
        self.stop_button.clicked.connect(self._stop)
        self.export_button.clicked.connect(self.export_page_asked)

    def visit(self) -> None:
        """The first visit paints the example, so that nobody sees empty frames."""
        generation = self._generation
        if not self._project.tiers:
            return
        generation.history.load()
        if not self._run.is_active and generation.failure is None:
            generation.start_engine()
            if not generation.has_asked and generation.pane(generation.tier).picture is None:
                self._generate()
        self._show_pictures()

    # Events.

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._reflow()
        super().resizeEvent(event)

    def _reflow(self) -> None:
        """For low and for narrow windows, measured in text: so for large text as well."""
        letters = self.fontMetrics()
        is_roomy = self.height() >= _ROOMY_LINES * letters.height()
        is_wide = self.width() >= _WIDE_LETTERS * letters.averageCharWidth()
        self.prompt.show_help(is_roomy)
        self.compare.make_room(is_roomy)
        ways = QBoxLayout.Direction
        for row in (self._top, self._row):
            row.setDirection(ways.LeftToRight if is_wide else ways.TopToBottom)
        is_tight = self.width() < _TIGHT_LETTERS * letters.averageCharWidth()
        self.numbers.set_columns(4 if is_wide else 1 if is_tight else 2)
        width = max(_PROMPT_WIDTH, self.prompt.minimumSizeHint().width())  # for longer languages
        self.prompt.setMinimumWidth(width if is_wide else 0)
        self.prompt.setMaximumWidth(width if is_wide else _NO_LIMIT)
        self.view.setMinimumHeight(0 if is_wide else _NARROW_VIEW_HEIGHT)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        if key == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.view.hold(not self.compare.blind.is_running)
        elif key == Qt.Key.Key_Escape:
            self._stop()
        elif key == Qt.Key.Key_C and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.compare.copy_view()
        elif self.compare.blind.is_running:
            super().keyPressEvent(event)
        elif key == Qt.Key.Key_S:
            self.pair_asked.emit()
        elif key in (Qt.Key.Key_BracketLeft, Qt.Key.Key_BracketRight):
            self.prompt.step_seed(1 if key == Qt.Key.Key_BracketRight else -1)
            self._generate()
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            by = 1 if key == Qt.Key.Key_Down else -1
            self.slider.setValue(self.slider.value() + by)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.view.hold(False)
        else:
            super().keyReleaseEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """A picture with a recipe is for this page; everything else for the window."""
        file = dropped_picture(event)
        is_ours = event.source() is self.compare.strip
        if file is not None and not is_ours and self._project.tiers:
            event.acceptProposedAction()
        else:
            event.ignore()

    def dropEvent(self, event: QDropEvent) -> None:
        file = dropped_picture(event)
        if file is None:
            return
        event.acceptProposedAction()
        recipe = read_recipe(file)
        if recipe is None:
            self._say(self.tr("{file} tells nothing about how it was painted.").format(
                file=file.name))  # fmt: skip
            return
        self._restore(Entry(file, recipe))

    # What the user does.

    def _generate(self) -> None:
        if self.prompt.prompt and not self._run.is_active:
            self._why = ""
            self._generation.generate(self.prompt.prompt, self.prompt.seed, steps=self.prompt.steps)
            self._show_state()

    def _paint_smaller(self) -> None:
        if not self._run.is_active:
            self._generation.paint_smaller()
            self._show_state()

    def _stop(self) -> None:
        if self.compare.blind.is_running:
            self.compare.blind.end.click()
        else:
            self._generation.stop()

    def _on_slider(self, tier: int) -> None:
        self._generation.set_tier(tier, at_once=self.slider.is_clicked)
        if self._why:
            self._say("")

    def _on_fitted(self, tier: int, why: str) -> None:
        self._generation.set_tier(tier)
        self._say(why)

    def _switch(self, is_on: bool) -> None:
        self._generation.switches_while_painting = is_on
        if is_on:
            self._say(self.tr("Press Generate, then move the slider while the picture is painted"))
        else:
            self._say("")

    def _restore(self, entry: Entry) -> None:
        if not self._run.is_active:
            self._why = ""
            self._generation.show(entry)

    def _open_wish(self, wish: Wish) -> None:
        if not self._run.is_active:
            self._generation.set_tier(wish.tier)
            self._generation.generate(wish.prompt, wish.seed, steps=wish.steps)
        self.view.setFocus()

    def _on_test(self) -> None:
        """Nothing may tell whose picture is whose."""
        is_test = self.compare.blind.is_running
        why = self.tr("First end the blind test") if is_test else ""
        for widget in (self.slider, self.fit, self.prompt, self.export_button):
            widget.setEnabled(not is_test)
            widget.setToolTip(why)
        self._show_state()

    def _ways_on(self, failure: Failure) -> Sequence[Action]:
        return ways_on.of_painting(self._generation, failure, self._generate, self._paint_smaller)

    def _say(self, text: str) -> None:
        """A sentence at the foot, until something else is done."""
        self._why = text
        self._show_state()

    def _remember_mode(self) -> None:
        if not self.compare.blind.is_running:
            self._state.setValue(_MODE_KEY, self.view.mode.value)
            self._state.setValue(_EDGE_KEY, "level" if self.view.wipes_down else "upright")

    # Showing the models.

    def _show_tiers(self) -> None:
        tiers = self._project.tiers
        self._stack.setCurrentIndex(1 if tiers else 0)
        self.primary.setVisible(bool(tiers))
        self.export_button.setVisible(bool(tiers))
        self.stop_button.setVisible(bool(tiers) and self._generation.is_painting)
        stops = [Stop.of(number, tier) for number, tier in enumerate(tiers)]
        self.slider.set_stops(stops, is_painted=self._generation.is_painted)
        self._show_tier()
        self._show_state()

    def _show_wish(self) -> None:
        """The prompt of a picture that was brought back stands in the fields again."""
        generation = self._generation
        self.prompt.set_all(generation.prompt, generation.seed, generation.steps)

    def _show_tier(self) -> None:
        table, tier = self._project.table, self._generation.tier
        if table is None or not self._project.tiers:
            return
        self.slider.blockSignals(True)
        self.slider.setValue(tier)
        self.slider.blockSignals(False)
        self.slider.update()
        self._show_numbers()
        self._show_pictures()

    def _show_numbers(self) -> None:
        table, tier = self._project.table, self._generation.tier
        if table is not None and tier < len(table.tiers):
            self.numbers.show_tier(table, tier, self._generation.picture_time(tier))

    def _show_pictures(self) -> None:
        if not self._project.tiers:
            return
        self._show_numbers()
        self.compare.show_pictures(self._waiting_text())
        is_test = self.compare.blind.is_running
        self.stop_button.setVisible(self._generation.is_painting and not is_test)
        self.slider.update()

    def _waiting_text(self) -> str:
        generation = self._generation
        if not generation.has_asked:
            return self.tr("Press Generate")
        if generation.state is EngineState.READY:
            return self.tr("Painting…")
        return self.tr("The engine is starting…")

    def _show_state(self) -> None:
        generation = self._generation
        self.prompt.show_own_steps(generation.own_steps)
        if self._run.is_active:
            why = self.tr("Pictures can be painted again when learning has ended or is paused")
        elif not self.prompt.prompt:
            why = self.tr("Write what is to be painted first")
        elif self.compare.blind.is_running:
            why = self.tr("First end the blind test")
        else:
            why = ""
        self.set_primary(self.tr("Generate"), is_enabled=not why, why=why or self.tr("Ctrl+Enter"))
        wish = self._asked_for()
        is_other = wish != generation.wish(0)
        if not why and is_other and generation.pane(0).picture is not None:
            why = self.tr("The pictures are of the prompt, seed and steps before your change")
        self.summary.setText(why or self._why)
        self._show_pictures()

    def _asked_for(self) -> Wish:
        """What the fields say, as the model would name it."""
        steps = 0 if self.prompt.steps == self._generation.own_steps else self.prompt.steps
        return Wish(self.prompt.prompt, self.prompt.seed, 0, steps)

    def _show_failure(self) -> None:
        self.failure_card.show_failure(self._generation.failure)
