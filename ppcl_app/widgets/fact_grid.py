"""A few facts under each other: what it is to the left, muted, and the value beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ppcl_app.theme import type_scale
from ppcl_app.widgets.text import body_label, set_tone


@dataclass(frozen=True, slots=True)
class Fact:
    """`key` is for programs; `tone` is that of the value."""

    key: str
    name: str
    value: str
    tone: str = ""


class FactGrid(QWidget):
    """Rows are kept from one model to the next; those that are not needed are hidden."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(18)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[QLabel, QLabel]] = []
        self._facts: dict[str, str] = {}

    def value(self, key: str) -> str:
        return self._facts.get(key, "")

    def show_facts(self, facts: Sequence[Fact]) -> None:
        while len(self._rows) < len(facts):
            self._add_row()
        for number, (name, value) in enumerate(self._rows):
            is_used = number < len(facts)
            name.setVisible(is_used)
            value.setVisible(is_used)
            if is_used:
                name.setText(facts[number].name)
                value.setText(facts[number].value)
                set_tone(value, facts[number].tone)
        self._facts = {fact.key: fact.value for fact in facts}

    def _add_row(self) -> None:
        name, value = body_label(tone="muted", wrap=False), body_label()
        type_scale.set_type(value, type_scale.BODY, tabular=True)
        row = len(self._rows)
        self._grid.addWidget(name, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(value, row, 1)
        self._rows.append((name, value))
