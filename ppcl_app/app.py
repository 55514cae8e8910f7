"""Puts the application together: Qt, the look, the models, the window, and crashes."""

from __future__ import annotations

import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier, Qt
from PySide6.QtWidgets import QApplication

from ppcl_app.crash_file import CrashFile
from ppcl_app.engine_process import EngineCommand
from ppcl_app.main_window import MainWindow
from ppcl_app.settings import Settings
from ppcl_app.studio import Studio
from ppcl_app.theme.appearance import Appearance
from ppcl_app.translation import CHOICES, Translation

translate = QCoreApplication.translate  # lupdate knows this name
VERSION = "0.1.0"
HEAVY = ("torch", "diffusers", "transformers", "numpy", "pyqtgraph", "PIL", "pydantic")
_RECENT_ERRORS = 20


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line asks for."""

    project: Path | None = None
    first_paint: bool = False
    language: str = ""


def run(argv: Sequence[str]) -> int:
    """Open the window and stay until it is closed."""
    options = _parse(argv)
    application = make_application(argv)
    settings = Settings()
    translation = Translation(application, options.language or settings.preferences.language)
    settings.preferences_changed.connect(
        lambda: translation.choose(options.language or settings.preferences.language)
    )
    appearance = Appearance(application, settings.preferences.appearance)
    project = options.project.resolve() if options.project is not None else None
    studio = Studio(settings, appearance, EngineCommand(), project)
    window = MainWindow(studio)
    crash_file = CrashFile(settings.folder / "crashes")
    window.reports.show_crash(crash_file.earlier)
    sys.excepthook = _make_excepthook(window)
    window.first_painted.connect(_collect_from_now_on)
    if options.first_paint:
        window.first_painted.connect(lambda: _report_first_paint(application.quit))
    if sys.platform != "win32":
        SignalBridge(application)
    window.show()
    code = application.exec()
    studio.shut_down()
    crash_file.close()
    return code


def make_application(argv: Sequence[str]) -> QApplication:
    """The one QApplication, with the names that window systems and settings files go by."""
    policy = Qt.HighDpiScaleFactorRoundingPolicy.PassThrough
    QApplication.setHighDpiScaleFactorRoundingPolicy(policy)
    application = QApplication([*argv[:1]])
    application.setApplicationName("PPCL Studio")
    application.setApplicationVersion(VERSION)
    application.setOrganizationName("PPCL")
    application.setDesktopFileName("org.ppcl.Studio")
    return application


class SignalBridge(QObject):
    """Logging out or Ctrl+C closes the application in order, so that engines end as well.

    Python runs signal handlers between its own instructions only, and Qt's loop has none; so the
    signal also writes to a pipe that the loop listens to.
    """

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._near, far = os.pipe()
        for end in (self._near, far):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(far)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            # Not quit(): that would ask the window, which would ask the user, who is gone.
            signal.signal(number, lambda _number, _frame: application.exit(0))
        self._notifier = QSocketNotifier(self._near, QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._drain)

    def _drain(self) -> None:
        os.read(self._near, 64)


def _parse(argv: Sequence[str]) -> Options:
    if len(argv) < 2:
        return Options()
    import argparse  # ten milliseconds that the usual start does not need

    parser = argparse.ArgumentParser(
        prog="ppcl-studio", description="Make text-to-image models smaller."
    )
    parser.add_argument("project", nargs="?", type=Path, help="a project folder to open")
    parser.add_argument("--version", action="version", version=f"PPCL Studio {VERSION}")
    parser.add_argument(
        "--language", choices=CHOICES, default="", help="for this time; otherwise as chosen"
    )
    parser.add_argument(
        "--first-paint", action="store_true", help="print when the window was seen, and quit"
    )
    return Options(**vars(parser.parse_args(argv[1:])))


def _collect_from_now_on() -> None:
    """What has been loaded by the first paint stays as long as the window, so it is left out."""
    gc.freeze()
    gc.enable()


def _report_first_paint(quit_application: Callable[[], None]) -> None:
    """For measurements: the time of day, and which heavy modules were loaded by then."""
    loaded = [name for name in HEAVY if name in sys.modules]
    print(f"{time.time():.3f} {','.join(loaded) or '-'}", flush=True)
    quit_application()


def _make_excepthook(window: MainWindow) -> Callable[..., None]:
    """A mistake of ours must not end the application silently, nor fill the screen with dialogs."""
    seen: list[str] = []

    def hook(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        traceback.print_exception(kind, error, trace)
        text = f"{kind.__name__}: {error}"
        if text not in seen and len(seen) < _RECENT_ERRORS:
            seen.append(text)
            window.status.show_idle(
                translate(
                    "App", "Something in this window went wrong ({error}). Your work is safe."
                ).format(error=text),
                glyph="failed",
            )

    return hook
