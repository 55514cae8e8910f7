"""Imports the chart library beside the window: it takes half a second that nobody should wait."""

from __future__ import annotations

import importlib
import sys
import threading

from PySide6.QtCore import QObject, Signal

MODULE = "ppcl_app.charts.plot"


class ChartLoader(QObject):
    """`loaded` comes in the window's thread; `problem` instead where the library is missing."""

    loaded = Signal()
    problem = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thread: threading.Thread | None = None

    @property
    def is_loaded(self) -> bool:
        return MODULE in sys.modules and (self._thread is None or not self._thread.is_alive())

    def start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._load, name="charts", daemon=True)
            self._thread.start()

    def wait(self, timeout_s: float) -> None:
        """For the end of the application: an import must not be cut in two."""
        if self._thread is not None:
            self._thread.join(timeout_s)

    def _load(self) -> None:
        try:
            importlib.import_module(MODULE)
        except ImportError as error:
            self.problem.emit(str(error))
        else:
            self.loaded.emit()
