"""Four numbers of the chosen size, each with how it was found."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QWidget

from engine.tiers import Tier, TierTable
from ppcl_app import figures
from ppcl_app.vocabulary import score_title
from ppcl_app.widgets.key_number import KeyNumber


class NumbersRow(QWidget):
    """Size, speed, likeness and correctness; a table look-up, so it follows the slider at once."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.size_number = KeyNumber(self.tr("Parameters"))
        self.speed_number = KeyNumber(self.tr("Time per picture"))
        self.likeness_number = KeyNumber(self.tr("Like the original"))
        self.score_number = KeyNumber(self.tr("Prompt followed"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(16)
        for number in (
            self.size_number,
            self.speed_number,
            self.likeness_number,
            self.score_number,
        ):
            row.addWidget(number, 1)

    def show_tier(self, table: TierTable, index: int) -> None:
        tier, original = table.tiers[index], table.tiers[0]
        self._show_size(tier, is_original=index == 0)
        self._show_speed(tier, table)
        self._show_likeness(tier, table, is_original=index == 0)
        self._show_score(tier, original, table)

    def _show_size(self, tier: Tier, *, is_original: bool) -> None:
        value = figures.count(tier.parameters)
        if not is_original:
            value = f"{value}  ({figures.change(tier.parameters_ratio)})"
        self.size_number.show_number(
            value,
            caption=self.tr("parameters in %n layers", "", tier.blocks),
            source=self.tr("counted · {size} as a file").format(
                size=figures.data_size(tier.bytes_bf16)
            ),
            tip=self.tr("Whole painting model, 2 bytes for each parameter"),
        )

    def _show_speed(self, tier: Tier, table: TierTable) -> None:
        if tier.picture_seconds is None:
            self.speed_number.show_number("")
            return
        value = figures.seconds(tier.picture_seconds)
        if tier.speedup is not None:
            value = f"{value}  ({figures.factor(tier.speedup)})"
        tip = ""
        if tier.forward_seconds is not None:
            text = self.tr(
                "One pass through the layers takes {time}. In parentheses: how many times as fast "
                "as the original's layers."
            )
            tip = text.format(time=figures.seconds(tier.forward_seconds))
        self.speed_number.show_number(
            value,
            caption=self.tr("per picture (speed of layers)"),
            source=self.tr("measured on {device}, %n threads", "", table.threads).format(
                device=table.device.upper()
            ),
            tip=tip,
        )

    def _show_likeness(self, tier: Tier, table: TierTable, *, is_original: bool) -> None:
        if tier.haarpsi is None:
            self.likeness_number.show_number("")
            return
        source = self.tr("measured on %n pictures", "", table.captions)
        self.likeness_number.show_number(
            figures.percent(tier.haarpsi),
            caption=self.tr("the original itself") if is_original else self.tr("like the original"),
            source=source,
            tip=self.tr(
                "HaarPSI at equal seeds, mean of %n pictures: {value}", "", table.captions
            ).format(value=f"{tier.haarpsi:.4f}"),
        )

    def _show_score(self, tier: Tier, original: Tier, table: TierTable) -> None:
        if tier.score is None:
            self.score_number.show_number("")
            return
        value = figures.percent(tier.score)
        if tier is not original and original.score is not None:
            text = self.tr("{value}  (original {original})")
            value = text.format(value=value, original=figures.percent(original.score))
        fields = (
            f"{score_title(name)}: {figures.percent(share)}"
            for name, share in (tier.score_fields or {}).items()
        )
        self.score_number.show_number(
            value,
            caption=self.tr("of the prompt is right"),
            source=self.tr("measured on %n pictures", "", table.captions),
            tip="\n".join(fields),
        )
