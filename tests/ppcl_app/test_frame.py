"""What surrounds the pages: preferences, choices in menus, what is remembered, what is dropped."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDragEnterEvent
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from ppcl_app.main_window import MainWindow
from ppcl_app.places import Place
from ppcl_app.preferences_dialog import PreferencesDialog
from ppcl_app.settings import Settings
from ppcl_app.translation import Translation

MakeWindow = Callable[..., MainWindow]


def open_preferences(qtbot: QtBot, window: MainWindow) -> PreferencesDialog:
    studio = window.studio
    dialog = PreferencesDialog(
        studio.settings, studio.choose_appearance, window.dialogs.folder, window
    )
    qtbot.addWidget(dialog)
    dialog.show()
    return dialog


def entry(window: MainWindow, text: str) -> QAction:
    return next(
        action for action in window.menuBar().findChildren(QAction) if action.text() == text
    )


def test_preferences_take_effect_at_once(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window()
    studio = window.studio
    dialog = open_preferences(qtbot, window)
    dialog.appearance.setFocus()
    qtbot.keyClicks(dialog.appearance, "D")
    qtbot.keyClick(dialog.appearance, Qt.Key.Key_Return)
    assert studio.appearance.tokens.name == "dark"
    window.dialogs.answer = tmp_path / "Projects"
    dialog.folder_button.click()
    assert "Projects" in dialog.folder.text()
    kept = Settings(studio.settings._folder)
    assert kept.preferences.appearance == "dark"
    assert kept.projects_folder == tmp_path / "Projects"
    studio.choose_appearance("light")


def test_menu_shows_what_was_chosen_elsewhere(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    window.studio.choose_appearance("dark")
    dark = entry(window, "Dark")
    dark.parent().show_current()  # as when the menu opens
    assert dark.isChecked()
    entry(window, "Light").trigger()
    assert window.studio.settings.preferences.appearance == "light"
    assert not dark.isChecked()


def test_preferences_change_their_own_language(
    qtbot: QtBot, speak: Callable[[str], Translation], make_window: MakeWindow
) -> None:
    window = make_window()
    settings = window.studio.settings
    translation = speak("en")
    settings.preferences_changed.connect(lambda: translation.choose(settings.preferences.language))
    dialog = open_preferences(qtbot, window)
    dialog.language.setCurrentIndex(dialog.language.findData("zh_CN"))
    dialog.language.activated.emit(dialog.language.currentIndex())
    qtbot.waitUntil(lambda: dialog.windowTitle() == "首选项")
    qtbot.waitUntil(lambda: window.rail.item(Place.EXPORT).text() == "导出")
    assert dialog.isVisible()
    assert dialog.language.itemText(1) == "English"


def test_page_and_size_are_remembered_without_closing(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    """The power may be cut: what was open last is known all the same."""
    window = make_window(folder=finished_project)
    window.go_to(Place.SHRINK)
    window.resize(1111, 700)
    window.remember()
    settings = Settings(window.studio.settings._folder)
    assert settings.last_place(finished_project) == Place.SHRINK
    assert settings.window_state.value("geometry") == window.saveGeometry()
    again = make_window(folder=finished_project)
    assert again.place is Place.SHRINK


def test_recent_projects_can_be_forgotten(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    window = make_window()
    window.open_folder(finished_project)
    window.menus.recent.aboutToShow.emit()
    window.menus.recent.actions()[-1].trigger()
    assert window.studio.settings.preferences.recent == ()
    window.menus.show_state()
    assert not window.menus.recent.menuAction().isEnabled()
    assert "yet" in window.menus.recent.menuAction().toolTip()


def test_end_of_work_calls_whoever_looks_elsewhere(
    qtbot: QtBot, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    called: list[QWidget] = []
    monkeypatch.setattr(QApplication, "alert", called.append)
    window = make_window()
    window.start_learning()
    assert not called
    qtbot.waitUntil(lambda: not window.studio.run.is_active, timeout=60_000)
    assert called == [window]


@pytest.mark.parametrize("is_busy", [False, True])
def test_folder_that_cannot_be_dropped_now_says_why(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path, is_busy: bool
) -> None:
    window = make_window("slow:0.02")
    if is_busy:
        window.start_learning()
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(finished_project))])
    event = QDragEnterEvent(
        QPointF(400, 300).toPoint(), Qt.DropAction.CopyAction, mime,
        Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    window.dragEnterEvent(event)
    assert event.isAccepted() is not is_busy
    assert ("running work" in window.status.text) is is_busy
    window.studio.run.stop()
    qtbot.waitUntil(lambda: not window.studio.run.is_active, timeout=10_000)


def test_closed_window_leaves_nothing_in_the_studio(
    make_window: MakeWindow, finished_project: Path
) -> None:
    studio = make_window(folder=finished_project).studio
    other = MainWindow(studio)
    left = [weakref.ref(other)]
    other.show()
    for place in Place:
        other.go_to(place)
        left.append(weakref.ref(other.page(place)))
    other.close()
    other.deleteLater()
    del other
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    gc.collect()
    assert [kept() is not None for kept in left] == [False] * len(left)
