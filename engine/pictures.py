"""Pictures as PNG files that carry their recipe; those of the comparison sheet one by one."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from torch import Tensor

from engine.job import Job
from engine.project import disk_errors, read_json, replacing
from engine.reporting import Reporter
from engine.stages.evaluate import SHEET_CAPTIONS, measured_prompts
from engine.tiers import FILE, TierTable

CHUNK = "ppcl"


class PictureRecipe(msgspec.Struct, frozen=True, kw_only=True):
    """Enough to paint the same picture again; `tiers` has the tier of every step."""

    prompt: str
    seed: int
    steps: int
    tiers: tuple[int, ...]
    model: str


def save_png(picture: np.ndarray, recipe: PictureRecipe, out: Path) -> None:
    """Write uint8 [H, W, 3] with its recipe in a text chunk."""
    chunk = PngInfo()
    chunk.add_text(CHUNK, json.dumps(msgspec.to_builtins(recipe)))
    with disk_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        with replacing(out) as temporary:
            Image.fromarray(picture).save(temporary, format="PNG", pnginfo=chunk)


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
