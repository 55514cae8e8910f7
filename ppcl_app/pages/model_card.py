"""What can be said about a model without loading it, and whether this computer can handle it."""

from __future__ import annotations

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from engine.plan import Plan
from ppcl_app import figures, machine
from ppcl_app.base_model import BaseModel
from ppcl_app.outcome import redact
from ppcl_app.theme import type_scale
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.how_it_works import HowItWorks
from ppcl_app.widgets.layer_strip import LayerStrip
from ppcl_app.widgets.text import body_label, heading_label, set_tone

_ROOMY = 31  # lines of text
_ROOM = 1.25  # what learning needs beside the model itself


class ModelCard(Card):
    """Facts as a small table; a model that cannot be used says why, in words."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._is_usable = False
        self._title = heading_label("")
        type_scale.set_type(self._title, type_scale.NUMBER, bold=True)
        self._about = body_label(tone="muted")
        self._problem = body_label(tone="bad")
        self._hint = body_label(tone="muted")
        self._strip = LayerStrip(has_numbers=False)
        self._facts = QWidget()
        grid = QGridLayout(self._facts)
        grid.setContentsMargins(0, 6, 0, 0)
        grid.setHorizontalSpacing(18)
        grid.setVerticalSpacing(7)
        grid.setColumnStretch(1, 1)
        self._values: dict[str, QLabel] = {}
        names = {
            "kind": self.tr("Kind"),
            "layers": self.tr("Layers"),
            "parameters": self.tr("Parameters"),
            "size": self.tr("On disk"),
            "memory": self.tr("Memory"),
        }
        for row, (key, name) in enumerate(names.items()):
            value = body_label()
            type_scale.set_type(value, type_scale.BODY, tabular=True)
            grid.addWidget(body_label(name, tone="muted", wrap=False), row, 0)
            grid.addWidget(value, row, 1)
            self._values[key] = value
        self._how_title = heading_label(self.tr("What will happen"))
        self._how = HowItWorks()
        self._place = body_label(tone="muted")
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_how()

    @property
    def problem(self) -> str:
        return self._problem.text()

    def fact(self, key: str) -> str:
        return self._values[key].text()

    def show_model(self, model: BaseModel) -> None:
        self.setAccessibleName(model.title)
        self._title.setText(model.title)
        self._problem.setText(model.problem)
        self._hint.setText(model.hint)
        for widget in (self._problem, self._hint):
            widget.setVisible(not model.is_usable)
        self._is_usable = model.is_usable
        for part in (self._facts, self._about, self._strip):
            part.setVisible(model.is_usable)
        self._show_how()
        self._place.setVisible(not model.is_built_in)
        self._place.setText(redact(model.source))
        if model.is_usable:
            self._show_facts(model)

    def _show_how(self) -> None:
        """Where there is room for it."""
        is_shown = self._is_usable and self.height() >= _ROOMY * self.fontMetrics().height()
        for part in (self._how_title, self._how):
            part.setVisible(is_shown)

    def _show_facts(self, model: BaseModel) -> None:
        if model.is_built_in:
            self._about.setText(
                self.tr(
                    "A tiny model that comes with PPCL Studio: 32 things, 8 shapes, and short "
                    "words on signs. Nothing is downloaded, and no graphics card is needed."
                )
            )
        else:
            self._about.setText(
                self.tr("It stays where it is and is only read. Its licence goes on to apply.")
            )
        self._strip.show_plan(Plan(model=model.source, num_blocks=model.num_layers), {})
        self._values["kind"].setText(model.family)
        self._values["layers"].setText(str(model.num_layers))
        self._values["parameters"].setText(
            self.tr("{count} in the painting part").format(count=figures.count(model.parameters))
        )
        self._values["size"].setText(figures.data_size(model.num_bytes))
        self._show_memory(model)

    def _show_memory(self, model: BaseModel) -> None:
        needed, here = _ROOM * model.memory_bytes, machine.memory()
        value = self._values["memory"]
        if here is None:
            text = self.tr("needs about {needed} (estimated)")
            value.setText(text.format(needed=figures.data_size(needed)))
            set_tone(value, "")
            return
        is_enough = needed < 0.9 * here.total
        text = self.tr("needs about {needed} (estimated), this computer has {total}")
        value.setText(
            text.format(needed=figures.data_size(needed), total=figures.data_size(here.total))
        )
        set_tone(value, "" if is_enough else "warn")

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(6)
        for widget in (self._title, self._about, self._problem, self._hint):
            words.addWidget(widget)
        self.body.setContentsMargins(20, 16, 20, 16)
        self.body.addLayout(words)
        self.body.addWidget(self._facts)
        self.body.addSpacing(8)
        self.body.addWidget(self._strip)
        self.body.addSpacing(8)
        self.body.addWidget(self._how_title)
        self.body.addWidget(self._how, 1)
        self.body.addStretch(1)
        self.body.addWidget(self._place)
