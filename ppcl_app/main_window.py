"""The window's frame: navigation, menus, the status line; pages are made when first visited."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QByteArray, QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QStatusTipEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QMainWindow,
    QMenuBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from engine.errors import EngineError
from ppcl_app import places
from ppcl_app.awake import Awake
from ppcl_app.base_model import is_model_folder, model_folder_of
from ppcl_app.dialogs import Closing, Dialogs
from ppcl_app.engine_texts import say
from ppcl_app.menus import Menus
from ppcl_app.notices import Notifier
from ppcl_app.outcome import Outcome, redact
from ppcl_app.pages.page import Page
from ppcl_app.places import Place
from ppcl_app.project_model import IN_USE, Progress
from ppcl_app.reports import Reports
from ppcl_app.studio import Studio
from ppcl_app.widgets.navigation_rail import NavigationRail
from ppcl_app.widgets.notice_bar import NoticeBar
from ppcl_app.widgets.reading_order import focus_next
from ppcl_app.widgets.status_line import StatusLine
from ppcl_app.work_display import WorkDisplay

_FIRST_SIZE = (1240, 820)
_SMALLEST_SIZE = (1000, 620)
_MEMORY_MS = 2_000


class MainWindow(QMainWindow):
    """`first_painted` comes once, right after the window has been seen for the first time."""

    first_painted = Signal()

    def __init__(self, studio: Studio, dialogs: Dialogs | None = None) -> None:
        super().__init__()
        self.studio = studio
        self.dialogs = dialogs or Dialogs(self)
        self._pages: dict[Place, Page] = {}
        self._is_painted = False
        self._is_closing = False
        self.reports = Reports(self)
        self.work = WorkDisplay(self)
        self.awake = Awake(studio.run, studio.export, studio.settings, self)
        self._relabel = QTimer(self, singleShot=True, interval=0)  # never inside a menu's own slot
        self._relabel.timeout.connect(self._speak_anew)
        self._memory_clock = QTimer(self, interval=_MEMORY_MS)
        self._memory_clock.timeout.connect(self.work.show_memory)
        self._memory_clock.timeout.connect(self.remember)
        self.resize(*_FIRST_SIZE)
        self.setMinimumSize(*_SMALLEST_SIZE)
        self.setAcceptDrops(True)
        if self._first_place() is Place.MODEL:
            studio.hub.start()  # its process loads while the window is made
        self._connect_models()
        self._build()
        self._restore()
        self.notifier = Notifier(self)
        self.work.show()
        self.go_to(self._first_place())

    def page(self, place: Place) -> Page:
        """The page, made now if nobody has been there yet."""
        if place not in self._pages:
            from ppcl_app.pages.factory import make_page

            page = make_page(place, self)
            self._pages[place] = page
            self._stack.addWidget(page)
        return self._pages[place]

    def current_page(self) -> Page:
        page = self._stack.currentWidget()
        assert isinstance(page, Page)
        return page

    @property
    def place(self) -> Place:
        return Place(self.rail.currentRow())

    def go_to(self, place: int) -> None:
        page = self.page(Place(place))
        self._stack.setCurrentWidget(page)
        self.rail.setCurrentRow(place)
        if self._is_painted:
            page.visit()
            self.menus.show_state()

    # What several pages and menus ask for.

    def start_learning(self) -> None:
        self.studio.shrink()
        if self.studio.run.is_active:
            self.go_to(Place.RECOVER)

    def try_built_in(self) -> None:
        """Everything at once; where it is done already, go and see it."""
        try:
            self.studio.try_built_in()
        except EngineError as error:
            self.show_problem(error)
            return
        self.go_to(Place.GENERATE if self.studio.project.tiers else Place.RECOVER)

    def cancel_run(self) -> None:
        if self.studio.run.is_active and self.dialogs.may_discard():
            self.studio.cancel()

    def use_model(self, source: str) -> None:
        try:
            self.studio.choose_model(source)
        except EngineError as error:
            self.show_problem(error)
            return
        self.go_to(Place.GENERATE if self.studio.project.tiers else Place.FIND)

    def choose_model_folder(self) -> None:
        folder = self.dialogs.folder(self.tr("Folder of the model"), Path.home())
        if folder is not None:
            self.show_model_folder(folder)

    def show_model_folder(self, folder: Path) -> None:
        from ppcl_app.pages.model_page import ModelPage

        self.go_to(Place.MODEL)
        page = self.page(Place.MODEL)
        assert isinstance(page, ModelPage)
        page.choose_folder(model_folder_of(folder))

    def choose_project_folder(self) -> None:
        folder = self.dialogs.folder(
            self.tr("Where the project is kept"), self.studio.project.folder.parent
        )
        if folder is None:
            return
        try:
            self.studio.choose_folder(folder)
        except EngineError as error:
            self.show_problem(error)

    def choose_export_folder(self) -> None:
        before = self.studio.settings.preferences.export_folder
        start = Path(before) if before else self.studio.project.folder.parent
        folder = self.dialogs.folder(self.tr("Folder in which the model is written"), start)
        if folder is not None:
            self.studio.settings.change(export_folder=str(folder))

    def open_folder(self, folder: Path) -> None:
        """A project is opened; a model is shown, so that it can be picked."""
        if not (folder / "project.json").is_file() and is_model_folder(folder):
            self.show_model_folder(folder)
            return
        try:
            self.studio.open_project(folder)
        except EngineError as error:
            if error.code != IN_USE:
                self.show_problem(error)
                return
            if not self.dialogs.may_look(folder.stem):
                return
            self.studio.open_project(folder, read_only=True)
        self.go_to(self._first_place())

    def show_preferences(self) -> None:
        from ppcl_app.preferences_dialog import PreferencesDialog

        studio = self.studio
        PreferencesDialog(
            studio.settings, studio.choose_appearance, self.dialogs.folder, self
        ).exec()

    def show_problem(self, error: EngineError) -> None:
        self.dialogs.problem(redact(error.message), redact(error.hint))

    # Events of the window.

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and not self._is_painted:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._on_first_painted)
        return super().eventFilter(watched, event)

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QStatusTipEvent):
            self.status.show_tip(event.tip())
            return True
        return super().event(event)

    def focusNextPrevChild(self, is_next: bool) -> bool:
        """Tab goes through the window as it is read."""
        return focus_next(self.centralWidget(), is_next=is_next)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._relabel.start()
        elif event.type() == QEvent.Type.WindowStateChange and self._is_painted:
            self.work.show()  # what was not shown while minimised
        super().changeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped_folder(event) is None:
            return
        why = self.studio.why_not_switch()
        self.status.show_tip(why)
        if not why:
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self.status.show_tip("")

    def dropEvent(self, event: QDropEvent) -> None:
        folder = _dropped_folder(event)
        if folder is not None:
            event.acceptProposedAction()
            self.open_folder(folder)

    def closeEvent(self, event: QCloseEvent) -> None:
        """With work going on: ask; save it so that it can go on next time; then close."""
        run, export = self.studio.run, self.studio.export
        if run.is_active or export.is_active:
            event.ignore()
            if not self._is_closing:
                self._ask_how_to_close()
            return
        self.remember()
        event.accept()

    def remember(self) -> None:
        """Size, place on the screen, and page; also now and then, as power may be cut."""
        state = self.studio.settings.window_state
        if state.value("geometry") != self.saveGeometry():
            state.setValue("geometry", self.saveGeometry())
        self.studio.settings.remember_place(self.studio.project.folder, self.place)

    def _ask_how_to_close(self) -> None:
        run, export = self.studio.run, self.studio.export
        answer = self.dialogs.how_to_close(is_learning=run.is_active)
        if answer is Closing.KEEP:
            self.showMinimized()
        elif answer is Closing.PAUSE:
            self._is_closing = True
            run.stop()
            export.stop()
            if not run.is_active and not export.is_active:  # it ended while we asked
                self.close()

    def _build(self) -> None:
        self.rail = NavigationRail([places.title(place) for place in Place])
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
        pages = QVBoxLayout()
        pages.setSpacing(0)
        self.crash_bar = self.reports.make_bar()
        pages.addWidget(self.crash_bar)
        self.look_bar = self._make_look_bar()
        pages.addWidget(self.look_bar)
        pages.addWidget(self._stack, 1)
        middle.addLayout(pages, 1)
        central = QWidget()
        rows = QVBoxLayout(central)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(middle, 1)
        rows.addWidget(self.status)
        self.setCentralWidget(central)
        central.installEventFilter(self)
        self.menus = Menus(self)
        self.rail.place_chosen.connect(self.go_to)
        self.studio.draft.changed.connect(self.menus.show_state)
        self.status.pause_asked.connect(self.studio.pause)

    def _make_look_bar(self) -> NoticeBar:
        """Why nothing can be done here; there as long as another window has the project."""
        bar = NoticeBar(
            self.tr(
                "Another window has this project open, so here it can only be looked at. Work on "
                "there, or close it there and open it here again."
            ),
            self.tr("Open again"),
            glyph="locked",
            stays=True,
        )
        bar.asked.connect(self._open_again)
        bar.setVisible(self.studio.project.is_read_only)
        return bar

    def _show_look_bar(self) -> None:
        self.look_bar.setVisible(self.studio.project.is_read_only)

    def _open_again(self) -> None:
        try:
            self.studio.open_project(self.studio.project.folder)
        except EngineError as error:
            self.show_problem(error)

    def _speak_anew(self) -> None:
        """In another language: all but the window itself is made again; the models go on."""
        place = self.place
        self.menus.deleteLater()
        self.setMenuBar(QMenuBar())
        self._pages.clear()
        self.studio.speak_anew()
        self._build()
        self.work.show()
        self.work.show_memory()
        self.go_to(place)

    def _connect_models(self) -> None:
        studio = self.studio
        for signal in (
            studio.run.phase_changed, studio.run.stages_changed, studio.run.failure_changed,
            studio.export.phase_changed, studio.export.failure_changed,
            studio.project.project_changed, studio.project.tiers_changed,
            studio.project.plan_changed, studio.generation.state_changed,
            studio.download.download_changed, self.awake.changed,
        ):  # fmt: skip
            signal.connect(self.work.show)
        studio.project.project_changed.connect(self._show_look_bar)
        studio.run.progress_changed.connect(self.work.show_progress)
        studio.run.time_left_changed.connect(self.work.show_progress)
        studio.run.ended.connect(self._on_run_ended)
        studio.export.ended.connect(self._on_export_ended)
        studio.place_asked.connect(self.go_to)
        studio.settings.problem_found.connect(self._show_settings_problem)

    def _restore(self) -> None:
        geometry = self.studio.settings.window_state.value("geometry")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)

    def _first_place(self) -> Place:
        """Where the project was left; else the page that comes next in it."""
        project = self.studio.project
        last = self.studio.settings.last_place(project.folder)
        if last in list(Place) and project.progress is not Progress.NEW:
            return Place(last)
        if project.tiers:
            return Place.GENERATE
        if project.unfinished is not None or project.is_done("distill"):
            return Place.RECOVER
        return Place.MODEL if project.progress is Progress.NEW else Place.FIND

    def _on_first_painted(self) -> None:
        self._is_painted = True
        self.first_painted.emit()
        project = self.studio.project
        if project.is_read_only and not self.dialogs.may_look(project.name):
            self.close()
            return
        self.studio.load_history()
        self.current_page().visit()
        self.work.show()
        self.work.show_memory()
        self._memory_clock.start()
        if self.studio.settings.problem:
            self._show_settings_problem(self.studio.settings.problem)

    def _show_settings_problem(self, text: str) -> None:
        self.status.show_idle(redact(say(text)), glyph="failed")

    def _on_export_ended(self) -> None:
        """No lambda: the studio would keep it, and with it every page of a closed window."""
        if self._is_closing:
            self.close()

    def _on_run_ended(self, outcome: Outcome) -> None:
        if self._is_closing:
            self.close()
        elif self.isVisible():
            self.current_page().visit()


def _dropped_folder(event: QDropEvent) -> Path | None:
    """The folder that is dragged; a file inside one counts as its folder."""
    urls = event.mimeData().urls()
    if len(urls) != 1 or not urls[0].isLocalFile():
        return None
    return model_folder_of(Path(urls[0].toLocalFile()))
