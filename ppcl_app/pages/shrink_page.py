"""The page on which it is decided which sizes are made, before anything learns."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from engine.tiers import Tier
from ppcl_app import figures
from ppcl_app.findings import Prediction, in_order, predict
from ppcl_app.pages.page import Page
from ppcl_app.project_model import Progress
from ppcl_app.studio import Studio
from ppcl_app.vocabulary import STAGES, tier_title
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.data_table import DataTable
from ppcl_app.widgets.empty_card import EmptyCard
from ppcl_app.widgets.how_it_works import example_after, example_strip
from ppcl_app.widgets.layer_strip import LayerStrip
from ppcl_app.widgets.switch import Switch
from ppcl_app.widgets.text import body_label, push_button

_UNKNOWN = "\N{EN DASH}"
_NARROW_KINDS = ("ffn-", "text-")


class ShrinkPage(Page):
    """A table of sizes: predicted before learning, measured afterwards."""

    start_asked = Signal()
    recover_page_asked = Signal()
    compare_asked = Signal()
    find_page_asked = Signal()
    tried = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._run, self._project, self._settings = studio.run, studio.project, studio.settings
        self.describe(
            self.tr("Shrink"),
            self.tr("The chosen layers are merged step by step. Every step is a size to choose."),
        )
        self._build()
        self._arrange()
        self._connect()
        self._show_all()

    def _build(self) -> None:
        self.strip = LayerStrip()
        self.table = DataTable(
            self.tr("Sizes"),
            (
                self.tr("Size"), self.tr("Layers"), self.tr("Narrow parts"), self.tr("Parameters"),
                self.tr("Speed"), self.tr("Likeness"), self.tr("Opens"),
            ),
        )  # fmt: skip
        self.narrow = Switch(self.tr("Also &narrow some layers that are left"))
        self._narrow_note = body_label(tone="muted")
        self._source = body_label(tone="muted")
        self.find_button = push_button(self.tr("Change the choice of layers"), kind="quiet")
        self.go_on_button = push_button(self.tr("How thorough…"))

    def _arrange(self) -> None:
        sizes = Card()
        sizes.setAccessibleName(self.tr("The sizes"))
        sizes.body.setContentsMargins(16, 12, 12, 12)
        top = QHBoxLayout()
        top.addWidget(self._source, 1)
        top.addWidget(self.find_button)
        sizes.body.addLayout(top)
        sizes.body.addWidget(self.strip)
        sizes.body.addWidget(self.table, 1)
        narrow = Card()
        narrow.setAccessibleName(self.tr("Narrow layers"))
        narrow.body.setContentsMargins(16, 12, 16, 12)
        narrow.body.setSpacing(4)
        narrow.body.addWidget(self.narrow)
        narrow.body.addWidget(self._narrow_note)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(sizes, 1)
        column.addWidget(narrow)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty())
        self._stack.addWidget(full)
        self.content.addWidget(self._stack, 1)
        self.foot.insertWidget(1, self.go_on_button)

    def _empty(self) -> QWidget:
        card = EmptyCard(
            self.tr("The sizes will be listed here"),
            self.tr(
                "First it is found out which layers do the same job. They are then merged, run "
                "after run: the first step costs the least quality, the last one makes the model "
                "smallest. For every size you see its parameters, its speed, how like the original "
                "it paints, and which programs open it."
            ),
            [
                (self.tr("Find redundant layers"), self.find_page_asked.emit),
                (self.tr("Try with the built-in model"), self.tried.emit),
            ],
            sample=example_strip(example_after()),
        )
        self.go_to_find, self.try_button = card.buttons
        return card

    def _connect(self) -> None:
        project, run = self._project, self._run
        for signal in (
            project.project_changed, project.plan_changed, project.tiers_changed,
            project.findings_changed, run.phase_changed, run.ended,
            self._settings.preferences_changed,
        ):  # fmt: skip
            signal.connect(self._show_all)
        self.narrow.toggled.connect(lambda on: self._settings.change(is_narrowed=on))
        self.find_button.clicked.connect(self.find_page_asked)
        self.go_on_button.clicked.connect(self.recover_page_asked)
        self.primary.clicked.connect(self._on_primary)

    def _on_primary(self) -> None:
        if self._is_finished:
            self.compare_asked.emit()
        elif self._run.is_active:
            self.recover_page_asked.emit()
        else:
            self.start_asked.emit()

    @property
    def _is_finished(self) -> bool:
        return self._project.progress is Progress.FINISHED

    def _show_all(self) -> None:
        plan = self._project.plan
        self._stack.setCurrentIndex(0 if plan is None else 1)
        if plan is not None:
            states = {span.name: "done" for span in plan.spans} if self._is_finished else {}
            self.strip.show_plan(plan, states)
            self._show_rows()
        self._show_narrow()
        self._show_primary()

    def _show_rows(self) -> None:
        if self._is_finished:
            self.table.show_rows([self._measured(tier) for tier in self._project.tiers])
            table = self._project.table
            count = table.captions if table is not None else 0
            self._source.setText(
                self.tr("Measured on %n pictures that the model never learned from.", "", count)
            )
            return
        rows = [self._predicted(number, found) for number, found in enumerate(self.predictions())]
        self.table.show_rows(rows)
        self._source.setText(
            self.tr("Parameters are counted, speed is estimated; likeness is known after learning.")
        )

    def predictions(self) -> list[Prediction]:
        """The original, and the sizes that the spans of the plan will give one after the other."""
        project = self._project
        plan = project.plan
        spans = in_order(plan.spans if plan is not None else (), project.findings)
        return [
            predict(
                spans[:number],
                layer_parameters=project.model.layer_parameters,
                parameters=project.model.parameters,
                findings=project.findings,
            )
            for number in range(len(spans) + 1)
        ]

    def _predicted(self, number: int, found: Prediction) -> tuple[str, ...]:
        name = self.tr("Tier {number}").format(number=number) if number else self.tr("Original")
        about = self.tr("about {factor}").format(factor=figures.factor(found.speedup))
        return (
            name,
            str(found.left),
            _UNKNOWN,
            _size(found.parameters, found.parameters_ratio),
            about if number else figures.factor(1.0),
            _UNKNOWN if number else figures.percent(1.0),
            self.tr("everywhere"),
        )

    def _measured(self, tier: Tier) -> tuple[str, ...]:
        narrow = sum(name.startswith(_NARROW_KINDS) for name in tier.plugs)
        return (
            tier_title(tier.name),
            str(tier.blocks),
            str(narrow) if narrow else _UNKNOWN,
            _size(tier.parameters, tier.parameters_ratio),
            _UNKNOWN if tier.speedup is None else figures.factor(tier.speedup),
            _UNKNOWN if tier.haarpsi is None else figures.percent(tier.haarpsi),
            self.tr("with loader") if narrow else self.tr("everywhere"),
        )

    def _show_narrow(self) -> None:
        preferences = self._settings.preferences
        is_quick = preferences.effort == "quick"
        self.narrow.blockSignals(True)
        self.narrow.setChecked(preferences.is_narrowed and not is_quick)
        self.narrow.blockSignals(False)
        why = self._studio.why_not_run()
        if is_quick:
            why = self.tr("Quick leaves this out. Choose Good or Best on the next page.")
        self.narrow.setEnabled(not why)
        self.narrow.setToolTip(why)
        self._narrow_note.setText(
            why
            or self.tr(
                "Gives a few more, even smaller sizes. Programs open those with a small loader "
                "file, which is written beside the model."
            )
        )

    def _show_primary(self) -> None:
        why = self._studio.why_not_run()
        self.go_on_button.setVisible(not self._run.is_active and not self._is_finished)
        if self._is_finished:
            self.set_primary(self.tr("Compare the sizes"))
        elif self._run.is_active:
            self.set_primary(self.tr("Watch it learn"))
        elif self._project.plan is None:
            self.set_primary(self.tr("Do it all in one go"), is_enabled=not why, why=why)
        else:
            self.set_primary(self.tr("Make these sizes"), is_enabled=not why, why=why)
        self._show_summary()

    def _show_summary(self) -> None:
        if self._is_finished or self._run.is_active:
            self.summary.setText("")
            return
        seconds = self._studio.seconds_of(STAGES)
        text = self.tr("About {time} on this computer ({effort}). It can be paused.")
        efforts = {"quick": self.tr("Quick"), "normal": self.tr("Good"), "best": self.tr("Best")}
        effort = efforts[self._settings.preferences.effort]
        self.summary.setText(text.format(time=figures.price(seconds), effort=effort))


def _size(parameters: int, ratio: float) -> str:
    return f"{figures.count(parameters)} ({figures.percent(ratio)})"
