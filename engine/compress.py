"""The order of the stages, and running those that are not done."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any

from engine.errors import EngineError
from engine.job import Job
from engine.project import fingerprint, write_json
from engine.reporting import Reporter
from engine.settings import FILE, Settings

STAGES = ("calibrate", "probe", "plan", "distill", "narrow", "order", "finetune", "evaluate")


def run_stages(
    job: Job, report: Reporter, *, names: Sequence[str] = STAGES, again: bool = False
) -> None:
    """Run the named stages in order, those that are done with these settings left alone.

    The settings are kept in the project, for whoever goes on without saying them again.
    A stage that begins is no longer done, nor is any behind it: from now on their files may change.
    Raises EngineError for an unknown stage or one whose predecessor is not done.
    """
    prints, settings = fingerprints(job), job.settings
    for index, name in enumerate(names):
        if name not in STAGES:
            raise EngineError(
                "no_stage", f"There is no stage {name!r}.", hint=f"Stages: {', '.join(STAGES)}."
            )
        before = STAGES[: STAGES.index(name)]
        if before and not job.project.is_done(before[-1], prints[before[-1]]):
            raise EngineError(
                "stage_missing",
                f"The stage {before[-1]} comes before {name} and is not done.",
                hint=f"Run `ppcl run PROJECT {before[-1]} {name}`.",
            )
        if job.project.is_done(name, prints[name]) and not again:
            continue
        write_json(job.project.path(FILE), settings)
        report.stage(name, index=index, total=len(names))
        for stale in STAGES[STAGES.index(name) :]:
            job.project.mark_undone(stale)
        importlib.import_module(f"engine.stages.{name}").run(job, report)
        job.project.mark_done(name, prints[name])


def fingerprints(job: Job) -> dict[str, str]:
    """What each stage depends on: its settings, the model and all stages before it."""
    settings: Settings = job.settings
    own: dict[str, Any] = {name: getattr(settings, name, None) for name in STAGES}
    prints: dict[str, str] = {}
    last = fingerprint(
        job.project.header.model, job.project.header.seed, job.project.header.threads
    )
    for name in STAGES:
        last = prints[name] = fingerprint(name, own[name], last)
    return prints
