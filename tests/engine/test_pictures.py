"""The pictures of the comparison sheet, one by one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine import protocol
from engine.errors import Cancelled
from engine.job import Job
from engine.pictures import save_all
from engine.png import PictureRecipe
from engine.project import read_json
from engine.reporting import SILENT, Reporter
from engine.stages.evaluate import measured_prompts
from engine.tiers import FILE, TierTable


def test_every_tier_paints_every_prompt_and_the_file_says_how(job: Job, tmp_path: Path) -> None:
    out = tmp_path / "pictures"
    before = job.shell.transformer.transformer_blocks
    save_all(job, out, SILENT)
    table = read_json(job.project.folder / FILE, TierTable)
    prompts = measured_prompts(job)
    assert len(list(out.iterdir())) == len(table.tiers) * len(prompts) > 1
    last = len(table.tiers) - 1
    file = out / f"prompt-01-tier-{last}.png"
    with Image.open(file) as image:
        recipe = PictureRecipe(**json.loads(image.text["ppcl"]))  # type: ignore[attr-defined]
        pixels = np.asarray(image)
    assert (recipe.prompt, recipe.seed, set(recipe.tiers)) == (prompts[0], 0, {last})
    assert list(job.shell.transformer.transformer_blocks) == list(before)
    job.shell.rebind(job.tier_modules(table.tiers[last]))
    (wanted,) = job.painter.paint([recipe.prompt], [recipe.seed], steps=recipe.steps)
    assert np.array_equal(pixels, wanted)


def test_painting_them_can_be_stopped_at_every_step(job: Job, tmp_path: Path) -> None:
    said: list[protocol.Event] = []
    report = Reporter(lambda event, _: said.append(event), should_stop=lambda: len(said) >= 2)
    with pytest.raises(Cancelled):
        save_all(job, tmp_path / "pictures", report)
    assert len(said) == 2
