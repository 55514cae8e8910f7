"""The real window on the real engine and the built-in model, at quick effort: minutes, so slow."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from ppcl_app.dialogs import Dialogs
from ppcl_app.engine_process import EngineCommand
from ppcl_app.main_window import MainWindow
from ppcl_app.pages.export_page import ExportPage
from ppcl_app.pages.generate_page import GeneratePage
from ppcl_app.picture_recipe import read_recipe
from ppcl_app.places import Place
from ppcl_app.settings import Settings
from ppcl_app.studio import Studio
from ppcl_app.theme.appearance import Appearance

RUN_MS = 15 * 60_000
PICTURE_MS = 120_000

pytestmark = pytest.mark.slow


class OneFolder(Dialogs):
    """Answers every question for a folder with the same one."""

    answer = Path()

    def folder(self, title: str, start: Path) -> Path | None:
        return self.answer


@pytest.fixture
def window(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> Iterator[MainWindow]:
    settings = Settings(tmp_path / "settings")
    studio = Studio(settings, Appearance(qapp, "light"), EngineCommand(), tmp_path / "Pocket.ppcl")
    window = MainWindow(studio)
    window.dialogs = OneFolder(window)
    window.dialogs.answer = tmp_path
    qtbot.addWidget(window)
    window.show()
    yield window
    studio.shut_down()


def switch_in_the_middle_of_a_picture(qtbot: QtBot, page: GeneratePage, tier: int) -> None:
    """The original paints the first steps and a small size the others; the file says so."""
    generation = page._generation
    page.slider.setValue(0)
    page.prompt.switch.setChecked(True)
    page.primary.click()
    qtbot.waitUntil(lambda: generation.front_pane().step >= 2, timeout=PICTURE_MS)
    page.slider.setValue(tier)
    qtbot.waitUntil(lambda: not generation.front_pane().is_painting, timeout=PICTURE_MS)
    picture = generation.front_pane().picture
    assert picture is not None
    assert set(picture.tiers) == {0, tier}
    assert picture.haarpsi is not None
    generation.history.settle()
    (mixed,) = [e for e in generation.history.entries if e.recipe.is_mixed]
    recipe = read_recipe(mixed.file)
    assert recipe is not None
    assert recipe.tiers == picture.tiers
    page.prompt.switch.setChecked(False)


def test_shrink_survive_a_kill_compare_and_export(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    studio = window.studio
    window.try_built_in()
    qtbot.waitUntil(lambda: bool(studio.run.metrics.groups), timeout=RUN_MS)
    if sys.platform != "win32":
        os.kill(studio.run._process.process_id, signal.SIGKILL)
        qtbot.waitUntil(lambda: studio.run.failure is not None, timeout=60_000)
        window.current_page().primary.click()
    qtbot.waitUntil(lambda: not studio.run.is_active, timeout=RUN_MS)
    assert studio.run.failure is None, studio.run.failure
    assert len(studio.project.tiers) >= 5

    window.current_page().primary.click()
    generation = studio.generation
    smallest = generation.num_tiers - 1
    qtbot.waitUntil(lambda: generation.is_painted(0), timeout=PICTURE_MS)
    page = window.page(Place.GENERATE)
    assert isinstance(page, GeneratePage)
    page.slider.setValue(smallest)
    qtbot.waitUntil(lambda: generation.is_painted(smallest), timeout=PICTURE_MS)
    picture = generation.pane(smallest).picture
    assert picture is not None
    assert picture.seconds > 0
    assert picture.haarpsi is not None
    assert len(set(picture.pixels)) > 8  # a picture, not one flat colour
    switch_in_the_middle_of_a_picture(qtbot, page, smallest)

    studio.settings.change(export_folder=str(tmp_path))
    window.go_to(Place.EXPORT)
    export = window.current_page()
    assert isinstance(export, ExportPage)
    export.primary.click()
    qtbot.waitUntil(lambda: not studio.export.is_active, timeout=RUN_MS)
    assert studio.export.failure is None, studio.export.failure
    assert (export.export_card.target / "model_index.json").is_file()
