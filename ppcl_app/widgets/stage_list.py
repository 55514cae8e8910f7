"""The stages of a run as a list: what is done, what runs and how far, what comes."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from ppcl_app import figures
from ppcl_app.run_model import StageRow, StageState
from ppcl_app.theme import type_scale
from ppcl_app.vocabulary import stage_tip, stage_title, work_title
from ppcl_app.widgets.glyphs import Glyph
from ppcl_app.widgets.text import body_label

_BAR_STEPS = 1000


class StageList(QWidget):
    """Rows are made anew only when the stages themselves are others."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Stages"))
        self._rows: dict[str, _Row] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addStretch(1)

    def show_stages(self, stages: Sequence[StageRow]) -> None:
        if list(self._rows) != [stage.name for stage in stages]:
            for row in self._rows.values():
                self._column.removeWidget(row)
                row.deleteLater()
            self._rows = {stage.name: _Row(stage.name, self) for stage in stages}
            for number, row in enumerate(self._rows.values()):
                self._column.insertWidget(number, row)
        for stage in stages:
            self._rows[stage.name].show_stage(stage)


class _Row(QWidget):
    def __init__(self, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._glyph = Glyph("waiting")
        self._title = QLabel(stage_title(name))
        self._right = body_label(tone="muted", wrap=False)
        self._what = body_label(tone="muted", wrap=False)
        for label in (self._title, self._what):
            label.setWordWrap(True)
        self._bar = QProgressBar(textVisible=False, maximum=_BAR_STEPS)
        self._bar.setAccessibleName(stage_title(name))
        self.setToolTip(stage_tip(name))
        type_scale.set_type(self._right, type_scale.SMALL, tabular=True)
        type_scale.set_type(self._what, type_scale.SMALL, tabular=True)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 6, 0, 6)
        grid.setHorizontalSpacing(10)
        grid.setVerticalSpacing(5)
        grid.addWidget(self._glyph, 0, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addWidget(self._title, 0, 1)
        grid.addWidget(self._right, 0, 2, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self._bar, 1, 1, 1, 2)
        grid.addWidget(self._what, 2, 1, 1, 2)
        grid.setColumnStretch(1, 1)
        self._is_bold: bool | None = None

    def show_stage(self, stage: StageRow) -> None:
        is_running = stage.state is StageState.RUNNING
        if is_running != self._is_bold:
            self._is_bold = is_running
            type_scale.set_type(self._title, type_scale.BODY, bold=is_running)
        self._glyph.set_kind(stage.state.value)
        self._right.setText(self._right_text(stage))
        self._bar.setVisible(is_running)
        self._what.setVisible(is_running)
        if is_running:
            self._bar.setValue(round(stage.share * _BAR_STEPS))
            self._what.setText(work_title(stage.name, stage.what, stage.done, stage.total) or " ")

    def _right_text(self, stage: StageRow) -> str:
        match stage.state:
            case StageState.DONE:
                return figures.duration(stage.seconds) if stage.seconds >= 0.5 else self.tr("done")
            case StageState.RUNNING:
                return figures.percent(stage.share)
            case StageState.STOPPED:
                return self.tr("stopped")
            case StageState.FAILED:
                return self.tr("failed")
        return ""
