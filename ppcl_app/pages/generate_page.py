"""The page on which sizes are judged: slider, numbers, the original beside the smaller model."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from ppcl_app import figures, ways_on
from ppcl_app.generation_model import EngineState, GenerationModel, Pane
from ppcl_app.outcome import Failure
from ppcl_app.pages.numbers_row import NumbersRow
from ppcl_app.pages.page import Page
from ppcl_app.pages.prompt_card import PromptCard
from ppcl_app.project_model import ProjectModel
from ppcl_app.run_model import RunModel
from ppcl_app.vocabulary import tier_title
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.empty_card import EmptyCard
from ppcl_app.widgets.failure_card import Action, FailureCard
from ppcl_app.widgets.picture_pane import PicturePane
from ppcl_app.widgets.text import push_button
from ppcl_app.widgets.tier_slider import Stop, TierSlider

_ROOMY_HEIGHT = 640


class GeneratePage(Page):
    """Shows the generation model; holding Space or the button shows the original in place."""

    recover_page_asked = Signal()
    export_page_asked = Signal()
    tried = Signal()

    def __init__(
        self,
        generation: GenerationModel,
        project: ProjectModel,
        run: RunModel,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._generation, self._project, self._run = generation, project, run
        self._is_blinking = False
        self.describe(
            self.tr("Generate and compare"),
            self.tr(
                "The same prompt and the same seed, painted by the original and by a smaller size."
            ),
        )
        self._build()
        self._arrange()
        self._connect()
        self._show_tiers()
        self._show_state()

    def _build(self) -> None:
        self.failure_card = FailureCard(self._ways_on)
        self.slider = TierSlider()
        self.numbers = NumbersRow()
        self.original = PicturePane(self.tr("Original"))
        self.smaller = PicturePane(self.tr("Smaller size"))
        self.blink = push_button(
            self.tr("Hold to see the original"),
            tip=self.tr(
                "Shows the original in place of the smaller model's picture. Space does the same."
            ),
        )
        self.prompt = PromptCard()
        self.stop_button = push_button(self.tr("Stop painting"))
        self.export_button = push_button(self.tr("Export this size…"))
        self.set_primary(self.tr("Generate"))

    def _arrange(self) -> None:
        slider = Card()
        slider.setAccessibleName(self.tr("Size of the model"))
        slider.body.setContentsMargins(16, 10, 16, 12)
        slider.body.addWidget(self.slider)
        slider.body.addWidget(self.numbers)
        pictures = Card()
        pictures.setAccessibleName(self.tr("Pictures"))
        panes = QHBoxLayout()
        panes.setSpacing(16)
        panes.addWidget(self.original, 1)
        panes.addWidget(self.smaller, 1)
        pictures.body.addLayout(panes, 1)
        self.prompt.setFixedWidth(300)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(pictures, 1)
        row.addWidget(self.prompt)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (self.failure_card, slider):
            column.addWidget(widget)
        column.addLayout(row, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty_state())
        self._stack.addWidget(full)
        self.content.addWidget(self._stack, 1)
        self.foot.insertWidget(1, self.blink)
        self.foot.insertWidget(2, self.stop_button)
        self.foot.insertWidget(3, self.export_button)
        order = (
            self.slider, self.prompt, self.blink, self.stop_button, self.export_button, self.primary
        )  # fmt: skip
        for first, second in pairwise(order):
            QWidget.setTabOrder(first, second)

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
        generation.pictures_changed.connect(self._show_pictures)
        generation.state_changed.connect(self._show_state)
        generation.failure_changed.connect(self._show_failure)
        self._run.phase_changed.connect(self._show_state)
        self.slider.valueChanged.connect(generation.set_tier)
        self.blink.pressed.connect(lambda: self._set_blinking(True))
        self.blink.released.connect(lambda: self._set_blinking(False))
        self.prompt.changed.connect(self._show_state)
        self.primary.clicked.connect(self._generate)
        self.stop_button.clicked.connect(generation.stop)
        self.export_button.clicked.connect(self.export_page_asked)

    def visit(self) -> None:
        """The first visit paints the example, so that nobody sees empty frames."""
        generation = self._generation
        if self._project.tiers and not self._run.is_active and generation.failure is None:
            generation.start_engine()
            if not generation.has_asked and generation.pane(generation.tier).picture is None:
                self._generate()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.prompt.show_help(event.size().height() >= _ROOMY_HEIGHT)
        super().resizeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._set_blinking(True)
        elif event.key() == Qt.Key.Key_Escape:
            self._generation.stop()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._set_blinking(False)
        else:
            super().keyReleaseEvent(event)

    def _generate(self) -> None:
        if self.prompt.prompt and not self._run.is_active:
            self._generation.generate(self.prompt.prompt, self.prompt.seed)
            self._show_state()

    def _ways_on(self, failure: Failure) -> Sequence[Action]:
        return ways_on.of_painting(self._generation, failure, self._generate)

    def _set_blinking(self, is_blinking: bool) -> None:
        self._is_blinking = is_blinking
        self._show_pictures()

    def _show_tiers(self) -> None:
        tiers = self._project.tiers
        self._stack.setCurrentIndex(1 if tiers else 0)
        self.primary.setVisible(bool(tiers))
        self.blink.setVisible(bool(tiers))
        self.export_button.setVisible(bool(tiers))
        self.stop_button.setVisible(bool(tiers) and self._generation.is_painting)
        stops = [Stop.of(number, tier) for number, tier in enumerate(tiers)]
        self.slider.set_stops(stops, is_painted=self._generation.is_painted)
        self._show_tier()
        self._show_state()

    def _show_tier(self) -> None:
        table, tier = self._project.table, self._generation.tier
        if table is None or not self._project.tiers:
            return
        self.slider.blockSignals(True)
        self.slider.setValue(tier)
        self.slider.blockSignals(False)
        self.slider.update()
        self.numbers.show_tier(table, tier)
        self._show_pictures()

    def _show_pictures(self) -> None:
        if not self._project.tiers:
            return
        tier = self._generation.tier
        original = self._generation.pane(0)
        self._show_pane(self.original, original)
        self._show_pane(
            self.smaller, original if self._is_blinking else self._generation.pane(tier)
        )
        self.stop_button.setVisible(self._generation.is_painting)
        self.slider.update()

    def _show_pane(self, widget: PicturePane, pane: Pane) -> None:
        tier = self._project.tiers[pane.tier]
        size = figures.percent(tier.parameters_ratio)
        title = tier_title(tier.name)
        name = f"{title} · {size}" if pane.tier else title
        share = None
        note, empty = "", self.tr("Press Generate")
        if pane.is_painting:
            share = pane.step / pane.steps if pane.steps else 0.0
            note = self.tr("painting…")
            if pane.steps:
                note = self.tr("step {step} of {steps}").format(step=pane.step, steps=pane.steps)
            empty = self._waiting_text()
        elif pane.picture is not None and not pane.is_stale:
            note = figures.seconds(pane.picture.seconds)
            if pane.tier and pane.picture.haarpsi is not None:
                alike = figures.percent(pane.picture.haarpsi)
                note = self.tr("{time} · {alike} alike").format(time=note, alike=alike)
        widget.show_picture(
            pane.picture, name=name, note=note, is_dimmed=pane.is_stale, share=share, empty=empty
        )

    def _waiting_text(self) -> str:
        if self._generation.state is EngineState.READY:
            return self.tr("Painting…")
        return self.tr("The engine is starting…")

    def _show_state(self) -> None:
        if self._run.is_active:
            why = self.tr("Pictures can be painted again when learning has ended or is paused")
        elif not self.prompt.prompt:
            why = self.tr("Write what is to be painted first")
        else:
            why = ""
        self.set_primary(self.tr("Generate"), is_enabled=not why, why=why or self.tr("Ctrl+Enter"))
        is_other = (self.prompt.prompt, self.prompt.seed) != (
            self._generation.prompt,
            self._generation.seed,
        )
        if not why and is_other and self._generation.pane(0).picture is not None:
            why = self.tr("The pictures are of the prompt and seed before your change")
        self.summary.setText(why)
        self._show_pictures()

    def _show_failure(self) -> None:
        self.failure_card.show_failure(self._generation.failure)
