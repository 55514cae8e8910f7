"""The page on which it is decided which sizes are made, before anything learns."""

from __future__ import annotations

from typing import get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from engine.tiers import Tier
from ppcl_app import figures
from ppcl_app.findings import Prediction, in_order, predict, speed_of
from ppcl_app.machine import free_disk
from ppcl_app.pages.page import Page
from ppcl_app.pages.setup_card import Effort
from ppcl_app.project_model import Progress
from ppcl_app.studio import Studio
from ppcl_app.vocabulary import STAGES, step_title
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.data_table import DataTable
from ppcl_app.widgets.effort_row import EffortRow
from ppcl_app.widgets.empty_card import EmptyCard
from ppcl_app.widgets.how_it_works import example_after, example_strip
from ppcl_app.widgets.layer_strip import LayerStrip
from ppcl_app.widgets.one_of import OneOf
from ppcl_app.widgets.switch import Switch
from ppcl_app.widgets.text import body_label, push_button

_UNKNOWN = "\N{EN DASH}"
_WIDE_LETTERS = 66  # in a line; below that, what stands side by side goes below each other
_NARROW_KINDS = ("ffn-", "text-")
_FLOAT32, _KEPT_WHOLE = 4, 10**9  # larger models are exported with two bytes a number


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
                self.tr("Size"), self.tr("Layers"), self.tr("Parameters"), self.tr("On disk"),
                self.tr("Speed"), self.tr("Likeness"), self.tr("Opens"),
            ),
        )  # fmt: skip
        self.table.fit_columns(0, 2, 5)
        self.narrow = Switch(self.tr("Also &narrow some layers that are left"))
        self._narrow_note = body_label(tone="muted")
        self._source = body_label(tone="muted")
        self.find_button = push_button(self.tr("Change the choice of layers"), kind="quiet")
        self.effort = EffortRow()

    def _arrange(self) -> None:
        sizes = Card()
        sizes.setAccessibleName(self.tr("The sizes"))
        sizes.body.setContentsMargins(16, 12, 12, 12)
        top = QHBoxLayout()
        top.addWidget(self._source, 1)
        top.addWidget(self.find_button)
        sizes.body.addLayout(top)
        self.area.stack(top, _WIDE_LETTERS)
        sizes.body.addWidget(self.strip)
        sizes.body.addWidget(self.table, 1)
        self._before = narrow = Card()
        narrow.setAccessibleName(self.tr("Before it starts"))
        narrow.body.setContentsMargins(16, 10, 16, 10)
        narrow.body.setSpacing(6)
        narrow.body.addWidget(self.effort)
        narrow.body.addWidget(self.narrow)
        narrow.body.addWidget(self._narrow_note)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(sizes, 1)
        column.addWidget(narrow)
        self._stack = OneOf(self._empty(), full)
        self.content.addWidget(self._stack, 1)

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
        self.effort.chosen.connect(lambda effort: self._settings.change(effort=effort))
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
        self._show_narrow()
        if plan is not None:
            states = {span.name: "done" for span in plan.spans} if self._is_finished else {}
            self.strip.show_plan(plan, states)
            self._show_rows()
        self._show_primary()

    def _show_rows(self) -> None:
        if self._is_finished:
            tiers = self._project.tiers
            self._show_headings(is_measured=True)
            self.table.show_rows([self._measured(n, tier) for n, tier in enumerate(tiers)])
            table = self._project.table
            count = table.captions if table is not None else 0
            self._source.setText(
                self.tr("Measured on %n pictures that the model never learned from.", "", count)
            )
            return
        found = self.predictions()
        rows = [self._predicted(n, one, len(found) - 1) for n, one in enumerate(found)]
        if self.narrow.isChecked():
            rows.append(self._narrower())
        self._show_headings(is_measured=False)
        self.table.show_rows(rows)
        self._source.setText(
            self.tr("Parameters are counted, speed is estimated; likeness is known after learning.")
        )

    def _show_headings(self, *, is_measured: bool) -> None:
        disk = self.tr("The painting part of the model, as it is exported")
        self.table.set_heading(3, self.tr("On disk"), disk)
        if is_measured:
            speed = self.tr("Measured: the time of one step of painting")
            like = self.tr("Measured: how like the original's its pictures are, at equal seeds")
            self.table.set_heading(4, self.tr("Speed"), speed)
            self.table.set_heading(5, self.tr("Likeness"), like)
            return
        speed = self.tr("Estimated as if all time went into the layers")
        if speed_of(self._project.tiers).is_measured:
            speed = self.tr("Estimated from the measured speed of the sizes made before")
        cost = self.tr(
            "How far the output is from the original's while simple stand-ins take the place of "
            "the merged layers. Learning makes it much smaller."
        )
        self.table.set_heading(4, self.tr("Speed"), speed)
        self.table.set_heading(5, self.tr("Difference at first"), cost)

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
                speed=speed_of(project.tiers),
            )
            for number in range(len(spans) + 1)
        ]

    def _predicted(self, number: int, found: Prediction, count: int) -> tuple[str, ...]:
        name = step_title(f"Tier {number}" if number else "Original", number, count)
        cost = _UNKNOWN if found.difference is None else f"{found.difference:.2f}"
        about = self.tr("about {factor}").format(factor=figures.factor(found.speedup))
        return (
            name,
            str(found.left),
            _size(found.parameters, found.parameters_ratio),
            _on_disk(found.parameters),
            about if number else figures.factor(1.0),
            cost if number else "0",
            self.tr("everywhere"),
        )

    def _narrower(self) -> tuple[str, ...]:
        """Which parts are narrowed is only known once the layers have learned."""
        return (
            self.tr("and some narrower"), "", self.tr("smaller still"), "", "", "",
            self.tr("with our loader"),
        )  # fmt: skip

    def _measured(self, number: int, tier: Tier) -> tuple[str, ...]:
        count = sum(not tier.weights for tier in self._project.tiers) - 1
        narrow = sum(name.startswith(_NARROW_KINDS) for name in tier.plugs)
        layers = self.tr("{count}, {narrow} narrower").format(count=tier.blocks, narrow=narrow)
        return (
            step_title(tier.name, number, count),
            layers if narrow else str(tier.blocks),
            _size(tier.parameters, tier.parameters_ratio),
            _on_disk(tier.parameters),
            _UNKNOWN if tier.speedup is None else figures.factor(tier.speedup),
            _UNKNOWN if tier.haarpsi is None else figures.percent(tier.haarpsi),
            self.tr("with our loader") if narrow else self.tr("everywhere"),
        )

    def _show_narrow(self) -> None:
        preferences = self._settings.preferences
        is_quick = preferences.effort == "quick"
        times = {
            name: figures.price(self._studio.seconds_of(STAGES, name)) for name in get_args(Effort)
        }
        self._before.setVisible(not self._is_finished)
        self.effort.show_choice(preferences.effort, times, why=self._studio.why_not_run())
        self.narrow.blockSignals(True)
        self.narrow.setChecked(preferences.is_narrowed and not is_quick)
        self.narrow.blockSignals(False)
        why = self._studio.why_not_run()
        if is_quick:
            why = self.tr("Quick leaves this out; Good and Best can do it.")
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
        why = why or self._why_no_room()
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
        price = self._studio.price_of(STAGES)
        text = self.tr("Takes {time}, about {disk} on disk and {memory} of memory (estimated).")
        if self._project.plan is None:  # nothing is known yet of what will be stored
            text = self.tr("Takes {time} (estimated).")
        disk, memory = map(figures.data_size, (price.disk_bytes, price.memory_bytes))
        time = figures.price_range(price.time)
        self.summary.setText(text.format(time=time, disk=disk, memory=memory))
        basis = {
            "measured": self.tr("The time is that of the last run on this computer."),
            "scaled": self.tr("The time is reckoned from what looking at the layers took here."),
            "guessed": self.tr("The time is a first guess; after one run it is known better."),
        }
        pause = self.tr("Learning can be paused, and goes on where it was.")
        self.summary.setToolTip(f"{basis[price.basis]} {pause}")

    def _why_no_room(self) -> str:
        """Said before it starts, not by a write that fails in the middle."""
        if self._is_finished or self._run.is_active or self._project.plan is None:
            return ""
        need, free = self._studio.price_of(STAGES).disk_bytes, free_disk(self._project.folder)
        if free is None or need <= free:
            return ""
        text = self.tr("{need} are needed on this disk, and {free} are free. Make room first.")
        return text.format(need=figures.data_size(need), free=figures.data_size(free))


def _on_disk(parameters: int) -> str:
    size = _FLOAT32 * parameters
    return figures.data_size(size if size < _KEPT_WHOLE else size // 2)


def _size(parameters: int, ratio: float) -> str:
    return f"{figures.count(parameters)} ({figures.percent(ratio)})"
