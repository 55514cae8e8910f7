"""The sweep: each span on the states that it should be trained on."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import pytest
import torch
from torch import Tensor, nn

from engine import plugs, protocol, sensitivity, sweep, training
from engine.errors import EngineError
from engine.job import Job
from engine.numerics.losses import relative, state_loss
from engine.plan import Span
from engine.plugs import Plug
from engine.pool import Pool
from engine.reporting import SILENT, Reporter
from engine.settings import Distill
from engine.sweep import Border
from engine.teacher.shell import Shell
from engine.workers import Workers

FIRST, SECOND = Span(0, 1), Span(3, 5)


def trained(job: Job, folder: Path, spans: Sequence[Span], **changes: object) -> dict[str, Plug]:
    settings = msgspec.structs.replace(
        job.settings.distill, **{"start": "first", "sequential": False, **changes}
    )
    sweep.train_spans(
        job, spans, settings=settings, start_for=sweep.best_block(settings.start),
        folder=folder, stage="distill", report=SILENT,
    )  # fmt: skip
    files = sorted(folder.glob("*.safetensors"))
    return {p.name: p for p in (plugs.load(f, template=job.blocks[0]) for f in files)}


def borders(job: Job, span: Span) -> tuple[Border, Border]:
    """The teacher's states in front of and behind a span, on validation samples."""
    pool = job.validation
    front = pool.push(job.shell, job.blocks[: span.first], None, batch=64)
    back = pool.push(job.shell, job.blocks[: span.last + 1], None, batch=64)
    return Border(pool, front, front), Border(pool, back, back)


def relative_to_teacher(
    job: Job, student: nn.Module, front: Border, back: Border, *streams: str
) -> float:
    return sweep.Measure(job, "relative", streams).on_all(student, front, back)


@pytest.fixture
def empty(job: Job) -> Path:
    """A plug folder of the project without plugs."""
    folder = job.project.folder / "plugs" / "test"
    folder.mkdir()
    return folder


@pytest.mark.parametrize("sequential", [True, False])
def test_walk_ends_behind_the_last_span(
    job: Job, empty: Path, monkeypatch: pytest.MonkeyPatch, sequential: bool
) -> None:
    """What lies behind it is of no use to any student."""
    walked: list[int] = []

    def push(self: Workers, pool: Pool, shell: Shell, modules: Any, *args: Any, **how: Any) -> Any:
        walked.extend(i for m in modules for i, b in enumerate(job.blocks) if m is b)
        return pool.push(shell, modules, *args, **how)

    monkeypatch.setattr(Workers, "push", push)
    trained(job, empty, [Span(0, 1), Span(2, 3)], sequential=sequential)
    assert set(walked) == {0, 1, 2, 3}


@pytest.mark.parametrize("sequential", [True, False])
def test_students_learn_from_as_many_samples_as_are_asked_for(
    job: Job, empty: Path, monkeypatch: pytest.MonkeyPatch, sequential: bool
) -> None:
    """The error by which training ends stays that of all validation samples."""
    seen: set[int] = set()

    def push(self: Workers, pool: Pool, *args: Any, **how: Any) -> Any:
        seen.add(len(pool))
        return pool.push(*args, **how)

    monkeypatch.setattr(Workers, "push", push)
    trained(job, empty, [Span(0, 1)], sequential=sequential, num_samples=20)
    assert seen == {len(job.training.head(20)), len(job.validation)}
    assert len(job.training.head(20)) < len(job.training)


def test_result_of_a_span_does_not_depend_on_the_other_spans(job: Job, empty: Path) -> None:
    together = trained(job, empty, [FIRST, SECOND])
    alone = trained(job, empty.with_name("alone"), [SECOND])
    assert set(together) == {"span-0-1", "span-3-5"}
    assert plugs.same_weights(together["span-3-5"], alone["span-3-5"])


def test_sequential_result_of_a_span_depends_on_the_spans_before_it(job: Job, empty: Path) -> None:
    together = trained(job, empty, [FIRST, SECOND], sequential=True)
    alone = trained(job, empty.with_name("alone"), [SECOND], sequential=True)
    apart = trained(job, empty.with_name("apart"), [FIRST, SECOND])
    assert not plugs.same_weights(together["span-3-5"], alone["span-3-5"])
    assert plugs.same_weights(together["span-0-1"], apart["span-0-1"])
    assert plugs.same_weights(
        alone["span-3-5"], trained(job, empty.with_name("b"), [SECOND])["span-3-5"]
    )


def test_sequential_sweep_walks_through_all_students_before_a_span(job: Job, empty: Path) -> None:
    """The third of three spans tells: what is in front of it has passed two students."""
    spans, seen = [Span(0, 1), Span(2, 3), Span(4, 5)], {}

    def start(job: Job, span: Span, front: Border, _back: Border) -> nn.Module:
        seen[span] = front.own[0]
        return job.blocks[span.first]

    settings = msgspec.structs.replace(job.settings.distill, sequential=True)
    sweep.train_spans(
        job, spans, settings=settings, start_for=start, folder=empty, stage="distill",
        report=SILENT,
    )  # fmt: skip
    made = [
        plugs.load(empty / f"span-{s.name}.safetensors", template=job.blocks[0]).module
        for s in spans[:2]
    ]
    wanted = job.validation.push(job.shell, made, None, batch=64)[0]
    for stream, states in wanted.items():
        torch.testing.assert_close(seen[spans[2]][stream], states, rtol=1e-5, atol=1e-6)


def test_sequential_plug_is_made_again_when_the_spans_before_it_change(
    job: Job, empty: Path
) -> None:
    trained(job, empty, [FIRST, SECOND], sequential=True)
    reused = trained(job, empty, [SECOND], sequential=True)
    alone = trained(job, empty.with_name("alone"), [SECOND], sequential=True)
    assert plugs.same_weights(reused["span-3-5"], alone["span-3-5"])


def test_student_comes_closer_to_the_teacher_on_held_out_samples(job: Job, empty: Path) -> None:
    front, back = borders(job, FIRST)
    plug = trained(job, empty, [FIRST], steps=30, check_every=10)["span-0-1"]
    before = relative_to_teacher(job, job.blocks[0], front, back, "image", "text")
    after = relative_to_teacher(job, plug.module, front, back, "image", "text")
    assert after < 0.95 * before


def test_gradient_is_of_the_teachers_states_in_front_and_behind(job: Job) -> None:
    """One step's loss, made by hand from plain forwards of the whole teacher."""
    front, back = borders(job, SECOND)
    rows, bucket = torch.tensor([1, 0]), 0
    inputs = job.validation.buckets[bucket].inputs(rows)
    seen: dict[int, dict[str, torch.Tensor]] = {}
    handles = [
        job.blocks[b].register_forward_hook(
            lambda _m, _a, out, b=b: seen.update({b: {"text": out[0], "image": out[1]}})
        )
        for b in (SECOND.first - 1, SECOND.last)
    ]
    with torch.no_grad():
        job.shell.velocity(inputs, job.blocks)
    for handle in handles:
        handle.remove()
    student = job.blocks[2]
    with torch.no_grad():
        given = job.shell.states(inputs, [student], states=seen[SECOND.first - 1])
        measure = sweep.Measure(job, "relative", ["image"])
        loss = measure.loss(student, front, back, bucket, rows)
    torch.testing.assert_close(loss, relative(given["image"], seen[SECOND.last]["image"]))


def test_text_behind_the_last_block_does_not_count(job: Job, empty: Path) -> None:
    heard: list[protocol.Event] = []
    front, back = borders(job, SECOND)
    settings = msgspec.structs.replace(
        job.settings.distill, start="first", steps=0, loss="relative"
    )
    sweep.train_spans(
        job, [SECOND], settings=settings, start_for=sweep.best_block("first"), folder=empty,
        stage="distill", report=Reporter(lambda e, _: heard.append(e)),
    )  # fmt: skip
    first = next(e.value for e in heard if isinstance(e, protocol.Metric))
    student = job.blocks[SECOND.first]
    assert first == pytest.approx(relative_to_teacher(job, student, front, back, "image"))
    with_text = relative_to_teacher(job, student, front, back, "image", "text")
    assert first != pytest.approx(with_text, rel=1e-3)


def test_error_is_the_mean_over_samples_and_the_sum_over_streams(job: Job) -> None:
    front, back = borders(job, FIRST)
    parts = []
    for i in range(len(job.validation.buckets)):
        given = job.shell.states(
            job.validation.buckets[i].inputs(slice(None)), [job.blocks[4]], states=front.own[i]
        )
        parts += [
            float(
                (given[s] - back.teacher[i][s])
                .square()
                .sum(-1)
                .div(back.teacher[i][s].square().sum(-1))
                .mean(1)[row]
            )
            for s in ("image", "text")
            for row in range(len(job.validation.buckets[i]))
        ]
    error = relative_to_teacher(job, job.blocks[4], front, back, "image", "text")
    assert error == pytest.approx(sum(parts) / len(job.validation), rel=1e-4)


@pytest.mark.parametrize("kind", ["direction", "output"])
def test_held_out_error_is_in_the_measure_that_is_trained(job: Job, empty: Path, kind: str) -> None:
    """So one axis serves both curves, and the best check is the best by what is wanted."""
    heard: list[protocol.Event] = []
    settings = msgspec.structs.replace(job.settings.distill, start="first", steps=0, loss=kind)
    sweep.train_spans(
        job, [FIRST], settings=settings, start_for=sweep.best_block("first"), folder=empty,
        stage="distill", report=Reporter(lambda e, _: heard.append(e)),
    )  # fmt: skip
    front, back = borders(job, FIRST)
    matrices = sensitivity.matrices(job, [FIRST.last])[FIRST.last]
    wanted = 0.0
    for i, bucket in enumerate(job.validation.buckets):
        given = job.shell.states(
            bucket.inputs(slice(None)), [job.blocks[FIRST.first]], states=front.own[i]
        )
        loss = state_loss(kind, given, back.teacher[i], ("image", "text"), matrices)
        wanted += len(bucket) * float(loss) / len(job.validation)
    first = next(e.value for e in heard if isinstance(e, protocol.Metric))
    assert first == pytest.approx(wanted, rel=1e-4)


def test_a_step_is_learnt_from_its_whole_batch(
    job: Job, empty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shard by shard, loss and gradient are those of all samples together; 7 is an odd number."""
    seen: list[tuple[Tensor, dict[str, Tensor]]] = []

    def look(parameters: dict[str, nn.Parameter], loss_at: Any, *_: Any, **__: Any) -> float:
        seen.append((loss_at(0), {name: p.grad for name, p in parameters.items()}))
        return 0.0

    monkeypatch.setattr(training, "fit", look)
    trained(job, empty, [FIRST], batch=7, loss="relative", sequential=True)
    pool, student = job.training, copy.deepcopy(job.blocks[FIRST.first]).requires_grad_(True)
    front = pool.push(job.shell, job.blocks[: FIRST.first], None, batch=64)
    back = pool.push(job.shell, job.blocks[: FIRST.last + 1], None, batch=64)
    bucket, rows = pool.draw(7, generator=job.generator("distill", FIRST.name, 0))
    loss = sweep.Measure(job, "relative", ("image", "text")).loss(
        student, Border(pool, front, front), Border(pool, back, back), bucket, rows
    )
    wanted = torch.autograd.grad(loss, list(student.parameters()))
    torch.testing.assert_close(seen[0][0], loss.detach())
    for (name, _), slope in zip(student.named_parameters(), wanted, strict=True):
        torch.testing.assert_close(seen[0][1][name], slope, atol=1e-6, rtol=1e-3)


def test_start_is_the_named_block_or_the_one_that_is_closest(job: Job) -> None:
    front, back = borders(job, SECOND)
    errors = [
        relative_to_teacher(job, job.blocks[b], front, back, "image") for b in SECOND.blocks()
    ]
    best = job.blocks[SECOND.first + errors.index(min(errors))]
    starts = {
        kind: sweep.best_block(kind)(job, SECOND, front, back)
        for kind in ("first", "middle", "best")
    }
    assert starts == {"first": job.blocks[3], "middle": job.blocks[4], "best": best}


def test_best_start_finds_the_block_that_does_it_all(job: Job) -> None:
    """Blocks that pass on what they are given leave the whole span to one of them."""
    idle = [copy.deepcopy(b) for b in job.blocks]
    for block in (3, 5):
        for mod in (idle[block].img_mod[1], idle[block].txt_mod[1]):
            nn.init.zeros_(mod.weight)
            nn.init.zeros_(mod.bias)
    before, job.shell.blocks = job.shell.blocks, idle
    try:
        front, back = borders(job, SECOND)
        assert sweep.best_block("best")(job, SECOND, front, back) is idle[4]
        assert relative_to_teacher(job, idle[4], front, back, "image") == pytest.approx(
            0, abs=1e-10
        )
    finally:
        job.shell.blocks = before


def test_finished_plugs_are_not_made_again(job: Job, empty: Path) -> None:
    trained(job, empty, [FIRST])
    file, heard = empty / "span-0-1.safetensors", []
    before = file.stat().st_mtime_ns
    settings = msgspec.structs.replace(job.settings.distill, start="first", sequential=False)
    sweep.train_spans(
        job, [FIRST], settings=settings,
        start_for=sweep.best_block("first"), folder=empty, stage="distill",
        report=Reporter(lambda e, _: heard.append(e)),
    )  # fmt: skip
    assert file.stat().st_mtime_ns == before
    assert not [e for e in heard if isinstance(e, protocol.Metric | protocol.Artifact)]


@pytest.mark.parametrize("change", [{"loss": "direction"}, {"learning_rate": 2e-3}, {"steps": 30}])
def test_plug_of_other_settings_is_made_again(
    job: Job, empty: Path, change: dict[str, object]
) -> None:
    before = trained(job, empty, [FIRST])["span-0-1"]
    assert not plugs.same_weights(before, trained(job, empty, [FIRST], **change)["span-0-1"])


def test_steps_are_for_each_removed_block_or_for_each_span() -> None:
    assert sweep.steps_of(SECOND, Distill(steps=7)) == 14
    assert sweep.steps_of(SECOND, Distill(steps=7, steps_for_each="span")) == 7


def test_divergence_is_a_sentence(job: Job, empty: Path) -> None:
    broken = copy.deepcopy(job.blocks[0])
    nn.init.constant_(broken.img_mlp.net[-1].weight, float("nan"))
    with pytest.raises(EngineError) as excinfo:
        sweep.train_spans(
            job,
            [FIRST],
            settings=Distill(steps=2, batch=2),
            start_for=lambda *_: broken,
            folder=empty,
            stage="distill",
            report=SILENT,
        )
    assert excinfo.value.code == "diverged"
    assert not list(empty.iterdir())
