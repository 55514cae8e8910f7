"""Pictures without some layers: what is asked of the engine, and what is kept."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine.plan import Span
from ppcl_app.engine_process import EngineProcess
from ppcl_app.project_model import ProjectModel
from ppcl_app.what_if_model import WhatIfModel

MakeProcess = Callable[..., EngineProcess]


@pytest.fixture
def project(chosen_project: Path) -> ProjectModel:
    project = ProjectModel(chosen_project)
    project.reload()
    return project


def painted(model: WhatIfModel) -> list[float | None]:
    pictures = [model.picture(subject) for subject in model.subjects]
    return [picture.haarpsi for picture in pictures if picture is not None]


def test_original_layers_left_out_and_stand_ins_are_painted_in_turn(
    qtbot: QtBot, make_process: MakeProcess, project: ProjectModel
) -> None:
    process = make_process("normal:0.001")
    model = WhatIfModel(process, project)
    assert not process.is_running
    model.want((Span(3, 5),))
    qtbot.waitUntil(lambda: len(painted(model)) == 3, timeout=20_000)
    whole, left_out, stand_in = painted(model)
    assert whole is not None
    assert left_out is not None
    assert stand_in is not None
    assert whole == 1 > stand_in > left_out


def test_dragging_asks_for_the_last_position_only(
    qtbot: QtBot, make_process: MakeProcess, project: ProjectModel
) -> None:
    process = make_process("normal:0.001")
    model = WhatIfModel(process, project)
    model._rest.setInterval(3_000)  # a busy machine may hold the drag up
    for last in (5, 6, 7):
        model.want((Span(3, last),))
        qtbot.wait(30)
    model._rest.setInterval(100)
    qtbot.waitUntil(lambda: len(painted(model)) == 3, timeout=20_000)
    assert {s.spans for s in model._painted if s.spans} == {(Span(3, 7),)}
    model.want((Span(3, 5),))
    qtbot.waitUntil(lambda: len(painted(model)) == 3, timeout=20_000)
    sent = model._number
    model.want((Span(3, 7),))  # it is kept
    assert len(painted(model)) == 3
    qtbot.wait(500)
    assert model._number == sent


def test_stopped_engine_is_started_again_when_it_is_needed(
    qtbot: QtBot, make_process: MakeProcess, project: ProjectModel
) -> None:
    process = make_process("normal:0.02")
    model = WhatIfModel(process, project)
    model.want((Span(3, 5),))
    qtbot.waitUntil(lambda: len(painted(model)) >= 1, timeout=20_000)
    model.stop()
    qtbot.waitUntil(lambda: not process.is_running, timeout=20_000)
    assert model.failure is None
    model.want((Span(3, 5),))
    qtbot.waitUntil(lambda: len(painted(model)) == 3, timeout=20_000)


def test_crash_is_told_once_and_tried_again_only_when_asked(
    qtbot: QtBot, make_process: MakeProcess, project: ProjectModel
) -> None:
    model = WhatIfModel(make_process("kill"), project)
    model.safe = "Safe."
    model.want((Span(3, 5),))
    qtbot.waitUntil(lambda: model.failure is not None, timeout=20_000)
    assert model.failure is not None
    assert model.failure.safe == "Safe."
    model.want((Span(3, 6),))
    qtbot.wait(500)
    assert not model._process.is_running
    model.try_again()
    assert model.failure is None
    assert model._process.is_running


def test_other_findings_make_the_pictures_untrue(
    qtbot: QtBot, make_process: MakeProcess, project: ProjectModel
) -> None:
    model = WhatIfModel(make_process("normal:0.001"), project)
    model.want((Span(3, 5),))
    qtbot.waitUntil(lambda: len(painted(model)) == 3, timeout=20_000)
    project.findings_changed.emit()
    assert model.spans == ()
    assert painted(model) == []
