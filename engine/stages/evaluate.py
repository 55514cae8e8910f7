"""Stage evaluate: measure every tier, on prompts that nothing was chosen by.

Parameters and FLOPs are counted, times are medians of warmed-up repeats, and a picture's do not
count the reading of its prompt. E is on the test pool, HaarPSI compares pictures at equal seeds
with tier 0's, the score is Pocket's exact one.
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec
import numpy as np
import torch
from torch import Tensor, nn

from engine import device, measure
from engine.job import Job
from engine.pocket import grammar
from engine.pocket.grammar import Scene
from engine.project import disk_errors, read_json, write_json
from engine.quality.haarpsi import haarpsi
from engine.quality.pocket_score import PocketScorer, Summary
from engine.quality.sheet import comparison_sheet
from engine.reporting import Reporter, Tally
from engine.teacher.shell import Inputs, velocity
from engine.tiers import FILE, Tier, TierTable
from engine.workers import Workers

NEEDS = ("finetune",)
_BATCH = 32
SHEET_CAPTIONS = 8


def run(job: Job, report: Reporter) -> None:
    """Fill tiers.json with figures and write comparison.png."""
    table = read_json(job.project.folder / FILE, TierTable)
    scenes = grammar.test_scenes(job.settings.evaluate.num_captions) if job.is_pocket else []
    prompts = measured_prompts(job)
    rows = [job.tier_modules(t) for t in table.tiers]
    inputs, settings = _timing_inputs(job), job.settings.evaluate
    with measure.threads(job.threads_inside):
        forwards = _median_seconds(
            job, rows, _forward(job, inputs),
            rounds=settings.num_repeats + 1, what="timing", report=report,
        )  # fmt: skip
        wholes = _median_seconds(
            job, rows, lambda: job.painter.paint(prompts[:1], [0]),
            rounds=settings.num_picture_repeats + 1, what="timing pictures", report=report,
        )  # fmt: skip
    painted = _paint_all(job, rows, prompts, scenes, report)
    pictures = [one.pictures for one in painted]
    tiers: list[Tier] = []
    for number, (tier, modules) in enumerate(zip(table.tiers, rows, strict=True)):
        report.progress(number, len(rows), f"measuring {tier.name}")
        job.shell.rebind(modules)
        same = [haarpsi(a, b) for a, b in zip(pictures[0], pictures[number], strict=True)]
        summary = painted[number].summary
        tiers.append(
            msgspec.structs.replace(
                tier,
                flops_ratio=round(painted[number].flops / painted[0].flops, 4),
                forward_seconds=round(forwards[number], 6),
                speedup=round(forwards[0] / forwards[number], 3),
                picture_seconds=round(wholes[number], 4),
                peak_memory_bytes=measure.peak_bytes(_forward(job, inputs)) + 4 * tier.parameters,
                output_error=round(painted[number].output_error, 6),
                haarpsi=round(statistics.fmean(same), 4),
                score=round(summary.score, 4) if summary else None,
                score_fields=summary.fields if summary else None,
            )
        )  # fmt: skip
        report.metric("tiers/output_error", number, painted[number].output_error)
    job.shell.rebind(job.blocks)
    done = msgspec.structs.replace(
        table,
        tiers=tuple(tiers),
        device=device.title(job.device),
        threads=job.threads_inside,
        captions=len(prompts),
    )
    _draw_sheet(job, done, prompts, pictures)
    write_json(job.project.folder / FILE, done)
    report.artifact("sheet", "comparison.png")
    report.artifact("tiers", FILE)


class _Painted(NamedTuple):
    """One tier's pictures, their score, its output error E on the test pool, FLOPs of a forward."""

    pictures: list[np.ndarray]
    summary: Summary | None
    output_error: float
    flops: int


def measured_prompts(job: Job) -> list[str]:
    """What every tier paints, prompt i with seed i; nothing was chosen by them."""
    if job.is_pocket:
        return [s.caption for s in grammar.test_scenes(job.settings.evaluate.num_captions)]
    lines = (
        (job.project.folder / "calibration" / "prompts.txt")
        .read_text(encoding="utf-8")
        .splitlines()
    )
    held = max(1, round(0.05 * len(lines)))
    return lines[-held:][: job.settings.evaluate.num_captions]


def _paint_all(
    job: Job,
    rows: list[list[nn.Module]],
    prompts: list[str],
    scenes: Sequence[Scene],
    report: Reporter,
) -> list[_Painted]:
    """Every tier's pictures, at the same seeds; what they show if that is known, as `scenes`."""
    tally = Tally(len(rows) * len(prompts))
    inputs = _timing_inputs(job)
    scorer = PocketScorer() if scenes else None

    def paint(report: Reporter, number: int) -> _Painted:
        job.shell.rebind(rows[number])
        pictures: list[np.ndarray] = []
        for start in range(0, len(prompts), _BATCH):
            seeds = list(range(start, min(start + _BATCH, len(prompts))))

            def on_step(done: int, steps: int, _latents: Tensor) -> None:
                told = start * steps + done * len(seeds)  # noqa: B023
                report.progress(told, steps * len(prompts), "painting")

            chosen = prompts[start : start + _BATCH]
            pictures += job.painter.paint(chosen, seeds, on_step=on_step)
        error = job.test.output_error(job.shell, rows[number], batch=64) if number else 0.0
        summary = scorer.score_all(pictures, scenes) if scorer else None
        return _Painted(pictures, summary, error, measure.flops(_forward(job, inputs)))

    found = Workers(job).each(
        paint, range(len(rows)), report=report, tally=tally, size=lambda _: len(prompts)
    )
    job.shell.rebind(job.blocks)
    return found


def _forward(job: Job, inputs: Inputs) -> Callable[[], object]:
    """One forward without gradients, of the tier that is bound by then."""
    return torch.no_grad()(lambda: velocity(job.pipeline.transformer, inputs))


def _timing_inputs(job: Job) -> Inputs:
    bucket = max(job.test.buckets, key=len)
    rows = torch.arange(job.settings.evaluate.timing_batch) % len(bucket)
    return bucket.inputs(rows)


def _median_seconds(
    job: Job,
    rows: list[list[nn.Module]],
    work: Callable[[], object],
    *,
    rounds: int,
    what: str,
    report: Reporter,
) -> list[float]:
    """Median seconds of `work` with each tier; they take turns, so noise hits all alike.

    The first round only warms up, and its first tier does that for all: blocks are alike.
    """
    times: list[list[float]] = [[] for _ in rows]
    for turn in range(rounds):
        for number, modules in enumerate(rows if turn else rows[:1]):
            report.progress(turn * len(rows) + number, rounds * len(rows), what)
            job.shell.rebind(modules)
            seconds = measure.seconds(work)
            if turn:
                times[number].append(seconds)
    return [statistics.median(t) for t in times]


def _draw_sheet(
    job: Job, table: TierTable, prompts: list[str], pictures: list[list[np.ndarray]]
) -> None:
    num = min(SHEET_CAPTIONS, len(prompts))
    rows = []
    for tier, painted in zip(table.tiers, pictures, strict=True):
        lines = [
            tier.name,
            f"{tier.parameters / 1e6:.1f} M parameters ({tier.parameters_ratio:.0%})",
            f"{tier.speedup:.2f}x as fast",
            f"likeness {tier.haarpsi:.3f}",
        ]
        if tier.score is not None:
            lines.append(f"prompt followed {tier.score:.0%}")
        rows.append((lines, painted[:num]))
    sheet = job.project.path("comparison.png")
    with disk_errors(sheet):
        comparison_sheet(rows, captions=prompts[:num], out=sheet)
