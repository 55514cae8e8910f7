"""A run as the window sees it."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine import protocol
from ppcl_app.engine_args import Work, compress_args
from ppcl_app.engine_process import EngineProcess
from ppcl_app.run_model import Phase, RunModel, StageRow, StageState
from ppcl_app.vocabulary import STAGES
from tests.ppcl_app.conftest import let_past
from tests.processes import own_time_s

SAFE = "Nothing is lost."


@pytest.fixture
def make_run(make_process: Callable[..., EngineProcess]) -> Callable[..., RunModel]:
    def make(behaviour: str = "normal:0.001", *, kill_after_ms: int = 600_000) -> RunModel:
        return RunModel(make_process(behaviour, kill_after_ms=kill_after_ms), safe=SAFE)

    return make


def start(run: RunModel, folder: Path) -> None:
    run.start(compress_args(Work(folder)), stages=STAGES)


def test_run_goes_through_all_stages(
    qtbot: QtBot, make_run: Callable[..., RunModel], tmp_path: Path
) -> None:
    run = make_run()
    shares: list[float] = []
    run.progress_changed.connect(lambda: shares.append(run.share))
    with qtbot.waitSignal(run.ended, timeout=20_000):
        start(run, tmp_path / "p")
        assert run.phase is Phase.RUNNING
    assert [row.name for row in run.stages] == list(STAGES)
    assert {row.state for row in run.stages} == {StageState.DONE}
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert run.failure is None
    assert set(run.metrics.groups) >= {"distill/3-5", "distill/17-18", "finetune"}
    assert run.notices == ["Scores are of 32 pictures, not of 200."]
    assert set(run.stage_seconds) == set(STAGES)


def test_time_left_stays_until_it_is_told_again(
    qtbot: QtBot, make_run: Callable[..., RunModel], tmp_path: Path
) -> None:
    run = make_run("slow:0.02")
    start(run, tmp_path / "p")
    qtbot.waitUntil(lambda: run.time_left is not None, timeout=10_000)
    first = run.time_left
    time.sleep(0.05)
    assert run.time_left == first
    with qtbot.waitSignal(run.time_left_changed):
        pass
    assert run.time_left != first
    with qtbot.waitSignal(run.ended, timeout=5_000):
        run.stop()
    assert run.time_left is None


def test_stop_answers_at_once_and_keeps_the_curves(
    qtbot: QtBot, make_run: Callable[..., RunModel], tmp_path: Path
) -> None:
    run = make_run("held:0.005")
    let_past(tmp_path / "p", "probe")
    start(run, tmp_path / "p")
    qtbot.waitUntil(lambda: bool(run.metrics.groups), timeout=10_000)
    with qtbot.waitSignal(run.ended, timeout=5_000):
        began = own_time_s()
        run.stop()
        assert own_time_s() - began < 0.1
        assert run.phase is Phase.STOPPING
    assert run.phase is Phase.IDLE
    assert run.failure is None
    assert run.outcome is not None
    assert run.outcome.kind == "stopped"
    assert run.metrics.groups
    assert StageState.STOPPED in {row.state for row in run.stages}


def test_kill_shows_a_failure_and_the_same_run_goes_on(
    qtbot: QtBot, make_run: Callable[..., RunModel], tmp_path: Path
) -> None:
    run = make_run("held:0.001")
    let_past(tmp_path / "p", "probe")
    start(run, tmp_path / "p")
    qtbot.waitUntil(lambda: bool(run.metrics.groups), timeout=10_000)
    with qtbot.waitSignal(run.ended, timeout=2_000):
        os.kill(run._process.process_id, signal.SIGKILL)
    assert run.failure is not None
    assert run.failure.safe == SAFE
    let_past(tmp_path / "p")
    with qtbot.waitSignal(run.ended, timeout=30_000):
        run.continue_run()
        assert run.failure is None
        assert run.metrics.groups  # the chart stays
    assert run.outcome is not None
    assert run.outcome.kind == "done"
    assert {row.state for row in run.stages} == {StageState.DONE}


def test_stopping_that_takes_long_offers_force(
    qtbot: QtBot, make_run: Callable[..., RunModel], tmp_path: Path
) -> None:
    run = make_run("stubborn:0.02", kill_after_ms=600_000)
    run._slow_stop.setInterval(100)
    start(run, tmp_path / "p")
    qtbot.waitUntil(lambda: bool(run.current), timeout=10_000)
    run.stop()
    run.stop()  # a second click too early does nothing
    assert run.is_active
    qtbot.waitUntil(lambda: run.is_stop_slow, timeout=2_000)
    with qtbot.waitSignal(run.ended, timeout=2_000):
        run.stop()
    assert run.failure is None


def test_other_work_begins_with_empty_curves(
    qtbot: QtBot, make_run: Callable[..., RunModel], tmp_path: Path
) -> None:
    run = make_run("disk_full:0")
    for name in ("a", "b"):
        with qtbot.waitSignal(run.ended, timeout=10_000):
            start(run, tmp_path / name)
            assert not run.metrics.groups
    assert run.failure is not None
    assert run.failure.cause == "The disk is full."


def test_stages_of_an_earlier_run_count_as_done(make_run: Callable[..., RunModel]) -> None:
    run = make_run()
    run.stages = [StageRow(name) for name in STAGES]
    run._on_events([(protocol.Stage(name="narrow", index=4, total=8), b"")])
    states = [row.state for row in run.stages]
    assert states == [StageState.DONE] * 4 + [StageState.RUNNING] + [StageState.WAITING] * 3


def test_stage_that_nobody_expected_is_listed(make_run: Callable[..., RunModel]) -> None:
    run = make_run()
    run._on_events([(protocol.Stage(name="calibrate", index=0, total=2), b"")])
    run._on_events([(protocol.Stage(name="polish", index=1, total=2), b"")])
    assert [(row.name, row.state) for row in run.stages] == [
        ("calibrate", StageState.DONE),
        ("polish", StageState.RUNNING),
    ]


def test_share_of_a_stage_is_that_of_all_its_parts_together(
    make_run: Callable[..., RunModel],
) -> None:
    run = make_run()
    run._on_events(
        [
            (protocol.Stage(name="distill", index=3, total=8), b""),
            (protocol.Progress(stage="distill", done=5, total=20, what="distill/8-9"), b""),
            (protocol.Progress(stage="distill", done=15, total=20, what="distill/3-5"), b""),
        ]
    )
    assert run.current is not None
    assert run.current.share == pytest.approx(0.75)
