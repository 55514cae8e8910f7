"""What is told to whoever looks elsewhere when long work ends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from ppcl_app.main_window import MainWindow
from ppcl_app.notices import Notice, notice_of_export, notice_of_run
from ppcl_app.outcome import Outcome
from ppcl_app.places import Place

MakeWindow = Callable[..., MainWindow]


def test_words_and_page_are_those_of_the_result(
    make_window: MakeWindow, finished_project: Path
) -> None:
    studio = make_window(folder=finished_project).studio
    done, crashed = Outcome("done"), Outcome("crashed", 11)
    assert notice_of_run(studio, done) == Notice("The model is there in 6 sizes.", Place.GENERATE)
    failed = notice_of_run(studio, crashed)
    assert failed is not None
    assert failed.is_failure
    assert failed.place is Place.RECOVER
    assert notice_of_run(studio, Outcome("stopped")) is None
    exported = notice_of_export(done)
    assert exported is not None
    assert exported.place is Place.EXPORT


@pytest.mark.parametrize("is_in_front", [True, False])
def test_nothing_is_told_while_the_window_is_in_front(
    qtbot: QtBot, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch, is_in_front: bool
) -> None:
    window = make_window()
    told: list[Notice] = []
    monkeypatch.setattr(window.notifier, "show", told.append)
    monkeypatch.setattr(window, "isActiveWindow", lambda: is_in_front)
    window.studio.find()
    qtbot.waitUntil(lambda: not window.studio.run.is_active, timeout=60_000)
    expected = Notice("The redundant layers have been found.", Place.FIND)
    assert told == ([] if is_in_front else [expected])


def test_a_click_leads_to_the_result(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    window, shown = make_window(), []
    for name in ("isSystemTrayAvailable", "supportsMessages"):
        monkeypatch.setattr(QSystemTrayIcon, name, lambda: True)
    monkeypatch.setattr(QSystemTrayIcon, "showMessage", lambda _self, *a: shown.append(a[:2]))
    window.notifier.show(Notice("The model has been written.", Place.EXPORT))
    assert shown == [("Pocket", "The model has been written.")]
    window.showMinimized()
    assert window.notifier._tray is not None
    window.notifier._tray.messageClicked.emit()
    assert window.place is Place.EXPORT
    assert not window.isMinimized()
