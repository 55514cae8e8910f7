"""Sample pictures of a model while it learns: one prompt that it never learns from, at one seed.

They are for whoever watches. Nothing that learns depends on them: a picture's noise has its own
generator, and the blocks are put back as they were.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence

from torch import nn

from engine.job import Job
from engine.png import PictureRecipe, save_png
from engine.reporting import Reporter

FOLDER = "samples"
SEED = 0
_LEARNING_STEPS_EACH = 100  # a picture takes one or two of them, so 1 or 2 % of the time
PAINTING_STEPS = 8  # those of calibration are too few to be looked at
_FEWEST = 2


class Samples:
    """Paints `modules` at some of the checks of a training of `steps` steps, into samples/.

    samples/original.png and samples/step-0.png are made before the first step, samples/step-N.png
    at checks on the way, and the last one by `finish`. Each carries its recipe.
    """

    def __init__(
        self, job: Job, modules: Sequence[nn.Module], *, steps: int, what: str, report: Reporter
    ) -> None:
        self._job, self._modules, self._report = job, list(modules), report
        self._steps, self._what = steps, what
        self._prompt = held_out_prompt(job)
        self._every = steps / max(_FEWEST, steps // _LEARNING_STEPS_EACH)
        self._next = self._every

    def at(self, step: int) -> None:
        """A check after `step` steps. Raises Cancelled where a stop is asked for meanwhile."""
        if not self._prompt or step >= self._steps:
            return
        if step == 0:
            shutil.rmtree(self._job.project.folder / FOLDER, ignore_errors=True)
            self._paint("original", self._job.blocks, 0, may_stop=True)
        elif step < self._next:
            return
        self._next = (step // self._every + 1) * self._every
        self._paint(f"step-{step}", self._modules, step, may_stop=True)

    def finish(self) -> None:
        """The model as it stays. What was learnt is not stored yet, so this cannot be stopped."""
        if self._prompt:
            self._paint(f"step-{self._steps}", self._modules, self._steps, may_stop=False)

    def _paint(self, name: str, modules: Sequence[nn.Module], step: int, *, may_stop: bool) -> None:
        def on_step(_done: int, _total: int, _latents: object) -> None:
            if may_stop:
                self._report.progress(step, self._steps, self._what)

        job = self._job
        job.shell.rebind(modules)
        try:
            (picture,) = job.painter.paint(
                [self._prompt], [SEED], steps=PAINTING_STEPS, on_step=on_step
            )
        finally:
            job.shell.rebind(job.blocks)
        recipe = PictureRecipe(
            prompt=self._prompt, seed=SEED, steps=PAINTING_STEPS, tiers=(), model=job.model
        )
        save_png(picture, recipe, job.project.path(FOLDER, f"{name}.png"))
        self._report.artifact("sample", f"{FOLDER}/{name}.png")


def held_out_prompt(job: Job) -> str:
    """The first prompt behind those that are learnt from; empty where there is no list."""
    file = job.project.folder / "calibration" / "prompts.txt"
    if not file.is_file():
        return ""
    prompts = file.read_text(encoding="utf-8").splitlines()
    num_held = max(1, round(0.05 * len(prompts)))
    return prompts[-2 * num_held]
