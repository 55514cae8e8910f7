"""Calibration: what the pool is made of."""

from __future__ import annotations

import shutil
from pathlib import Path

import msgspec
import pytest
import torch
from torch import Tensor

from engine.errors import Cancelled, EngineError
from engine.job import Job
from engine.pool import Pool
from engine.project import write_json
from engine.reporting import SILENT, Reporter
from engine.stages import calibrate
from engine.stages.calibrate import read_prompts
from tests.engine.conftest import PROMPTS, job_in

EMPTY = " "


def again(job: Job, **changes: object) -> Job:
    """Calibrated once more with other settings."""
    settings = msgspec.structs.replace(
        job.settings, calibrate=msgspec.structs.replace(job.settings.calibrate, **changes)
    )
    shutil.rmtree(job.project.folder / "calibration")
    fresh = job_in(job.project.folder, settings, job.pipeline)
    calibrate.run(fresh, SILENT)
    return fresh


class Killed(BaseException):
    """Stands for a process that ends without another word."""


def prompts_of(job: Job) -> list[str]:
    return (job.project.folder / "calibration" / "prompts.txt").read_text().splitlines()


def pool_bytes(job: Job) -> dict[str, bytes]:
    return {f.name: f.read_bytes() for f in (job.project.folder / "calibration").iterdir()}


def words(pool: Pool) -> list[bytes]:
    """The prompt states of every sample, but for rounding."""
    return [rounded(bucket.texts[row]) for bucket in pool.buckets for row in bucket.prompt.tolist()]


def states_of(job: Job, prompt: str) -> bytes:
    return rounded(job.painter.encode([prompt])[0][0])


def rounded(states: Tensor) -> bytes:
    return states.mul(10).round().int().numpy().tobytes()


def test_prompts_are_kept_and_split(job: Job) -> None:
    lines = prompts_of(job)
    assert sorted(lines) == sorted(PROMPTS)
    empty = states_of(job, EMPTY)
    splits = [set(words(p)) - {empty} for p in (job.training, job.validation, job.test)]
    assert [len(s) for s in splits] == [10, 1, 1]
    assert not splits[0] & splits[1]
    assert not splits[0] & splits[2]
    assert not splits[1] & splits[2]
    assert splits[2] == {states_of(job, lines[-1])}


def test_order_of_a_prompt_list_comes_from_the_seed_and_not_from_the_list(
    job: Job, tmp_path: Path
) -> None:
    """Lists are sorted by subject as a rule, and their end would be a test of one subject."""
    before = prompts_of(job)
    assert before != PROMPTS
    file = tmp_path / "backwards.txt"
    file.write_text("\n".join(reversed(PROMPTS)))
    few = dict(num_samples=1, num_heldout_samples=1)
    assert prompts_of(again(job, prompts_file=str(file), **few)) == before
    assert prompts_of(again(job, num_prompts=5, **few)) == before[:5]
    write_json(
        job.project.folder / "project.json", msgspec.structs.replace(job.project.header, seed=1)
    )
    assert prompts_of(again(job, **few)) != before


def test_stopped_again_and_again_it_goes_on_and_gives_the_same_bytes(job: Job) -> None:
    """Each run dies at its eighth forward; a batch of one step takes two, and there are three."""
    before = pool_bytes(job)
    shutil.rmtree(job.project.folder / "calibration")
    forwards: list[int] = []

    def count(*_: object) -> None:
        forwards.append(1)
        if len(forwards) == 8:
            raise Killed

    handle = job.pipeline.transformer.register_forward_pre_hook(count)
    runs = 0
    while runs < 30:
        runs += 1
        forwards.clear()
        try:
            calibrate.run(job, SILENT)
            break
        except Killed:
            assert not list(job.project.folder.glob("calibration/test.safetensors"))
    handle.remove()
    assert 2 < runs < 30
    assert pool_bytes(job) == before
    assert not list((job.project.folder / "checkpoints").iterdir())


def test_checkpoints_of_other_settings_are_not_taken(job: Job) -> None:
    forwards: list[int] = []
    handle = job.pipeline.transformer.register_forward_pre_hook(lambda *_: forwards.append(1))
    with pytest.raises(Cancelled):
        calibrate.run(job, Reporter(should_stop=lambda: len(forwards) >= 8))
    handle.remove()
    left = job.project.folder / "checkpoints"
    assert list(left.iterdir())
    few = dict(num_steps=4, num_samples=1, num_heldout_samples=1)
    after_a_stop = pool_bytes(again(job, **few))
    assert not list(left.iterdir())
    assert pool_bytes(again(job, **few)) == after_a_stop


def test_splits_have_about_the_wanted_sizes(job: Job) -> None:
    assert [len(p) for p in (job.training, job.validation, job.test)] == [60, 12, 12]


@torch.no_grad()
def test_stored_velocity_is_the_teachers_answer(job: Job) -> None:
    """To its own prompt, to the negative one, on the way and noised again; asked for or not."""
    job = again(job, empty_share=0.4, num_samples=200)
    for pool in (job.training, job.test):
        for bucket in pool.buckets:
            answer = job.shell.velocity(bucket.inputs(slice(None)), job.blocks)
            torch.testing.assert_close(answer, bucket.velocity, atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_answers_that_were_given_while_painting_are_not_asked_for_again(job: Job) -> None:
    asked: list[int] = []
    handle = job.pipeline.transformer.register_forward_pre_hook(
        lambda _module, _args, given: asked.append(len(given["hidden_states"])), with_kwargs=True
    )
    again(job, trajectory_share=1.0)
    handle.remove()
    assert sum(asked) == 2 * job.settings.calibrate.num_steps * len(PROMPTS)


@torch.no_grad()
def test_samples_are_the_teachers_own_way_and_its_picture_noised_again(job: Job) -> None:
    prompt, number, steps = prompts_of(job)[-1], len(PROMPTS) - 1, job.settings.calibrate.num_steps
    job = again(job, empty_share=0.0, num_heldout_samples=40)
    seed = int(job.generator("trajectory", number).initial_seed() % 2**31)
    way = [torch.randn(1, 16, 1, 4, 4, generator=torch.Generator().manual_seed(seed))]
    way[0] = job.pipeline._pack_latents(way[0].transpose(1, 2), 1, 16, 4, 4)
    job.painter.paint(
        [prompt], [seed], steps=steps, on_step=lambda _d, _t, latents: way.append(latents)
    )
    samples, clean = job.test.buckets[0], way.pop()[0]
    away = [[float((x - w[0]).abs().max()) for w in way] for x in samples.hidden]
    on_the_way = [min(distances) < 1e-4 for distances in away]
    assert sum(on_the_way) == 28, "70 % of 40"
    for distances, sigma in zip(away, samples.sigma, strict=True):
        step = distances.index(min(distances))
        if distances[step] < 1e-4:
            assert float(sigma) == pytest.approx(float(job.pipeline.scheduler.sigmas[step]))
    noise = torch.stack(
        [
            (x - (1 - s) * clean) / s
            for x, s, on in zip(samples.hidden, samples.sigma, on_the_way, strict=True)
            if not on and s > 0.05
        ]
    )
    assert abs(float(noise.mean())) < 0.1
    assert float(noise.std()) == pytest.approx(1, abs=0.1)
    noised = sorted(float(s) for s, on in zip(samples.sigma, on_the_way, strict=True) if not on)
    assert all(abs(s - (i + 0.5) / 12) <= 0.5 / 12 + 1e-6 for i, s in enumerate(noised)), (
        "times are stratified"
    )
    assert {round(float(s), 4) for s, on in zip(samples.sigma, on_the_way, strict=True) if on} == {
        round(float(s), 4) for s in job.pipeline.scheduler.sigmas[:-1]
    }


def test_share_of_empty_prompts_is_kept(job: Job) -> None:
    empty = states_of(job, EMPTY)
    assert set(words(again(job, empty_share=1.0).training)) == {empty}
    share = words(again(job, empty_share=0.3, num_samples=500).training).count(empty) / 500
    assert share == pytest.approx(0.3, abs=0.07)


def test_every_prompt_gives_a_sample_however_few_are_wanted(job: Job) -> None:
    assert len(again(job, num_samples=1, num_heldout_samples=1).training) == 10


def test_prompt_file_is_read_line_by_line_and_every_prompt_once(tmp_path: Path) -> None:
    file = tmp_path / "p.txt"
    file.write_text("a fox\n\n  a größerer cat  \na fox\na dog\n", encoding="utf-8")
    assert read_prompts(file) == ["a fox", "a größerer cat", "a dog"]


@pytest.mark.parametrize(
    "content", [b"", b"\n \n", b"a fox\na fox\na fox\na cat\n", b"\xff\xfe\x00"]
)
def test_prompt_file_that_cannot_be_split_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "p.txt"
    file.write_bytes(content)
    with pytest.raises(EngineError) as excinfo:
        read_prompts(file)
    assert excinfo.value.code in ("too_few_prompts", "bad_prompts")


def test_missing_prompt_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as excinfo:
        read_prompts(tmp_path / "p.txt")
    assert excinfo.value.code == "bad_prompts"


def test_model_without_captions_of_its_own_needs_prompts(job: Job) -> None:
    with pytest.raises(EngineError) as excinfo:
        again(job, prompts_file=None)
    assert excinfo.value.code == "no_prompts"


def test_stop_is_heard_between_denoising_steps(job: Job) -> None:
    forwards: list[int] = []
    handle = job.pipeline.transformer.register_forward_pre_hook(lambda *_: forwards.append(1))
    with pytest.raises(Cancelled):
        calibrate.run(job, Reporter(should_stop=lambda: len(forwards) >= 2))
    handle.remove()
    assert len(forwards) == 2, "one step, with and without the prompt"
