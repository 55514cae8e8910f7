"""The menu bar: what each entry is called, its keys, when it can be chosen, and what it does."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import QMenu

from engine.errors import EngineError
from ppcl_app import places
from ppcl_app.base_model import BUILT_IN, title_of
from ppcl_app.choice_menu import ChoiceMenu
from ppcl_app.export_menu import ExportMenu
from ppcl_app.outcome import redact
from ppcl_app.places import Place
from ppcl_app.run_model import Phase
from ppcl_app.vocabulary import appearance_titles, language_titles

if TYPE_CHECKING:
    from ppcl_app.main_window import MainWindow
    from ppcl_app.pages.model_page import ModelPage

_Standard = QKeySequence.StandardKey
_NATIVE = QKeySequence.SequenceFormat.NativeText
_Keys = str | QKeySequence.StandardKey | None


class Menus(QObject):
    """Builds the menus of `window` and keeps their entries in step with the models."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._studio = window.studio
        self._make_file_menu()
        self._make_edit_menu()
        self._make_view_menu()
        self._make_model_menu()
        self._make_run_menu()
        self._make_export_menu()
        self._make_help_menu()

    def show_state(self) -> None:
        """An entry that cannot be chosen says why, in its tool tip and in the status line."""
        studio, run, project = self._studio, self._studio.run, self._studio.project
        switch, start = studio.why_not_switch(), studio.why_not_run()
        for action in (self.new, self.open, self.built_in, self.open_model):
            self._allow(action, switch)
        recent = studio.settings.preferences.recent
        none = self.tr("No other project has been opened yet")
        self._allow(self.recent.menuAction(), switch or ("" if recent else none))
        none = self.tr("No other model has been chosen yet")
        has_models = bool(studio.settings.preferences.models)
        self._allow(self.models.menuAction(), switch or ("" if has_models else none))
        is_there = project.folder.is_dir()
        self._allow(self.show_folder, "" if is_there else self.tr("Nothing has been saved yet"))
        self._allow(self.find, start)
        self._allow(self.shrink, start)
        self._allow(self.use_choice, start or self._why_not_again())
        can_stop = run.phase is Phase.RUNNING or run.is_stop_slow
        idle = self.tr("Nothing is running")
        self._allow(self.pause, "" if can_stop else idle)
        self._allow(self.cancel, "" if run.phase is Phase.RUNNING else idle)
        self.export.show_state(self._allow)
        self._show_edits()

    # Making the menus.

    def _make_file_menu(self) -> None:
        menu = self._menu(self.tr("&File"))
        self.new = self._add(menu, self.tr("&New project…"), self._ask_new, _Standard.New)
        self.open = self._add(menu, self.tr("&Open project…"), self._ask_project, _Standard.Open)
        self.recent = menu.addMenu(self.tr("&Recent projects"))
        self.recent.aboutToShow.connect(self._fill_recent)
        self.show_folder = self._add(menu, self.tr("&Show project folder"), self._show_folder)
        menu.addSeparator()
        quit_action = self._add(menu, self.tr("&Quit"), self._window.close, _Standard.Quit)
        if quit_action.shortcut().isEmpty():  # some desktops have no key for it
            quit_action.setShortcut(QKeySequence("Ctrl+Q"))
        quit_action.setMenuRole(QAction.MenuRole.QuitRole)

    def _make_edit_menu(self) -> None:
        menu, draft = self._menu(self.tr("&Edit")), self._studio.draft
        self.undo = self._add(menu, self.tr("&Undo"), draft.stack.undo, _Standard.Undo)
        self.redo = self._add(menu, self.tr("&Redo"), draft.stack.redo, _Standard.Redo)
        menu.addSeparator()
        middle = partial(self._edit_plan, lambda: draft.add(draft.num_layers // 2))
        self.add_run = self._add(menu, self.tr("&Add a run of layers"), middle)
        self.remove_run = self._add(
            menu, self.tr("Re&move this run of layers"), lambda: draft.remove(draft.selected)
        )
        self.restore_plan = self._add(menu, self.tr("&Back to the plan"), draft.restore)
        draft.selected_changed.connect(self._show_edits)
        menu.addSeparator()
        preferences = self._add(
            menu, self.tr("Pre&ferences…"), self._window.show_preferences, "Ctrl+,"
        )
        preferences.setMenuRole(QAction.MenuRole.PreferencesRole)

    def _make_view_menu(self) -> None:
        menu = self._menu(self.tr("&View"))
        for place in Place:
            self._add(
                menu, places.title(place), partial(self._window.go_to, place), f"Ctrl+{place + 1}"
            )
        menu.addSeparator()
        studio, settings = self._studio, self._studio.settings
        ChoiceMenu(
            menu.addMenu(self.tr("&Appearance")), appearance_titles(),
            lambda: studio.appearance.choice, studio.choose_appearance,
        )  # fmt: skip
        ChoiceMenu(
            menu.addMenu(self.tr("Lan&guage")), language_titles(),
            lambda: settings.preferences.language, lambda code: settings.change(language=code),
        )  # fmt: skip
        self._add(menu, self.tr("&Full screen"), self._toggle_full_screen, "F11")

    def _make_model_menu(self) -> None:
        menu, window = self._menu(self.tr("&Model")), self._window
        self.built_in = self._add(
            menu, self.tr("Use the &built-in model"), partial(window.use_model, BUILT_IN)
        )
        self.open_model = self._add(
            menu, self.tr("&Choose a model folder…"), window.choose_model_folder, "Ctrl+Shift+O"
        )
        menu.addSeparator()
        self._add(menu, self.tr("Access &token…"), lambda: self._model_page().token_asked.emit())
        self._add(menu, self.tr("&Mirror…"), lambda: self._model_page().mirror_asked.emit())
        menu.addSeparator()
        self.models = menu.addMenu(self.tr("&Earlier models"))
        self.models.aboutToShow.connect(self._fill_models)

    def _make_run_menu(self) -> None:
        menu, window = self._menu(self.tr("&Run")), self._window
        self.find = self._add(menu, self.tr("&Find redundant layers"), self._find, "Ctrl+L")
        self.shrink = self._add(
            menu, self.tr("&Make the smaller sizes"), window.start_learning, "Ctrl+R"
        )
        self.use_choice = self._add(
            menu, self.tr("Use my &choice of layers"), self._apply_draft
        )  # fmt: skip
        menu.addSeparator()
        self.pause = self._add(menu, self.tr("&Pause"), self._studio.pause, "Ctrl+.")
        self.cancel = self._add(menu, self.tr("Canc&el…"), window.cancel_run)
        menu.addSeparator()
        primary = self._add(
            menu, self.tr("Main &button of this page"), lambda: window.current_page().run_primary()
        )
        primary.setShortcuts([QKeySequence("Ctrl+Return"), QKeySequence("Ctrl+Enter")])

    def _make_export_menu(self) -> None:
        menu = self._menu(self.tr("E&xport"))
        self.export = ExportMenu(
            self._window, lambda text, do, keys: self._add(menu, text, do, keys)
        )

    def _make_help_menu(self) -> None:
        menu = self._menu(self.tr("&Help"))
        self._add(menu, self.tr("About this &page"), self._explain_page, _Standard.HelpContents)
        self._add(menu, self.tr("&Keyboard"), self._show_keys, "Ctrl+/")
        menu.addSeparator()
        about = self._add(menu, self.tr("&About PPCL Studio"), self._window.dialogs.about)
        about.setMenuRole(QAction.MenuRole.AboutRole)

    def _menu(self, title: str) -> QMenu:
        menu = self._window.menuBar().addMenu(title)
        menu.setToolTipsVisible(True)
        menu.aboutToShow.connect(self.show_state)
        return menu

    def _add(self, menu: QMenu, text: str, do: Callable[[], object], keys: _Keys = None) -> QAction:
        action = QAction(text, self)
        action.triggered.connect(lambda _checked=False: do())
        if keys is not None:
            action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        menu.addAction(action)
        return action

    def _allow(self, action: QAction, why_not: str) -> None:
        action.setEnabled(not why_not)
        action.setToolTip(why_not)
        action.setStatusTip(why_not)

    def _show_edits(self) -> None:
        draft, is_busy = self._studio.draft, self._studio.run.is_active
        fixed = self.tr("The layers are fixed while the model learns") if is_busy else ""
        nothing = self.tr("No choice of layers has been changed")
        self._allow(self.undo, fixed or ("" if draft.stack.canUndo() else nothing))
        self._allow(self.redo, fixed or ("" if draft.stack.canRedo() else nothing))
        self.undo.setText(self.tr("&Undo {what}").format(what=draft.stack.undoText()).strip())
        self.redo.setText(self.tr("&Redo {what}").format(what=draft.stack.redoText()).strip())
        unknown = self.tr("Find redundant layers first")
        self._allow(self.add_run, fixed or ("" if draft.num_layers else unknown))
        unchosen = self.tr("No run of layers is chosen in the chart")
        self._allow(self.remove_run, fixed or ("" if draft.selected >= 0 else unchosen))
        self._allow(self.restore_plan, fixed or ("" if draft.is_changed else nothing))

    def _why_not_again(self) -> str:
        draft = self._studio.draft
        if not draft.is_changed:
            return self.tr("The choice of layers is in use already")
        return "" if draft.spans else self.tr("Nothing would be merged")

    def _fill_recent(self) -> None:
        self.recent.clear()
        for name in self._studio.settings.preferences.recent:
            folder = Path(name)
            action = self._add(
                self.recent, redact(name), partial(self._window.open_folder, folder)
            )  # fmt: skip
            is_there = (folder / "project.json").is_file()
            self._allow(action, "" if is_there else self.tr("It is no longer there"))
        self.recent.addSeparator()
        self._add(
            self.recent, self.tr("&Clear this list"),
            partial(self._studio.settings.change, recent=()),
        )  # fmt: skip

    def _fill_models(self) -> None:
        self.models.clear()
        why = self._studio.why_not_switch()
        for source in self._studio.settings.preferences.models:
            action = self._add(
                self.models, title_of(source), partial(self._window.show_model_folder, Path(source))
            )
            gone = "" if Path(source).is_dir() else self.tr("It is no longer there")
            self._allow(action, why or gone)
            action.setToolTip(why or gone or redact(source))

    # What entries do.

    def _ask_project(self) -> None:
        start = self._studio.project.folder.parent
        folder = self._window.dialogs.folder(self.tr("Open project"), start)
        if folder is not None:
            self._window.open_folder(folder)

    def _ask_new(self) -> None:
        start = self._studio.project.folder.parent
        folder = self._window.dialogs.folder(self.tr("Folder of the new project"), start)
        if folder is None:
            return
        try:
            self._studio.new_project(folder)
        except EngineError as error:
            self._window.show_problem(error)
            return
        self._window.go_to(Place.MODEL)

    def _model_page(self) -> ModelPage:
        from ppcl_app.pages.model_page import ModelPage

        self._window.go_to(Place.MODEL)
        page = self._window.page(Place.MODEL)
        assert isinstance(page, ModelPage)
        return page

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._studio.project.folder)))

    def _find(self) -> None:
        self._window.go_to(Place.FIND)
        try:
            self._studio.find()
        except EngineError as error:
            self._window.show_problem(error)

    def _apply_draft(self) -> None:
        self._window.go_to(Place.FIND)
        self._studio.apply_plan(self._studio.draft.spans)

    def _edit_plan(self, change: Callable[[], object]) -> None:
        self._window.go_to(Place.FIND)
        change()

    def _toggle_full_screen(self) -> None:
        window = self._window
        window.showNormal() if window.isFullScreen() else window.showFullScreen()

    def _explain_page(self) -> None:
        place = self._window.place
        self._window.dialogs.information(places.title(place), places.help_text(place))

    def _show_keys(self) -> None:
        """Made from the entries themselves, so that it is never out of date."""
        rows = [
            f"<tr><td>{escape(action.shortcut().toString(_NATIVE))}</td>"
            f"<td style='padding-left: 18px'>{escape(action.text().replace('&', ''))}</td></tr>"
            for action in self.findChildren(QAction)
            if not action.shortcut().isEmpty()
        ]
        text = f"<table>{''.join(rows)}</table>"
        self._window.dialogs.information(self.tr("Keyboard"), text)
