"""What the frame tells of the work that goes on: status line, title, and the signs of the pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from ppcl_app import machine, places
from ppcl_app.generation_model import EngineState
from ppcl_app.project_model import Progress
from ppcl_app.run_model import Phase
from ppcl_app.vocabulary import stage_title

if TYPE_CHECKING:
    from ppcl_app.main_window import MainWindow


class WorkDisplay(QObject):
    """Follows the models; the widgets are asked for anew, as another language makes them anew."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._studio = window, window.studio

    def show(self) -> None:
        self._show_status()
        awake = self.tr("This computer stays awake until the work has ended (see Preferences)")
        self._window.status.setToolTip(awake if self._window.awake.is_kept else "")
        self._window.status.show_engine(self._engine_text())
        self._show_title()
        for place, state in places.states(self._studio).items():
            self._window.rail.show_state(place, state.sign, tip=state.tip, spoken=state.spoken)
        self._window.menus.show_state()

    def show_progress(self) -> None:
        """Many times a second: no more than what moves, and only where it is seen."""
        if not self._window.isMinimized():
            self._show_status()
        self._show_title()

    def _show_title(self) -> None:
        title = self._title()
        if title != self._window.windowTitle():  # the window system is told each time
            self._window.setWindowTitle(title)

    def _show_status(self) -> None:
        run, export, project = self._studio.run, self._studio.export, self._studio.project
        download = self._studio.download.download
        if run.is_active:
            row = run.current
            text = stage_title(row.name) if row is not None else self.tr("Starting the engine")
            if run.is_quiet:
                text = self.tr("The engine is busy and does not answer")
            if run.phase is Phase.STOPPING:
                text = self.tr("Pausing…")
            can_pause = run.phase is Phase.RUNNING or run.is_stop_slow
            self._window.status.show_work(text, run.share, run.time_left, can_pause=can_pause)
        elif export.is_active:
            self._window.status.show_idle(self.tr("Writing a model…"), glyph="running")
        elif project.is_read_only:
            text = self.tr("Only looked at: another window has this project open")
            self._window.status.show_idle(text, glyph="locked")
        elif run.failure is not None:
            self._window.status.show_idle(self.tr("Interrupted; it can go on"), glyph="failed")
        elif download is not None and (download.is_active or download.can_go_on):
            self._window.status.show_download(download)
        elif project.progress is Progress.STARTED and project.is_done("distill"):
            self._window.status.show_idle(self.tr("Learning can go on"), glyph="stopped")
        else:
            self._window.status.show_idle(self.tr("Ready"), glyph="done" if project.tiers else "")

    def _engine_text(self) -> str:
        match self._studio.generation.state:
            case EngineState.STARTING:
                return self.tr("Loading the model…")
            case EngineState.READY:
                return self.tr("Model loaded")
        table = self._studio.project.table
        device = table.device.upper() if table is not None and table.device else ""
        return self.tr("Engine at work") if self._studio.run.is_active else device

    def show_memory(self) -> None:
        memory = machine.memory()
        if memory is not None and not self._window.isMinimized():
            self._window.status.show_memory(memory.used, memory.total)

    def _title(self) -> str:
        run, name = self._studio.run, self._studio.project.name
        if run.is_active:
            text = self.tr("{percent} % · {project} — PPCL Studio")
            return text.format(percent=round(run.share * 100), project=name)
        return self.tr("{project} — PPCL Studio").format(project=name)
