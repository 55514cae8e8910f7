"""Every page in a language that nobody speaks: all of it is translated, and none of it is cut."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QGroupBox,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QTableWidget,
    QTabWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ppcl_app.main_window import MainWindow
from ppcl_app.pages.prompt_card import EXAMPLES
from ppcl_app.places import Place
from ppcl_app.translation import Translation
from tests.ppcl_app.conftest import at_rest, let_past

MakeWindow = Callable[..., MainWindow]
# Names, units, and what people or files say: they are the same in every language.
SAME = re.compile(
    r"(?i:Pocket)|PPCL Studio|Apache-2\.0|Finished|Qwen[\w./-]*|FLUX[\w./-]*|HaarPSI|GitHub|Hugging Face|https?://\S+"
    r"|[~/][\w./~-]*|[\w-]+\.(ppcl|json|safetensors|png|csv)|\b(CPU|CUDA|GPU|RAM|GB|MB|kB)\b"
    r"|\bCtrl\+\w+|English|\bworking\b|^Scores are of .*"  # the last two by the fake engine
)
WORD = re.compile(r"[A-Za-z]{3,}")


@pytest.fixture
def pseudo(speak: Callable[[str], Translation]) -> None:
    speak("pseudo")


def texts_of(widget: QWidget) -> Iterator[str]:
    """Whatever `widget` shows or says."""
    yield widget.toolTip()
    yield widget.accessibleName()
    yield widget.accessibleDescription()
    yield widget.windowTitle()
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QGroupBox):
        yield widget.title()
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(i) for i in range(widget.count()))
    elif isinstance(widget, QTabWidget):
        yield from (widget.tabText(i) for i in range(widget.count()))
    if isinstance(widget, QLineEdit | QPlainTextEdit):
        yield widget.placeholderText()
    if isinstance(widget, QAbstractItemView) and widget.model() is not None:
        model = widget.model()
        for row in range(model.rowCount()):
            for column in range(widget.columnCount() if isinstance(widget, QTableWidget) else 1):
                index = model.index(row, column)
                for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                    value = index.data(role)
                    yield value if isinstance(value, str) else ""
    if isinstance(widget, QTableWidget):
        for column in range(widget.columnCount()):
            item = widget.horizontalHeaderItem(column)
            yield item.text() if item is not None else ""


def untranslated(window: MainWindow) -> list[str]:
    """Texts with a word of plain letters, each with where it is."""
    found = []
    for widget in (window, *window.findChildren(QWidget)):
        if widget.objectName().startswith("qt_"):
            continue
        where = f"{type(widget).__name__} in {type(widget.parent()).__name__}"
        found += [f"{where}: {text}" for text in texts_of(widget) if is_plain(text)]
    for action in window.findChildren(QAction):
        if action.text() not in EXAMPLES:  # the built-in model reads English only
            texts = (action.text(), action.toolTip(), action.statusTip())
            found += [f"entry of a menu: {text}" for text in texts if is_plain(text)]
    return found


def is_plain(text: str) -> bool:
    text = text.replace("\u200b", "")  # where a long path may go on in the next line
    return WORD.search(SAME.sub("", re.sub(r"<[^>]*>", "", text))) is not None


@pytest.mark.parametrize("state", ["new", "chosen", "finished"])
def test_every_text_is_translated(
    qtbot: QtBot, make_window: MakeWindow, pseudo: None, request: pytest.FixtureRequest, state: str
) -> None:
    folder = None if state == "new" else request.getfixturevalue(f"{state}_project")
    window = make_window(folder=folder)
    for place in Place:
        window.go_to(place)
    for menu in window.menuBar().actions():
        menu.menu().aboutToShow.emit()  # type: ignore[attr-defined]
    assert len([w for w in window.findChildren(QWidget) if any(texts_of(w))]) > 100
    found = untranslated(window)
    assert not found, "\n".join(found)


def test_every_text_of_running_work_is_translated(
    qtbot: QtBot, make_window: MakeWindow, pseudo: None
) -> None:
    window = make_window("held:0.004")
    run = window.studio.run
    for place in Place:
        window.go_to(place)
    window.start_learning()
    for stage in ("probe", "distill", "finetune"):
        qtbot.waitUntil(
            lambda stage=stage: run.current is not None and run.current.name == stage,
            timeout=30_000,
        )
        found = untranslated(window)
        assert not found, "\n".join(found)
        if stage != "finetune":
            let_past(window.studio.project.folder, stage)
    run.stop()
    qtbot.waitUntil(lambda: not run.is_active, timeout=10_000)
    found = untranslated(window)
    assert not found, "\n".join(found)


def clipped(page: QWidget) -> list[str]:
    """Labels and buttons that are smaller than their words."""
    found = []
    for widget in page.findChildren(QWidget):
        if not isinstance(widget, QLabel | QAbstractButton) or not widget.isVisible():
            continue
        if not widget.text():
            continue
        wanted, size = widget.sizeHint(), widget.size()
        if isinstance(widget, QLabel) and widget.wordWrap():
            is_cut = size.height() < widget.heightForWidth(size.width())
        else:
            is_cut = size.width() < wanted.width() or size.height() < wanted.height()
        if is_cut or 0 < widget.visibleRegion().boundingRect().width() < size.width():
            found.append(f"{widget.text()}: {size.toTuple()} of {wanted.toTuple()}")
    return found


@pytest.mark.parametrize("language", ["pseudo", "zh_CN"])
@pytest.mark.parametrize("state", ["new", "chosen", "finished"])
def test_no_text_is_cut(
    qtbot: QtBot,
    make_window: MakeWindow,
    speak: Callable[[str], Translation],
    language: str,
    request: pytest.FixtureRequest,
    state: str,
) -> None:
    speak(language)
    folder = None if state == "new" else request.getfixturevalue(f"{state}_project")
    window = make_window(folder=folder)
    cut = []
    for size in ((1240, 820), (1024, 640)):
        window.resize(*size)
        for place in Place:
            window.go_to(place)
            found = at_rest(qtbot, window, lambda: clipped(window.current_page()))
            cut += [f"{place.name}, {size}: {text}" for text in found]
        assert window.width() == size[0]
    assert not cut, "\n".join(cut)


def test_untranslated_text_would_be_noticed(
    qtbot: QtBot, make_window: MakeWindow, pseudo: None, finished_project: Path
) -> None:
    window = make_window(folder=finished_project)
    QLabel("Forgotten words", window.current_page())
    assert any("Forgotten" in text for text in untranslated(window))
