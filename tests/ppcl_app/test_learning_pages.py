"""Pictures without layers on the page Find; samples, chart and table on the page Recover."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from pytestqt.qtbot import QtBot

from ppcl_app.main_window import MainWindow
from ppcl_app.pages.find_page import FindPage
from ppcl_app.pages.recover_page import RecoverPage
from ppcl_app.places import Place
from tests.ppcl_app.conftest import ScriptedDialogs, let_past

MakeWindow = Callable[..., MainWindow]


def find_page(window: MainWindow) -> FindPage:
    window.go_to(Place.FIND)
    page = window.current_page()
    assert isinstance(page, FindPage)
    return page


def recover_page(window: MainWindow) -> RecoverPage:
    window.go_to(Place.RECOVER)
    page = window.current_page()
    assert isinstance(page, RecoverPage)
    return page


def test_time_left_is_the_same_on_the_page_and_at_the_foot_of_the_window(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window("slow:0.02")
    page, run = recover_page(window), window.studio.run
    page.primary.click()
    qtbot.waitUntil(lambda: run.time_left is not None, timeout=20_000)
    with qtbot.waitSignals([run.time_left_changed] * 2):
        pass
    assert "left" in page.summary.text()
    assert page.summary.text() == window.status._left.text()
    page.summary.setText("")
    window.status._left.setText("")
    with qtbot.waitSignal(run.time_left_changed):
        pass
    assert page.summary.text() == window.status._left.text() != ""


def test_chosen_run_is_seen_left_out_beside_the_original(
    qtbot: QtBot, make_window: MakeWindow, chosen_project: Path
) -> None:
    window = make_window(folder=chosen_project)
    page = find_page(window)
    card = page.what_if
    assert "Click" in card._hint.text()
    page.bars.setFocus()
    for _ in range(3):
        qtbot.keyClick(page.bars, Qt.Key.Key_Right)
    qtbot.waitUntil(lambda: bool(card.strip.thumbs) and not dim(card.strip), timeout=20_000)
    titles = [thumb.title for thumb in card.strip.thumbs]
    assert titles == ["Original", "left out", "with stand-ins"]
    assert "alike" in card.strip.thumbs[1].note
    assert "seed 42" in card.strip.thumbs[1].tip
    before = card.strip.thumbs[0].tip
    card.all_button.click()
    qtbot.keyClick(page.bars, Qt.Key.Key_Home)
    assert window.studio.what_if.spans == window.studio.draft.spans
    card.another_button.click()
    qtbot.waitUntil(lambda: not dim(card.strip), timeout=20_000)
    assert card.strip.thumbs[0].tip == before, "there is only one example without prompts"


def dim(strip: object) -> bool:
    return any(thumb.is_dimmed for thumb in strip.thumbs)  # type: ignore[attr-defined]


def test_engine_of_the_pictures_makes_room_for_others(
    qtbot: QtBot, make_window: MakeWindow, chosen_project: Path
) -> None:
    window = make_window("slow:0.02", folder=chosen_project)
    page, process = find_page(window), window.studio.what_if._process
    window.studio.draft.select(0)
    qtbot.waitUntil(lambda: process.is_running, timeout=10_000)
    window.go_to(Place.SHRINK)
    qtbot.waitUntil(lambda: not process.is_running, timeout=10_000)
    window.go_to(Place.FIND)
    qtbot.waitUntil(lambda: process.is_running, timeout=10_000)
    window.studio.shrink()
    qtbot.waitUntil(lambda: not process.is_running, timeout=10_000)
    assert "running work" in page.what_if._hint.text()
    assert not page.what_if.all_button.isEnabled()


def test_suggestion_says_how_clear_it_is(make_window: MakeWindow, chosen_project: Path) -> None:
    page = find_page(make_window(folder=chosen_project))
    assert "run elsewhere" in page.choice._words()
    assert "%" in page.choice._words()


def test_samples_are_shown_over_time(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window("held:0.002")
    page = recover_page(window)
    assert not page.samples.isVisible()
    window.studio.shrink()
    let_past(window.studio.project.folder, "probe", "distill", "end")
    qtbot.waitUntil(lambda: len(page.samples.strip.thumbs) > 1, timeout=40_000)
    assert page.samples.isVisible()
    assert [thumb.title for thumb in page.samples.strip.thumbs] == ["Original", "before"]
    let_past(window.studio.project.folder)
    qtbot.waitUntil(lambda: not window.studio.run.is_active, timeout=40_000)
    thumbs = page.samples.strip.thumbs
    assert [thumb.title for thumb in thumbs] == ["Original", "before", "after"]
    assert thumbs[2].note == "step 60"
    assert "a held-out prompt" in thumbs[2].tip


@pytest.fixture
def drawn(qtbot: QtBot, make_window: MakeWindow, finished_project: Path) -> MainWindow:
    window = make_window(folder=finished_project)
    page = recover_page(window)
    window.studio.load_history()
    qtbot.waitUntil(lambda: page.learning.chart._plot is not None, timeout=60_000)
    return window


def test_curves_are_a_table_too(drawn: MainWindow) -> None:
    learning = recover_page(drawn).learning
    learning.table_button.click()
    assert learning.table.isVisible()
    assert learning.table.cell_text(0, 0) == "Layers 3\N{EN DASH}5"
    assert learning.table.cell_text(0, 1) == "60"
    assert learning.table.cell_text(0, 2) == "0.237"
    learning.table_button.click()
    assert learning.chart.isVisible()


def test_chart_is_copied_saved_and_drawn_in_other_ways(drawn: MainWindow, tmp_path: Path) -> None:
    chart = recover_page(drawn).learning.chart
    dialogs = drawn.dialogs
    assert isinstance(dialogs, ScriptedDialogs)
    chart.menu.aboutToShow.emit()
    chart.menu.copy_picture.trigger()
    assert QGuiApplication.clipboard().pixmap().width() == chart.width()
    dialogs.answer = tmp_path / "curves.png"
    chart.menu.save_picture.trigger()
    assert (tmp_path / "curves.png").read_bytes().startswith(b"\x89PNG")
    dialogs.answer = tmp_path / "curves.csv"
    chart.menu.save_data.trigger()
    assert (tmp_path / "curves.csv").read_text().startswith("stage,what,curve,step,value\ndistill")


def test_view_is_zoomed_and_reset_and_the_scale_is_named(drawn: MainWindow) -> None:
    chart = recover_page(drawn).learning.chart
    plot = chart._plot
    assert plot is not None
    chart.menu.aboutToShow.emit()
    assert not chart.menu.reset_view.isEnabled()
    whole = plot._seen()
    plot._box.scaleBy(x=0.5)
    plot._box.sigRangeChangedManually.emit([True, False])
    chart._draw_anew()
    assert plot._seen() != whole
    chart.menu.aboutToShow.emit()
    chart.menu.reset_view.trigger()
    assert plot._seen() == pytest.approx(whole)
    assert "log" in plot._labels["left"]
    chart.menu.log_scale.trigger()
    assert plot._labels["left"] == "difference"
    assert plot._box.viewRange()[1][0] == pytest.approx(0)
    chart.menu.raw_values.trigger()
    assert not any(drawn.raw.isVisible() for drawn in plot._groups.values())
    assert all(drawn.smoothed.isVisible() for drawn in plot._groups.values())


def test_stop_and_keep_measures_what_is_there(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window("held:0.005")
    page = recover_page(window)
    assert not page.keep_button.isVisible()
    window.studio.shrink()
    let_past(window.studio.project.folder, "probe", "end")
    qtbot.waitUntil(lambda: is_at(window, "distill"), timeout=40_000)
    assert page.keep_button.isVisible()
    assert not page.keep_button.isEnabled()
    assert "together" in page.keep_button.toolTip()
    let_past(window.studio.project.folder, "distill")
    qtbot.waitUntil(lambda: is_at(window, "finetune"), timeout=40_000)
    groups = window.studio.run.metrics.groups
    qtbot.waitUntil(lambda: "finetune" in groups and page.keep_button.isEnabled(), timeout=20_000)
    page.keep_button.click()
    assert not page.keep_button.isEnabled()
    assert "ends here" in page.summary.text()
    qtbot.waitUntil(lambda: not window.studio.run.is_active, timeout=40_000)
    assert window.studio.project.tiers
    assert not window.studio.project.is_done("finetune")
    assert groups["finetune"].last_step < 60, "it did not learn to the end"


def is_at(window: MainWindow, stage: str) -> bool:
    row = window.studio.run.current
    return row is not None and row.name == stage
