"""The page on which a size is written as a model for other programs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QComboBox,
    QHBoxLayout,
    QVBoxLayout,
    QWidget,
)

from ppcl_app import figures, machine
from ppcl_app.base_model import BUILT_IN, PARTS, folder_of
from ppcl_app.outcome import redact
from ppcl_app.pages.export_card import ExportCard
from ppcl_app.pages.page import Page
from ppcl_app.studio import Studio
from ppcl_app.vocabulary import tier_title
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.choice_box import ChoiceBox
from ppcl_app.widgets.choice_tile import ChoiceTile
from ppcl_app.widgets.empty_card import EmptyCard
from ppcl_app.widgets.field import Field
from ppcl_app.widgets.one_of import OneOf
from ppcl_app.widgets.text import body_label, breakable, push_button, set_tone
from ppcl_app.widgets.tier_slider import Stop, TierSlider

_TILE_LETTERS = 66  # in a line; below that, the tiles lie below each other
_SMALL = 10**9  # bytes: the engine stores smaller transformers exactly
_NARROW_KINDS = ("ffn-", "text-")


class ExportPage(Page):
    """Which size, as what, where to; the card at the top says how it goes."""

    folder_asked = Signal()
    recover_page_asked = Signal()
    sheet_asked = Signal()
    tried = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._project = studio, studio.project
        self.describe(
            self.tr("Export"),
            self.tr("Writes a size as a model, loads it again and compares it."),
        )
        self.export_card = ExportCard(studio)
        self.slider = TierSlider()
        self.everywhere = ChoiceTile(self.tr("Runs everywhere"), " ")
        self.smallest = ChoiceTile(self.tr("Smallest"), " ")
        self.comfyui = ChoiceTile(self.tr("One file for ComfyUI"), " ")
        self.precision = ChoiceBox()
        self.precision.setAccessibleName(self.tr("Precision of the weights"))
        for key, text in self._precisions().items():
            self.precision.addItem(text, key)
        self._precision_width = self.precision.sizeHint().width()
        self.precision.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.folder_button = push_button(
            self.tr("Change…"), kind="quiet", name=self.tr("Change the folder of the export")
        )
        self.sheet_button = push_button(
            self.tr("Save comparison sheet…"), tip=self.tr("Pictures of every size side by side")
        )
        self._facts = body_label()
        self._folder = body_label(wrap=True)
        self._space = body_label(tone="muted")
        self._arrange()
        self._connect()
        self._show_all()

    def _arrange(self) -> None:
        size = Card(self.tr("Which size"))
        size.body.addWidget(self.slider)
        size.body.addWidget(self._facts)
        kind = Card(self.tr("As what"))
        tiles = QHBoxLayout()
        tiles.setSpacing(12)
        group = QButtonGroup(self)
        for tile in (self.everywhere, self.smallest, self.comfyui):
            group.addButton(tile.radio)
            tiles.addWidget(tile, 1)
        kind.body.addLayout(tiles)
        self.area.stack(tiles, _TILE_LETTERS)
        fine = QHBoxLayout()
        field = Field(self.precision)
        field.setMaximumWidth(self._precision_width + field.sizeHint().width())
        label = body_label(self.tr("&Precision"), wrap=False)
        label.setTextFormat(Qt.TextFormat.AutoText)
        label.setBuddy(self.precision)
        fine.addWidget(label)
        fine.addWidget(field, 100)  # all that it can use, before anything is left over
        fine.addStretch(1)
        kind.body.addLayout(fine)
        where = Card(self.tr("Where to"))
        row = QHBoxLayout()
        row.addWidget(self._folder, 1)
        row.addWidget(self.folder_button)
        where.body.addLayout(row)
        where.body.addWidget(self._space)
        full = QWidget()
        column = QVBoxLayout(full)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        for widget in (self.export_card, size, kind, where):
            column.addWidget(widget)
        column.addStretch(1)
        self._stack = OneOf(self._empty_state(), full)
        self.content.addWidget(self._stack, 1)
        self.foot.insertWidget(1, self.sheet_button)

    def _empty_state(self) -> EmptyCard:
        empty = EmptyCard(
            self.tr("Nothing can be exported yet"),
            self.tr(
                "Once the model is there in smaller sizes, any of them can be written as a folder "
                "that diffusers and other programs load. The folder holds the weights, a model "
                "card with what was measured, and the recipe that made it."
            ),
            [
                (self.tr("Recover quality"), self.recover_page_asked.emit),
                (self.tr("Try with the built-in model"), self.tried.emit),
            ],
        )
        self.go_to_recover, self.try_button = empty.buttons
        return empty

    def _connect(self) -> None:
        studio = self._studio
        for signal in (
            self._project.tiers_changed, self._project.project_changed,
            studio.run.phase_changed, studio.export.phase_changed, studio.export.ended,
            studio.settings.preferences_changed,
        ):  # fmt: skip
            signal.connect(self._show_all)
        studio.generation.tier_changed.connect(self._show_all)
        self.slider.valueChanged.connect(studio.generation.set_tier)
        self.folder_button.clicked.connect(self.folder_asked)
        self.export_card.folder_asked.connect(self._export_elsewhere)
        self.precision.activated.connect(self._choose_precision)
        for tile in (self.everywhere, self.smallest, self.comfyui):
            tile.radio.clicked.connect(self._show_all)
        self.sheet_button.clicked.connect(self.sheet_asked)
        self.primary.clicked.connect(self.export)

    @property
    def parent_folder(self) -> Path:
        before = self._studio.settings.preferences.export_folder
        return Path(before) if before else self._project.folder.parent

    @property
    def target(self) -> str:
        return "comfyui" if self.comfyui.radio.isChecked() else "diffusers"

    def export(self) -> None:
        if not self._studio.why_not_export() and not self._why_no_room():
            tier = self._studio.generation.tier
            self._studio.export_tier(tier, self.parent_folder, target=self.target)

    def _export_elsewhere(self) -> None:
        """There was no room, or no right to write: another folder, and once more."""
        before = self.parent_folder
        self.folder_asked.emit()
        if self.parent_folder != before:
            self._studio.export.dismiss_failure()
            self.export()

    def _choose_precision(self) -> None:
        self._studio.settings.change(export_precision=self.precision.currentData())

    def _precisions(self) -> dict[str, str]:
        return {
            "auto": self.tr("Automatic: 32 bits below 1 GB, else 16"),
            "float32": self.tr("32 bits, exact"),
            "bfloat16": self.tr("16 bits, half the size"),
        }

    def visit(self) -> None:
        self._show_all()

    def num_bytes(self) -> int:
        """What the export will take: the smaller transformer, and the other parts as they are."""
        tier = self._project.tiers[self._studio.generation.tier]
        folder = folder_of(self._project.source)
        precision = self._studio.settings.preferences.export_precision
        is_wide = precision == "float32" or (precision == "auto" and 4 * tier.parameters < _SMALL)
        weights = (4 if is_wide else 2) * tier.parameters
        if self.target == "comfyui":
            return weights
        return weights + sum(machine.folder_size(folder / part) for part in PARTS[1:])

    def _why_no_room(self) -> str:
        free = machine.free_disk(self.parent_folder)
        if free is None or free > self.num_bytes():
            return ""
        text = self.tr("There is not enough room: {free} are free, {needed} are needed")
        needed = figures.data_size(self.num_bytes())
        return text.format(free=figures.data_size(free), needed=needed)

    def _show_all(self) -> None:
        tiers, tier = self._project.tiers, self._studio.generation.tier
        self._stack.setCurrentIndex(1 if tiers else 0)
        for button in (self.primary, self.sheet_button):
            button.setVisible(bool(tiers))
        if not tiers:
            self.summary.setText("")
            return
        self._show_size()
        self._show_kind()
        self._show_place()
        why = self._studio.why_not_export() or self._why_no_room()
        text = self.tr("Export {name}").format(name=tier_title(tiers[tier].name))
        self.set_primary(text, is_enabled=not why, why=why)
        has_sheet = self._project.comparison_sheet is not None
        self.sheet_button.setEnabled(has_sheet)
        self.summary.setText(why)

    def _show_size(self) -> None:
        tiers, tier = self._project.tiers, self._studio.generation.tier
        self.slider.blockSignals(True)
        self.slider.set_stops(
            [Stop.of(number, t) for number, t in enumerate(tiers)],
            is_painted=lambda _tier: True,
        )
        self.slider.setValue(tier)
        self.slider.blockSignals(False)
        self.slider.update()
        chosen = tiers[tier]
        parts = [
            tier_title(chosen.name),
            self.tr("{count} parameters").format(count=figures.count(chosen.parameters)),
            self.tr("%n layers", "", chosen.blocks),
        ]
        if chosen.haarpsi is not None and tier:
            alike = figures.percent(chosen.haarpsi)
            parts.append(self.tr("{alike} like the original (measured)").format(alike=alike))
        self._facts.setText(" · ".join(parts))

    def _show_kind(self) -> None:
        """The size decides: a narrowed layer cannot be written so that every program loads it."""
        tier = self._project.tiers[self._studio.generation.tier]
        is_narrow = any(name.startswith(_NARROW_KINDS) for name in tier.plugs)
        meanings = {
            self.everywhere: self.tr(
                "A folder of whole layers: every program that knows this kind of model"
            ),
            self.smallest: self.tr(
                "Narrowed layers too: a small loader file beside the weights opens them"
            ),
            self.comfyui: self.tr(
                "For its folder models; the parts for text and colours stay the original's"
            ),
        }
        whole = self.tr("Choose a size without narrowed layers")
        why_not = {
            self.everywhere: whole if is_narrow else "",
            self.smallest: "" if is_narrow else self.tr("This size has no narrowed layers"),
            self.comfyui: whole if is_narrow else "",
        }
        if self._project.source == BUILT_IN:
            why_not[self.comfyui] = self.tr("ComfyUI does not know the built-in model")
        for tile, why in why_not.items():
            tile.setEnabled(not why)
            tile.set_meaning(why or meanings[tile])
            tile.setToolTip(meanings[tile] if why else "")
        chosen = next((tile for tile in why_not if tile.radio.isChecked()), None)
        if chosen is None or why_not[chosen]:
            next(tile for tile, why in why_not.items() if not why).radio.setChecked(True)
        precision = self._studio.settings.preferences.export_precision
        self.precision.setCurrentIndex(self.precision.findData(precision))

    def _show_place(self) -> None:
        folder = self._studio.export_folder(self._studio.generation.tier, self.parent_folder)
        self._folder.setText(breakable(redact(str(folder))))
        self._folder.setToolTip(str(folder))
        needed = figures.data_size(self.num_bytes())
        free = machine.free_disk(self.parent_folder)
        text = self.tr("Needs about {needed}.").format(needed=needed)
        if free is not None:
            more = self.tr("{free} are free there.").format(free=figures.data_size(free))
            text = f"{text} {more}"
        self._space.setText(text)
        set_tone(self._space, "bad" if self._why_no_room() else "muted")
