"""Work side by side: the same results, the first error, a stop, and memory that stays bounded."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
import torch

from engine import protocol
from engine.errors import Cancelled, EngineError
from engine.job import Job
from engine.memory import memory_errors
from engine.reporting import SILENT, Reporter, Tally
from engine.workers import Workers, shared
from tests.processes import ends

ROOT = Path(__file__).resolve().parents[2]
linux = pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")


@pytest.fixture(params=[1, pytest.param(2, marks=linux)])
def workers(job: Job, request: pytest.FixtureRequest) -> Workers:
    job.project.header = msgspec.structs.replace(job.project.header, threads=request.param)
    return Workers(job)


@pytest.fixture
def two(job: Job) -> Workers:
    if sys.platform != "linux":
        pytest.skip("processes are forked on Linux alone")
    job.project.header = msgspec.structs.replace(job.project.header, threads=2)
    return Workers(job)


def meet(folder: Path, name: str, other: str) -> None:
    """Wait until `other` has come here too."""
    (folder / name).touch()
    until = time.monotonic() + 300
    while not (folder / other).exists():
        assert time.monotonic() < until, f"{other} never came"
        time.sleep(0.01)


def test_two_items_are_worked_on_at_a_time_in_processes_of_their_own(
    two: Workers, tmp_path: Path
) -> None:
    def work(_report: Reporter, number: int) -> int:
        meet(tmp_path, str(number), str(1 - number))
        return os.getpid()

    first, second = two.each(work, range(2), report=SILENT)
    assert len({first, second, os.getpid()}) == 3


def test_results_come_in_order(workers: Workers) -> None:
    def work(_report: Reporter, number: int) -> int:
        time.sleep(0.02 * (number == 0))
        return number * number

    assert workers.each(work, range(7), report=SILENT) == [n * n for n in range(7)]


def test_items_are_drawn_only_when_a_worker_is_free(workers: Workers, tmp_path: Path) -> None:
    def items() -> Iterator[int]:
        for number in range(7):
            assert number - len(list(tmp_path.glob("*.done"))) <= 2
            yield number

    def work(_report: Reporter, number: int) -> None:
        time.sleep(0.01)
        (tmp_path / f"{number}.done").touch()

    workers.each(work, items(), report=SILENT)
    assert len(list(tmp_path.glob("*.done"))) == 7


def test_what_is_said_comes_to_the_sinks_and_progress_adds_up(workers: Workers) -> None:
    heard: list[protocol.Event] = []

    def work(report: Reporter, number: int) -> None:
        report.progress(1, 2, "half")
        report.metric("loss", number, 0.5)
        report.artifact("plug", f"{number}")
        report.progress(2, 2, "whole")

    workers.each(
        work, [1, 2], report=Reporter(lambda event, _: heard.append(event)), tally=Tally(30),
        size=lambda number: 10 * number,
    )  # fmt: skip
    progress = [e for e in heard if isinstance(e, protocol.Progress)]
    assert all(e.total == 30 for e in progress)
    assert [e.done for e in progress] == sorted(e.done for e in progress)
    assert progress[-1].done == 30
    assert {e.step for e in heard if isinstance(e, protocol.Metric)} == {1, 2}
    assert {e.path for e in heard if isinstance(e, protocol.Artifact)} == {"1", "2"}


def test_a_walk_dealt_out_is_the_walk_of_one(
    job: Job, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.workers._FEW_BATCHES", 1)
    pool, shell = job.training, job.shell
    fronts = pool.push(shell, [], None, batch=7)
    wanted = pool.push(shell, job.blocks[:2], fronts, batch=7)
    given = workers.push(pool, shell, job.blocks[:2], fronts, batch=7)
    for ours, theirs in zip(given, wanted, strict=True):
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(ours[name], theirs[name]) for name in theirs)


def test_a_walk_ends_between_two_batches_when_it_is_asked_to(
    job: Job, workers: Workers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("engine.workers._FEW_BATCHES", 1)
    pool, passed, ours = job.training, tmp_path / "passed", os.getpid()
    passed.touch()

    def slow(*_: object) -> None:
        time.sleep(0.05)
        with passed.open("ab") as file:
            file.write(b".")

    def should_stop() -> bool:  # a signal is heard by this process alone
        return os.getpid() == ours and passed.stat().st_size > 0

    fronts = pool.push(job.shell, [], None, batch=1)
    handle = job.blocks[0].register_forward_hook(slow)
    with pytest.raises(Cancelled):
        workers.push(
            pool, job.shell, job.blocks[:1], fronts, batch=1,
            report=Reporter(should_stop=should_stop),
        )  # fmt: skip
    handle.remove()
    assert 0 < passed.stat().st_size < len(pool) / 2


def test_first_error_ends_the_others(two: Workers, tmp_path: Path) -> None:
    def work(report: Reporter, number: int) -> None:
        meet(tmp_path, str(number), str(1 - number))
        if number == 1:
            raise EngineError("broken", "This one fails.", hint="Do that.")
        try:
            while True:
                report.progress(0, 1)
        except Cancelled:
            (tmp_path / "ended well").touch()
            raise

    with pytest.raises(EngineError, match="This one fails") as caught:
        two.each(work, range(9), report=SILENT)
    assert (caught.value.code, caught.value.hint) == ("broken", "Do that.")
    assert (tmp_path / "ended well").exists()
    assert not (tmp_path / "2").exists()


def test_a_stop_reaches_every_worker_and_waits_for_what_it_keeps(
    two: Workers, tmp_path: Path
) -> None:
    def work(report: Reporter, number: int) -> None:
        try:
            while True:
                meet(tmp_path, str(number), str(1 - number))
                report.progress(0, 1)
        except Cancelled:
            time.sleep(0.2)
            (tmp_path / f"{number} is kept").touch()
            raise

    report = Reporter(should_stop=lambda: {"0", "1"} <= {f.name for f in tmp_path.iterdir()})
    with pytest.raises(Cancelled):
        two.each(work, range(2), report=report)
    assert len(list(tmp_path.glob("* is kept"))) == 2


def test_a_stop_is_noticed_while_workers_are_silent(two: Workers) -> None:
    asked = time.monotonic() + 0.3
    with pytest.raises(Cancelled):
        two.each(
            lambda _report, _number: time.sleep(1),
            range(100),
            report=Reporter(should_stop=lambda: time.monotonic() > asked),
        )


def test_an_error_while_items_are_drawn_ends_the_workers(two: Workers, tmp_path: Path) -> None:
    def items() -> Iterator[int]:
        yield 0
        raise EngineError("broken", "No more.")

    def work(report: Reporter, _number: int) -> None:
        try:
            while True:
                report.progress(0, 1)
        finally:
            (tmp_path / "ended").touch()

    with pytest.raises(EngineError, match="No more"):
        two.each(work, items(), report=SILENT)
    assert (tmp_path / "ended").exists()


def test_a_killed_worker_is_told_as_used_up_memory(two: Workers) -> None:
    def work(_report: Reporter, _number: int) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    with pytest.raises(EngineError, match="ran out of memory"), memory_errors():
        two.each(work, range(2), report=SILENT)


def test_a_worker_that_ends_without_a_word_is_no_result(two: Workers) -> None:
    with pytest.raises(RuntimeError, match="exit code 3"):
        two.each(lambda _report, _number: os._exit(3), range(1), report=SILENT)


def test_a_team_sees_shared_weights_as_they_are_by_then(workers: Workers) -> None:
    weight, answer = shared(torch.ones(3)), shared(torch.zeros(2, 3))

    def work(item: tuple[int, float]) -> float:
        row, factor = item
        answer[row].copy_(weight * factor)
        return factor

    with workers.team(work) as team:
        assert list(team.each([(0, 2.0), (1, 3.0)])) == [2.0, 3.0]
        assert answer.tolist() == [[2.0] * 3, [3.0] * 3]
        weight.mul_(10)
        assert list(team.each([(1, 4.0)])) == [4.0]
    assert answer.tolist() == [[2.0] * 3, [40.0] * 3]


@pytest.mark.parametrize("is_at_work", [False, True])
def test_a_killed_member_of_a_team_is_told_as_used_up_memory(
    two: Workers, is_at_work: bool
) -> None:
    def work(should_die: bool) -> int:
        if should_die:
            os.kill(os.getpid(), signal.SIGKILL)
        return os.getpid()

    with two.team(work) as team:
        first, _ = team.each([False, False])
        if not is_at_work:
            os.kill(first, signal.SIGKILL)
            assert ends(first, within_s=60)
        with pytest.raises(EngineError, match="ran out of memory"), memory_errors():
            list(team.each([is_at_work, False]))


@pytest.mark.parametrize("copy", [True, False])
def test_shared_memory_is_never_the_tensor_itself(copy: bool) -> None:
    """Not on a card either, for which a device without memory stands here."""
    for tensor in (torch.ones(3), torch.ones(0), torch.ones(3, device="meta")):
        place = shared(tensor, copy=copy)
        assert place is not tensor
        assert (place.device, place.shape, place.dtype) == (
            tensor.device,
            (len(tensor),),
            tensor.dtype,
        )
    weight = torch.ones(3)
    shared(weight, copy=copy).mul_(2)
    assert weight.tolist() == [1.0] * 3


def test_an_error_in_a_team_is_raised(workers: Workers) -> None:
    def work(number: int) -> int:
        if number == 1:
            raise EngineError("broken", "This one fails.")
        return number

    with workers.team(work) as team, pytest.raises(EngineError, match="This one fails"):
        list(team.each([0, 1]))


@linux
def test_workers_end_with_the_process_that_started_them(tmp_path: Path) -> None:
    """Killed without warning, it leaves nobody behind who goes on writing."""
    script = tmp_path / "parent.py"
    script.write_text(
        "import os, sys, time\n"
        "from pathlib import Path\n"
        "from engine.workers import _Process\n"
        "def run(wire):\n"
        "    Path(sys.argv[1]).write_text(str(os.getpid()))\n"
        "    time.sleep(600)\n"
        "_Process(run)\n"
        "time.sleep(600)\n"
    )
    note = tmp_path / "pid"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen([sys.executable, str(script), str(note)], env=environment) as parent:
        until = time.monotonic() + 300
        while not (note.exists() and note.read_text()) and time.monotonic() < until:
            time.sleep(0.05)
        worker = int(note.read_text())
        parent.kill()
    assert ends(worker, within_s=10)
