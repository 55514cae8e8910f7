"""Every control has a name that a screen reader can say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QListWidget,
    QPlainTextEdit,
    QProgressBar,
    QRadioButton,
    QScrollArea,
    QScrollBar,
    QTableWidget,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ppcl_app.main_window import MainWindow
from ppcl_app.places import Place
from ppcl_app.widgets.compare_view import CompareView
from ppcl_app.widgets.heat_map import HeatMap
from ppcl_app.widgets.layer_bars import LayerBars
from ppcl_app.widgets.layer_strip import LayerStrip

CONTROLS = (
    QAbstractButton, QAbstractSlider, QAbstractSpinBox, QListWidget, QPlainTextEdit, QProgressBar,
    CompareView, LayerStrip, LayerBars, HeatMap, QTableWidget, QScrollArea,
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
    for place in Place:
        window.go_to(place)
    assert sum(isinstance(w, CONTROLS) for w in window.findChildren(QWidget)) > 60
    assert unnamed(window) == []


def test_places_say_their_state(qtbot: QtBot, make_window: Callable[..., MainWindow]) -> None:
    window = make_window()
    interface = QAccessible.queryAccessibleInterface(window.rail)
    names = [
        interface.child(row).text(QAccessible.Text.Name) for row in range(interface.childCount())
    ]
    assert "Find redundant layers, to do" in names
    assert "Shrink, waits for Find redundant layers" in names
    assert "Generate and compare, waits for Recover quality" in names
    assert "Jobs, none running" in names


def test_chart_describes_itself(qtbot: QtBot, make_window: Callable[..., MainWindow]) -> None:
    window = make_window("normal:0.005")
    run = window.studio.run
    window.go_to(Place.RECOVER)
    page = window.current_page()
    page.primary.click()
    chart = page.learning.chart  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: "difference" in chart.accessibleDescription(), timeout=30_000)
    assert chart.accessibleName() == "Learning curve"
    run.stop()
    qtbot.waitUntil(lambda: not run.is_active, timeout=10_000)


@pytest.mark.parametrize("is_finished", [False, True])
def test_every_control_is_reached_with_tab(
    qtbot: QtBot, make_window: Callable[..., MainWindow], finished_project: Path, is_finished: bool
) -> None:
    window = make_window(folder=finished_project if is_finished else None)
    window.activateWindow()
    for place in Place:
        window.go_to(place)
        window.rail.setFocus()
        reached = set()
        for _ in range(40):
            focused = QApplication.focusWidget()
            assert focused is not None
            reached.add(focused)
            focused.focusNextChild()
        page = window.current_page()
        wanted = {
            widget
            for widget in page.findChildren(QWidget)
            if isinstance(widget, CONTROLS)
            and widget.isVisible()
            and widget.isEnabled()
            and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and not isinstance(widget, QRadioButton | QScrollArea)  # arrows go from one to another
        }
        assert wanted <= reached, (place, [str(w.accessibleName()) for w in wanted - reached])
