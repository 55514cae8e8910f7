"""Imports the chart library behind the first paint, the part without Qt beside the window.

Qt's classes are made in the window's thread only: made in two threads at a time, they have crashed.
"""

from __future__ import annotations

import importlib
import sys
import threading

from PySide6.QtCore import QObject, Qt, Signal

MODULE = "ppcl_app.charts.plot"


class ChartLoader(QObject):
    """`loaded` comes in the window's thread; `problem` instead where the library is missing."""

    loaded = Signal()
    problem = Signal(str)
    _numbers_loaded = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None
        self._numbers_loaded.connect(self._load, Qt.ConnectionType.QueuedConnection)

    @property
    def is_loaded(self) -> bool:
        return MODULE in sys.modules

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._load_numbers, name="charts", daemon=True)
            self._thread.start()

    def wait(self, timeout_s: float) -> None:
        """For the end of the application: an import must not be cut in two."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _load_numbers(self) -> None:
        try:
            importlib.import_module("numpy")
        except ImportError as error:
            self.problem.emit(str(error))
        else:
            self._numbers_loaded.emit()

    def _load(self) -> None:
        try:
            importlib.import_module(MODULE)
        except ImportError as error:
            self.problem.emit(str(error))
        else:
            self.loaded.emit()
