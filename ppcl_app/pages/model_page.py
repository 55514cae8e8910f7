"""The page on which a model is picked: the built-in one, or a folder on this computer."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ppcl_app import figures
from ppcl_app.base_model import BUILT_IN, BaseModel, look_at
from ppcl_app.outcome import redact
from ppcl_app.pages.model_card import ModelCard
from ppcl_app.pages.page import Page
from ppcl_app.project_model import Progress
from ppcl_app.studio import Studio
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.choice_tile import ChoiceTile
from ppcl_app.widgets.text import body_label, push_button


class ModelPage(Page):
    """Models are looked at, never loaded, so picking one is quick whatever its size."""

    model_used = Signal(str)
    tried = Signal()
    folder_asked = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._project = studio, studio.project
        self._models: dict[str, BaseModel] = {}
        self._tiles: dict[str, ChoiceTile] = {}
        self._chosen = studio.project.source
        self.describe(
            self.tr("Model"),
            self.tr("Pick the model that you want to make smaller. The original is never changed."),
        )
        self._group = QButtonGroup(self)
        self.browse_button = push_button(self.tr("Choose a folder…"))
        self.card = ModelCard()
        self.try_button = push_button(
            self.tr("Try with the built-in model"),
            tip=self.tr("Finds the layers, merges them, learns and measures, all in one go"),
        )
        self._arrange()
        self._connect()
        self._fill()

    def _arrange(self) -> None:
        here = Card(self.tr("On this computer"))
        self._list = QVBoxLayout()
        self._list.setSpacing(8)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.addLayout(self._list)
        column.addStretch(1)
        scroll = QScrollArea(widgetResizable=True)
        scroll.setWidget(inside)
        scroll.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        scroll.setAccessibleName(self.tr("Models on this computer"))
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        here.body.addWidget(scroll, 1)
        drop = QHBoxLayout()
        drop.addWidget(
            body_label(self.tr("Or drop a folder with a model on this window."), tone="muted"), 1
        )
        drop.addWidget(self.browse_button)
        here.body.addLayout(drop)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(here, 1)  # models that can be downloaded get a card of their own below it
        row.addWidget(self.card, 1)
        self.content.addLayout(row, 1)
        self.foot.insertWidget(1, self.try_button)

    def _connect(self) -> None:
        self.browse_button.clicked.connect(self.folder_asked)
        self.try_button.clicked.connect(self.tried)
        self.primary.clicked.connect(lambda: self.model_used.emit(self._chosen))
        self._studio.run.phase_changed.connect(self._show)
        self._studio.export.phase_changed.connect(self._show)
        self._project.project_changed.connect(self._on_project)
        self._project.tiers_changed.connect(self._show)

    @property
    def chosen(self) -> BaseModel:
        return self._models[self._chosen]

    def choose(self, source: str) -> None:
        """Show a model; it is used only when someone says so."""
        self._chosen = source
        self._models.pop(source, None)  # it may have changed since it was looked at
        self._fill()
        self._tiles[source].radio.setChecked(True)

    def choose_folder(self, folder: Path) -> None:
        self.choose(str(folder))

    def _on_project(self) -> None:
        self._chosen = self._project.source
        self._fill()

    def _fill(self) -> None:
        """One tile a model: the built-in one, the one in use, and those of earlier times."""
        recent = self._studio.settings.preferences.models
        sources = list(dict.fromkeys((BUILT_IN, self._project.source, self._chosen, *recent)))
        for source in sources:
            if source not in self._models:
                self._models[source] = look_at(source)
        if sources != list(self._tiles):
            for tile in self._tiles.values():
                self._group.removeButton(tile.radio)
                self._list.removeWidget(tile)
                tile.deleteLater()
            self._tiles = {source: self._make_tile(source) for source in sources}
        self._tiles[self._chosen].radio.setChecked(True)
        self._show()

    def _make_tile(self, source: str) -> ChoiceTile:
        model = self._models[source]
        tile = ChoiceTile(model.title, _meaning(model))
        tile.setToolTip("" if model.is_built_in else redact(source))
        tile.radio.clicked.connect(partial(self._on_tile, source))
        self._group.addButton(tile.radio)
        self._list.addWidget(tile)
        return tile

    def _on_tile(self, source: str) -> None:
        self._chosen = source
        self._show()

    def _show(self) -> None:
        model, project = self.chosen, self._project
        is_here = project.source == self._chosen
        self.card.show_model(model)
        why = self._studio.why_not_switch()
        is_idle = not why
        self.try_button.setVisible(not project.tiers)
        self.try_button.setEnabled(is_idle)
        self.try_button.setToolTip(
            why or self.tr("Everything in one go, with the quickest setting")
        )
        if not model.is_usable:
            why = model.problem
        elif is_here:
            why = ""
        text = self.tr("Find its redundant layers") if is_here else self.tr("Use this model")
        self.set_primary(text, is_enabled=not why, why=why)
        self.summary.setText(why or self._words(is_here=is_here))

    def _words(self, *, is_here: bool) -> str:
        project = self._project
        if not is_here:
            return self.tr("It gets a project of its own; the present one stays as it is.")
        if project.tiers:
            return self.tr("This model is there in %n sizes.", "", len(project.tiers))
        if project.progress is Progress.STARTED:
            return self.tr("This model is being worked on.")
        return ""


def _meaning(model: BaseModel) -> str:
    if not model.is_usable:
        return model.problem
    parts = [figures.count(model.parameters), figures.data_size(model.num_bytes)]
    return f"{model.family} · {' · '.join(parts)}"
