"""Reports about problems as the window shows them: of a failure, and of a window that crashed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt

from ppcl_app.outcome import Failure
from ppcl_app.problem_report import report_of
from ppcl_app.widgets.notice_bar import NoticeBar

if TYPE_CHECKING:
    from ppcl_app.main_window import MainWindow


class Reports(QObject):
    """Shows all of a report before it is passed on, and the bar about an earlier crash."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._crash = ""
        self._bar: NoticeBar | None = None

    def make_bar(self) -> NoticeBar:
        """The bar for the top of the window; hidden unless there was a crash."""
        self._bar = bar = NoticeBar(
            self.tr("PPCL Studio closed unexpectedly last time. Your work is still there."),
            self.tr("Copy report…"),
        )
        bar.asked.connect(self._show_crash_report)
        bar.closed.connect(lambda: self.show_crash(""))
        bar.setVisible(bool(self._crash))
        return bar

    def show_crash(self, text: str) -> None:
        """The window before this one crashed, and left `text`."""
        self._crash = text
        if self._bar is not None:
            self._bar.setVisible(bool(text))

    def show(self, failure: Failure) -> None:
        from ppcl_app.widgets.report_dialog import ReportDialog

        window, studio = self._window, self._window.studio
        text = report_of(failure, project=studio.project, preferences=studio.settings.preferences)
        start = Path.home() / "ppcl-studio-report.txt"
        title = self.tr("Save the report")
        kinds = (self.tr("Texts (*.txt)"),)

        def ask() -> Path | None:
            return window.dialogs.save_file(title, start, kinds)

        dialog = ReportDialog(text, ask, window)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.open()

    def _show_crash_report(self) -> None:
        self.show(
            Failure("The window closed unexpectedly.", "", details=self._crash, code="window")
        )
