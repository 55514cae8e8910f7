"""The studio as anybody starts it, with a spy that tells what is on screen, and touches nothing.

    python -m tests.e2e.spied_window [ARGUMENTS OF ppcl-studio]

Each line on standard input is answered by one line of JSON: everything that can be seen now, by
the names that a screen reader says. At the end of the input the studio goes on undisturbed.
PPCL_TEST_ENGINE puts another engine in place, so that tests of this folder can be tried quickly:

    PPCL_TEST_ENGINE="tests/ppcl_app/fake_engine.py normal:0.002" python -m pytest -m slow tests/e2e
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from PySide6.QtCore import QObject, QPoint, QRect, QSocketNotifier, Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QLabel,
    QMenu,
    QMenuBar,
    QWidget,
)

from ppcl_app import app
from ppcl_app.engine_process import EngineCommand

_MakeApplication = app.make_application


class Spy(QObject):
    """Answers on the standard output whenever it is asked on the standard input."""

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._notifier = QSocketNotifier(0, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._answer)

    def _answer(self) -> None:
        if not sys.stdin.readline():
            self._notifier.setEnabled(False)
            return
        print(json.dumps(list(self._all())), flush=True)

    def _all(self) -> Iterator[dict[str, Any]]:
        modal = QApplication.activeModalWidget() or QApplication.activePopupWidget()
        for widget in self._application.allWidgets():
            if not widget.isVisible() or widget.visibleRegion().isEmpty():
                continue
            is_behind = modal is not None and widget.window() is not modal
            yield _describe(widget, is_behind=is_behind)
            yield from _items(widget)


def _describe(widget: QWidget, *, is_behind: bool) -> dict[str, Any]:
    seen = widget.visibleRegion().boundingRect()
    interface = QAccessible.queryAccessibleInterface(widget)
    name = interface.text(QAccessible.Text.Name) if interface is not None else ""
    text = widget.text() if isinstance(widget, QLabel | QAbstractButton) else ""
    if widget.isWindow():
        text = widget.windowTitle()
    return {
        "kind": type(widget).__name__,
        "name": name.replace("&", ""),
        "text": text.replace("&", ""),
        "description": widget.accessibleDescription(),
        "is_enabled": widget.isEnabled() and not is_behind,
        "has_focus": QApplication.focusWidget() is widget,
        "is_control": bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus),
        "value": widget.value() if isinstance(widget, QAbstractSlider) else None,
        "area": _area(widget, seen),
    }


def _items(widget: QWidget) -> Iterator[dict[str, Any]]:
    """Rows of lists, and entries of menus, which are no widgets of their own."""
    rows: list[tuple[str, bool, QRect]] = []
    if isinstance(widget, QMenu | QMenuBar):
        rows = [(a.text(), a.isEnabled(), widget.actionGeometry(a)) for a in widget.actions()]
    elif isinstance(widget, QAbstractItemView) and widget.parentWidget() is not None:
        model = widget.model()
        for row in range(min(model.rowCount(), 100)):
            index = model.index(row, 0)
            spoken = index.data(Qt.ItemDataRole.AccessibleTextRole) or index.data()
            rows.append((str(spoken), True, widget.visualRect(index)))
        widget = widget.viewport()
    for name, is_enabled, area in rows:
        yield {
            "kind": "Item",
            "name": name.replace("&", ""),
            "text": "",
            "description": "",
            "is_enabled": is_enabled,
            "has_focus": False,
            "is_control": False,
            "value": None,
            "area": _area(widget, area),
        }


def _area(widget: QWidget, part: QRect) -> list[int]:
    corner = widget.mapToGlobal(QPoint(part.x(), part.y()))
    return [corner.x(), corner.y(), part.width(), part.height()]


def make_application(argv: Sequence[str]) -> QApplication:
    application = _MakeApplication(argv)
    Spy(application)
    return application


if __name__ == "__main__":
    app.make_application = make_application
    if other := os.environ.get("PPCL_TEST_ENGINE"):
        app.EngineCommand = lambda: EngineCommand((sys.executable, *other.split()))
    sys.exit(app.run(sys.argv))
