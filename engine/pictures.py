"""The pictures of the comparison sheet, one by one."""

from __future__ import annotations

from pathlib import Path

from torch import Tensor

from engine.job import Job
from engine.png import PictureRecipe, save_png
from engine.project import read_json
from engine.reporting import Reporter
from engine.stages.evaluate import SHEET_CAPTIONS, measured_prompts
from engine.tiers import FILE, TierTable


def save_all(job: Job, out: Path, report: Reporter) -> None:
    """Paint what the comparison sheet shows, every tier with every prompt of it, into `out`."""
    table = read_json(job.project.folder / FILE, TierTable)
    rows = [job.tier_modules(tier) for tier in table.tiers]
    prompts = measured_prompts(job)[:SHEET_CAPTIONS]
    seeds, steps = list(range(len(prompts))), job.painter.defaults.steps
    total = len(rows) * steps
    for number, modules in enumerate(rows):

        def on_step(done: int, _steps: int, _latents: Tensor) -> None:
            report.progress(number * steps + done, total, "painting")  # noqa: B023

        job.shell.rebind(modules)
        painted = job.painter.paint(prompts, seeds, on_step=on_step)
        for prompt, seed, picture in zip(prompts, seeds, painted, strict=True):
            recipe = PictureRecipe(
                prompt=prompt, seed=seed, steps=steps, tiers=(number,) * steps, model=job.model
            )
            save_png(picture, recipe, out / f"prompt-{seed + 1:02d}-tier-{number}.png")
    job.shell.rebind(job.blocks)
    report.artifact("pictures", str(out))
