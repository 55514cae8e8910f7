"""Where models come from: folders on this computer, and the Hub."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLineEdit, QWidget

from engine import protocol
from ppcl_app import figures, hub_words
from ppcl_app.base_model import BaseModel
from ppcl_app.outcome import redact
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.field import Field
from ppcl_app.widgets.text import body_label, heading_label, push_button
from ppcl_app.widgets.tile_list import Choice, TileList

translate = QCoreApplication.translate  # lupdate knows this name
_ADDRESS = re.compile(r"^https?://[^/]+/")
_NAME = re.compile(r"^[\w.-]+/[\w.-]+$", re.ASCII)


def repo_named(text: str) -> str:
    """OWNER/NAME out of what someone typed or pasted, also a page's address; else nothing."""
    path = _ADDRESS.sub("", text.strip()).strip("/")
    name = "/".join(path.split("/")[:2]) if _ADDRESS.match(text.strip()) else path
    return name if _NAME.match(name) else ""


class FolderCard(Card):
    """Models on this computer; folders are dropped on the window or chosen."""

    chosen = Signal(str)
    folder_asked = Signal()

    def __init__(self, group: QButtonGroup, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setAccessibleName(self.tr("On this computer"))
        self.list = TileList(self.tr("Models on this computer"), group)
        self.browse_button = push_button(
            self.tr("Choose a folder…"),
            kind="quiet",
            tip=self.tr("The folder of a model, or one inside of it"),
        )
        self.drop_label = body_label(
            self.tr("Or drop a model's folder on this window."), tone="muted"
        )
        _lay_out(self, self.accessibleName(), (self.browse_button,), self.list)
        self.body.addWidget(self.drop_label)
        self.body.addStretch(1)
        self.list.chosen.connect(self.chosen)
        self.browse_button.clicked.connect(self.folder_asked)

    def show_models(self, models: Sequence[BaseModel]) -> None:
        self.list.show_choices(
            [
                Choice(
                    model.source,
                    model.title,
                    _meaning(model),
                    "" if model.is_built_in else redact(model.source),
                )
                for model in models
            ]
        )


class HubCard(Card):
    """Models of the Hub: those that are known to work, and any other by its name."""

    chosen = Signal(str)
    token_asked = Signal()
    mirror_asked = Signal()

    def __init__(self, group: QButtonGroup, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setAccessibleName(self.tr("Download one"))
        self.token_button = push_button(self.tr("Access token…"), kind="quiet")
        self.mirror_button = push_button(
            self.tr("Mirror…"),
            kind="quiet",
            tip=self.tr("For where the Hub is slow or cannot be reached"),
        )
        self.list = TileList(self.tr("Models that can be downloaded"), group)
        self.name_field = QLineEdit(placeholderText=self.tr("OWNER/NAME of another model"))
        self.name_field.setAccessibleName(self.tr("Name of another model on the Hub"))
        self.name_field.setMinimumHeight(24)
        self.look_button = push_button(self.tr("Look"), name=self.tr("Look at this model"))
        self._origin = body_label(
            self.tr(
                "From the Hub (huggingface.co), a public collection of models, or from a copy of "
                "it (a mirror)."
            ),
            tone="muted",
        )
        self._waiting = body_label(self.tr("Starting…"), tone="muted")
        self._arrange()
        self.list.chosen.connect(self.chosen)
        self.name_field.textChanged.connect(self._show_look)
        self.name_field.returnPressed.connect(self._look)
        self.look_button.clicked.connect(self._look)
        self.token_button.clicked.connect(self.token_asked)
        self.mirror_button.clicked.connect(self.mirror_asked)
        self._show_look()

    def show_models(
        self,
        known: Sequence[protocol.KnownModel],
        others: Sequence[str],
        *,
        here: Sequence[str],
        sizes: Mapping[str, int],
    ) -> None:
        """`others` were looked up by name; `here` are on this computer already.

        `sizes`: the bytes of a download, of those that were looked at.
        """
        choices = [
            Choice(m.repo, m.title, _known_meaning(m, sizes.get(m.repo, 0)), m.repo) for m in known
        ]
        names = {model.repo for model in known}
        for repo in others:
            if repo not in names:
                size = figures.data_size(sizes[repo]) if sizes.get(repo) else ""
                meaning = " · ".join(filter(None, (repo, size)))
                choices.append(Choice(repo, repo.partition("/")[2], meaning, repo))
        is_here = self.tr("on this computer already")
        self.list.show_choices(
            [
                Choice(c.key, c.name, f"{c.meaning} · {is_here}" if c.key in here else c.meaning)
                for c in choices
            ]
        )
        self._waiting.setVisible(not choices)

    def show_access(self, token_place: str) -> None:
        text = hub_words.token_text(token_place)
        self.token_button.setToolTip(text)
        self.token_button.setAccessibleDescription(text)

    def _look(self) -> None:
        repo = repo_named(self.name_field.text())
        if repo:
            self.chosen.emit(repo)

    def _show_look(self) -> None:
        is_name = bool(repo_named(self.name_field.text()))
        tip = self.tr("What it is, and whether it will run here; nothing is downloaded yet")
        if not is_name:
            tip = self.tr("Write it like Qwen/Qwen-Image, or paste the address of its page")
        self.look_button.setEnabled(is_name)
        self.look_button.setToolTip(tip)
        self.name_field.setToolTip(tip)

    def _arrange(self) -> None:
        buttons = (self.token_button, self.mirror_button)
        _lay_out(self, self.accessibleName(), buttons, self.list)
        name = QHBoxLayout()
        name.setSpacing(8)
        name.addWidget(Field(self.name_field), 1)
        name.addWidget(self.look_button)
        self.body.insertWidget(1, self._origin)
        self.body.insertWidget(2, self._waiting)
        self.body.addLayout(name)
        self.body.addStretch(1)


def _lay_out(card: Card, title: str, buttons: Sequence[QWidget], tiles: TileList) -> None:
    """Both cards alike: the heading with quiet buttons beside it, and the list."""
    top = QHBoxLayout()
    top.setSpacing(4)
    top.addWidget(heading_label(title, wrap=True), 1)
    for button in buttons:
        top.addWidget(button)
    card.body.setContentsMargins(16, 6, 16, 14)
    card.body.addLayout(top)
    card.body.addWidget(tiles)


def _meaning(model: BaseModel) -> str:
    if not model.is_usable:
        return model.problem
    parts = [figures.count(model.parameters), figures.data_size(model.num_bytes)]
    return f"{model.family} · {' · '.join(parts)}"


def _known_meaning(model: protocol.KnownModel, num_bytes: int) -> str:
    """Its size in numbers; how much a download is, nearly, before anybody has asked the Hub."""
    size = figures.data_size(num_bytes or model.num_bytes)
    if not num_bytes:
        size = translate("HubCard", "about {size}").format(size=size)
    layers = translate("HubCard", "{count} layers").format(count=model.layers)
    licence = hub_words.licence_title(model.license)
    return f"{figures.count(model.parameters)} · {size} · {layers} · {licence}"
