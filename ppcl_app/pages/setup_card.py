"""What is asked before a model learns: how thorough, with the price of each, and the folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal, get_args

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from ppcl_app import figures
from ppcl_app.outcome import redact
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.choice_tile import ChoiceTile
from ppcl_app.widgets.text import body_label, breakable, push_button

Effort = Literal["quick", "normal", "best"]


class SetupCard(Card):
    """Three tiles and a folder; says what was chosen, decides nothing."""

    effort_chosen = Signal(str)
    folder_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setAccessibleName(self.tr("Before it starts"))
        self.quick = ChoiceTile(self.tr("&Quick"), " ")
        self.normal = ChoiceTile(self.tr("&Good"), " ")
        self.best = ChoiceTile(self.tr("&Best"), " ")
        self._tiles: dict[str, ChoiceTile] = dict(
            zip(get_args(Effort), (self.quick, self.normal, self.best), strict=True)
        )
        group = QButtonGroup(self)
        self.tiles = tiles = QHBoxLayout()
        tiles.setSpacing(12)
        for effort, tile in self._tiles.items():
            group.addButton(tile.radio)
            tiles.addWidget(tile, 1)
            tile.radio.clicked.connect(
                lambda _checked=False, effort=effort: self.effort_chosen.emit(effort)
            )
        self._folder = body_label(tone="muted")
        self.change_folder = push_button(
            self.tr("Change…"), kind="quiet", name=self.tr("Change the folder of the project")
        )
        self.change_folder.clicked.connect(self.folder_asked)
        row = QHBoxLayout()
        row.addWidget(self._folder, 1)
        row.addWidget(self.change_folder)
        self.body.setContentsMargins(16, 16, 16, 8)
        self.body.addLayout(tiles)
        self.body.addLayout(row)

    def show_choice(
        self, effort: str, folder: Path, *, seconds: Mapping[str, float], is_new: bool
    ) -> None:
        """`seconds` is what each effort may take; the folder of a begun project stays."""
        meanings = {
            "quick": self.tr("A first look, with a few sizes."),
            "normal": self.tr("More sizes, and better pictures."),
            "best": self.tr("As close to the original as it gets."),
        }
        for name, tile in self._tiles.items():
            price = self.tr("About {time}.").format(time=figures.price(seconds.get(name, 0.0)))
            tile.set_meaning(f"{price} {meanings[name]}")
        self._tiles[effort].radio.setChecked(True)
        self._folder.setText(
            self.tr("Kept in {folder}").format(folder=breakable(redact(str(folder))))
        )
        self._folder.setToolTip(str(folder))
        self.change_folder.setVisible(is_new)
