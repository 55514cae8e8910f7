"""What is remembered."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from ppcl_app.settings import MAX_RECENT, Settings


def test_preferences_survive(qtbot: QtBot, tmp_path: Path) -> None:
    Settings(tmp_path).change(appearance="dark", effort="normal")
    again = Settings(tmp_path).preferences
    assert (again.appearance, again.effort) == ("dark", "normal")


def test_broken_file_means_defaults_and_a_sentence(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "preferences.json").write_text("{")
    settings = Settings(tmp_path)
    assert settings.preferences.appearance == "system"
    assert "cannot be read" in settings.problem


def test_recent_projects_are_few_and_newest_first(qtbot: QtBot, tmp_path: Path) -> None:
    settings = Settings(tmp_path)
    for number in range(MAX_RECENT + 3):
        settings.remember_project(Path(f"/p/{number}"))
    settings.remember_project(Path("/p/5"))
    recent = settings.preferences.recent
    assert len(recent) == MAX_RECENT
    assert recent[0] == "/p/5"
    assert len(set(recent)) == MAX_RECENT


def test_folder_that_cannot_be_written_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = Settings(tmp_path / "file" / "inside")
    said: list[str] = []
    settings.problem_found.connect(said.append)
    settings.change(effort="normal")
    assert said
    assert settings.preferences.effort == "normal"
