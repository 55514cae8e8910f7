"""The sweep: walk the teacher's blocks in depth order and train each span's student at its end.

The student of [u, v] gets the states in front of block u and must give the teacher's states behind
block v, on every stream that is read later. Non-sequential (PPCL): the states in front are the
teacher's, so spans never see each other. Sequential: they are the smaller model's own, which is
also the drift-correcting sweep when the students are trained ones. One graph is alive at a time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from engine import plugs, training
from engine.errors import EngineError
from engine.job import Job
from engine.numerics.losses import state_loss
from engine.plan import Span
from engine.plugs import Plug
from engine.pool import Pool
from engine.project import fingerprint
from engine.reporting import Reporter
from engine.settings import Distill
from engine.teacher.shell import States

_BATCH = 64
StartFor = Callable[[Span, "Border", "Border"], nn.Module]


class Border:
    """States of one pool at one border, teacher's and smaller model's (same if non-sequential)."""

    def __init__(self, pool: Pool, teacher: list[States], own: list[States]) -> None:
        self.pool, self.teacher, self.own = pool, teacher, own


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
    also depends on the spans in front of it.
    """
    shell = job.shell
    fronts = [pool.push(shell, [], None, batch=_BATCH) for pool in (job.training, job.validation)]
    borders = [Border(p, s, s) for p, s in zip((job.training, job.validation), fronts, strict=True)]
    following = {span.first: span for span in spans}
    block = 0
    while block < len(job.blocks):
        span = following.get(block)
        last = span.last if span else block
        stretch = job.blocks[block : last + 1]
        report.progress(block, len(job.blocks), f"walking layer {block}")
        targets = [b.pool.push(shell, stretch, b.teacher, batch=_BATCH) for b in borders]
        if span is None:
            owns = [_advance(job, b, stretch, t) for b, t in zip(borders, targets, strict=True)]
        else:
            before = [s for s in spans if s < span] if settings.sequential else []
            work = fingerprint(
                stage, job.project.header, job.settings.calibrate, settings, span, before, basis
            )
            student = _trained(
                job, span, borders, targets, settings, start_for, folder, stage, work, report
            )
            owns = targets
            if settings.sequential:
                owns = [b.pool.push(shell, [student], b.own, batch=_BATCH) for b in borders]
        borders = [Border(b.pool, t, o) for b, t, o in zip(borders, targets, owns, strict=True)]
        block = last + 1


def _advance(
    job: Job, border: Border, stretch: list[nn.Module], target: list[States]
) -> list[States]:
    if border.own is border.teacher:
        return target
    return border.pool.push(job.shell, stretch, border.own, batch=_BATCH)


def _trained(
    job: Job,
    span: Span,
    borders: list[Border],
    targets: list[list[States]],
    settings: Distill,
    start_for: StartFor,
    folder: Path,
    stage: str,
    work: str,
    report: Reporter,
) -> nn.Module:
    ended = [Border(b.pool, t, t) for b, t in zip(borders, targets, strict=True)]
    name = f"span-{span.first}-{span.last}"
    file = folder / f"{name}.safetensors"
    if plugs.stored_fingerprint(file) == work:
        return plugs.load(file, template=job.blocks[0]).module
    student = plugs.student_like(start_for(span, borders[1], ended[1]))
    streams = job.shell.read_later(span.last)

    def loss_at(step: int) -> Tensor:
        generator = job.generator(stage, span.name, step)
        i, rows = borders[0].pool.draw(settings.batch, generator=generator)
        return span_loss(job, student, borders[0], ended[0], i, rows, settings.loss, streams)

    with torch.no_grad():
        first_error = held_out_error(job, student, borders[1], ended[1], streams)
    error = training.fit(
        dict(student.named_parameters()),
        loss_at,
        lambda: held_out_error(job, student, borders[1], ended[1], streams),
        schedule=training.Schedule(
            steps=settings.steps,
            learning_rate=settings.learning_rate,
            check_every=settings.check_every,
            patience=settings.patience,
        ),
        checkpoint=job.project.path("checkpoints", f"{stage}-{name}.safetensors"),
        fingerprint=work,
        series=f"{stage}/{span.name}",
        report=report,
    )
    if not math.isfinite(error):
        raise EngineError(
            "diverged",
            f"Training the layer for {span.name} did not converge "
            f"(error {first_error:.3g} became {error:.3g}).",
            hint="Nothing was changed. Try a smaller learning rate.",
        )
    plug = Plug("span", span.first, span.last, student.requires_grad_(False))
    plugs.save(plug, folder, fingerprint=work)
    report.artifact("plug", str(file.relative_to(job.project.folder)))
    return student


def span_loss(
    job: Job,
    student: nn.Module,
    front: Border,
    back: Border,
    bucket: int,
    rows: Tensor | slice,
    kind: str,
    streams: Sequence[str],
) -> Tensor:
    """Loss `kind` of `student` on some samples, between the states in front and behind its span."""
    here = {name: x[rows] for name, x in front.own[bucket].items()}
    wanted = {name: x[rows] for name, x in back.teacher[bucket].items()}
    given = job.shell.states(front.pool.buckets[bucket].inputs(rows), [student], states=here)
    return state_loss(kind, given, wanted, streams)


@torch.no_grad()
def held_out_error(
    job: Job, student: nn.Module, front: Border, back: Border, streams: Sequence[str]
) -> float:
    """Mean relative error of `student` on a whole pool, streams weighed equally."""
    total = 0.0
    for bucket, rows in front.pool.batches(_BATCH):
        num = rows.stop - rows.start
        loss = span_loss(job, student, front, back, bucket, rows, "relative", streams)
        total += num * float(loss) / len(streams)
    return total / len(front.pool)


def best_block(job: Job, kind: str) -> StartFor:
    """Start from the block of the span that already comes closest on held-out samples."""

    def start(span: Span, front: Border, back: Border) -> nn.Module:
        streams = job.shell.read_later(span.last)
        errors = [held_out_error(job, job.blocks[b], front, back, streams) for b in span.blocks()]
        return job.blocks[span.first + errors.index(min(errors))]

    starts: dict[str, StartFor] = {
        "best": start,
        "first": lambda span, _front, _back: job.blocks[span.first],
        "middle": lambda span, _front, _back: job.blocks[(span.first + span.last) // 2],
    }
    return starts[kind]
