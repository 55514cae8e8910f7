"""Every page can be used: on a small screen, with large text, with the keys, by its names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QFont, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QMessageBox,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ppcl_app.dialogs import Dialogs
from ppcl_app.main_window import MainWindow
from ppcl_app.places import Place
from tests.ppcl_app.test_accessibility import unnamed

MakeWindow = Callable[..., MainWindow]
SMALL_SCREEN = (1024, 640)
USUAL = (1240, 820)
NORMAL_TEXT, LARGE_TEXT = 10, 20
ROLLED = (Place.FIND, Place.SHRINK, Place.RECOVER, Place.EXPORT)  # pages that fit with any text


@pytest.fixture
def text_size(qapp: QApplication) -> Iterator[Callable[[int], None]]:
    """Sets the system's text size, in points, for windows that are made afterwards."""
    before = QApplication.font()
    yield lambda points: qapp.setFont(QFont("Noto Sans", points))
    qapp.setFont(before)


@pytest.mark.parametrize("is_finished", [False, True])
@pytest.mark.parametrize(
    ("size", "points"), [(SMALL_SCREEN, NORMAL_TEXT), (USUAL, LARGE_TEXT)], ids=["small", "large"]
)
def test_no_text_is_cut(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path, text_size: Callable[[int], None],
    size: tuple[int, int], points: int, is_finished: bool,
) -> None:  # fmt: skip
    text_size(points)
    window = make_window(folder=finished_project if is_finished else None)
    found = {}
    for place in Place if points == NORMAL_TEXT else ROLLED:
        window.go_to(place)
        window.resize(*size)
        for _ in range(5):  # a layout may ask for another one
            qtbot.wait(20)
        assert (window.width(), window.height()) == size, f"{place.name} does not fit"
        found[place.name] = list(_cut(window))
    assert not any(found.values()), "\n".join(f"{place}: {t}" for place, t in found.items() if t)


def test_no_two_keys_are_the_same(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    """A key that two things share does nothing at all in Qt."""
    window = make_window(folder=finished_project)
    for place in Place:
        window.go_to(place)
    owners = defaultdict(set)
    for action in window.findChildren(QAction):
        for key in action.shortcuts():
            owners[key.toString()].add(action.text())
    for shortcut in window.findChildren(QShortcut):
        owners[shortcut.key().toString()].add(shortcut.objectName() or "a shortcut")
    assert len(owners) >= 18
    assert not {key: names for key, names in owners.items() if len(names) > 1}


@pytest.mark.parametrize(
    "ask",
    [
        lambda dialogs: dialogs.how_to_close(),
        lambda dialogs: dialogs.may_discard(),
        lambda dialogs: dialogs.information("Keyboard", "Ctrl+1"),
        lambda dialogs: dialogs.problem("The disk is full.", "Free some room."),
        lambda dialogs: dialogs.about(),
    ],
    ids=["close", "discard", "information", "problem", "about"],
)
def test_dialogs_have_names_and_go_away_with_escape(
    qtbot: QtBot, make_window: MakeWindow, ask: Callable[[Dialogs], object]
) -> None:
    window = make_window()
    seen: list[list[str]] = []

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        assert isinstance(dialog, QDialog)
        seen.append(unnamed(dialog))
        dialog.reject()

    QTimer.singleShot(200, look)
    ask(Dialogs(window))
    assert seen == [[]]
    assert not [d for d in window.findChildren(QMessageBox) if d.isVisible()]


def _cut(window: QWidget) -> Iterator[str]:
    """Texts that need more room than they have."""
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QLabel | QAbstractButton):
            continue
        if not widget.text().strip() or _is_rolled_away(widget):
            continue
        needed, room = _needed(widget), widget.size()
        if needed[0] > room.width() + 1 or needed[1] > room.height() + 1:
            yield f"{widget.text()[:50]!r} needs {needed}, has {room.width(), room.height()}"


def _needed(widget: QLabel | QAbstractButton) -> tuple[int, int]:
    if not isinstance(widget, QLabel):
        hint = widget.minimumSizeHint().expandedTo(widget.sizeHint())
        return hint.width(), hint.height()
    if not widget.wordWrap():
        return widget.sizeHint().width(), widget.sizeHint().height()
    longest = max(map(widget.fontMetrics().horizontalAdvance, widget.text().split()), default=0)
    return longest, widget.heightForWidth(widget.width())


def _is_rolled_away(widget: QWidget) -> bool:
    """Inside a scroll area whose content is as large as it wants to be."""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QScrollArea):
        parent = parent.parentWidget()
    return parent is not None and widget.visibleRegion().isEmpty()
