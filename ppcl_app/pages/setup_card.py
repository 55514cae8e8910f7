"""What is asked before a model is made smaller: how thorough, and where it is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from ppcl_app.outcome import redact
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.choice_tile import ChoiceTile
from ppcl_app.widgets.text import body_label, push_button

Effort = Literal["quick", "normal"]


class SetupCard(Card):
    """Two tiles and a folder; says what was chosen, decides nothing."""

    effort_chosen = Signal(str)
    folder_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setAccessibleName(self.tr("Before it starts"))
        self.quick = ChoiceTile(
            self.tr("&Quick"),
            self.tr("About 2 minutes on two processor cores. A first look, with a few sizes."),
        )
        self.normal = ChoiceTile(
            self.tr("&Normal"),
            self.tr("About 10 minutes on two processor cores. More sizes, and better pictures."),
        )
        group = QButtonGroup(self)
        tiles = QHBoxLayout()
        tiles.setSpacing(12)
        for tile in (self.quick, self.normal):
            group.addButton(tile.radio)
            tiles.addWidget(tile, 1)
        self.quick.radio.toggled.connect(self._on_toggled)
        self._folder = body_label(tone="muted", wrap=False)
        self.change_folder = push_button(
            self.tr("Change…"), kind="quiet", name=self.tr("Change the folder of the project")
        )
        self.change_folder.clicked.connect(self.folder_asked)
        row = QHBoxLayout()
        row.addWidget(self._folder)
        row.addWidget(self.change_folder)
        row.addStretch(1)
        self.body.setContentsMargins(16, 16, 16, 8)
        self.body.addLayout(tiles)
        self.body.addLayout(row)

    def show_choice(self, effort: Effort, folder: Path) -> None:
        tile = self.normal if effort == "normal" else self.quick
        tile.radio.setChecked(True)
        self._folder.setText(self.tr("Kept in {folder}").format(folder=redact(str(folder))))
        self._folder.setToolTip(str(folder))

    def _on_toggled(self, is_quick: bool) -> None:
        self.effort_chosen.emit("quick" if is_quick else "normal")
