"""Will it run here? One row a step: a sign, the step, and the need in numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from engine import protocol
from ppcl_app import hub_words
from ppcl_app.theme import type_scale
from ppcl_app.widgets.glyphs import Glyph
from ppcl_app.widgets.text import body_label, heading_label


class FitTable(QWidget):
    """Says that it is looking where there is no answer yet."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Will it run here?"))
        self._note = body_label(tone="muted")
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnStretch(2, 1)
        self._rows: list[tuple[Glyph, QLabel, QLabel]] = []
        self._fits: tuple[protocol.Fit, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._caption = body_label(self.tr("memory needed (estimated)"), tone="muted")
        heading = QHBoxLayout()
        heading.setSpacing(12)
        heading.addWidget(heading_label(self.tr("Will it run here?")))
        heading.addWidget(self._caption, 1)
        column.addLayout(heading)
        column.addLayout(self._grid)
        column.addWidget(self._note)
        column.addStretch(1)

    @property
    def verdicts(self) -> dict[str, str]:
        return {fit.step: fit.verdict for fit in self._fits}

    def show_fits(self, fits: Sequence[protocol.Fit], *, waiting: str = "") -> None:
        self._fits = tuple(fits)
        note = waiting or hub_words.fits_note(fits)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._caption.setVisible(any(fit.estimated for fit in fits))
        while len(self._rows) < len(fits):
            self._add_row()
        for number, row in enumerate(self._rows):
            for widget in row:
                widget.setVisible(number < len(fits))
        for fit, (sign, step, text) in zip(fits, self._rows, strict=False):
            sign.set_kind(hub_words.verdict_sign(fit))
            step.setText(hub_words.step_title(fit.step))
            text.setText(hub_words.fit_text(fit))
            verdict = hub_words.verdict_title(fit)
            sign.setToolTip(verdict)
            text.setAccessibleName(f"{step.text()}: {verdict}, {text.text()}")

    def _add_row(self) -> None:
        row = (Glyph(), body_label(wrap=False), body_label(tone="muted"))
        type_scale.set_type(row[2], type_scale.BODY, tabular=True)
        number = len(self._rows)
        for column, widget in enumerate(row):
            self._grid.addWidget(widget, number, column, Qt.AlignmentFlag.AlignTop)
        self._rows.append(row)
