"""Every page can be used: on a small screen, with large text, with the keys, by its names."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QAction, QFont, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLabel,
    QMenu,
    QMessageBox,
    QScrollArea,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ppcl_app.dialogs import Dialogs
from ppcl_app.main_window import MainWindow
from ppcl_app.places import Place
from ppcl_app.widgets.tile_list import TileList
from tests.ppcl_app.conftest import at_rest
from tests.ppcl_app.test_accessibility import unnamed

MakeWindow = Callable[..., MainWindow]
SMALL_SCREEN = (1024, 640)
USUAL = (1240, 820)
NORMAL_TEXT, LARGE_TEXT = 10, 20


@pytest.fixture
def text_size(qapp: QApplication) -> Iterator[Callable[[int], None]]:
    """Sets the system's text size, in points, for windows that are made afterwards."""
    before = QApplication.font()
    yield lambda points: qapp.setFont(QFont("Noto Sans", points))
    qapp.setFont(before)


@pytest.mark.parametrize("is_finished", [False, True])
@pytest.mark.parametrize(
    ("size", "points"),
    [(SMALL_SCREEN, NORMAL_TEXT), (USUAL, LARGE_TEXT), (SMALL_SCREEN, LARGE_TEXT)],
    ids=["small", "large", "small-and-large"],
)
def test_no_text_is_cut_and_nothing_rolls_sideways(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path, text_size: Callable[[int], None],
    size: tuple[int, int], points: int, is_finished: bool,
) -> None:  # fmt: skip
    text_size(points)
    window = make_window(folder=finished_project if is_finished else None)
    found = {}
    for place in Place:
        window.go_to(place)
        window.resize(*size)
        found[place.name] = at_rest(qtbot, window, lambda: [*_cut(window), *_too_wide(window)])
        assert (window.width(), window.height()) == size, f"{place.name} does not fit"
    assert not any(found.values()), "\n".join(f"{place}: {t}" for place, t in found.items() if t)


def test_a_page_has_one_scrolling_area(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    """Lists and texts may scroll in themselves, as everywhere."""
    window = make_window(folder=finished_project)
    for place in Place:
        window.go_to(place)
        areas = window.current_page().findChildren(QScrollArea)
        assert [area for area in areas if not isinstance(area, TileList)] == [
            window.current_page().area
        ]


@pytest.mark.parametrize("is_finished", [False, True])
def test_tab_goes_through_the_content_before_the_main_button(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path, is_finished: bool
) -> None:
    window = make_window(folder=finished_project if is_finished else None)
    window.activateWindow()
    for place in Place:
        window.go_to(place)
        page = window.current_page()
        window.rail.setFocus()
        window.rail.focusNextChild()
        reached = []
        while (focused := QApplication.focusWidget()) is not None and page.isAncestorOf(focused):
            assert focused not in reached, f"Tab never leaves {place.name}"
            reached.append(focused)
            focused.focusNextChild()
        is_inside = [page.area.isAncestorOf(widget) for widget in reached]
        assert is_inside == sorted(is_inside, reverse=True), place
        if page.primary.isVisible() and page.primary.isEnabled():
            assert reached[-1] is page.primary, place


@pytest.mark.parametrize("language", ["en", "zh_CN"])
@pytest.mark.parametrize("is_finished", [False, True])
def test_no_two_letters_with_alt_are_the_same(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path, speak: Callable[[str], object],
    is_finished: bool, language: str,
) -> None:  # fmt: skip
    """Within a menu, and within a page together with the menu bar."""
    speak(language)
    window = make_window(folder=finished_project if is_finished else None)
    groups = {"menu bar": [action.text() for action in window.menuBar().actions()]}
    for place in Place:
        window.go_to(place)
        page = window.current_page()
        words = [w for w in page.findChildren(QWidget) if isinstance(w, QAbstractButton | QLabel)]
        groups[place.name] = groups["menu bar"] + [
            w.text() for w in words if isinstance(w, QAbstractButton) or w.buddy() is not None
        ]
    for number, menu in enumerate(window.findChildren(QMenu)):
        menu.aboutToShow.emit()
        name = menu.title() or f"menu {number}"
        groups[f"{name} {number}"] = [action.text() for action in menu.actions()]
    clashes = {}
    for name, texts in groups.items():
        owners = defaultdict(list)
        for text in texts:
            letter = QKeySequence.mnemonic(text).toString()
            if letter:
                owners[letter].append(text)
        if twice := {k: v for k, v in owners.items() if len(v) > 1}:
            clashes[name] = twice
    assert not clashes


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
        lambda dialogs: dialogs.may_look("Pocket"),
        lambda dialogs: dialogs.information("Keyboard", "Ctrl+1"),
        lambda dialogs: dialogs.problem("The disk is full.", "Free some room."),
        lambda dialogs: dialogs.about(),
    ],
    ids=["close", "discard", "look", "information", "problem", "about"],
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


def _too_wide(window: MainWindow) -> Iterator[str]:
    """Content that is wider than the page."""
    area = window.current_page().area
    if area.widget().width() > area.room.width():
        yield f"content is {area.widget().width()} wide, the page {area.room.width()}"
    if area.horizontalScrollBar().isVisible():
        yield "it rolls sideways"


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
    longest = max(
        map(widget.fontMetrics().horizontalAdvance, re.split(r"[\s\u200b]", widget.text())),
        default=0,
    )
    return longest, widget.heightForWidth(widget.width())


def _is_rolled_away(widget: QWidget) -> bool:
    """Inside a scroll area whose content is as large as it wants to be."""
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, QScrollArea):
        parent = parent.parentWidget()
    return parent is not None and widget.visibleRegion().isEmpty()
