"""Stage distill: train one student block for every span of the plan."""

from __future__ import annotations

from engine import sweep
from engine.job import Job
from engine.reporting import Reporter

NEEDS = ("plan",)


def run(job: Job, report: Reporter) -> None:
    """Write plugs/distill/span-U-V.safetensors for every span of plan.json."""
    settings = job.settings.distill
    sweep.train_spans(
        job,
        job.plan().spans,
        settings=settings,
        start_for=sweep.best_block(job, settings.start),
        folder=job.plug_folder("distill"),
        stage="distill",
        report=report,
    )
