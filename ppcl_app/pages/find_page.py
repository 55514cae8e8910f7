"""The page on which layers that do the same job are found, and runs of them are chosen."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from engine.errors import EngineError
from engine.plan import Span
from ppcl_app import figures, ways_on
from ppcl_app.engine_args import FINDING_STAGES
from ppcl_app.findings import Findings
from ppcl_app.pages.choice_card import ChoiceCard
from ppcl_app.pages.page import Page
from ppcl_app.pages.what_if_card import WhatIfCard
from ppcl_app.plan_draft import PlanDraft
from ppcl_app.studio import Studio
from ppcl_app.vocabulary import stage_title, work_title
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.data_table import DataTable
from ppcl_app.widgets.empty_card import EmptyCard
from ppcl_app.widgets.failure_card import FailureCard
from ppcl_app.widgets.heat_map import HeatMap
from ppcl_app.widgets.layer_bars import LayerBars
from ppcl_app.widgets.one_of import OneOf
from ppcl_app.widgets.seen import is_seen
from ppcl_app.widgets.text import body_label, heading_label, push_button

_WIDE_LETTERS = 66  # in a line; below that, the charts are below each other
_AROUND = 28  # the margins of a card
_EXAMPLE = (
    .86, .81, .74, .6, .52, .41, .38, .33, .36, .31, .29, .3, .27, .29, .31, .28, .33, .35, .39,
    .44, .52, .6, .7, .82,
)  # fmt: skip
_EXAMPLE_SPANS = (Span(5, 7), Span(9, 11), Span(13, 15))


class FindPage(Page):
    """Bars and heat maps of what was found; the runs in them belong to the draft."""

    shrink_page_asked = Signal()
    tried = Signal()
    problem = Signal(str, str)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._run, self._project, self._draft = studio.run, studio.project, studio.draft
        self.describe(
            self.tr("Find redundant layers"),
            self.tr("Layers that do nearly the same job as their neighbours can be merged."),
        )
        self._build()
        self._arrange()
        self._connect()
        self._show_all()

    def showEvent(self, event: QShowEvent) -> None:
        self._show_bars()
        self._show_summary()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._studio.what_if.stop()  # its memory is for the other pages
        super().hideEvent(event)

    def _build(self) -> None:
        self.failure_card = FailureCard(
            lambda failure: ways_on.of_run(self._studio, failure, self._look)
        )
        self.bars = LayerBars(self._draft)
        self.table = DataTable(
            self.tr("Figures of the layers"),
            (self.tr("Layer"), self.tr("Stand-in gets wrong"), self.tr("Merged")),
        )
        self.table_button = push_button(self.tr("Table"), kind="quiet")
        self.table_button.setCheckable(True)
        self.table_button.setToolTip(self.tr("Show the same figures as a table"))
        self.heat = HeatMap(self._draft)
        self.picture_button = push_button(
            self.tr("Picture"), kind="quiet", name=self.tr("Likeness of the picture part")
        )
        self.text_button = push_button(
            self.tr("Text"), kind="quiet", name=self.tr("Likeness of the text part")
        )
        streams = QButtonGroup(self)
        for button in (self.picture_button, self.text_button):
            button.setCheckable(True)
            streams.addButton(button)
        self.picture_button.setChecked(True)
        self.choice = ChoiceCard(self._draft, self._project)
        self.what_if = WhatIfCard(self._studio.what_if, self._draft)
        self.again_button = push_button(self.tr("Look again"))

    def _arrange(self) -> None:
        bars = Card()
        bars.setAccessibleName(self.tr("How hard is each layer to imitate?"))
        self._chart = OneOf(self.bars, self.table)
        bars.body.addLayout(
            _head(self.tr("How hard is each layer to imitate?"), self.table_button)
        )  # fmt: skip
        self._legend = body_label(tone="muted")
        bars.body.addWidget(self._legend)
        bars.body.addWidget(self._chart, 1)
        heat = Card()
        heat.setAccessibleName(self.tr("Which layers do the same job?"))
        title = self.tr("Layers that are alike")
        heat.body.addLayout(_head(title, self.picture_button, self.text_button))
        heat.body.addWidget(self.heat, 1)
        for card in (bars, heat):
            card.body.setContentsMargins(16, 10, 12, 10)
            card.body.setSpacing(4)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(bars, 8)
        side = QVBoxLayout()
        side.setSpacing(12)
        side.addWidget(heat, 1)
        side.addWidget(self.what_if)
        row.addLayout(side, 5)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(row, 1)
        column.addWidget(self.choice)
        self._stack = OneOf(self._empty(), full)
        for stacked in (row, self.choice.top, self.choice.middle):
            self.area.stack(stacked, _WIDE_LETTERS, around=_AROUND)
        self.content.addWidget(self.failure_card)
        self.content.addWidget(self._stack, 1)
        self.foot.insertWidget(1, self.again_button)

    def _empty(self) -> QWidget:
        example = PlanDraft(self)
        example.begin(len(_EXAMPLE), _EXAMPLE_SPANS)
        bars = LayerBars(example)
        bars.show_bars(
            [(self.tr("picture part"), dict(enumerate(_EXAMPLE)))],
            num_layers=len(_EXAMPLE),
            is_locked=True,
            empty="",
        )
        bars.setAccessibleName(self.tr("Example of a chart of layers"))
        card = EmptyCard(
            self.tr("Which layers could one layer replace?"),
            self.tr(
                "The original paints a few hundred pictures while every layer is watched. A low "
                "bar means that the layer does something simple. Neighbours with low bars are "
                "framed: each frame becomes one layer, and you may move the frames."
            ),
            [(self.tr("Try with the built-in model"), self.tried.emit)],
            sample=bars,
        )
        self.try_button = card.buttons[0]
        return card

    def _connect(self) -> None:
        run, project = self._run, self._project
        for signal in (run.phase_changed, run.stages_changed, project.project_changed):
            signal.connect(self._show_all)
        run.progress_changed.connect(self._show_progress)
        run.time_left_changed.connect(self._show_summary)
        run.metrics_changed.connect(self._show_found)
        run.failure_changed.connect(self._show_failure)
        project.findings_changed.connect(self._show_all)
        project.plan_changed.connect(self._show_all)
        self._draft.changed.connect(self._show_all)
        self.picture_button.toggled.connect(self._show_heat)
        self.table_button.toggled.connect(lambda on: self._chart.setCurrentIndex(1 if on else 0))
        self.choice.suggestion_asked.connect(lambda: self._studio.apply_plan(None))
        self.primary.clicked.connect(self._on_primary)
        self.again_button.clicked.connect(self._look)

    @property
    def _is_looking(self) -> bool:
        row = self._run.current
        return self._run.is_active and (row is None or row.name in FINDING_STAGES)

    def _look(self) -> None:
        try:
            self._studio.find()
        except EngineError as error:
            self.problem.emit(error.message, error.hint)

    def _on_primary(self) -> None:
        if self._project.plan is None:
            self._look()
        elif self._draft.is_changed:
            self._studio.apply_plan(self._draft.spans)
        else:
            self.shrink_page_asked.emit()

    def _show_all(self) -> None:
        has_any = self._project.findings is not None or bool(self._bars())
        self._stack.setCurrentIndex(1 if has_any or self._run.is_active else 0)
        self._show_bars()
        self._show_heat()
        self.choice.setVisible(self._project.plan is not None)
        self.choice.show_choice(is_locked=self._run.is_active)
        self.what_if.setVisible(self._project.plan is not None)
        self.what_if.allow(self._studio.why_not_look())
        self._show_primary()
        self._show_failure()
        self._show_summary()

    def _bars(self) -> list[tuple[str, dict[int, float]]]:
        """The figures of the finished table; while it is being made, a first look at both parts."""
        table = self._project.findings
        if table is not None and not self._is_looking:
            return [(self.tr("a stand-in gets wrong"), table.of_layers())]
        found = self._run.metrics.findings
        names = {"probe/image": self.tr("picture part"), "probe/text": self.tr("text part")}
        return [(name, found[series]) for series, name in names.items() if series in found]

    def _show_progress(self) -> None:
        if is_seen(self):
            self._show_summary()

    def _show_found(self) -> None:
        """Curves of learning come many times a second, and are no business of this page."""
        if self._is_looking and is_seen(self):
            self._show_bars()

    def _show_bars(self) -> None:
        bars = self._bars()
        findings = self._project.findings
        num_layers = findings.num_layers if findings is not None else self._project.model.num_layers
        self.bars.show_bars(
            bars,
            num_layers=num_layers if bars else 0,
            is_locked=self._run.is_active or self._project.plan is None,
            empty=self.tr(
                "The bars appear here, layer after layer, once the original has painted."
            ),
        )
        if len(bars) == 2:
            text = self.tr("A first look. Left bars: {a}, right bars: {b}. Low is easy.")
            self._legend.setText(text.format(a=bars[0][0], b=bars[1][0]))
        else:
            self._legend.setText(
                self.tr("Share that a simple stand-in gets wrong. Framed layers become one.")
            )
        self._show_table(bars, num_layers)

    def _show_table(self, bars: list[tuple[str, dict[int, float]]], num_layers: int) -> None:
        rows = []
        for layer in range(num_layers if bars else 0):
            values = [f"{b[layer]:.3f}" for _, b in bars if layer in b]
            index = self._draft.span_at(layer)
            name = self._draft.spans[index].name.replace("-", "\N{EN DASH}") if index >= 0 else ""
            rows.append((str(layer), " / ".join(values), name))
        self.table.show_rows(rows)

    def _show_heat(self) -> None:
        findings: Findings | None = self._project.findings
        stream = "image" if self.picture_button.isChecked() else "text"
        heat = findings.heat.get(stream, ()) if findings is not None else ()
        self.heat.show_heat(heat, empty=self.tr("Bright squares will show which layers are alike."))

    def _show_primary(self) -> None:
        why = self._studio.why_not_run()
        plan, draft = self._project.plan, self._draft
        self.again_button.setVisible(plan is not None and not self._run.is_active)
        self.again_button.setEnabled(not why)
        self.again_button.setToolTip(why)
        if self._is_looking:
            self.set_primary(self.tr("Looking…"), is_enabled=False, why=why)
        elif plan is None:
            self.set_primary(self.tr("Look for redundant layers"), is_enabled=not why, why=why)
        elif draft.is_changed:
            text = self.tr("The difference of your choice is measured, then it is used")
            self.set_primary(
                self.tr("Use my choice"), is_enabled=not why and bool(draft.spans), why=why or text
            )
        else:
            self.set_primary(self.tr("Go on to Shrink"))

    def _show_failure(self) -> None:
        stages = {row.name for row in self._run.stages}
        is_ours = stages <= set(FINDING_STAGES)
        self.failure_card.show_failure(self._run.failure if is_ours else None)

    def _show_summary(self) -> None:
        run = self._run
        if self._is_looking:
            row = run.current
            what = ""
            if row is not None:
                what = work_title(row.name, row.what, row.done, row.total) or stage_title(row.name)
                what = f"{stage_title(row.name)}: {what}" if row.what else what
            left = figures.time_left(run.time_left)
            self.summary.setText(" · ".join(filter(None, (what, left))))
        elif run.is_active:
            self.summary.setText(self.tr("The layers are fixed while the model learns."))
        elif self._project.plan is None:
            seconds = self._studio.seconds_of(FINDING_STAGES)
            text = self.tr("About {time} on this computer. Nothing is changed by looking.")
            self.summary.setText(text.format(time=figures.price(seconds)))
        elif self._draft.is_changed:
            self.summary.setText(self.tr("Not used yet. Undo takes back every change."))
        else:
            self.summary.setText("")


def _head(title: str, *buttons: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(2)
    heading = heading_label(title)
    heading.setWordWrap(True)
    row.addWidget(heading, 1)
    for button in buttons:
        row.addWidget(button)
    return row
