"""The choice of layers in words and numbers, and the buttons that change it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ppcl_app import figures
from ppcl_app.findings import Prediction, predict, runner_up, speed_of
from ppcl_app.plan_draft import PlanDraft
from ppcl_app.project_model import ProjectModel
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.flow_row import FlowRow
from ppcl_app.widgets.key_number import KeyNumber
from ppcl_app.widgets.text import body_label, push_button

_CLOSE = 0.03  # share of the whole difference


class ChoiceCard(Card):
    """Everything follows the draft at once; nothing is applied from here."""

    suggestion_asked = Signal()

    def __init__(
        self, draft: PlanDraft, project: ProjectModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self._draft, self._project = draft, project
        self.setAccessibleName(self.tr("The choice of layers"))
        self._sentence = body_label()
        self.add_button = push_button(
            self.tr("Add a run"), tip=self.tr("Merge two more layers (Insert)")
        )
        self.remove_button = push_button(self.tr("Remove this run"))
        self.restore_button = push_button(self.tr("Back to the plan"), kind="quiet")
        self.suggest_button = push_button(self.tr("Suggest again"), kind="quiet")
        self.layers_number = KeyNumber(self.tr("Layers"))
        self.size_number = KeyNumber(self.tr("Parameters"))
        self.speed_number = KeyNumber(self.tr("Speed"))
        self.error_number = KeyNumber(self.tr("Difference before learning"))
        self.numbers = (
            self.layers_number, self.size_number, self.speed_number, self.error_number
        )  # fmt: skip
        self._arrange()
        self.add_button.clicked.connect(lambda: draft.add(self._middle()))
        self.remove_button.clicked.connect(lambda: draft.remove(draft.selected))
        self.restore_button.clicked.connect(draft.restore)
        self.suggest_button.clicked.connect(self.suggestion_asked)
        draft.changed.connect(self.show_choice)
        draft.selected_changed.connect(self.show_choice)

    def prediction(self) -> Prediction:
        model = self._project.model
        return predict(
            self._draft.spans,
            layer_parameters=model.layer_parameters,
            parameters=model.parameters,
            findings=self._project.findings,
            speed=speed_of(self._project.tiers),
        )

    def show_choice(self, *, is_locked: bool = False) -> None:
        draft, project = self._draft, self._project
        self._sentence.setText(self._words())
        is_free = not is_locked and draft.num_layers > 0
        self._allow(self.add_button, is_free, self.tr("Merge two more layers (Insert)"))
        self._allow(
            self.remove_button,
            is_free and draft.selected >= 0,
            self.tr("These layers stay as they are (Delete)"),
        )
        self.restore_button.setVisible(draft.is_changed)
        settings = project.settings
        is_by_hand = settings is not None and settings.plan.spans is not None
        self.suggest_button.setVisible(is_by_hand and not draft.is_changed)
        self.suggest_button.setEnabled(is_free)
        if project.model.num_layers == draft.num_layers and draft.num_layers:
            self._show_numbers(self.prediction())

    def _allow(self, button: QWidget, is_allowed: bool, tip: str) -> None:
        why = tip
        if not is_allowed:
            why = self.tr("Choose a run first: click it in the chart, or go to it with arrow keys")
        button.setEnabled(is_allowed)
        button.setToolTip(why)

    def _words(self) -> str:
        draft, findings = self._draft, self._project.findings
        if not draft.spans:
            return self.tr("Nothing is merged. Add a run, or double-click in the chart.")
        index = draft.selected
        if index >= 0:
            span = draft.spans[index]
            text = self.tr("Layers {first} to {last} become one.")
            words = text.format(first=span.first, last=span.last)
            cost, is_measured = findings.cost(span) if findings is not None else (None, False)
            if cost is None:
                return words
            how = self.tr("measured") if is_measured else self.tr("estimated")
            more = self.tr("Difference before learning: {cost} ({how}).")
            return f"{words} {more.format(cost=f'{cost:.3f}', how=how)}"
        whose = self.tr("Suggestion") if not draft.is_changed else self.tr("Your choice")
        names = ", ".join(f"{span.first}\N{EN DASH}{span.last}" for span in draft.spans)
        text = self.tr("{whose}: each of the runs {names} becomes one layer.")
        return f"{text.format(whose=whose, names=names)} {self._confidence()}".strip()

    def _confidence(self) -> str:
        """How clear the choice is, in figures that were measured."""
        findings = self._project.findings
        more = runner_up(self._draft.spans, findings) if findings is not None else None
        if more is None:
            return ""
        if more < 0:
            text = self.tr("With one run elsewhere the difference would be {share} smaller.")
        elif more < _CLOSE:
            text = self.tr(
                "A close call: with one run elsewhere the difference would be only {share} larger."
            )
        else:
            text = self.tr(
                "A clear choice: with any run elsewhere the difference would be at least {share} "
                "larger."
            )
        return text.format(share=figures.percent(abs(more)))

    def _show_numbers(self, found: Prediction) -> None:
        self.layers_number.show_number(
            self.tr("{left} of {all}").format(left=found.left, all=found.num_layers),
            caption=self.tr("layers, counted"),
        )
        value = figures.count(found.parameters)
        self.size_number.show_number(
            f"{value}  ({figures.change(found.parameters_ratio)})",
            caption=self.tr("parameters, counted"),
            tip=self.tr("The painting part of the model; the parts for text stay as they are"),
        )
        self.speed_number.show_number(
            self.tr("about {factor}").format(factor=figures.factor(found.speedup)),
            caption=self.tr("as fast, estimated"),
            tip=self._speed_tip(),
        )
        caption = self.tr("difference before learning, measured")
        how = self.tr("Every run was measured alone, and the differences are added up.")
        if not found.is_measured:
            caption = self.tr("difference before learning, estimated")
            how = self.tr(
                "Some runs were never tried: they are judged by tried ones whose layers are as "
                "hard to imitate. Using the choice measures them."
            )
        self.error_number.show_number(
            "" if found.difference is None else f"{found.difference:.2f}",
            caption=caption,
            tip=self.tr(
                "How far the output is from the original's while simple stand-ins take the place "
                "of the merged layers: 0 is equal. Learning makes it much smaller. {how}"
            ).format(how=how),
        )

    def _speed_tip(self) -> str:
        if speed_of(self._project.tiers).is_measured:
            return self.tr("Reckoned from the measured speed of the sizes that were made before")
        return self.tr("Reckoned as if all time went into the layers; measured once they are made")

    def _middle(self) -> int:
        draft = self._draft
        if draft.selected >= 0:
            return draft.spans[draft.selected].last + 1
        return draft.num_layers // 2

    def _arrange(self) -> None:
        buttons = FlowRow()
        for button in (
            self.suggest_button, self.restore_button, self.remove_button, self.add_button
        ):  # fmt: skip
            buttons.addWidget(button)
        self.top, self.middle = QHBoxLayout(), QHBoxLayout()
        self.top.setSpacing(8)
        self.top.addWidget(self._sentence, 1)
        self.top.addLayout(buttons)
        self.middle.setSpacing(16)
        for number in self.numbers:
            self.middle.addWidget(number, 1)
        self.body.setContentsMargins(16, 10, 12, 12)
        self.body.addLayout(self.top)
        self.body.addLayout(self.middle)
