"""Stage distill: train one student block for every span of the plan."""

from __future__ import annotations

from engine import sweep
from engine.job import Job
from engine.reporting import Reporter

NEEDS = ("plan",)


def run(job: Job, report: Reporter) -> None:
    """Write plugs/distill/span-U-V.safetensors for every span of plan.json, and for no other."""
    settings, spans, folder = job.settings.distill, job.plan().spans, job.plug_folder("distill")
    sweep.train_spans(
        job,
        spans,
        settings=settings,
        start_for=sweep.best_block(settings.start),
        folder=folder,
        stage="distill",
        report=report,
    )
    for file in folder.glob("*.safetensors"):
        if file.stem not in {f"span-{s.name}" for s in spans}:
            file.unlink()
