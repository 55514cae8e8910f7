"""Four numbers of the chosen size, each with how it was found."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QWidget

from engine.tiers import Tier, TierTable
from ppcl_app import figures
from ppcl_app.timings import PictureTime
from ppcl_app.vocabulary import score_title
from ppcl_app.widgets.key_number import KeyNumber


class NumbersRow(QWidget):
    """Size, speed, likeness and correctness; a table look-up, so it follows the slider at once.

    A model whose pictures nobody can score shows its memory instead.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.size_number = KeyNumber(self.tr("Parameters"))
        self.speed_number = KeyNumber(self.tr("Time per picture"))
        self.likeness_number = KeyNumber(self.tr("Like the original"))
        self.score_number = KeyNumber(self.tr("Prompt followed"))
        self.memory_number = KeyNumber(self.tr("Memory"))
        self._cells = QGridLayout(self)
        self._cells.setContentsMargins(0, 0, 0, 0)
        self._cells.setHorizontalSpacing(16)
        self._cells.setVerticalSpacing(8)
        self.set_columns(4)

    def set_columns(self, columns: int) -> None:
        """Four beside each other, or two where it is tight."""
        numbers = (self.size_number, self.speed_number, self.likeness_number, self.score_number)
        for at, number in enumerate(numbers):
            self._cells.addWidget(number, at // columns, at % columns)
        self._cells.addWidget(self.memory_number, 3 // columns, 3 % columns)
        for column in range(len(numbers)):
            self._cells.setColumnStretch(column, 1 if column < columns else 0)

    def show_tier(self, table: TierTable, index: int, time: PictureTime | None) -> None:
        """`time` is the best that is known of how long a picture takes."""
        tier, original = table.tiers[index], table.tiers[0]
        self._show_size(tier, is_original=index == 0)
        self._show_speed(tier, table, time)
        self._show_likeness(tier, table)
        self.score_number.setVisible(tier.score is not None)
        self.memory_number.setVisible(tier.score is None)
        self._show_score(tier, original, table)
        self._show_memory(tier, table)

    def _show_size(self, tier: Tier, *, is_original: bool) -> None:
        value = figures.count(tier.parameters)
        if not is_original:
            value = f"{value}  ({figures.change(tier.parameters_ratio)})"
        tip = self.tr("Counted: the whole painting model, in %n layers. {size} as a file.", "",
                      tier.blocks)  # fmt: skip
        self.size_number.show_number(
            value,
            caption=self.tr("parameters, counted"),
            tip=tip.format(size=figures.data_size(tier.bytes_bf16)),
        )

    def _show_speed(self, tier: Tier, table: TierTable, time: PictureTime | None) -> None:
        if time is None:
            self.speed_number.show_number("")
            return
        value = figures.seconds(time.seconds)
        if tier.speedup is not None:
            value = f"{value}  ({figures.factor(tier.speedup)})"
        caption = self.tr("a picture, measured")
        if not time.is_measured:
            caption = self.tr("a picture, estimated")
        self.speed_number.show_number(
            value, caption=caption, tip=self._speed_tip(tier, table, time)
        )

    def _speed_tip(self, tier: Tier, table: TierTable, time: PictureTime) -> str:
        where = self.tr("on {device}, %n threads", "", table.threads)
        where = where.format(device=table.device.upper())
        if time.basis == "today":
            text = self.tr("Median of %n pictures that this size painted today", "", time.count)
        elif time.basis == "project":
            text = self.tr("Median of %n pictures, painted when the project was made", "",
                           time.count)  # fmt: skip
            text = f"{text}, {where}"
        else:
            text = self.tr("Reckoned from another number of steps")
        lines = [f"{text}."]
        if tier.forward_seconds is not None:
            more = self.tr(
                "In parentheses: how many times as fast as the original's layers. One pass "
                "through them takes {time}, measured {where}."
            )
            lines.append(more.format(time=figures.seconds(tier.forward_seconds), where=where))
        return "\n".join(lines)

    def _show_likeness(self, tier: Tier, table: TierTable) -> None:
        if tier.haarpsi is None:
            self.likeness_number.show_number("")
            return
        tip = self.tr(
            "Mean of %n pictures at equal seeds, which the model has not learned from. "
            "HaarPSI {value}; 1 is the same picture.",
            "",
            table.captions,
        )
        self.likeness_number.show_number(
            figures.percent(tier.haarpsi),
            caption=self.tr("alike, measured"),
            tip=tip.format(value=f"{tier.haarpsi:.4f}"),
        )

    def _show_score(self, tier: Tier, original: Tier, table: TierTable) -> None:
        if tier.score is None:
            return
        value = figures.percent(tier.score)
        if tier is not original and original.score is not None:
            text = self.tr("{value}  (original {original})")
            value = text.format(value=value, original=figures.percent(original.score))
        lines = [self.tr("Mean of %n pictures, by what the prompts ask for:", "", table.captions)]
        lines += (
            f"{score_title(name)}: {figures.percent(share)}"
            for name, share in (tier.score_fields or {}).items()
        )
        self.score_number.show_number(
            value, caption=self.tr("prompt right, measured"), tip="\n".join(lines)
        )

    def _show_memory(self, tier: Tier, table: TierTable) -> None:
        if tier.peak_memory_bytes is None:
            self.memory_number.show_number("")
            return
        self.memory_number.show_number(
            figures.data_size(tier.peak_memory_bytes),
            caption=self.tr("memory for painting, measured"),
            tip=self.tr("The most at once in one pass through the layers, their weights included."),
        )
