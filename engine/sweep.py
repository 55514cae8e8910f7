"""The sweep: walk the teacher's blocks in depth order and train each span's student at its end.

The student of [u, v] gets the states in front of block u and must give the teacher's states behind
block v, on every stream that is read later. Non-sequential (PPCL): the states in front are the
teacher's, so spans never see each other. Sequential: they are the smaller model's own, which is
also the drift-correcting sweep when the students are trained ones. One graph a worker is alive at a
time.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

from engine import gradients, plugs, sensitivity, training
from engine.errors import EngineError
from engine.job import Job
from engine.numerics.losses import state_loss
from engine.plan import Span
from engine.plugs import Plug
from engine.pool import Pool
from engine.project import fingerprint
from engine.reporting import Reporter, Tally
from engine.settings import Distill
from engine.teacher.shell import States
from engine.workers import Workers

_BATCH = 64
StartFor = Callable[[Job, Span, "Border", "Border"], nn.Module]


class Border:
    """States of one pool at one border, teacher's and smaller model's (same if non-sequential)."""

    def __init__(self, pool: Pool, teacher: list[States], own: list[States]) -> None:
        self.pool, self.teacher, self.own = pool, teacher, own


Matrices = Mapping[str, Tensor] | None  # of the output's sensitivity behind a span, by stream


@dataclass(frozen=True, slots=True)
class _Task:
    """One span to train, between its borders: in front and behind, training and validation."""

    span: Span
    fronts: list[Border]
    backs: list[Border]


def train_spans(
    job: Job,
    spans: Sequence[Span],
    *,
    settings: Distill,
    start_for: StartFor,
    folder: Path,
    stage: str,
    report: Reporter,
    basis: str = "",
) -> None:
    """Train one plug for every span and save it to `folder`; finished plugs are not made again.

    `basis` is the fingerprint of what the start weights came from. In a sequential sweep a plug
    also depends on the spans in front of it, so they are trained one after the other.
    """
    trainer = _Trainer(
        job=job, spans=tuple(spans), settings=settings, start_for=start_for, folder=folder,
        stage=stage, basis=basis, tally=Tally(sum(steps_of(span, settings) for span in spans)),
    )  # fmt: skip
    if settings.loss == "output" and any(not trainer.is_made(span) for span in spans):
        trainer.matrices.update(sensitivity.matrices(job, [s.last for s in spans], report))
    pools = (job.training.head(settings.num_samples), job.validation)
    fronts = [pool.push(job.shell, [], None, batch=_BATCH, report=report) for pool in pools]
    borders = [Border(pool, front, front) for pool, front in zip(pools, fronts, strict=True)]
    del fronts
    workers = Workers(job)
    workers.each(
        trainer.train,
        _walk(job, workers, borders, trainer, report),
        report=report,
        tally=trainer.tally,
        size=lambda task: steps_of(task.span, settings),
    )


def _walk(
    job: Job, workers: Workers, borders: list[Border], trainer: _Trainer, report: Reporter
) -> Iterator[_Task]:
    """Push both pools through the teacher; the spans that can be trained from here on, in order.

    Blocks between two spans are walked through in one go.
    In a sequential sweep nothing is left to do: the walk needs each student itself.
    """
    following = {span.first: span for span in trainer.spans}
    block, end = 0, max(following, default=-1)
    while block <= end:
        span = following.get(block)
        last = span.last if span else min(u for u in following if u > block) - 1
        stretch = job.blocks[block : last + 1]
        targets = [
            workers.push(b.pool, job.shell, stretch, b.teacher, batch=_BATCH, report=report)
            for b in borders
        ]
        backs = [Border(b.pool, t, t) for b, t in zip(borders, targets, strict=True)]
        owns = targets
        if span is None:
            owns = [
                t if b.own is b.teacher
                else workers.push(b.pool, job.shell, stretch, b.own, batch=_BATCH, report=report)
                for b, t in zip(borders, targets, strict=True)
            ]  # fmt: skip
        elif trainer.settings.sequential:
            part = report.part(trainer.tally, span, steps_of(span, trainer.settings))
            trainer.train(part, _Task(span, borders, backs))
            if block == end:
                return
            student = [trainer.student(span)]
            owns = [
                workers.push(b.pool, job.shell, student, b.own, batch=_BATCH, report=report)
                for b in borders
            ]
        else:
            yield _Task(span, borders, backs)
        borders = [Border(b.pool, t, o) for b, t, o in zip(borders, targets, owns, strict=True)]
        block = last + 1


def steps_of(span: Span, settings: Distill) -> int:
    """How long the student of `span` is trained."""
    return settings.steps * (1 if settings.steps_for_each == "span" else span.removes)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Trainer:
    """What all spans of one sweep have in common."""

    job: Job
    spans: tuple[Span, ...]
    settings: Distill
    start_for: StartFor
    folder: Path
    stage: str
    basis: str
    tally: Tally
    matrices: dict[int, States] = field(default_factory=dict)

    def is_made(self, span: Span) -> bool:
        """Whether its plug is there already."""
        return plugs.stored_fingerprint(self._file(span)) == self._fingerprint(span)

    def train(self, report: Reporter, task: _Task) -> None:
        """Train the student of one span and save it, unless its file is there."""
        job, span = self.job, task.span
        file, work = self._file(span), self._fingerprint(span)
        series = f"{self.stage}/{span.name}"
        if not self.is_made(span):
            student = plugs.student_like(self.start_for(job, span, task.fronts[1], task.backs[1]))
            self._fit(student, task, work, series, report)
            plug = Plug("span", span.first, span.last, student.requires_grad_(False))
            plugs.save(plug, self.folder, fingerprint=work)
            report.artifact("plug", str(file.relative_to(job.project.folder)))
        report.progress(1, 1, series)  # it may have ended early

    def student(self, span: Span) -> nn.Module:
        """The trained student of `span`, from its file."""
        return plugs.load(self._file(span), template=self.job.blocks[0]).module

    def _file(self, span: Span) -> Path:
        return self.folder / f"span-{span.name}.safetensors"

    def _fingerprint(self, span: Span) -> str:
        before = [s for s in self.spans if s < span] if self.settings.sequential else []
        return fingerprint(
            self.stage, self.job.project.header, self.job.settings.calibrate, self.settings, span,
            before, self.basis,
        )  # fmt: skip

    def _fit(
        self, student: nn.Module, task: _Task, work: str, series: str, report: Reporter
    ) -> None:
        """Train `student` in place. Raises EngineError if it did not converge."""
        job, settings, span = self.job, self.settings, task.span
        streams = job.shell.read_later(span.last)

        measure = Measure(job, settings.loss, streams, self.matrices.get(span.last))

        def shard_loss(bucket: int, rows: Tensor, share: float) -> Tensor:
            return share * measure.loss(student, task.fronts[0], task.backs[0], bucket, rows)

        def shards_at(step: int) -> list[Callable[[], Tensor]]:
            generator = job.generator(self.stage, span.name, step)
            bucket, rows = task.fronts[0].pool.draw(settings.batch, generator=generator)
            return [
                functools.partial(shard_loss, bucket, some, len(some) / len(rows))
                for some in rows.chunk(gradients.SHARDS)
            ]

        def held_out() -> float:
            return measure.on_all(student, task.fronts[1], task.backs[1])

        first_error = held_out()
        workers, parameters = Workers(job), dict(student.named_parameters())
        with gradients.in_shards(workers, list(parameters.values()), shards_at) as loss_at:
            error = training.fit(
                parameters, loss_at, held_out,
                schedule=training.Schedule(
                    steps=steps_of(span, settings), learning_rate=job.rate(settings.learning_rate),
                    check_every=settings.check_every, patience=settings.patience,
                    optimizer=settings.optimizer, threads=workers.number,
                ),
                checkpoint=job.project.path(
                    "checkpoints", f"{self.stage}-span-{span.name}.safetensors"
                ),
                fingerprint=work, series=series, report=report,
            )  # fmt: skip
        if not math.isfinite(error):
            raise EngineError(
                "diverged",
                f"Training the layer for {span.name} did not converge "
                f"(error {first_error:.3g} became {error:.3g}).",
                hint="Nothing was changed. Try a smaller learning rate.",
            )


@dataclass(frozen=True, slots=True)
class Measure:
    """How far a student is from the teacher behind its span, summed over `streams`."""

    job: Job
    kind: str
    streams: Sequence[str]
    matrices: Matrices = None

    def loss(
        self, student: nn.Module, front: Border, back: Border, bucket: int, rows: Tensor | slice
    ) -> Tensor:
        """The mean over some samples, with its graph."""
        shell = self.job.shell
        here = {name: x[rows] for name, x in front.own[bucket].items()}
        wanted = {n: x[rows].to(shell.device) for n, x in back.teacher[bucket].items()}
        given = shell.states(front.pool.buckets[bucket].inputs(rows), [student], states=here)
        return state_loss(self.kind, given, wanted, self.streams, self.matrices)

    @torch.no_grad()
    def on_all(self, student: nn.Module, front: Border, back: Border) -> float:
        """The mean over a whole pool."""
        total = 0.0
        for bucket, rows in front.pool.batches(_BATCH):
            total += (rows.stop - rows.start) * float(self.loss(student, front, back, bucket, rows))
        return total / len(front.pool)


def best_block(kind: str) -> StartFor:
    """Which block a student starts from. best: the one of its span that comes closest already."""

    def best(job: Job, span: Span, front: Border, back: Border) -> nn.Module:
        measure = Measure(job, "relative", job.shell.read_later(span.last))
        errors = [measure.on_all(job.blocks[b], front, back) for b in span.blocks()]
        return job.blocks[span.first + errors.index(min(errors))]

    starts: dict[str, StartFor] = {
        "best": best,
        "first": lambda job, span, _front, _back: job.blocks[span.first],
        "middle": lambda job, span, _front, _back: job.blocks[(span.first + span.last) // 2],
    }
    return starts[kind]
