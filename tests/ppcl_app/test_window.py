"""The real window on a fake engine: from the first click to an exported size."""

from __future__ import annotations

import os
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ppcl_app.app import _make_excepthook
from ppcl_app.dialogs import Closing
from ppcl_app.main_window import MainWindow
from ppcl_app.pages.export_page import ExportPage
from ppcl_app.pages.generate_page import GeneratePage
from ppcl_app.pages.model_page import ModelPage
from ppcl_app.pages.recover_page import RecoverPage
from ppcl_app.places import Place
from tests.ppcl_app.conftest import let_past
from tests.processes import own_time_s

MakeWindow = Callable[..., MainWindow]


def recover_page(window: MainWindow) -> RecoverPage:
    """The page of learning, in front."""
    window.go_to(Place.RECOVER)
    page = window.page(Place.RECOVER)
    assert isinstance(page, RecoverPage)
    return page


def export_page(window: MainWindow) -> ExportPage:
    page = window.page(Place.EXPORT)
    assert isinstance(page, ExportPage)
    return page


def generate_page(window: MainWindow) -> GeneratePage:
    page = window.page(Place.GENERATE)
    assert isinstance(page, GeneratePage)
    return page


def test_from_start_to_an_exported_size_in_a_few_clicks(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window()
    studio = window.studio
    assert window.place is Place.MODEL
    first = window.current_page()
    assert isinstance(first, ModelPage)
    qtbot.mouseClick(first.primary, Qt.MouseButton.LeftButton)
    page = window.current_page()
    assert isinstance(page, RecoverPage)
    assert not page.primary.isEnabled()
    assert page.pause_button.isVisible()
    qtbot.waitUntil(lambda: not studio.run.is_active, timeout=60_000)
    assert page.result_card.isVisible()
    assert page.primary.text() == "Compare the sizes"
    qtbot.mouseClick(page.primary, Qt.MouseButton.LeftButton)
    generate = generate_page(window)
    assert window.current_page() is generate
    qtbot.waitUntil(lambda: generate.view.seen.picture is not None, timeout=20_000)
    qtbot.waitUntil(lambda: studio.generation.is_painted(studio.generation.tier), timeout=20_000)
    qtbot.keyClick(generate.slider, Qt.Key.Key_End)
    qtbot.mouseClick(generate.export_button, Qt.MouseButton.LeftButton)
    export = export_page(window)
    studio.settings.change(export_folder=str(tmp_path))
    qtbot.mouseClick(export.primary, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not studio.export.is_active, timeout=20_000)
    assert (tmp_path / "pocket-tier-5" / "model_index.json").is_file()
    assert export.export_card.open_button.isVisible()


def test_slider_changes_the_numbers_at_once(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    window = make_window(folder=finished_project)
    page = generate_page(window)
    assert window.current_page() is page
    page.slider.setValue(0)
    for tier, size in ((5, "5.7"), (1, "10.3"), (0, "11.4")):
        began = time.thread_time()
        page.slider.setValue(tier)
        assert time.thread_time() - began < 0.05
        assert page.numbers.size_number.text.startswith(size)
    assert "counted" in page.numbers.size_number.accessibleDescription()
    for number in (
        page.numbers.speed_number,
        page.numbers.likeness_number,
        page.numbers.score_number,
    ):
        assert "measured" in number.accessibleDescription()


def test_painted_size_flips_at_once_on_screen(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    window = make_window(folder=finished_project)
    page, generation = generate_page(window), window.studio.generation
    qtbot.waitUntil(lambda: all(map(generation.is_painted, range(6))), timeout=20_000)
    flips = []
    for tier in (0, 5, 2, 4, 1, 3):
        began = time.thread_time()
        page.slider.setValue(tier)
        page.view.repaint()
        flips.append(time.thread_time() - began)
        assert page.view.seen.picture is generation.pane(tier).picture
    assert sorted(flips)[len(flips) // 2] < 0.05


def test_space_shows_the_original_in_place(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    window = make_window(folder=finished_project)
    page, generation = generate_page(window), window.studio.generation
    qtbot.waitUntil(lambda: generation.is_painted(generation.tier), timeout=20_000)
    original, mine = (shot.picture for shot in page.view.shots)
    assert mine is not original
    page.slider.setFocus()
    qtbot.keyPress(page.slider, Qt.Key.Key_Space)
    assert page.view.seen.picture is original
    qtbot.keyRelease(page.slider, Qt.Key.Key_Space)
    assert page.view.seen.picture is mine


def test_pause_answers_within_a_tenth_of_a_second(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window("held:0.005")
    page, run = recover_page(window), window.studio.run
    page.primary.click()
    page.pause_button.click()  # the second half of a double click: ignored
    assert run.phase == "running"
    let_past(window.studio.project.folder, "probe")
    qtbot.waitUntil(lambda: bool(run.metrics.groups), timeout=15_000)
    began = own_time_s()
    page.pause_button.click()
    assert page.pause_button.text() == "Pausing…"
    assert own_time_s() - began < 0.1
    qtbot.waitUntil(lambda: not run.is_active, timeout=10_000)
    assert page.primary.text() == "Continue"
    assert "kept" in page.summary.text()
    assert not page.failure_card.isVisible()


def test_killed_engine_becomes_a_card_and_goes_on(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window("held:0.001")
    page, run = recover_page(window), window.studio.run
    page.primary.click()
    let_past(window.studio.project.folder, "probe")
    qtbot.waitUntil(lambda: bool(run.metrics.groups), timeout=15_000)
    os.kill(run._process.process_id, signal.SIGKILL)
    began = own_time_s()
    qtbot.waitUntil(lambda: page.failure_card.isVisible(), timeout=15_000)
    assert own_time_s() - began < 10.0  # a busy test machine; a few ms on a quiet one
    assert run.metrics.groups
    assert "Nothing is lost" in page.failure_card.words
    let_past(window.studio.project.folder)
    page.failure_card.buttons[0].click()
    assert not page.failure_card.isVisible()
    qtbot.waitUntil(lambda: not run.is_active, timeout=30_000)
    assert page.primary.text() == "Compare the sizes"


def test_failed_export_says_why_and_can_be_tried_again(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path, tmp_path: Path
) -> None:
    window = make_window("disk_full:0.001", folder=finished_project)
    export = window.studio.export
    window.studio.settings.change(export_folder=str(tmp_path))
    window.menus.export.model.trigger()
    page = export_page(window)
    page.primary.click()
    qtbot.waitUntil(lambda: export.failure is not None, timeout=15_000)
    card = page.export_card
    assert card.failure_card.isVisible()
    assert "The disk is full." in card.failure_card.words
    again = next(b for b in card.failure_card.buttons if b.text() == "Try again")
    again.click()
    assert export.is_active
    qtbot.waitUntil(lambda: not export.is_active, timeout=15_000)


def test_comparison_sheet_is_saved_where_asked(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path, tmp_path: Path
) -> None:
    window = make_window(folder=finished_project)
    window.dialogs.answer = tmp_path / "sheet.png"
    window.menus.export.sheet.trigger()
    assert (tmp_path / "sheet.png").read_bytes() == (
        finished_project / "comparison.png"
    ).read_bytes()
    window.dialogs.answer = tmp_path / "none" / "sheet.png"
    window.menus.export.sheet.trigger()
    assert window.dialogs.problems


def test_project_is_opened_from_the_menu(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path, tmp_path: Path
) -> None:
    window = make_window()
    assert not window.menus.export.model.isEnabled()
    window.dialogs.answer = tmp_path
    window.menus.open.trigger()
    assert "no project" in window.dialogs.problems[0]
    window.dialogs.answer = finished_project
    window.menus.open.trigger()
    assert window.current_page() is generate_page(window)
    assert window.menus.export.model.isEnabled()
    window.menus.recent.aboutToShow.emit()
    projects = [a for a in window.menus.recent.actions() if a.text().endswith("Finished.ppcl")]
    assert len(projects) == 1


def test_other_project_is_painted_by_an_engine_of_its_own(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path, tmp_path: Path
) -> None:
    other = tmp_path / "Other.ppcl"
    shutil.copytree(finished_project, other)  # before somebody writes into it
    window = make_window(folder=finished_project)
    generation = window.studio.generation
    qtbot.waitUntil(lambda: generation.is_painted(0), timeout=15_000)
    first = generation._process.process_id
    table = other / "tiers.json"
    table.write_text(table.read_text().replace('"Tier 1"', '"Other 1"'))
    window.open_folder(other)
    assert not generation.is_painted(0)
    qtbot.waitUntil(lambda: generation.is_painted(0), timeout=15_000)
    assert generation._process.process_id != first


def test_empty_compare_page_says_what_it_waits_for(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    window.go_to(Place.GENERATE)
    page = generate_page(window)
    assert page.go_to_recover.isVisible()
    assert page.try_button.isVisible()
    assert not page.primary.isVisible()
    page.go_to_recover.click()
    assert window.place is Place.RECOVER


def test_closing_during_a_run_stops_it_first(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window("held:0.005")
    run = window.studio.run
    recover_page(window).primary.click()
    let_past(window.studio.project.folder, "probe")
    qtbot.waitUntil(lambda: bool(run.metrics.groups), timeout=15_000)
    window.dialogs.closing = Closing.STAY
    window.close()
    assert window.isVisible()
    assert run.phase == "running"
    window.dialogs.closing = Closing.KEEP
    window.close()
    assert window.isMinimized()
    assert run.phase == "running"
    window.showNormal()
    window.dialogs.closing = Closing.PAUSE
    window.close()
    assert window.isVisible()  # until the engine has saved
    qtbot.waitUntil(lambda: not window.isVisible(), timeout=10_000)
    assert run.outcome is not None
    assert run.outcome.kind == "stopped"


def test_run_frees_the_painting_engine_and_gives_it_back(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    window = make_window("held:0.002", folder=finished_project)
    studio = window.studio
    qtbot.waitUntil(lambda: studio.generation.is_painted(0), timeout=15_000)
    window.menus.shrink.trigger()
    qtbot.waitUntil(lambda: studio.generation.state == "off", timeout=5_000)
    window.go_to(Place.GENERATE)
    page = generate_page(window)
    assert not page.primary.isEnabled()
    assert "learning has ended" in page.summary.text()
    studio.run.stop()
    qtbot.waitUntil(lambda: not studio.run.is_active, timeout=10_000)
    qtbot.waitUntil(lambda: studio.generation.state == "ready", timeout=10_000)
    assert page.primary.isEnabled()


def test_everything_can_be_reached_with_the_keyboard(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    window = make_window(folder=finished_project)
    window.activateWindow()
    page = generate_page(window)
    wanted = {page.slider, page.primary, page.view, page.export_button, window.rail}
    seen = set()
    page.slider.setFocus()
    for _ in range(30):
        seen.add(QApplication.focusWidget())
        QApplication.focusWidget().focusNextChild()  # type: ignore[union-attr]
    assert wanted <= seen


def test_no_two_menu_entries_share_a_key(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    keys = [
        key.toString()
        for action in window.menus.findChildren(QAction)
        for key in action.shortcuts()
    ]
    assert len(keys) == len(set(keys)) >= 18


@pytest.mark.parametrize("look", ["light", "dark"])
def test_all_pages_are_drawn_in_both_looks(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path, look: str
) -> None:
    window = make_window(folder=finished_project)
    window.studio.appearance.choose(look)
    for place in Place:
        window.go_to(place)
        picture = window.grab().toImage()
        corner = picture.pixelColor(picture.width() - 6, 60)
        assert (corner.lightness() < 128) is (look == "dark")
    window.studio.appearance.choose("light")


def test_ctrl_enter_in_the_prompt_paints_it(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    window = make_window(folder=finished_project)
    window.activateWindow()
    page, generation = generate_page(window), window.studio.generation
    page.prompt.set_prompt("a green star")
    assert "before your change" in page.summary.text() or not page.summary.text()
    editor = page.prompt._prompt
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert generation.prompt == "a green star"
    assert editor.toPlainText() == "a green star"
    page.prompt.set_prompt("")
    assert not page.primary.isEnabled()
    assert "first" in page.summary.text()


def test_enter_presses_the_focused_button(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    window.activateWindow()
    page = recover_page(window)
    page.primary.setFocus()
    qtbot.keyClick(page.primary, Qt.Key.Key_Return)
    assert window.studio.run.is_active


def test_learning_again_asks_how_thorough(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    window = make_window(folder=finished_project)
    page = recover_page(window)
    assert not page.setup.isVisible()
    page.again_button.click()
    assert page.setup.isVisible()
    page.setup.best.radio.click()
    assert window.studio.settings.preferences.effort == "best"
    page.again_button.click()
    page.primary.click()
    assert "best" in window.studio.run.args


def test_mistake_in_the_window_is_told_and_not_deadly(
    qtbot: QtBot, make_window: MakeWindow, capsys: pytest.CaptureFixture[str]
) -> None:
    window = make_window()
    hook = _make_excepthook(window)
    for _ in range(2):
        hook(ValueError, ValueError("of ours"), None)
    assert "ValueError: of ours" in window.status.text
    assert "Your work is safe" in window.status.text
    assert capsys.readouterr().err.count("ValueError: of ours") == 2
