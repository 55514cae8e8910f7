"""The button that finds the size for this computer, the time that is wished, and why it is so."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QWidget

from ppcl_app import figures, machine
from ppcl_app.fitting import Demand, Fit, fit
from ppcl_app.generation_model import GenerationModel
from ppcl_app.pages.picture_words import size_name
from ppcl_app.project_model import ProjectModel
from ppcl_app.timings import PictureTime
from ppcl_app.widgets.field import Field
from ppcl_app.widgets.flow_row import FlowRow
from ppcl_app.widgets.text import push_button

_BYTES = 4  # of a number while the engine paints
_FIRST_SECONDS = 2.0


class FitControl(QWidget):
    """`fitted` carries the tier and the sentence that says why it is the one."""

    fitted = Signal(int, str)

    def __init__(
        self, generation: GenerationModel, project: ProjectModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._generation, self._project = generation, project
        self.button = push_button(
            self.tr("Fit to my computer"),
            tip=self.tr(
                "Keeps more rooms of the model open on a strong computer, and closes more on a "
                "weak one: takes the largest size that fits into the free memory and paints a "
                "picture in the time beside this button."
            ),
        )
        self.button.clicked.connect(self._fit)
        self.seconds = QDoubleSpinBox(minimum=0.1, maximum=3600.0, value=_FIRST_SECONDS)
        self.seconds.setDecimals(1)
        self.seconds.setSingleStep(0.5)
        self.seconds.setSuffix(self.tr(" s"))
        self.seconds.setAccessibleName(self.tr("Seconds that a picture may take"))
        self.seconds.setToolTip(self.tr("How long you want to wait for a picture, at most"))
        self.seconds.setMinimumHeight(24)
        label = QLabel(self.tr("at mos&t"))
        label.setBuddy(self.seconds)
        wait = QWidget()
        pair = QHBoxLayout(wait)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(8)
        pair.addWidget(label)
        pair.addWidget(Field(self.seconds))
        row = FlowRow(8, self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.button)
        row.addWidget(wait)

    def _fit(self) -> None:
        table = self._project.table
        if table is None or not self._project.tiers:
            return
        free = self._free_bytes()
        demands = [self._demand(tier) for tier in range(len(table.tiers))]
        found = fit(demands, free_bytes=free, seconds=self.seconds.value())
        self.fitted.emit(found.tier, self._why(found, demands, free))

    def _demand(self, tier: int) -> Demand:
        return Demand(self._generation.picture_time(tier), self._memory(tier))

    def _memory(self, tier: int) -> int | None:
        """The measured peak of the painting part, and the other parts as large as their weights."""
        tiers, model = self._project.tiers, self._project.model
        peak = tiers[tier].peak_memory_bytes
        if peak is None:
            return None
        return peak + max(0, model.memory_bytes - _BYTES * tiers[0].parameters)

    def _free_bytes(self) -> int | None:
        """Of main memory; what a graphics card has free, this window cannot know."""
        table, memory = self._project.table, machine.memory()
        is_here = table is not None and table.device.lower().startswith("cpu")
        return memory.free if memory is not None and is_here else None

    def _why(self, found: Fit, demands: list[Demand], free: int | None) -> str:
        tiers, demand = self._project.tiers, demands[found.tier]
        name, wished = size_name(tiers, found.tier), figures.seconds(self.seconds.value())
        if not found.is_enough:
            if found.limit == "memory":
                text = self.tr("No size fits into the free memory; {name} comes nearest.")
                return text.format(name=name)
            text = self.tr(
                "No size paints a picture within {wished}; {name} comes nearest: {time}."
            )
            return text.format(wished=wished, name=name, time=self._time(demand.time))
        if found.tier == 0:
            text = self.tr("This computer is strong enough for the original: {cost}.")
            return text.format(cost=self._cost(demand, free))
        larger = size_name(tiers, found.tier - 1)
        if found.limit == "memory":
            text = self.tr(
                "{name} is the largest size that fits: {cost}. {larger} needs more memory."
            )
            return text.format(name=name, cost=self._cost(demand, free), larger=larger)
        text = self.tr("{name} is the largest size that fits: {cost}. {larger} takes {time}.")
        time = self._time(demands[found.tier - 1].time)
        return text.format(name=name, cost=self._cost(demand, free), larger=larger, time=time)

    def _cost(self, demand: Demand, free: int | None) -> str:
        if demand.memory_bytes is None or free is None:
            return self._time(demand.time)
        text = self.tr("{time}, and about {need} of the {free} of memory that are free")
        need, room = figures.data_size(demand.memory_bytes), figures.data_size(free)
        return text.format(time=self._time(demand.time), need=need, free=room)

    def _time(self, time: PictureTime | None) -> str:
        if time is None:
            return self.tr("a time that was never measured")
        texts = {
            "today": self.tr("{time} a picture (median of %n painted today)", "", time.count),
            "project": self.tr("{time} a picture (measured when the project was made)"),
            "estimate": self.tr("{time} a picture (estimated)"),
        }
        return texts[time.basis].format(time=figures.seconds(time.seconds))
