"""Pictures of what learns, while it learns."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from engine import plugs, protocol
from engine.errors import Cancelled
from engine.job import Job
from engine.reporting import SILENT, Reporter
from engine.samples import PAINTING_STEPS, Samples, held_out_prompt
from engine.stages import finetune
from tests.engine.stages.test_finetune import tuned


def files(job: Job) -> list[str]:
    return sorted(file.name for file in (job.project.folder / "samples").iterdir())


def pixels(job: Job, name: str) -> np.ndarray:
    with Image.open(job.project.folder / "samples" / f"{name}.png") as picture:
        return np.asarray(picture)


def test_finetune_leaves_the_original_the_start_and_the_end(job: Job) -> None:
    prompt = held_out_prompt(job)
    assert prompt in (job.project.folder / "calibration" / "prompts.txt").read_text()
    steps = PAINTING_STEPS
    (original,) = job.painter.paint([prompt], [0], steps=steps)
    made = tuned(job, "elastic", steps=30)
    assert files(job)[0] == "original.png"
    assert {"step-0.png", "step-30.png"} < set(files(job))
    assert np.array_equal(pixels(job, "original"), original)
    names = sorted(made)
    job.shell.rebind(plugs.assemble(job.blocks, [made[name] for name in names]))
    (smallest,) = job.painter.paint([prompt], [0], steps=steps)
    job.shell.rebind(job.blocks)
    assert np.array_equal(pixels(job, "step-30"), smallest)
    with Image.open(job.project.folder / "samples" / "step-30.png") as picture:
        recipe = json.loads(picture.text["ppcl"])  # type: ignore[attr-defined]
    assert (recipe["prompt"], recipe["seed"], recipe["steps"]) == (prompt, 0, steps)


def test_no_bit_of_the_result_depends_on_the_samples(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    watched = tuned(job, "elastic", steps=30)
    monkeypatch.setattr(finetune.Samples, "at", lambda self, step: None)
    monkeypatch.setattr(finetune.Samples, "finish", lambda self: None)
    alone = tuned(job, "elastic", steps=30)
    assert watched.keys() == alone.keys()
    assert all(plugs.same_weights(watched[name], alone[name]) for name in alone)


@pytest.mark.parametrize(
    ("steps", "every", "painted"),
    [(70, 14, [0, 42, 70]), (700, 140, [0, 140, 280, 420, 560, 700]), (20, 10, [0, 10, 20])],
)
def test_samples_are_few(
    job: Job, monkeypatch: pytest.MonkeyPatch, steps: int, every: int, painted: list[int]
) -> None:
    made: list[int] = []
    samples = Samples(job, job.blocks, steps=steps, what="finetune", report=SILENT)
    monkeypatch.setattr(samples, "_paint", lambda _name, _rows, step, **_: made.append(step))
    for step in range(0, steps + 1, every):
        samples.at(step)
    samples.finish()
    assert made == [0, *painted]


def test_every_sample_is_told_and_those_of_another_training_go(job: Job, tmp_path: Path) -> None:
    told: list[str] = []

    def sink(event: protocol.Event, _payload: bytes) -> None:
        if isinstance(event, protocol.Artifact):
            told.append(f"{event.kind} {event.path}")

    (job.project.folder / "samples").mkdir(exist_ok=True)
    (job.project.folder / "samples" / "step-7.png").touch()
    samples = Samples(job, job.blocks, steps=20, what="finetune", report=Reporter(sink))
    before = torch.get_rng_state()
    samples.at(0)
    assert torch.equal(torch.get_rng_state(), before)
    assert told == ["sample samples/original.png", "sample samples/step-0.png"]
    assert files(job) == ["original.png", "step-0.png"]


def test_stop_is_heard_while_a_sample_is_painted_and_the_blocks_are_put_back(job: Job) -> None:
    samples = Samples(
        job, job.blocks[:2], steps=20, what="finetune", report=Reporter(should_stop=lambda: True)
    )
    with pytest.raises(Cancelled):
        samples.at(0)
    assert list(job.pipeline.transformer.transformer_blocks) == job.blocks
    samples.finish()  # what was learnt must be stored first
    assert files(job) == ["step-20.png"]
