"""Every control has a name that a screen reader can say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QListWidget,
    QPlainTextEdit,
    QProgressBar,
    QScrollBar,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ppcl_app.main_window import GENERATE, SHRINK, MainWindow
from ppcl_app.widgets.layer_strip import LayerStrip
from ppcl_app.widgets.picture_pane import PicturePane

CONTROLS = (
    QAbstractButton, QAbstractSlider, QAbstractSpinBox, QListWidget, QPlainTextEdit, QProgressBar,
    PicturePane, LayerStrip,
)  # fmt: skip


def unnamed(window: MainWindow) -> list[str]:
    found = []
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, CONTROLS) or isinstance(widget, QScrollBar):
            continue
        if widget.objectName().startswith("qt_"):
            continue
        interface = QAccessible.queryAccessibleInterface(widget)
        if interface is None or not interface.text(QAccessible.Text.Name).strip():
            found.append(f"{type(widget).__name__} in {type(widget.parent()).__name__}")
    return found


@pytest.mark.parametrize("is_finished", [False, True])
def test_every_control_has_a_name(
    qtbot: QtBot, make_window: Callable[..., MainWindow], finished_project: Path, is_finished: bool
) -> None:
    window = make_window(folder=finished_project if is_finished else None)
    for page in (SHRINK, GENERATE):
        window.go_to(page)
    assert sum(isinstance(w, CONTROLS) for w in window.findChildren(QWidget)) > 25
    assert unnamed(window) == []


def test_places_say_their_state(qtbot: QtBot, make_window: Callable[..., MainWindow]) -> None:
    window = make_window()
    interface = QAccessible.queryAccessibleInterface(window.rail)
    names = [
        interface.child(row).text(QAccessible.Text.Name) for row in range(interface.childCount())
    ]
    assert "Shrink, to do" in names
    assert "Generate and compare, waits for Shrink" in names


def test_chart_describes_itself(qtbot: QtBot, make_window: Callable[..., MainWindow]) -> None:
    window = make_window("normal:0.005")
    run = window.studio.run
    page = window.current_page()
    page.primary.click()
    chart = page.learning.chart  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: "difference" in chart.accessibleDescription(), timeout=30_000)
    assert chart.accessibleName() == "Learning curve"
    run.stop()
    qtbot.waitUntil(lambda: not run.is_active, timeout=10_000)
