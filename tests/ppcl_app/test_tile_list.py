"""The chosen tile is seen, however long the list is."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup
from pytestqt.qtbot import QtBot

from ppcl_app.widgets.tile_list import Choice, TileList


def test_tile_that_is_new_and_chosen_comes_into_view(qtbot: QtBot) -> None:
    group = QButtonGroup()
    tiles = TileList("Models", group)
    qtbot.addWidget(tiles)
    tiles.resize(300, 200)
    tiles.show()
    choices = [Choice(key, key, "what it means") for key in "abcdef"]
    tiles.show_choices(choices)
    tiles.want_height(tiles.height_of(1.6))
    qtbot.waitUntil(lambda: tiles.verticalScrollBar().maximum() > 0)
    tiles.show_choices([*choices, Choice("g", "g", "just found")])
    tiles.choose("g")
    tile = tiles.tiles["g"]
    qtbot.waitUntil(lambda: tile.visibleRegion().boundingRect() == tile.rect())
    group.deleteLater()
