"""The menu bar: what each entry is called, its keys, when it can be chosen, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from engine.errors import EngineError
from engine.project import write_bytes
from ppcl_app.outcome import redact
from ppcl_app.run_model import Phase
from ppcl_app.theme.appearance import Choice

if TYPE_CHECKING:
    from ppcl_app.main_window import MainWindow

_Standard = QKeySequence.StandardKey


class Menus(QObject):
    """Builds the menus of `window` and keeps their entries in step with the models."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._studio = window.studio
        self._make_file_menu()
        self._make_view_menu()
        self._make_run_menu()
        self._make_export_menu()
        menu = self._menu(self.tr("&Help"))
        self._add(menu, self.tr("&About PPCL Studio"), self._window.dialogs.about)

    def show_state(self) -> None:
        run, project = self._studio.run, self._studio.project
        self.shrink.setEnabled(not run.is_active)
        self.stop.setEnabled(run.phase is Phase.RUNNING or run.is_stop_slow)
        self.open.setEnabled(not run.is_active)
        self.recent.setEnabled(not run.is_active and bool(self._studio.settings.preferences.recent))
        self.export_model.setEnabled(bool(project.tiers) and not self._studio.export.is_active)
        self.save_sheet.setEnabled(bool(project.tiers) and project.comparison_sheet is not None)

    def export_current_tier(self) -> None:
        """Ask where to, then write the size that the slider stands on."""
        window, studio = self._window, self._studio
        before = studio.settings.preferences.export_folder
        start = Path(before) if before else studio.project.folder.parent
        folder = window.dialogs.folder(self.tr("Folder in which the model is written"), start)
        if folder is not None and studio.project.tiers:
            window.go_to(1)
            studio.export_tier(studio.generation.tier, folder)

    def save_comparison_sheet(self) -> None:
        project = self._studio.project
        sheet = project.comparison_sheet
        if sheet is None:
            return
        start = project.folder.parent / f"{project.name} comparison.png"
        target = self._window.dialogs.picture_file(self.tr("Save comparison sheet"), start)
        if target is None:
            return
        try:
            write_bytes(target, sheet.read_bytes())
        except EngineError as error:
            self._window.dialogs.problem(error.message, error.hint)
        except OSError as error:
            text = self.tr("The sheet could not be saved in {folder}.")
            cause = text.format(folder=redact(str(target.parent)))
            self._window.dialogs.problem(cause, error.strerror or "")

    def open_folder(self, folder: Path) -> None:
        try:
            self._studio.open_project(folder)
        except EngineError as error:
            self._window.dialogs.problem(redact(error.message), redact(error.hint))
            return
        self._window.go_to(1 if self._studio.project.tiers else 0)

    def _make_file_menu(self) -> None:
        menu = self._menu(self.tr("&File"))
        self.open = self._add(menu, self.tr("&Open project…"), self._ask_project, _Standard.Open)
        self.recent = menu.addMenu(self.tr("&Recent"))
        self.recent.aboutToShow.connect(self._fill_recent)
        menu.addSeparator()
        quit_action = self._add(menu, self.tr("&Quit"), self._window.close, "Ctrl+Q")
        quit_action.setMenuRole(QAction.MenuRole.QuitRole)

    def _make_view_menu(self) -> None:
        menu = self._menu(self.tr("&View"))
        self._add(menu, self.tr("&Shrink"), lambda: self._window.go_to(0), "Ctrl+1")
        self._add(menu, self.tr("&Generate and compare"), lambda: self._window.go_to(1), "Ctrl+2")
        menu.addSeparator()
        names = {
            "system": self.tr("Like the &system"),
            "light": self.tr("&Light"),
            "dark": self.tr("&Dark"),
        }
        appearance = menu.addMenu(self.tr("&Appearance"))
        group = QActionGroup(self)
        for choice in get_args(Choice):
            action = self._add(appearance, names[choice], partial(self._choose_appearance, choice))
            action.setCheckable(True)
            action.setChecked(choice == self._studio.appearance.choice)
            group.addAction(action)

    def _make_run_menu(self) -> None:
        menu = self._menu(self.tr("&Run"))
        self.shrink = self._add(menu, self.tr("&Shrink the built-in model"), self._shrink, "Ctrl+R")
        self.stop = self._add(menu, self.tr("S&top"), self._studio.run.stop, "Ctrl+.")
        menu.addSeparator()
        primary = self._add(
            menu,
            self.tr("&Main button of this page"),
            lambda: self._window.current_page().run_primary(),
        )
        primary.setShortcuts([QKeySequence("Ctrl+Return"), QKeySequence("Ctrl+Enter")])

    def _make_export_menu(self) -> None:
        menu = self._menu(self.tr("&Export"))
        self.export_model = self._add(
            menu, self.tr("Export this size as a &model…"), self.export_current_tier, "Ctrl+E"
        )
        self.save_sheet = self._add(
            menu, self.tr("Save &comparison sheet…"), self.save_comparison_sheet, "Ctrl+Shift+S"
        )
        menu.aboutToShow.connect(self.show_state)
        self._studio.export.phase_changed.connect(self.show_state)

    def _menu(self, title: str) -> QMenu:
        return self._window.menuBar().addMenu(title)

    def _add(
        self,
        menu: QMenu,
        text: str,
        do: Callable[[], object],
        keys: str | QKeySequence.StandardKey | None = None,
    ) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(lambda _checked=False: do())
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        menu.addAction(action)
        return action

    def _fill_recent(self) -> None:
        self.recent.clear()
        for name in self._studio.settings.preferences.recent:
            folder = Path(name)
            action = self._add(self.recent, redact(name), partial(self.open_folder, folder))
            action.setEnabled((folder / "project.json").is_file())

    def _ask_project(self) -> None:
        folder = self._window.dialogs.folder(
            self.tr("Open project"), self._studio.project.folder.parent
        )
        if folder is not None:
            self.open_folder(folder)

    def _shrink(self) -> None:
        self._window.go_to(0)
        self._studio.shrink()

    def _choose_appearance(self, choice: Choice) -> None:
        self._studio.appearance.choose(choice)
        self._studio.settings.change(appearance=choice)
