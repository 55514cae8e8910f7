"""The window's frame: navigation, menus, the status line; pages are made when first visited."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from ppcl_app.dialogs import Dialogs
from ppcl_app.generation_model import EngineState
from ppcl_app.menus import Menus
from ppcl_app.outcome import redact
from ppcl_app.pages.page import Page
from ppcl_app.project_model import Progress
from ppcl_app.run_model import Phase
from ppcl_app.studio import Studio
from ppcl_app.vocabulary import stage_title
from ppcl_app.widgets.navigation_rail import NavigationRail
from ppcl_app.widgets.status_line import StatusLine

SHRINK, GENERATE = 0, 1
_FIRST_SIZE = (1240, 820)
_SMALLEST_SIZE = (1000, 620)


class MainWindow(QMainWindow):
    """`first_painted` comes once, right after the window has been seen for the first time."""

    first_painted = Signal()

    def __init__(self, studio: Studio, dialogs: Dialogs | None = None) -> None:
        super().__init__()
        self.studio = studio
        self.dialogs = dialogs or Dialogs(self)
        self._pages: dict[int, Page] = {}
        self._is_painted = False
        self._is_closing = False
        self.resize(*_FIRST_SIZE)
        self.setMinimumSize(*_SMALLEST_SIZE)
        self._build()
        self.menus = Menus(self)
        self._connect()
        self._restore()
        self._show_project()
        self._show_work()
        self.go_to(GENERATE if studio.project.tiers else SHRINK)

    def page(self, index: int) -> Page:
        """The page, made now if nobody has been there yet."""
        if index not in self._pages:
            page = self._make_page(index)
            self._pages[index] = page
            self._stack.addWidget(page)
        return self._pages[index]

    def current_page(self) -> Page:
        page = self._stack.currentWidget()
        assert isinstance(page, Page)
        return page

    def go_to(self, index: int) -> None:
        self._stack.setCurrentWidget(self.page(index))
        self.rail.setCurrentRow(index)
        if self._is_painted:
            self.page(index).visit()

    def choose_project_folder(self) -> None:
        folder = self.dialogs.folder(
            self.tr("Where the project is kept"), self.studio.project.folder.parent
        )
        if folder is not None:
            self.studio.choose_folder(folder)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._is_painted:
            self._is_painted = True
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._on_first_painted)
        return super().eventFilter(watched, event)

    def closeEvent(self, event: QCloseEvent) -> None:
        """With a run going on: ask, stop it so that it can go on next time, then close."""
        run = self.studio.run
        if run.is_active and not self._is_closing and not self.dialogs.may_stop_and_quit():
            event.ignore()
            return
        if run.is_active:
            self._is_closing = True
            run.stop()
            event.ignore()
            return
        self.studio.settings.window_state.setValue("geometry", self.saveGeometry())
        event.accept()

    def _build(self) -> None:
        self.rail = NavigationRail((self.tr("Shrink"), self.tr("Generate and compare")))
        self._stack = QStackedWidget()
        self.status = StatusLine()
        rail = QFrame()
        rail.setProperty("rail", True)
        column = QVBoxLayout(rail)
        column.setContentsMargins(0, 10, 0, 10)
        column.addWidget(self.rail)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(rail)
        middle.addWidget(self._stack, 1)
        central = QWidget()
        rows = QVBoxLayout(central)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(middle, 1)
        rows.addWidget(self.status)
        self.setCentralWidget(central)
        central.installEventFilter(self)

    def _make_page(self, index: int) -> Page:
        """Also the import of a page waits until someone goes there."""
        studio = self.studio
        if index == SHRINK:
            from ppcl_app.pages.shrink_page import ShrinkPage

            shrink = ShrinkPage(studio.run, studio.project, studio.settings, studio.charts)
            shrink.shrink_asked.connect(studio.shrink)
            shrink.compare_asked.connect(lambda: self.go_to(GENERATE))
            shrink.folder_asked.connect(self.choose_project_folder)
            return shrink
        from ppcl_app.pages.generate_page import GeneratePage

        generate = GeneratePage(studio.generation, studio.project, studio.run, studio.export)
        generate.shrink_page_asked.connect(lambda: self.go_to(SHRINK))
        return generate

    def _connect(self) -> None:
        studio = self.studio
        self.rail.place_chosen.connect(self.go_to)
        studio.run.phase_changed.connect(self._show_work)
        studio.run.stages_changed.connect(self._show_work)
        studio.run.progress_changed.connect(self._show_work)
        studio.run.failure_changed.connect(self._show_work)
        studio.run.ended.connect(self._on_run_ended)
        studio.project.project_changed.connect(self._show_project)
        studio.project.tiers_changed.connect(self._show_work)
        studio.generation.state_changed.connect(self._show_work)
        studio.settings.problem_found.connect(
            lambda text: self.status.show_idle(text, glyph="failed")
        )

    def _restore(self) -> None:
        geometry = self.studio.settings.window_state.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)

    def _show_project(self) -> None:
        self.setWindowFilePath("")
        self.setWindowTitle(self._title())
        self._show_work()

    def _title(self) -> str:
        run, name = self.studio.run, self.studio.project.name
        if run.is_active:
            text = self.tr("{percent} % · {project} — PPCL Studio")
            return text.format(percent=round(run.share * 100), project=name)
        return self.tr("{project} — PPCL Studio").format(project=name)

    def _show_work(self) -> None:
        run, project = self.studio.run, self.studio.project
        if run.is_active:
            row = run.current
            text = stage_title(row.name) if row is not None else self.tr("Starting the engine")
            if run.phase is Phase.STOPPING:
                text = self.tr("Stopping…")
            self.status.show_work(text, run.share, run.time_left)
        elif run.failure is not None:
            self.status.show_idle(self.tr("Shrinking was interrupted"), glyph="failed")
        elif project.progress is Progress.STARTED:
            self.status.show_idle(self.tr("Shrinking can go on"), glyph="stopped")
        elif project.tiers:
            self.status.show_idle(self.tr("Ready"), glyph="done")
        else:
            self.status.show_idle(self.tr("Ready"))
        self.status.show_engine(self._engine_text())
        self.setWindowTitle(self._title())
        self._show_rail()
        self.menus.show_state()

    def _engine_text(self) -> str:
        match self.studio.generation.state:
            case EngineState.STARTING:
                return self.tr("Loading the model…")
            case EngineState.READY:
                return self.tr("Model loaded")
        return self.tr("Engine at work") if self.studio.run.is_active else ""

    def _show_rail(self) -> None:
        run, project = self.studio.run, self.studio.project
        if run.is_active:
            state, spoken = "running", self.tr("running")
        elif run.failure is not None:
            state, spoken = "failed", self.tr("interrupted")
        elif project.tiers:
            state, spoken = "done", self.tr("done")
        else:
            state, spoken = "open", self.tr("to do")
        self.rail.show_state(SHRINK, state, tip="", spoken=spoken)
        if project.tiers:
            self.rail.show_state(GENERATE, "open", tip="", spoken=self.tr("ready"))
        else:
            tip = self.tr("Waits for a model that has been made smaller")
            self.rail.show_state(GENERATE, "locked", tip=tip, spoken=self.tr("waits for Shrink"))

    def _on_first_painted(self) -> None:
        self.first_painted.emit()
        self.current_page().visit()
        if self.studio.settings.problem:
            self.status.show_idle(redact(self.studio.settings.problem), glyph="failed")

    def _on_run_ended(self) -> None:
        if self._is_closing:
            self.close()
        elif self._stack.currentIndex() >= 0 and self.isVisible():
            self.current_page().visit()
