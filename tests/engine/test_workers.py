"""Work side by side: the same results, the first error, a stop, and memory that stays bounded."""

from __future__ import annotations

import threading

import msgspec
import pytest
import torch

from engine import plugs, protocol
from engine.errors import Cancelled, EngineError
from engine.job import Job
from engine.project import read_json
from engine.reporting import SILENT, Reporter, Tally
from engine.tiers import TierTable
from engine.workers import Workers


@pytest.fixture
def two(job: Job) -> Workers:
    job.project.header = msgspec.structs.replace(job.project.header, threads=2)
    assert len(job.test) > 0
    return Workers(job)


def test_twins_run_at_a_time_and_give_what_the_job_gives(job: Job, two: Workers) -> None:
    """The smallest tier has a text group, whose head hands states on while it runs."""
    tier = read_json(job.project.folder / "tiers.json", TierTable).tiers[-1]
    inputs = [bucket.inputs(slice(0, 8)) for bucket in job.training.buckets] * 8
    alone = [job.shell.velocity(x, job.tier_modules(tier)) for x in inputs]
    together = threading.Barrier(2, timeout=20)

    def work(worker: Job, _report: Reporter, number: int) -> torch.Tensor:
        if number < 2:
            together.wait()
        with torch.no_grad():
            return worker.shell.velocity(inputs[number], worker.tier_modules(tier))

    found = two.each(work, range(len(inputs)), report=SILENT)
    assert all(torch.equal(a, b) for a, b in zip(alone, found, strict=True))


def test_twins_share_weights_and_pools_and_nothing_that_runs(job: Job, two: Workers) -> None:
    one, other = two.jobs
    assert one.pipeline.transformer is not other.pipeline.transformer
    assert one.pipeline.scheduler is not other.pipeline.scheduler
    assert one.test is other.test is job.test
    for part in ("transformer", "vae", "text_encoder"):
        pairs = zip(
            getattr(one.pipeline, part).parameters(),
            getattr(job.pipeline, part).parameters(),
            strict=True,
        )
        assert all(a is b for a, b in pairs)


def test_twin_plugs_are_trained_together(job: Job) -> None:
    made = list(job.plugs("distill").values())
    for plug, twin in zip(made, plugs.twins(made), strict=True):
        assert twin.module is not plug.module
        pairs = zip(twin.module.parameters(), plug.module.parameters(), strict=True)
        assert all(a is b for a, b in pairs)


def test_first_error_ends_the_others(two: Workers) -> None:
    began = threading.Event()

    def work(_worker: Job, report: Reporter, number: int) -> None:
        if number == 1:
            assert began.wait(20)
            raise EngineError("broken", "This one fails.")
        while True:
            report.progress(0, 1)
            began.set()

    with pytest.raises(EngineError, match="This one fails"):
        two.each(work, range(9), report=SILENT)


def test_a_stop_reaches_every_worker(two: Workers) -> None:
    both, asked = threading.Barrier(3, timeout=20), threading.Event()
    threading.Thread(target=lambda: (both.wait(), asked.set())).start()

    def work(_worker: Job, report: Reporter, _number: int) -> None:
        both.wait()
        while True:
            report.progress(0, 1)

    with pytest.raises(Cancelled):
        two.each(work, range(2), report=Reporter(should_stop=asked.is_set))


def test_items_are_drawn_only_when_a_worker_is_free(two: Workers) -> None:
    drawn, ended = [], []

    def items():  # type: ignore[no-untyped-def]
        for number in range(7):
            drawn.append(number)
            assert len(drawn) - len(ended) <= 3
            yield number

    def work(_worker: Job, _report: Reporter, number: int) -> int:
        ended.append(number)
        return number * number

    assert two.each(work, items(), report=SILENT) == [n * n for n in range(7)]


def test_progress_of_parts_adds_up() -> None:
    said: list[tuple[int, int]] = []

    def sink(event: protocol.Event, _payload: bytes) -> None:
        if isinstance(event, protocol.Progress):
            said.append((event.done, event.total))

    report, tally = Reporter(sink), Tally(30)
    first, second = report.part(tally, "a", 10), report.part(tally, "b", 20)
    first.progress(1, 2)
    second.progress(1, 4)
    first.progress(2, 2)
    assert said == [(5, 30), (10, 30), (15, 30)]
