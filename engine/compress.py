"""The order of the stages, and running those that are not done."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch

from engine import device, plan_by_hand
from engine.contents import digest_of_file, digest_of_model
from engine.errors import EngineError
from engine.job import Job
from engine.project import fingerprint, write_json
from engine.reporting import Reporter
from engine.settings import FILE, Settings
from engine.teacher.loading import check_model

STAGES = ("calibrate", "probe", "plan", "distill", "narrow", "order", "finetune", "evaluate")


def run_stages(
    job: Job, report: Reporter, *, names: Sequence[str] = STAGES, again: bool = False
) -> None:
    """Run the named stages in order, those that are done with these settings left alone.

    The settings are kept in the project, for whoever goes on without saying them again.
    A stage that begins is no longer done, nor is any behind it: from now on their files may change.
    A model that is broken is refused before that.
    A stage that returns False has ended early and can go on: neither it nor what is made of it in
    this run is done.
    Raises EngineError for an unknown stage or one whose predecessor is not done.
    """
    torch.set_num_threads(1)  # whichever stage this process begins with, its sums are the same
    device.chosen()  # a wish that cannot be met is refused before anything is undone
    _look_at_sources(job)
    prints, settings, checked = fingerprints(job), job.settings, False
    is_whole = True
    for index, name in enumerate(names):
        if name not in STAGES:
            raise EngineError(
                "no_stage", f"There is no stage {name!r}.", hint=f"Stages: {', '.join(STAGES)}."
            )
        before = STAGES[: STAGES.index(name)]
        if before and is_whole and not job.project.is_done(before[-1], prints[before[-1]]):
            raise EngineError(
                "stage_missing",
                f"The stage {before[-1]} comes before {name} and is not done.",
                hint=f"Run `ppcl run PROJECT {before[-1]} {name}`.",
            )
        if job.project.is_done(name, prints[name]) and is_whole and not again:
            continue
        if not checked:
            check_model(job.model_folder)
            checked = True
        write_json(job.project.path(FILE), settings)
        report.stage(name, index=index, total=len(names))
        for stale in STAGES[STAGES.index(name) :]:
            job.project.mark_undone(stale)
        found = importlib.import_module(f"engine.stages.{name}").run(job, report)
        is_whole = is_whole and found is not False
        if is_whole:
            written = plan_by_hand.digest(job.project) if name == "plan" else ""
            job.project.mark_done(name, prints[name], plan_digest=written)


def fingerprints(job: Job) -> dict[str, str]:
    """What each stage depends on: its settings, model and prompts, and all stages before it."""
    settings: Settings = job.settings
    own: dict[str, Any] = {name: getattr(settings, name, None) for name in STAGES}
    own["plan"] = settings.plan, settings.narrow.text_groups, settings.narrow.ffn
    prints: dict[str, str] = {}
    header = job.project.header
    last = fingerprint(
        header.model, header.model_digest, header.prompts_digest, header.seed, header.threads
    )
    for name in STAGES:
        last = prints[name] = fingerprint(name, own[name], last)
    return prints


def _look_at_sources(job: Job) -> None:
    """Note in project.json what the model and the prompt file hold now; what is gone is as it was.

    So a finished project stays finished where its prompt file is not at hand.
    """
    found = {}
    if job.model_folder.is_dir():
        found["model_digest"] = digest_of_model(job.model_folder)
    prompts = job.settings.calibrate.prompts_file
    if prompts is None or Path(prompts).is_file():
        found["prompts_digest"] = digest_of_file(Path(prompts)) if prompts else ""
    job.project.update(**found)
