"""The protocol client against engines that behave, and engines that do not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from engine import protocol
from ppcl_app.engine_process import EngineCommand, EngineProcess
from ppcl_app.outcome import Outcome
from tests.processes import ends, is_alive

MakeProcess = Callable[..., EngineProcess]


class Listener:
    """Everything that a process says, in order."""

    def __init__(self, process: EngineProcess) -> None:
        self.batches: list[list[tuple[protocol.AnyEvent, bytes]]] = []
        process.events_received.connect(self.batches.append)

    @property
    def frames(self) -> list[tuple[protocol.AnyEvent, bytes]]:
        return [frame for batch in self.batches for frame in batch]

    def of(self, kind: type[Any]) -> list[Any]:
        return [event for event, _ in self.frames if isinstance(event, kind)]


def run_to_end(qtbot: QtBot, process: EngineProcess, *args: str) -> Outcome:
    with qtbot.waitSignal(process.ended, timeout=20_000) as signal_:
        process.start(*args)
    outcome = signal_.args[0]
    assert isinstance(outcome, Outcome)
    assert not process.is_running
    return outcome


def test_events_come_in_order_and_the_end_comes_last(
    qtbot: QtBot, make_process: MakeProcess, tmp_path: Path
) -> None:
    process = make_process("normal:0.0002")
    listener = Listener(process)
    outcome = run_to_end(qtbot, process, "compress", "--demo", "--out", str(tmp_path / "p"))
    assert outcome.kind == "done"
    assert [stage.index for stage in listener.of(protocol.Stage)] == list(range(8))
    steps = [m.step for m in listener.of(protocol.Metric) if m.series == "distill/3-5/loss"]
    assert steps == list(range(1, 61))
    assert isinstance(listener.frames[-1][0], protocol.Done)


def test_last_words_of_an_engine_are_heard(qtbot: QtBot, make_process: MakeProcess) -> None:
    process = make_process("burst")
    listener = Listener(process)
    assert run_to_end(qtbot, process, "compress").kind == "done"
    assert len(listener.of(protocol.Metric)) == 300


def test_second_run_can_follow_on_the_same_object(qtbot: QtBot, make_process: MakeProcess) -> None:
    process = make_process("silent")
    assert run_to_end(qtbot, process, "compress").is_failure
    assert run_to_end(qtbot, process, "compress").is_failure


@pytest.mark.parametrize(
    ("behaviour", "kind", "words"),
    [
        ("kill", "crashed", "ended from outside"),
        ("segfault", "crashed", "driver or a library"),
        ("disk_full", "failed", "The disk is full."),
        ("bug", "failed", "mistake"),
        ("silent", "failed", "before its work was done"),
        ("other_version", "other_version", "different versions"),
        ("endless_line", "garbled", "cannot read"),
    ],
)
def test_bad_ends_are_told_apart(
    qtbot: QtBot, make_process: MakeProcess, tmp_path: Path, behaviour: str, kind: str, words: str
) -> None:
    process = make_process(f"{behaviour}:0.0002")
    outcome = run_to_end(qtbot, process, "compress", "--out", str(tmp_path / "p"))
    assert outcome.kind == kind
    assert words in outcome.explain(safe="").cause


def test_log_of_a_crash_is_kept_without_secrets(
    qtbot: QtBot, make_process: MakeProcess, tmp_path: Path
) -> None:
    outcome = run_to_end(qtbot, make_process("bug:0"), "compress", "--out", str(tmp_path / "p"))
    details = outcome.explain(safe="").details
    assert "RuntimeError: a mistake of ours" in details
    assert "hf_" not in details


def test_garbage_between_events_goes_to_the_log(
    qtbot: QtBot, make_process: MakeProcess, tmp_path: Path
) -> None:
    process = make_process("garbage:0")
    listener = Listener(process)
    outcome = run_to_end(qtbot, process, "compress", "--out", str(tmp_path / "p"))
    assert outcome.kind == "done"
    assert "3/3" in process.log
    assert len(listener.of(protocol.Metric)) > 300


def test_program_that_is_not_there_is_explained(qtbot: QtBot) -> None:
    process = EngineProcess(EngineCommand(("/nowhere/python", "-m", "engine")))
    with qtbot.waitSignal(process.ended, timeout=5_000) as signal_:
        process.start("compress")
    assert "/nowhere/python" in signal_.args[0].explain(safe="").cause


def test_stop_ends_at_the_next_step(
    qtbot: QtBot, make_process: MakeProcess, tmp_path: Path
) -> None:
    process = make_process("slow:0.05")
    listener = Listener(process)
    process.start("compress", "--out", str(tmp_path / "p"))
    qtbot.waitUntil(lambda: bool(listener.of(protocol.Progress)), timeout=10_000)
    with qtbot.waitSignal(process.ended, timeout=5_000) as signal_:
        process.stop()
    assert signal_.args[0].kind == "stopped"
    assert isinstance(listener.frames[-1][0], protocol.Stopped)


def test_engine_that_ignores_stop_is_killed(
    qtbot: QtBot, make_process: MakeProcess, tmp_path: Path
) -> None:
    process = make_process("stubborn:0.05", kill_after_ms=300)
    listener = Listener(process)
    process.start("compress", "--out", str(tmp_path / "p"))
    qtbot.waitUntil(lambda: bool(listener.batches), timeout=10_000)
    with qtbot.waitSignal(process.ended, timeout=5_000) as signal_:
        process.stop()
    assert signal_.args[0].kind == "stopped"


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_children_of_the_engine_end_with_it(qtbot: QtBot, make_process: MakeProcess) -> None:
    process = make_process("child:0.2")
    listener = Listener(process)
    assert run_to_end(qtbot, process, "compress").kind == "done"
    child = int(listener.of(protocol.Notice)[0].text)
    qtbot.waitUntil(lambda: not is_alive(child), timeout=3_000)


def test_serve_ends_when_its_input_is_closed(
    qtbot: QtBot, make_process: MakeProcess, tmp_path: Path
) -> None:
    process = make_process("stubborn:0.001")
    listener = Listener(process)
    process.start("serve", str(tmp_path))
    qtbot.waitUntil(lambda: bool(listener.of(protocol.Ready)), timeout=10_000)
    with qtbot.waitSignal(process.ended, timeout=1_500):
        process.stop()  # it ignores SIGTERM, so it is the closed input that ends it


@pytest.mark.parametrize("behaviour", ["normal", "split"])
def test_pictures_arrive_whole(
    qtbot: QtBot, make_process: MakeProcess, tmp_path: Path, behaviour: str
) -> None:
    process = make_process(f"{behaviour}:0.001")
    listener = Listener(process)
    process.start("serve", str(tmp_path))
    qtbot.waitUntil(lambda: bool(listener.of(protocol.Ready)), timeout=10_000)
    process.send(protocol.Generate(request=7, prompt="a star", tier=2, seed=5))
    qtbot.waitUntil(lambda: bool(listener.of(protocol.Done)), timeout=15_000)
    pictures = [(e, data) for e, data in listener.frames if isinstance(e, protocol.Picture)]
    assert [event.step for event, _ in pictures] == list(range(1, 9))
    assert all(len(data) == event.bin == 64 * 64 * 3 for event, data in pictures)
    assert pictures[-1][0].final


def test_flood_of_events_leaves_the_window_alive(
    qtbot: QtBot, make_process: MakeProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    slices: list[float] = []
    original = EngineProcess._on_flush

    def timed(self: EngineProcess) -> None:
        began = time.thread_time()  # our own work; the clock would also count a busy test machine
        original(self)
        slices.append(time.thread_time() - began)

    monkeypatch.setattr(EngineProcess, "_on_flush", timed)
    process = make_process("flood")
    listener = Listener(process)
    assert run_to_end(qtbot, process, "compress").kind == "done"
    assert [m.step for m in listener.of(protocol.Metric)] == list(range(1, 20_001))
    assert len(listener.batches) < 400  # coalesced, not one signal an event
    slices.sort()
    assert slices[int(0.95 * len(slices))] < 0.02
    assert slices[-1] < 0.1  # with a garbage collection in it


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_shut_down_leaves_nothing_behind(
    qtbot: QtBot, make_process: MakeProcess, tmp_path: Path
) -> None:
    process = make_process("stubborn:0.05")
    listener = Listener(process)
    process.start("compress", "--out", str(tmp_path / "p"))
    qtbot.waitUntil(lambda: bool(listener.batches), timeout=10_000)
    pid = process.process_id
    process.shut_down()
    assert ends(pid, within_s=3.0)


def test_kill_from_outside_is_noticed_at_once(
    qtbot: QtBot, make_process: MakeProcess, tmp_path: Path
) -> None:
    process = make_process("slow:0.05")
    listener = Listener(process)
    process.start("compress", "--out", str(tmp_path / "p"))
    qtbot.waitUntil(lambda: bool(listener.batches), timeout=10_000)
    with qtbot.waitSignal(process.ended, timeout=2_000) as signal_:
        os.kill(process.process_id, signal.SIGKILL)
    assert signal_.args[0].kind == "crashed"


# A window that starts the real engine and is killed while that still imports its libraries.
WINDOW = """
import os, signal, sys
from PySide6.QtCore import QCoreApplication, QTimer
from ppcl_app.engine_process import EngineCommand, EngineProcess
application = QCoreApplication([])
process = EngineProcess(EngineCommand())
process.start("compress", "--demo", "--out", sys.argv[1], "--events")
process._process.waitForStarted(-1)
def end():
    print(process.process_id, flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
QTimer.singleShot(300, end)
application.exec()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can be asked for this")
def test_engine_that_still_imports_ends_with_its_killed_window(tmp_path: Path) -> None:
    window = subprocess.run(
        [sys.executable, "-c", WINDOW, str(tmp_path / "p.ppcl")], capture_output=True, text=True
    )
    pid = int(window.stdout)
    assert pid > 0
    assert ends(pid, within_s=3.0)
