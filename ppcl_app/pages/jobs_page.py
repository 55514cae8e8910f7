"""The page that lists what was done for this project, with the record of each piece of work."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QDateTime, QEvent, QLocale, QSize, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import (
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QWidget,
)

from ppcl_app import figures
from ppcl_app.engine_texts import say
from ppcl_app.job_record import record_of, story_of
from ppcl_app.outcome import redact
from ppcl_app.pages.page import Page
from ppcl_app.problem_report import about_computer, about_program, anonymous
from ppcl_app.run_history import PastRun, runs_of
from ppcl_app.studio import Studio
from ppcl_app.vocabulary import outcome_title, verb_title
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.empty_card import EmptyCard
from ppcl_app.widgets.flow_row import FlowRow
from ppcl_app.widgets.glyphs import glyph_icon
from ppcl_app.widgets.one_of import OneOf
from ppcl_app.widgets.text import heading_label, push_button

_SIGNS = {
    "done": "done", "stopped": "stopped", "failed": "failed", "crashed": "failed",
    "cut_off": "failed", "running": "running",
}  # fmt: skip
_REFRESH_MS = 3_000
_LEAST_LINES = 8  # of a record
_WIDE_LETTERS = 66  # in a line; below that, the record is below the list


class JobsPage(Page):
    """Reads the project's run folders again whenever it comes to the front."""

    tried = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio = studio
        self._runs: list[PastRun] = []
        self._shown: tuple[Path | None, float] = (None, 0.0)
        self.describe(
            self.tr("Jobs"),
            self.tr("What was done for this project, and how long each part of it took."),
        )
        self.list = QListWidget()
        self.list.setAccessibleName(self.tr("Jobs of this project"))
        self.list.setProperty("plain", True)
        self.list.setIconSize(QSize(16, 16))
        self.list.setWordWrap(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.log = QPlainTextEdit(readOnly=True)
        self.log.setAccessibleName(self.tr("Record of the job"))
        self.log.setTabChangesFocus(True)
        self.log.setMinimumHeight(_LEAST_LINES * self.log.fontMetrics().height())
        self._title = heading_label("")
        self._title.setWordWrap(True)
        self.copy_button = push_button(
            self.tr("Copy report"), tip=self.tr("Without your home folder's name and secrets")
        )
        self.folder_button = push_button(self.tr("Open folder"), kind="quiet")
        self._clock = QTimer(self, interval=_REFRESH_MS)
        self._arrange()
        self.primary.hide()
        self.list.currentRowChanged.connect(self._show_record)
        self.copy_button.clicked.connect(self._copy)
        self.folder_button.clicked.connect(self._open)
        self._clock.timeout.connect(self.refresh)
        for signal in (
            studio.run.ended, studio.export.ended, studio.project.project_changed,
            studio.run.phase_changed, studio.export.phase_changed,
        ):  # fmt: skip
            signal.connect(self._refresh_if_seen)
        self.refresh()

    def _arrange(self) -> None:
        jobs = Card()
        jobs.setAccessibleName(self.tr("Jobs"))
        jobs.body.setContentsMargins(8, 8, 8, 8)
        jobs.body.addWidget(self.list)
        record = Card()
        record.setAccessibleName(self.tr("Record of the job"))
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        buttons = FlowRow()
        buttons.addWidget(self.folder_button)
        buttons.addWidget(self.copy_button)
        top.addLayout(buttons)
        record.body.setContentsMargins(16, 8, 12, 12)
        record.body.addLayout(top)
        record.body.addWidget(self.log, 1)
        full = QWidget()
        row = QHBoxLayout(full)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(jobs, 2)
        row.addWidget(record, 3)
        empty = EmptyCard(
            self.tr("Nothing has run in this project yet"),
            self.tr(
                "Every piece of work is listed here with how it ended and how long it took. If "
                "something goes wrong, its report can be copied and sent to whoever helps."
            ),
            [(self.tr("Try with the built-in model"), self.tried.emit)],
        )
        self.try_button = empty.buttons[0]
        self._stack = OneOf(empty, full)
        self.content.addWidget(self._stack, 1)
        for stacked in (row, top):
            self.area.stack(stacked, _WIDE_LETTERS)

    def visit(self) -> None:
        self.refresh()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:  # the signs are drawn in its colours
            self._refresh_if_seen()

    def refresh(self) -> None:
        """Look at the folders; the chosen job stays chosen."""
        here = self._chosen
        runs = runs_of(self._studio.project.folder)
        is_busy = self._studio.run.is_active or self._studio.export.is_active
        self._clock.start() if is_busy and self.isVisible() else self._clock.stop()
        if [r.folder for r in runs] != [r.folder for r in self._runs]:
            self.list.blockSignals(True)
            self.list.clear()
            for _ in runs:
                self.list.addItem(QListWidgetItem(""))
            folders = [run.folder for run in runs]
            at = folders.index(here.folder) if here is not None and here.folder in folders else 0
            self.list.setCurrentRow(at)
            self.list.blockSignals(False)
        self._runs = runs
        for row, run in enumerate(runs):
            item = self.list.item(row)
            item.setText(_line(run))
            item.setIcon(glyph_icon(_SIGNS.get(run.outcome, "open")))
        self._stack.setCurrentIndex(1 if runs else 0)
        self._show_record()

    @property
    def _chosen(self) -> PastRun | None:
        row = self.list.currentRow()
        return self._runs[row] if 0 <= row < len(self._runs) else None

    def report(self) -> str:
        """Everything that someone who helps needs, and nothing private."""
        run = self._chosen
        if run is None:
            return ""
        about = f"{about_program()}\n{about_computer(run.folder)}"
        return anonymous(f"{_line(run)}\n{run.message}\n{about}\n\n{record_of(run.folder)}".strip())

    def _refresh_if_seen(self) -> None:
        if self.isVisible():
            self.refresh()

    def _show_record(self) -> None:
        run = self._chosen
        for button in (self.copy_button, self.folder_button):
            button.setEnabled(run is not None)
        if run is None:
            self.log.clear()
            self._title.clear()
            return
        self._title.setText(redact(say(run.message)) or verb_title(run.verb))
        if (run.folder, run.seconds) != self._shown:
            bar = self.log.verticalScrollBar()
            is_same = run.folder == self._shown[0]
            is_at_end = bar.value() >= bar.maximum() - 4
            self._shown = (run.folder, run.seconds)
            self.log.setPlainText(redact(story_of(run.folder)))
            if is_same and is_at_end:
                bar.setValue(bar.maximum())
        self.copy_button.setText(self.tr("Copy report"))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.report())
        self.copy_button.setText(self.tr("Copied"))

    def _open(self) -> None:
        run = self._chosen
        if run is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(run.folder)))


def _line(run: PastRun) -> str:
    began = QDateTime.fromSecsSinceEpoch(round(run.began.timestamp()))
    when = QLocale().toString(began, QLocale.FormatType.ShortFormat)
    took = figures.duration(run.seconds)
    return f"{verb_title(run.verb)}\n{outcome_title(run.outcome)} · {took}\n{when}"
