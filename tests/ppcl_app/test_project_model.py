"""The open project."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.errors import EngineError
from ppcl_app.project_model import Progress, ProjectModel


def test_new_started_and_finished_are_told_apart(
    qtbot: QtBot, tmp_path: Path, finished_project: Path
) -> None:
    project = ProjectModel(tmp_path / "none")
    assert project.progress is Progress.NEW
    project.use(finished_project)
    assert project.progress is Progress.FINISHED
    assert project.comparison_sheet is not None
    (finished_project / "tiers.json").unlink()
    project.reload()
    assert project.progress is Progress.STARTED


def test_table_that_is_not_measured_yet_is_no_result(finished_project: Path) -> None:
    table = finished_project / "tiers.json"
    table.write_text(table.read_text().replace('"device": "cpu"', '"device": ""'))
    project = ProjectModel(finished_project)
    project.reload()
    assert project.tiers == ()
    assert project.progress is Progress.STARTED


def test_reload_signals_only_what_changed(qtbot: QtBot, finished_project: Path) -> None:
    project = ProjectModel(finished_project)
    with qtbot.waitSignals([project.tiers_changed, project.plan_changed]):
        project.reload()
    with (
        qtbot.assertNotEmitted(project.tiers_changed),
        qtbot.assertNotEmitted(project.plan_changed),
    ):
        project.reload()


def test_folder_without_project_is_refused(tmp_path: Path) -> None:
    project = ProjectModel(tmp_path / "none")
    with pytest.raises(EngineError, match="no project"):
        project.open(tmp_path)


def test_broken_table_is_no_table(finished_project: Path) -> None:
    (finished_project / "tiers.json").write_text("{")
    project = ProjectModel(finished_project)
    project.reload()
    assert project.tiers == ()
    assert "cannot be read" in project.problem
