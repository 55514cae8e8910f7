"""What people take away: sheets, reports, recipes, pictures, and models that are remembered."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from engine.cli_base import settings_for
from engine.plan import Span
from engine.project import write_json
from engine.settings import EFFORTS
from engine.tiers import TierTable
from ppcl_app.main_window import MainWindow
from ppcl_app.pages.export_page import ExportPage
from ppcl_app.places import Place
from ppcl_app.results.recipe import Recipe, command_of

MakeWindow = Callable[..., MainWindow]


@pytest.fixture
def window(make_window: MakeWindow, finished_project: Path) -> MainWindow:
    return make_window(folder=finished_project)


def export_page(window: MainWindow) -> ExportPage:
    window.go_to(Place.EXPORT)
    page = window.page(Place.EXPORT)
    assert isinstance(page, ExportPage)
    return page


def num_pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def saved(window: MainWindow, action: str, file: Path) -> bytes:
    window.dialogs.answer = file  # type: ignore[attr-defined]
    window.menus.show_state()
    entry = getattr(window.menus.export, action)
    assert entry.isEnabled(), entry.toolTip()
    entry.trigger()
    return file.read_bytes()


def test_sheet_is_saved_as_picture_and_as_document(window: MainWindow, tmp_path: Path) -> None:
    sheet = window.studio.project.comparison_sheet
    assert sheet is not None
    assert saved(window, "sheet", tmp_path / "sheet.png") == sheet.read_bytes()
    pdf = saved(window, "sheet", tmp_path / "sheet.pdf")
    assert pdf.startswith(b"%PDF")
    assert num_pages(pdf) == 1
    assert b"/Image" in pdf


def test_report_has_the_measured_figures_and_its_conditions(
    window: MainWindow, tmp_path: Path
) -> None:
    page = saved(window, "report", tmp_path / "report.html").decode()
    assert "<script" not in page
    assert 'src="data:image/png;base64,' in page
    assert not re.search(r'(src|href)="(?!data:)', page)  # nothing is fetched from anywhere
    table = window.studio.project.table
    assert table is not None
    for tier in table.tiers[1:]:
        assert f"<td>{tier.output_error:.4f}</td>" in page
        assert f"<td>{tier.haarpsi:.3f}</td>" in page
    assert "CPU (threads: 2) with 32 prompts" in page
    assert "3\N{EN DASH}5" in page
    assert "ppcl compress --demo" in page
    assert str(Path.home()) + "/" not in page


def test_report_as_document_is_made_of_pages(window: MainWindow, tmp_path: Path) -> None:
    pdf = saved(window, "report", tmp_path / "report.pdf")
    assert pdf.startswith(b"%PDF")
    assert 1 <= num_pages(pdf) <= 6
    assert b"/Image" in pdf


def test_file_without_an_ending_gets_one(window: MainWindow, tmp_path: Path) -> None:
    window.dialogs.answer = tmp_path / "mine"  # type: ignore[attr-defined]
    window.menus.export.report.trigger()
    assert (tmp_path / "mine.html").is_file()


def test_recipe_holds_the_command_that_makes_the_same(window: MainWindow, tmp_path: Path) -> None:
    recipe = msgspec.json.decode(saved(window, "recipe", tmp_path / "r.json"), type=Recipe)
    project = window.studio.project
    assert recipe.project == project.header
    assert recipe.settings == project.settings
    assert recipe.plan == project.plan
    assert isinstance(recipe.sizes, TierTable)
    words = shlex.split(recipe.command)
    assert words[:4] == ["ppcl", "compress", "--demo", "--out"]
    assert settings_of(words) == project.settings


def test_command_says_every_setting_that_was_changed(window: MainWindow) -> None:
    quick, header = EFFORTS["quick"], window.studio.project.header
    assert header is not None
    changed = msgspec.structs.replace(
        quick,
        plan=msgspec.structs.replace(quick.plan, spans=(Span(3, 5), Span(8, 9)), remove_share=0.5),
        distill=msgspec.structs.replace(quick.distill, loss="direction", learning_rate=2e-4),
    )
    words = shlex.split(command_of(header, changed, out="My model.ppcl"))
    assert "My model.ppcl" in words
    assert settings_of(words) == changed
    assert "--set" not in shlex.split(command_of(header, quick, out="x"))


def settings_of(words: list[str]) -> object:
    """What the engine makes of a command line."""
    effort = words[words.index("--effort") + 1]
    changes = [words[i + 1] for i, word in enumerate(words) if word == "--set"]
    return settings_for(effort, None, changes)


def test_entries_say_why_they_cannot_be_chosen(make_window: MakeWindow) -> None:
    export = make_window().menus.export
    for action in (export.sheet, export.pictures, export.curves, export.recipe, export.report):
        assert not action.isEnabled()
        assert action.toolTip()


def test_pictures_are_written_and_the_page_says_where(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    window.dialogs.answer = tmp_path  # type: ignore[attr-defined]
    window.menus.export.pictures.trigger()
    export, page = window.studio.export, export_page(window)
    assert export.args[0] == "pictures"
    assert window.place is Place.EXPORT
    qtbot.waitUntil(lambda: not export.is_active, timeout=20_000)
    card = page.export_card
    assert card.target.parent == tmp_path
    assert "pictures are in" in card._text.text()
    assert card.open_button.isVisible()


def test_export_is_remembered_with_what_its_check_said(
    qtbot: QtBot, window: MainWindow, make_window: MakeWindow, tmp_path: Path,
    finished_project: Path,
) -> None:  # fmt: skip
    window.studio.settings.change(export_folder=str(tmp_path))
    page = export_page(window)
    assert not page.export_card.isVisible()
    page.precision.setCurrentIndex(2)
    page.precision.activated.emit(2)
    half = page.num_bytes()
    page.primary.click()
    args = window.studio.export.args
    assert args[args.index("--precision") + 1] == "bfloat16"
    qtbot.waitUntil(lambda: not window.studio.export.is_active, timeout=20_000)
    card = page.export_card
    assert "2e-07" in card._check.text()
    card.copy_button.click()
    assert QGuiApplication.clipboard().text() == str(card.target)
    again = export_page(make_window(folder=finished_project))
    assert again.export_card.target == card.target
    assert again.export_card.open_button.isVisible()
    assert again.precision.currentData() == "bfloat16"
    again.precision.setCurrentIndex(1)
    again.precision.activated.emit(1)
    assert again.num_bytes() > half


def test_full_disk_leads_to_another_folder_and_goes_on_there(
    qtbot: QtBot, make_window: MakeWindow, finished_project: Path, tmp_path: Path
) -> None:
    window = make_window("disk_full:0.001", folder=finished_project)
    window.studio.settings.change(export_folder=str(tmp_path))
    page, export = export_page(window), window.studio.export
    page.primary.click()
    qtbot.waitUntil(lambda: export.failure is not None, timeout=15_000)
    first = page.export_card.failure_card.buttons[0]
    assert first.text() == "Choose another folder…"
    other = tmp_path / "other disk"
    other.mkdir()
    window.dialogs.answer = other  # type: ignore[attr-defined]
    first.click()
    assert export.is_active
    assert page.export_card.target.parent == other
    qtbot.waitUntil(lambda: not export.is_active, timeout=15_000)


def test_target_follows_the_size_and_the_model(
    make_window: MakeWindow, finished_project: Path
) -> None:
    table = msgspec.json.decode((finished_project / "tiers.json").read_bytes(), type=TierTable)
    narrow = msgspec.structs.replace(table.tiers[-1], plugs=("span-3-5", "ffn-7"))
    tiers = (*table.tiers[:-1], narrow)
    write_json(finished_project / "tiers.json", msgspec.structs.replace(table, tiers=tiers))
    window = make_window(folder=finished_project)
    page, generation = export_page(window), window.studio.generation
    generation.set_tier(1)
    assert page.everywhere.radio.isChecked()
    assert not page.smallest.isEnabled()
    assert "built-in" in page.comfyui.radio.accessibleDescription()
    assert "folder models" in page.comfyui.toolTip(), "what it would be"
    generation.set_tier(len(tiers) - 1)
    assert page.smallest.radio.isChecked()
    assert not page.everywhere.isEnabled()
    assert "without narrowed layers" in page.everywhere.radio.accessibleDescription()
    assert page.target == "diffusers"


def test_sheet_of_the_test_is_a_picture(finished_project: Path) -> None:
    assert not QImage(str(finished_project / "comparison.png")).isNull()
