"""A window without a screen, its own settings folder, and an engine that only pretends."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from ppcl_app.dialogs import Closing, Dialogs
from ppcl_app.engine_process import EngineCommand, EngineProcess
from ppcl_app.main_window import MainWindow
from ppcl_app.pages.model_page import ModelPage
from ppcl_app.settings import Settings
from ppcl_app.studio import Studio
from ppcl_app.theme.appearance import Appearance
from ppcl_app.translation import Translation

FAKE_ENGINE = Path(__file__).parent / "fake_engine.py"


def fake_command(behaviour: str = "normal") -> EngineCommand:
    return EngineCommand((sys.executable, str(FAKE_ENGINE), behaviour))


PATIENCE_MS = 120_000


class PatientBot(QtBot):
    """Waits at least two minutes for what has to come: a busy machine is no failure."""

    def waitUntil(self, callback: Callable[[], object], *, timeout: int = PATIENCE_MS) -> None:
        super().waitUntil(callback, timeout=max(timeout, PATIENCE_MS))

    def waitSignal(self, signal: Any, *, timeout: int = PATIENCE_MS, **how: Any) -> Any:
        if how.get("raising") is not False:  # else it waits for what must not come
            timeout = max(timeout, PATIENCE_MS)
        return super().waitSignal(signal, timeout=timeout, **how)

    def waitSignals(self, signals: Any, *, timeout: int = PATIENCE_MS, **how: Any) -> Any:
        return super().waitSignals(signals, timeout=max(timeout, PATIENCE_MS), **how)

    def waitExposed(self, widget: QWidget, *, timeout: int = PATIENCE_MS) -> Any:
        return super().waitExposed(widget, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


def at_rest(qtbot: QtBot, window: MainWindow, problems: Callable[[], list[str]]) -> list[str]:
    """What is wrong with a page once all that it shows has come, and has found its place.

    What the Model page says of a model comes from another process.
    """
    page = window.current_page()
    if isinstance(page, ModelPage):
        qtbot.waitUntil(lambda: bool(page.card.fits.verdicts))
    for number in range(150):
        qtbot.wait(20)
        if number >= 4 and not problems():  # a layout may ask for another one
            break
    return problems()


def let_past(folder: Path, *places: str) -> None:
    """A "held" engine goes on at these places, or at all of them."""
    folder.mkdir(parents=True, exist_ok=True)
    for place in places or ("probe", "distill", "finetune", "end"):
        (folder / f"past-{place}").touch()


class ScriptedDialogs(Dialogs):
    """Answers what the test says, and remembers what was asked."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self.answer: Path | None = None
        self.closing = Closing.PAUSE
        self.discards = True
        self.looks = True
        self.told: list[str] = []
        self.problems: list[str] = []

    def folder(self, title: str, start: Path) -> Path | None:
        return self.answer

    def save_file(self, title: str, start: Path, kinds: Sequence[str]) -> Path | None:
        return self.answer

    def how_to_close(self, *, is_learning: bool = True) -> Closing:
        return self.closing

    def may_discard(self) -> bool:
        return self.discards

    def may_look(self, name: str) -> bool:
        self.told.append(name)
        return self.looks

    def information(self, title: str, text: str) -> None:
        self.told.append(text)

    def problem(self, cause: str, hint: str = "") -> None:
        self.problems.append(cause)


@pytest.fixture
def make_process(qtbot: QtBot) -> Iterator[Callable[..., EngineProcess]]:
    """Engine processes of any behaviour, none of which outlives the test."""
    made: list[EngineProcess] = []

    def make(behaviour: str = "normal", *, kill_after_ms: int = 600_000) -> EngineProcess:
        made.append(EngineProcess(fake_command(behaviour), kill_after_ms=kill_after_ms))
        return made[-1]

    yield make
    for process in made:
        process.shut_down()


@pytest.fixture
def make_studio(qapp: QApplication, tmp_path: Path) -> Iterator[Callable[..., Studio]]:
    """All models on a fake engine, with a project folder inside the test's own."""
    made: list[Studio] = []

    def make(behaviour: str = "normal:0.001", *, folder: Path | None = None) -> Studio:
        settings = Settings(tmp_path / "settings")
        appearance = Appearance(qapp, settings.preferences.appearance)
        project = folder or tmp_path / "Pocket.ppcl"
        made.append(Studio(settings, appearance, fake_command(behaviour), project))
        return made[-1]

    yield make
    for studio in made:
        studio.shut_down()


@pytest.fixture
def make_window(qtbot: QtBot, make_studio: Callable[..., Studio]) -> Callable[..., MainWindow]:
    """The real window with scripted dialogs."""

    def make(behaviour: str = "normal:0.001", *, folder: Path | None = None) -> MainWindow:
        window = MainWindow(make_studio(behaviour, folder=folder))
        window.dialogs = ScriptedDialogs(window)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        qtbot.waitUntil(lambda: window._is_painted)
        return window

    return make


@pytest.fixture
def speak(qapp: QApplication) -> Iterator[Callable[[str], Translation]]:
    """Speaks a language, and English again when the test is over."""
    made: list[Translation] = []

    def choose(code: str) -> Translation:
        made.append(Translation(qapp, code))
        return made[-1]

    yield choose
    for translation in made:
        translation.remove()
    QLocale.setDefault(QLocale.system())


@pytest.fixture
def finished_project(tmp_path: Path) -> Path:
    """A project folder as a run leaves it, made by the fake engine in this process."""
    sys.path.insert(0, str(FAKE_ENGINE.parent))
    import fake_engine

    folder = tmp_path / "Finished.ppcl"
    fake_engine.write_project(folder)
    return folder


@pytest.fixture
def chosen_project(finished_project: Path) -> Path:
    """The same project before anything had learned."""
    (finished_project / "tiers.json").unlink()
    for stage in ("distill", "narrow", "order", "finetune", "evaluate"):
        (finished_project / "stages" / f"{stage}.json").unlink()
    shutil.rmtree(finished_project / "runs")
    return finished_project
