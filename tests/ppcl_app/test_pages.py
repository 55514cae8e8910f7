"""The pages before and after learning, on a pretending engine."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QFocusEvent, QGuiApplication, QUndoStack
from PySide6.QtWidgets import QApplication, QComboBox
from pytestqt.qtbot import QtBot

from engine.plan import Span
from engine.protocol import KnownModel
from ppcl_app import places
from ppcl_app.base_model import BUILT_IN, folder_of
from ppcl_app.dialogs import Closing
from ppcl_app.hub_model import HubModel
from ppcl_app.main_window import MainWindow
from ppcl_app.pages.export_page import ExportPage
from ppcl_app.pages.find_page import FindPage
from ppcl_app.pages.jobs_page import JobsPage
from ppcl_app.pages.model_page import ModelPage
from ppcl_app.pages.recover_page import RecoverPage
from ppcl_app.pages.shrink_page import ShrinkPage
from ppcl_app.places import Place
from ppcl_app.widgets.field import Field
from tests.ppcl_app.conftest import let_past

MakeWindow = Callable[..., MainWindow]


def at(window: MainWindow, place: Place) -> object:
    window.go_to(place)
    return window.current_page()


def find_page(window: MainWindow) -> FindPage:
    page = at(window, Place.FIND)
    assert isinstance(page, FindPage)
    return page


def test_bars_come_while_looking_and_end_in_a_suggestion(
    qtbot: QtBot, make_window: MakeWindow
) -> None:
    window = make_window("held:0.005")
    page = find_page(window)
    assert page.try_button.isVisible()
    page.primary.click()
    qtbot.waitUntil(
        lambda: 3 < len(dict(page._bars()).get("picture part", ())) < 24, timeout=40_000
    )
    assert not page.primary.isEnabled()
    let_past(window.studio.project.folder)
    qtbot.waitUntil(lambda: not window.studio.run.is_active, timeout=40_000)
    assert window.studio.run.failure is None
    assert len(page._bars()[0][1]) == 24
    assert page.primary.text() == "Go on to Shrink"
    assert page.choice.layers_number.text == "18 of 24"
    assert page.choice.size_number.text.startswith("6.1")
    page.primary.click()
    assert window.place is Place.SHRINK


def test_layers_are_chosen_with_the_keys_and_the_choice_is_used(
    qtbot: QtBot, make_window: MakeWindow, chosen_project: Path
) -> None:
    window = make_window(folder=chosen_project)
    page, draft = find_page(window), window.studio.draft
    page.bars.setFocus()
    for _ in range(3):
        qtbot.keyClick(page.bars, Qt.Key.Key_Right)
    assert draft.selected == 0
    qtbot.keyClick(page.bars, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    qtbot.keyClick(page.bars, Qt.Key.Key_Left, Qt.KeyboardModifier.ControlModifier)
    assert draft.spans[0] == Span(2, 6)
    assert "merged: layers 2 to 6" in page.bars.accessibleDescription()
    assert "estimated" in page.choice.error_number.accessibleDescription()
    window.menus.undo.trigger()
    assert draft.spans[0] == Span(3, 6)
    window.menus.redo.trigger()
    qtbot.keyClick(page.bars, Qt.Key.Key_Delete)
    assert len(draft.spans) == 3
    assert page.primary.text() == "Use my choice"
    wanted = draft.spans
    page.primary.click()
    assert not page.choice.add_button.isEnabled()
    qtbot.waitUntil(lambda: not window.studio.run.is_active, timeout=15_000)
    plan = window.studio.project.plan
    assert plan is not None
    assert plan.spans == wanted
    assert page.primary.text() == "Go on to Shrink"
    assert page.choice.suggest_button.isVisible()
    page.choice.suggest_button.click()
    qtbot.waitUntil(lambda: not window.studio.run.is_active, timeout=15_000)
    assert len(window.studio.draft.spans) == 4


def test_edge_is_dragged_and_undone_as_one(
    qtbot: QtBot, make_window: MakeWindow, chosen_project: Path
) -> None:
    window = make_window(folder=chosen_project)
    page, draft = find_page(window), window.studio.draft
    bars, before = page.bars, draft.spans
    y = bars.height() // 2
    start = QPoint(round(bars.x_of(6)), y)  # the end of run 3 to 5
    assert bars.edge_at(start.x()) == (0, "last")
    qtbot.mousePress(bars, Qt.MouseButton.LeftButton, pos=start)
    for border in (7, 8):
        qtbot.mouseMove(bars, QPoint(round(bars.x_of(border)), y))
    qtbot.mouseRelease(bars, Qt.MouseButton.LeftButton)
    assert draft.spans[0] == Span(3, 7)
    stack: QUndoStack = draft.stack
    assert stack.count() == 1
    window.menus.undo.trigger()
    assert draft.spans == before


def test_table_and_heat_map_say_the_same_in_words(
    qtbot: QtBot, make_window: MakeWindow, chosen_project: Path
) -> None:
    window = make_window(folder=chosen_project)
    page = find_page(window)
    page.table_button.click()
    assert page.table.isVisible()
    assert page.table.rowCount() == 24
    assert page.table.cell_text(4, 2) == "3\N{EN DASH}5"
    page.heat.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.keyClick(page.heat, Qt.Key.Key_Right)
    alike = page.heat.accessibleDescription()
    assert alike.startswith("Layers 0 and 1:")
    page.text_button.click()
    qtbot.keyClick(page.heat, Qt.Key.Key_Right)
    assert page.heat.accessibleDescription() != alike


def test_before_layers_are_chosen_nobody_knows_what_will_be_stored(make_window: MakeWindow) -> None:
    page = at(make_window(), Place.SHRINK)
    assert "min" in page.summary.text()
    assert "on disk" not in page.summary.text()


def test_sizes_are_predicted_then_measured(
    qtbot: QtBot, make_window: MakeWindow, chosen_project: Path
) -> None:
    window = make_window(folder=chosen_project)
    page = at(window, Place.SHRINK)
    assert isinstance(page, ShrinkPage)
    assert page.table.rowCount() == 5
    assert "about" in page.table.cell_text(4, 4)
    assert not page.narrow.isEnabled()
    assert "Quick" in page.narrow.toolTip()
    assert page.table.cell_text(1, 0) == "Tier 1 · light"
    assert page.table.cell_text(1, 3).endswith("MB")
    assert float(page.table.cell_text(1, 5)) > 0
    assert page.table.cell_text(1, 6) == "everywhere"
    assert "min" in page.summary.text()
    assert "on disk" in page.summary.text()
    page.effort.radios["normal"].click()
    assert page.table.cell_text(5, 6) == "with our loader"
    assert page.narrow.isEnabled()
    page.narrow.click()
    assert window.studio.settings.preferences.is_narrowed is False
    page.primary.click()
    assert window.place is Place.RECOVER
    assert "narrow.num_ffn=0" in window.studio.run.args
    qtbot.waitUntil(lambda: not window.studio.run.is_active, timeout=40_000)
    assert page.table.rowCount() == 6
    assert "about" not in page.table.cell_text(4, 4)


def test_other_choice_makes_the_sizes_stale(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    window = make_window(folder=finished_project)
    studio = window.studio
    assert studio.project.progress == "finished"
    studio.draft.remove(0)
    studio.apply_plan(studio.draft.spans)
    qtbot.waitUntil(lambda: not studio.run.is_active, timeout=15_000)
    assert studio.project.is_stale
    assert studio.project.progress == "started"
    page = at(window, Place.RECOVER)
    assert isinstance(page, RecoverPage)
    assert page.primary.isEnabled()
    assert "chosen anew" in page.summary.text()


def test_cancel_throws_away_only_what_is_not_finished(
    qtbot: QtBot, make_window: MakeWindow, chosen_project: Path
) -> None:
    window = make_window("held:0.005", folder=chosen_project)
    page = at(window, Place.RECOVER)
    assert isinstance(page, RecoverPage)
    page.primary.click()
    qtbot.waitUntil(lambda: bool(window.studio.run.metrics.groups), timeout=15_000)
    unfinished = chosen_project / "checkpoints" / "distill-span-3-5.safetensors"
    unfinished.parent.mkdir(exist_ok=True)
    unfinished.write_bytes(_header('{"__metadata__":{"progress":"{\\"step\\": 60}"}}'))
    assert window.studio.project.unfinished is not None
    window.dialogs.discards = False  # type: ignore[attr-defined]
    page.cancel_button.click()
    assert window.studio.run.phase == "running"
    window.dialogs.discards = True  # type: ignore[attr-defined]
    page.cancel_button.click()
    qtbot.waitUntil(lambda: not window.studio.run.is_active, timeout=10_000)
    assert not unfinished.exists()
    assert window.studio.project.is_done("plan")


def test_learning_that_was_cut_off_says_where_it_goes_on(
    qtbot: QtBot, make_window: MakeWindow, chosen_project: Path
) -> None:
    file = chosen_project / "checkpoints" / "distill-span-3-5.safetensors"
    file.parent.mkdir()
    file.write_bytes(_header('{"__metadata__":{"progress":"{\\"step\\": 60}"}}'))
    window = make_window(folder=chosen_project)
    assert window.place is Place.RECOVER
    page = window.current_page()
    assert page.primary.text() == "Continue from step 60"
    assert "step 60" in page.summary.text()
    assert "Layers 3\N{EN DASH}5" in page.summary.text()


def test_curves_of_earlier_runs_are_there_after_a_start(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    window = make_window(folder=finished_project)
    qtbot.waitUntil(lambda: len(window.studio.run.metrics.groups) == 4, timeout=5_000)
    assert window.studio.run.past_seconds["distill"] > 0
    assert window.menus.export.curves.isEnabled()
    page = at(window, Place.RECOVER)
    assert isinstance(page, RecoverPage)
    chart = page.learning.chart
    qtbot.waitUntil(lambda: "difference" in chart.accessibleDescription(), timeout=20_000)


def test_model_of_ones_own_is_shown_then_used(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    model = Path(shutil.copytree(folder_of(BUILT_IN), tmp_path / "Mine"))
    window = make_window()
    window.studio.settings.change(projects_folder=str(tmp_path))
    drop(window, model)
    page = window.current_page()
    assert isinstance(page, ModelPage)
    assert page.chosen.title == "Mine"
    assert page.card.fact("layers") == "24"
    page.primary.click()
    assert window.place is Place.FIND
    assert window.studio.project.source == str(model)
    assert window.studio.project.folder == tmp_path / "Mine.ppcl"
    window.studio.find()
    qtbot.waitUntil(lambda: not window.studio.run.is_active, timeout=20_000)
    header = window.studio.project.header
    assert header is not None
    assert header.model == str(model)
    window.use_model(BUILT_IN)
    assert window.studio.project.folder == tmp_path / "Pocket.ppcl"


def test_broken_model_says_why_and_locks_what_needs_it(
    qtbot: QtBot, make_window: MakeWindow, tmp_path: Path
) -> None:
    window = make_window()
    (tmp_path / "empty").mkdir()
    window.show_model_folder(tmp_path / "empty")
    page = window.current_page()
    assert isinstance(page, ModelPage)
    assert "no image model" in page.card.problem
    assert not page.primary.isEnabled()
    assert page.primary.toolTip() == page.card.problem


def test_dropped_project_is_opened(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    window = make_window()
    drop(window, finished_project)
    assert window.studio.project.folder == finished_project
    assert window.place is Place.GENERATE


def test_export_needs_room(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(folder=finished_project)
    page = at(window, Place.EXPORT)
    assert isinstance(page, ExportPage)
    assert page.primary.isEnabled()
    assert page.everywhere.radio.isChecked()
    assert 1e6 < page.num_bytes() < 1e8
    monkeypatch.setattr("ppcl_app.machine.free_disk", lambda _folder: 1000)
    page.visit()
    assert not page.primary.isEnabled()
    assert "not enough room" in page.primary.toolTip()


def test_jobs_tell_how_they_ended_and_reports_hold_nothing_private(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    run = finished_project / "runs" / "20260201-100000-9-compress"
    shutil.copytree(finished_project / "runs" / "20260131-154501-17-compress", run)
    (run / "exit.json").write_text(
        f'{{"outcome":"failed","message":"No room in {Path.home()}/x for hf_abcdefghijklmnop"}}'
    )
    window = make_window(folder=finished_project)
    page = at(window, Place.JOBS)
    assert isinstance(page, JobsPage)
    assert page.list.count() == 2
    assert "failed" in page.list.item(0).text()
    page.copy_button.click()
    report = QGuiApplication.clipboard().text()
    assert "No room in ~/x" in report
    assert "hf_" not in report
    assert str(Path.home()) not in report
    page.list.setCurrentRow(1)
    assert "done" in page.list.item(1).text()
    assert "Teach the merged layers" in page.log.toPlainText()


def test_jobs_can_be_read_in_a_small_window(
    make_window: MakeWindow, finished_project: Path
) -> None:
    run = finished_project / "runs" / "20260201-100000-9-compress"
    shutil.copytree(finished_project / "runs" / "20260131-154501-17-compress", run)
    long_after = run.stat().st_mtime + 400 * 86_400
    os.utime(run / "events.jsonl", (long_after, long_after))
    window = make_window(folder=finished_project)
    window.resize(1024, 640)
    page = at(window, Place.JOBS)
    assert isinstance(page, JobsPage)
    QApplication.processEvents()
    room = page.list.visualItemRect(page.list.item(0)).width() - page.list.iconSize().width() - 28
    lines = page.list.item(0).text().splitlines()
    assert "h" in lines[1]
    assert all(page.list.fontMetrics().horizontalAdvance(line) <= room for line in lines)
    record = page.log.toPlainText()
    assert "Teach the merged layers" in record
    assert "loss:" not in record
    assert "loss:" in page.report(), "whoever helps wants to know"


@pytest.mark.parametrize("size", [(1024, 640), (1240, 820)])
def test_cards_of_models_are_spaced_evenly(
    qtbot: QtBot, make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    window = make_window()
    known = KnownModel(
        family="qwen-image", repo="Owner/Model", title="Model", layers=60,
        license="a-licence-with-a-long-name", parameters=20_400_000_000, num_bytes=57_700_000_000,
    )  # fmt: skip
    monkeypatch.setattr(HubModel, "models", property(lambda _hub: (known,)))
    window.resize(1240, 820)
    page = at(window, Place.MODEL)
    assert isinstance(page, ModelPage)
    hub = page.hub_card
    page._fill()
    window.resize(*size)

    def is_even() -> bool:
        tile = hub.list.tiles[known.repo]
        right = tile.mapTo(hub, tile.rect().topRight()).x()
        buttons = (
            hub.token_button.mapTo(page, QPoint()),
            page.folders.browse_button.mapTo(page, QPoint()),
        )
        return (
            4 <= hub.look_button.mapTo(hub, QPoint()).y() - hub.list.geometry().bottom() <= 12
            and tile.height() == hub.list.viewport().height()
            and right == hub.look_button.geometry().right()
            and buttons[0].y() == buttons[1].y()
        )

    qtbot.waitUntil(is_even, timeout=5_000)


def test_choices_have_the_edge_of_every_other_field(
    make_window: MakeWindow, finished_project: Path
) -> None:
    page = at(make_window(folder=finished_project), Place.EXPORT)
    assert isinstance(page, ExportPage)
    boxes = page.findChildren(QComboBox)
    assert boxes
    assert all(isinstance(box.parentWidget(), Field) for box in boxes)
    field = page.precision.parentWidget()
    assert field.property("field") == "true"
    QApplication.sendEvent(page.precision, QFocusEvent(QEvent.Type.FocusIn))
    assert field.property("field") == "focus"


def test_entries_that_cannot_be_chosen_say_why(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    window = make_window("slow:0.02")
    menus = window.menus
    for action in (menus.export.model, menus.pause, menus.undo, menus.export.curves):
        assert not action.isEnabled()
        assert action.toolTip()
        assert action.statusTip() == action.toolTip()
    window.start_learning()
    assert menus.pause.isEnabled()
    for action in (menus.open, menus.find, menus.shrink, menus.built_in):
        assert not action.isEnabled()
        assert action.toolTip()
    window.studio.pause()
    qtbot.waitUntil(lambda: not window.studio.run.is_active, timeout=10_000)


def test_every_page_is_explained_and_keys_are_listed(qtbot: QtBot, make_window: MakeWindow) -> None:
    window = make_window()
    for place in Place:
        window.go_to(place)
        window.menus._explain_page()
    told = window.dialogs.told  # type: ignore[attr-defined]
    assert told == [places.help_text(place) for place in Place]
    window.menus._show_keys()
    assert "Ctrl+7" in told[-1]


def test_window_comes_back_to_the_page_that_was_left(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path
) -> None:
    window = make_window(folder=finished_project)
    window.go_to(Place.SHRINK)
    window.dialogs.closing = Closing.PAUSE  # type: ignore[attr-defined]
    window.close()
    assert make_window(folder=finished_project).place is Place.SHRINK


def drop(window: MainWindow, folder: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder))])
    event = QDropEvent(
        QPointF(10, 10), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    window.dropEvent(event)


def _header(text: str) -> bytes:
    return len(text).to_bytes(8, "little") + text.encode()
