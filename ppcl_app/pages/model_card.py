"""What can be said about a model without loading it, and whether this computer can handle it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QVBoxLayout, QWidget

from engine import protocol
from ppcl_app import figures, hub_words
from ppcl_app.base_model import BaseModel
from ppcl_app.download_model import room_for
from ppcl_app.engine_texts import say
from ppcl_app.hub_model import Description
from ppcl_app.outcome import redact
from ppcl_app.pages.fit_table import FitTable
from ppcl_app.theme import type_scale
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.fact_grid import Fact, FactGrid
from ppcl_app.widgets.how_it_works import HowItWorks
from ppcl_app.widgets.spare_room import SpareRoom
from ppcl_app.widgets.text import body_label, heading_label, push_button

translate = QCoreApplication.translate  # lupdate knows this name


class ModelCard(Card):
    """Facts and answers beside each other; a model that cannot be used says why, in words."""

    folder_asked = Signal()
    page_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._title = heading_label("")
        type_scale.set_type(self._title, type_scale.NUMBER, bold=True)
        self._about = body_label(tone="muted")
        self._problem = body_label(tone="bad")
        self._hint = body_label(tone="muted")
        self._facts = FactGrid()
        self.fits = FitTable()
        self._place = body_label(tone="muted")
        self._name = body_label(tone="muted")
        self.page_button = push_button(
            self.tr("Open its page"),
            kind="quiet",
            tip=self.tr("In your browser: pictures, the licence, who made it"),
        )
        self.folder_button = push_button(
            self.tr("Change…"), kind="quiet", name=self.tr("Change the folder of the download")
        )
        self._arrange()
        self.folder_button.clicked.connect(self.folder_asked)
        self.page_button.clicked.connect(self.page_asked)

    def set_wide(self, is_wide: bool) -> None:
        """Facts and answers beside each other, or below."""
        way = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        self._columns.setDirection(way)

    @property
    def problem(self) -> str:
        return self._problem.text()

    def fact(self, key: str) -> str:
        return self._facts.value(key)

    def show_model(self, model: BaseModel, description: Description | None) -> None:
        """A model on this computer: what its files say at once, what the engine reckons later."""
        self._show_head(model.title, _about(model), problem=model.problem, hint=model.hint)
        self._place.setText(redact(model.source))
        self._place.setVisible(not model.is_built_in)
        self.folder_button.hide()
        self.page_button.hide()
        self._facts.setVisible(model.is_usable)
        self.fits.setVisible(model.is_usable)
        self._spare.set_wanted(model.is_usable)
        self._name.hide()
        if not model.is_usable:
            return
        found = description.found if description is not None else None
        self._facts.show_facts(
            [
                Fact("kind", self.tr("Kind"), model.family),
                self._layers(model.num_layers),
                self._parameters(model.parameters),
                Fact("size", self.tr("On disk"), figures.data_size(model.num_bytes)),
                *self._parts(found),
                *(self._licence(found.license) if found is not None and found.license else ()),
            ]
        )
        self._show_fits(found.fits if found is not None else (), description)

    def show_repo(
        self,
        repo: str,
        known: protocol.KnownModel | None,
        description: Description | None,
        folder: Path,
        *,
        is_here: bool,
    ) -> None:
        """A model of the Hub: what is known of it, then what the Hub says."""
        found = description.found if description is not None else None
        about = self.tr("It is on this computer already.") if is_here else ""
        if not is_here and (description is None or description.is_looking):
            about = self.tr("Asking the Hub; nothing is downloaded yet.")
        problem = ""
        if found is not None and found.problems and not found.is_gated:
            problem = " ".join(map(say, found.problems))
        title = known.title if known is not None else repo.rpartition("/")[2]
        self._show_head(title, about, problem=problem)
        self._facts.show()
        self._facts.show_facts(self._repo_facts(known, found))
        self._name.setText(repo)
        self._name.show()
        self._spare.set_wanted(not problem)
        text = self.tr("It goes to {folder}")
        self._place.setText(text.format(folder=redact(str(folder))))
        for widget in (self._place, self.folder_button):
            widget.setVisible(found is not None and not is_here)
        self.page_button.show()
        self.fits.setVisible(description is None or description.refused is None)
        fits: Sequence[protocol.Fit] = ()
        if found is not None:
            there = [] if is_here else [room_for(found.num_bytes, folder)]
            fits = [*there, *(fit for fit in found.fits if fit.step != "download")]
        self._show_fits(fits, description)

    def _repo_facts(
        self, known: protocol.KnownModel | None, found: protocol.Described | None
    ) -> list[Fact]:
        layers = found.layers if found is not None else known.layers if known is not None else 0
        count = found.parameters if found is not None else 0
        count = count or (known.parameters if known is not None else 0)
        licence = (found.license if found is not None else "") or (known.license if known else "")
        facts = []
        if layers:
            facts.append(self._layers(layers))
        if count:
            facts.append(self._parameters(count))
        if found is not None:
            text = self.tr("{size} in {count} files")
            size = figures.data_size(found.num_bytes)
            value = text.format(size=size, count=found.num_files)
            facts.append(Fact("size", self.tr("Download"), value))
        facts += self._parts(found)
        if found is not None or licence:
            is_gated = found is not None and found.is_gated
            facts += self._licence(licence, is_gated=is_gated)
        return facts

    def _layers(self, count: int) -> Fact:
        return Fact("layers", self.tr("Layers"), str(count))

    def _parameters(self, count: int) -> Fact:
        text = self.tr("{count} in the painting part")
        return Fact("parameters", self.tr("Parameters"), text.format(count=figures.count(count)))

    def _parts(self, found: protocol.Described | None) -> list[Fact]:
        parts = hub_words.parts_text(found.parts) if found is not None else ""
        return [Fact("parts", self.tr("Parts"), parts)] if parts else []

    def _licence(self, licence: str, *, is_gated: bool = False) -> list[Fact]:
        text = self.tr("{name}: {meaning}")
        if is_gated:
            text = self.tr("{name}, to be accepted on its page first: {meaning}")
        name, meaning = hub_words.licence_title(licence), hub_words.licence_meaning(licence)
        words = text.format(name=name, meaning=meaning)
        is_free = hub_words.is_free(licence) and not is_gated
        return [Fact("licence", self.tr("Licence"), words, "" if is_free else "warn")]

    def _show_head(self, title: str, about: str, *, problem: str = "", hint: str = "") -> None:
        self.setAccessibleName(title)
        self._title.setText(title)
        texts = ((self._about, "" if problem else about), (self._problem, problem))
        for label, text in (*texts, (self._hint, hint if problem else "")):
            label.setText(text)
            label.setVisible(bool(text))

    def _show_fits(self, fits: Sequence[protocol.Fit], description: Description | None) -> None:
        waiting = ""
        if description is None or description.is_looking:
            waiting = self.tr("Looking…")
        elif all(fit.verdict == "unknown" for fit in fits if fit.resource == "memory"):
            fits = [fit for fit in fits if fit.resource == "disk"]
            waiting = self.tr("The memory it needs is not known yet.")
        self.fits.show_fits(fits, waiting=waiting)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(self._title)
        head.addWidget(self._name, 1)
        self._columns = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._columns.setSpacing(16)
        left = QVBoxLayout()
        left.addWidget(self._facts)
        left.addStretch(1)
        self._columns.addLayout(left, 1)
        self._columns.addWidget(self.fits, 1)
        place = QHBoxLayout()
        place.addWidget(self._place, 1)
        place.addStretch(0)
        place.addWidget(self.folder_button)
        place.addWidget(self.page_button)
        how = QWidget()
        column = QVBoxLayout(how)
        column.setContentsMargins(0, 14, 0, 0)
        column.addWidget(heading_label(self.tr("What will happen")))
        column.addWidget(HowItWorks(is_wide=True))
        self._spare = SpareRoom(how)
        self.body.setContentsMargins(20, 14, 20, 14)
        self.body.addLayout(head)
        for label in (self._about, self._problem, self._hint):
            self.body.addWidget(label)
        self.body.addLayout(self._columns)
        self.body.addLayout(place)
        self.body.addWidget(self._spare, 1)


def _about(model: BaseModel) -> str:
    if model.is_built_in:
        return translate(
            "ModelCard",
            "A tiny model that comes with PPCL Studio: 32 things, 8 shapes, and short words on "
            "signs. Nothing is downloaded, and no graphics card is needed.",
        )
    return translate("ModelCard", "It stays where it is and is only read.")
