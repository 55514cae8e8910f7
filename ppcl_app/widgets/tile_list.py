"""A scrolling list of choices, each a tile with a name and what it means."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QScrollArea, QVBoxLayout, QWidget

from ppcl_app.widgets.choice_tile import ChoiceTile

_LEAST_TILES = 1.6


@dataclass(frozen=True, slots=True)
class Choice:
    """`key` is what `chosen` carries; a tool tip says more than fits."""

    key: str
    name: str
    meaning: str
    tip: str = ""


class TileList(QScrollArea):
    """Tiles of several lists may share one `group`: then one of them all is chosen."""

    chosen = Signal(str)

    def __init__(self, name: str, group: QButtonGroup, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._group = group
        self._choices: list[Choice] = []
        self.tiles: dict[str, ChoiceTile] = {}
        self._chosen_shown = QTimer(self, singleShot=True, interval=0)  # tiles have their places
        self._chosen_shown.timeout.connect(self._show_chosen)
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._list)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setWidget(inside)
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self.setAccessibleName(name)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalScrollBar().rangeChanged.connect(lambda *_: self._chosen_shown.start())
        self.want_height(self.height_of(self.least_tiles))

    @property
    def least_tiles(self) -> float:
        """How many must be seen; a part of a second one says that there are more."""
        return 1.0 if len(self.tiles) < 2 else _LEAST_TILES

    def height_of(self, num_tiles: float) -> int:
        """What so many tiles need, one below the other."""
        width = self.viewport().width()
        tile = 2 * self.fontMetrics().lineSpacing() + 24
        tile = max([tile, *(t.heightForWidth(width) for t in list(self.tiles.values())[:3])])
        return round(num_tiles * tile) + (math.ceil(num_tiles) - 1) * self._list.spacing()

    @property
    def height_wanted(self) -> int:
        return self.minimumHeight()

    def want_height(self, height: int) -> None:
        if height != self.height_wanted:
            self.setFixedHeight(height)

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Tiles are made anew only where other choices are there."""
        if list(choices) == self._choices:
            return
        if [choice.key for choice in choices] != list(self.tiles):
            for tile in self.tiles.values():
                self._group.removeButton(tile.radio)
                self._list.removeWidget(tile)
                tile.hide()
                tile.deleteLater()
            self.tiles = {choice.key: self._make_tile(choice) for choice in choices}
        for choice in choices:
            tile = self.tiles[choice.key]
            tile.set_meaning(choice.meaning)
            tile.setToolTip(choice.tip)
        self._choices = list(choices)

    def choose(self, key: str) -> None:
        """Mark a tile as chosen, and bring it into view."""
        tile = self.tiles.get(key)
        if tile is not None and not tile.radio.isChecked():
            tile.radio.setChecked(True)
            self._chosen_shown.start()

    def _show_chosen(self) -> None:
        for tile in self.tiles.values():
            if tile.radio.isChecked():
                self.ensureWidgetVisible(tile, 0, 0)

    def _make_tile(self, choice: Choice) -> ChoiceTile:
        tile = ChoiceTile(choice.name, choice.meaning)
        tile.radio.clicked.connect(partial(self._on_clicked, choice.key))
        self._group.addButton(tile.radio)
        self._list.addWidget(tile)
        return tile

    def _on_clicked(self, key: str) -> None:
        self.chosen.emit(key)
