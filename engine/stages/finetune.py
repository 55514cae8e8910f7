"""Stage finetune: train the plugs inside the assembled model, on the teacher's velocity.

elastic: a tier a step, the smallest twice and then one other, drawn at random (after the sandwich
rule of slimmable networks), so one set of plugs serves every tier. tier: the smallest alone;
that would spoil the others, so its plugs are kept apart and make a further, named tier. sweep:
every student once more on the smaller model's own states, then every projector in closed form
(drift correction). none: plugs stay as made.
"""

from __future__ import annotations

import functools
import shutil
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from msgspec import structs
from torch import Tensor, nn

from engine import gradients, plugs, projectors, sweep, training
from engine.job import Job
from engine.plan import Span
from engine.plugs import Plug
from engine.pool import Pool
from engine.project import fingerprint, read_json, write_json
from engine.reporting import SILENT, Reporter
from engine.samples import Samples
from engine.tiers import ALONE, FILE, Tier, TierTable, unmeasured
from engine.workers import Workers

NEEDS = ("order",)
_BATCH = 64
# One step of so many is another tier's than the smallest, which costs least. E of Pocket's smallest
# tier was .122 with every second one in 600 steps, .117 with every third (.121 in 480).
_OTHER_EVERY = 3


def run(job: Job, report: Reporter) -> bool:
    """Write the tuned plugs to plugs/finetune/, or plugs/finetune-tier/, under their old names.

    What was measured with other plugs is gone from tiers.json. False: it has ended early, because
    that was asked for, and can go on.
    """
    settings = job.settings.finetune
    made = job.plugs("distill") | job.plugs("narrow")
    nested = [unmeasured(t) for t in read_json(job.project.folder / FILE, TierTable).nested]
    names = [t.plugs for t in nested]
    made = {name: made[name] for name in names[-1]}
    work = fingerprint(
        "finetune", job.project.header, job.settings, names,
        [
            plugs.stored_fingerprint(f)
            for stage in ("distill", "narrow")
            for f in sorted(job.plug_folder(stage).glob("*.safetensors"))
        ],
    )  # fmt: skip
    is_alone = settings.mode == "tier"
    folder = job.plug_folder(ALONE if is_alone else "finetune")
    _write_tiers(job, nested)
    for other in {job.plug_folder(ALONE), job.plug_folder("finetune")} - {folder}:
        shutil.rmtree(other, ignore_errors=True)
    if settings.mode == "none" or not made:
        shutil.rmtree(folder, ignore_errors=True)
        return True
    if settings.mode == "sweep":
        _sweep_again(job, made, work, report)
    else:
        tiers = names[1:] if settings.mode == "elastic" else names[-1:]
        tune(job, made, tiers, work, report)
    for plug in made.values():
        if settings.mode != "sweep" or plug.kind != "span":
            plugs.save(plug, folder, fingerprint=work)
    for file in folder.glob("*.safetensors"):
        if file.stem not in made:
            file.unlink()
    if is_alone:
        name = f"{nested[-1].name} (tuned alone)"
        _write_tiers(job, [*nested, structs.replace(nested[-1], name=name, weights=ALONE)])
    return not _checkpoint(job).exists()


def _checkpoint(job: Job) -> Path:
    return job.project.path("checkpoints", "finetune.safetensors")


def _write_tiers(job: Job, tiers: Sequence[Tier]) -> None:
    write_json(job.project.path(FILE), TierTable(model=job.model, tiers=tuple(tiers)))


def tune(
    job: Job, made: dict[str, Plug], tiers: list[tuple[str, ...]], work: str, report: Reporter
) -> None:
    """Train all plugs of `made` in place; `tiers` are the sets that take part, smallest last."""
    settings = job.settings.finetune
    parameters = {
        f"{name}.{key}": p.requires_grad_(True)
        for name, plug in made.items()
        for key, p in plug.module.named_parameters()
    }
    rows = [plugs.assemble(job.blocks, [made[name] for name in tier]) for tier in tiers]
    held = job.validation.head(job.settings.plan.num_samples)
    watched = rows if len(rows) < 4 else [rows[len(rows) // 2], rows[-1]]

    def error(_report: Reporter, modules: list[nn.Module]) -> float:
        return held.output_error(job.shell, modules, batch=_BATCH)

    def held_out() -> float:
        return statistics.fmean(workers.each(error, watched, report=SILENT))

    samples = Samples(job, rows[-1], steps=settings.steps, what="finetune", report=report)
    shards = _Shards(job, rows, job.training)  # the pool is loaded before workers are there
    workers = Workers(job)
    with gradients.in_shards(workers, list(parameters.values()), shards.at) as loss_at:
        training.fit(
            parameters, loss_at, held_out,
            schedule=training.Schedule(
                steps=settings.steps, learning_rate=job.rate(settings.learning_rate),
                check_every=max(10, settings.steps // 5), optimizer=settings.optimizer,
                threads=workers.number,
            ),
            checkpoint=_checkpoint(job), fingerprint=work, series="finetune", report=report,
            on_check=samples.at, may_end_early=True,
        )  # fmt: skip
    for parameter in parameters.values():
        parameter.requires_grad_(False)
    if not _checkpoint(job).exists():
        samples.finish()


@dataclass(frozen=True, slots=True)
class _Shards:
    """The steps of training `rows`, the tiers that take part, smallest last."""

    job: Job
    rows: list[list[nn.Module]]
    pool: Pool

    def at(self, step: int) -> list[Callable[[], Tensor]]:
        """Sum of squared differences to the teacher's velocity, as a share of the whole batch's."""
        number, bucket, chosen = self._drawn(step)
        samples, modules = self.pool.buckets[bucket], self.rows[number]
        size = samples.velocity[chosen].square().sum()

        def loss_of(some: Tensor) -> Tensor:
            answer = self.job.shell.velocity(samples.inputs(some), modules)
            wrong = answer - samples.velocity[some].to(answer.device)
            return wrong.square().sum() / size.to(answer.device)

        return [functools.partial(loss_of, some) for some in chosen.chunk(gradients.SHARDS)]

    def _drawn(self, step: int) -> tuple[int, int, Tensor]:
        """The tier of a step, and its samples: bucket and rows."""
        generator = self.job.generator("finetune", step)
        batch = self.job.settings.finetune.batch
        bucket, chosen = self.pool.draw(batch, generator=generator)
        number = len(self.rows) - 1
        if number and step % _OTHER_EVERY == _OTHER_EVERY - 1:
            number = int(torch.randint(number, (1,), generator=generator))
        return number, bucket, chosen


def _sweep_again(job: Job, made: dict[str, Plug], work: str, report: Reporter) -> None:
    settings, distilled = job.settings.finetune, job.settings.distill
    students = {Span(p.first, p.last): p for p in made.values() if p.kind == "span"}
    sweep.train_spans(
        job,
        sorted(students),
        settings=structs.replace(
            distilled, steps=settings.steps, steps_for_each="span", batch=settings.batch,
            optimizer=settings.optimizer, learning_rate=settings.learning_rate,
            check_every=max(10, settings.steps // 5), sequential=True,
        ),
        start_for=lambda _job, span, _front, _back: students[span].module,
        folder=job.plug_folder("finetune"),
        stage="finetune",
        basis=work,
        report=report,
    )  # fmt: skip
    made |= {name: p for name, p in job.plugs("finetune").items() if p.kind == "span"}
    projectors.refit(job, made.values(), report)
