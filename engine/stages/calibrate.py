"""Stage calibrate: let the teacher paint, and keep what it was given and what it answered.

The teacher's own trajectories give noisy latents, times and prompts of both guidance branches; a
share of the samples is its final picture, noised again. Prompts are split 90 / 5 / 5, so that no
prompt is in two splits.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine import pool
from engine.errors import EngineError
from engine.generation import OnStep
from engine.job import Job
from engine.pool import Bucket, Pool
from engine.project import write_bytes
from engine.reporting import Reporter

NEEDS: tuple[str, ...] = ()
_BATCH = 64
_SPLITS = ("training", "validation", "test")


@dataclass(frozen=True, slots=True)
class _Path:
    """One prompt's way from noise to picture: latents [S, L, C] at sigmas [S], and x0 [L, C]."""

    prompt: str
    latents: Tensor
    sigmas: Tensor
    clean: Tensor


def run(job: Job, report: Reporter) -> None:
    """Write calibration/{training,validation,test}.safetensors and prompts.txt."""
    settings = job.settings.calibrate
    prompts = _prompts(job)
    folder = job.project.path("calibration", "prompts.txt").parent
    write_bytes(folder / "prompts.txt", ("\n".join(prompts) + "\n").encode())
    paths = _paint_all(job, prompts, report)
    num_held = max(1, round(0.05 * len(paths)))
    shares = (len(paths) - 2 * num_held, num_held, num_held)
    wanted = (settings.num_samples, settings.num_heldout_samples, settings.num_heldout_samples)
    start = 0
    for split, num_paths, num_samples in zip(_SPLITS, shares, wanted, strict=True):
        chosen = paths[start : start + num_paths]
        start += num_paths
        samples = _pick(job, chosen, max(1, round(num_samples / num_paths)))
        pool.save(_answered(job, samples, report), folder / f"{split}.safetensors")
        report.artifact("pool", f"calibration/{split}.safetensors")


def read_prompts(file: Path) -> list[str]:
    """One prompt a line, every prompt once. Raises EngineError if there are too few to split."""
    try:
        prompts = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
    except (OSError, UnicodeDecodeError) as error:
        raise EngineError(
            "bad_prompts",
            f"The prompt file {file} cannot be read.",
            hint="Give a text file with one prompt a line.",
        ) from error
    prompts = list(dict.fromkeys(p for p in prompts if p))
    if len(prompts) < 3:
        raise EngineError(
            "too_few_prompts",
            f"The prompt file {file} has {len(prompts)} different prompts; at least 3 are needed.",
            hint="Write one prompt a line; some hundred are good.",
        )
    return prompts


def _prompts(job: Job) -> list[str]:
    settings = job.settings.calibrate
    if settings.prompts_file:
        return read_prompts(Path(settings.prompts_file))[: settings.num_prompts]
    if job.is_pocket:
        from engine.pocket import grammar

        shares = dict.fromkeys(grammar.KINDS, 1.0)
        scenes = grammar.training_scenes(job.seed, shares=shares)
        captions = dict.fromkeys(
            s.caption for s in itertools.islice(scenes, 2 * settings.num_prompts)
        )
        return list(captions)[: settings.num_prompts]
    raise EngineError(
        "no_prompts",
        "This model needs a list of prompts to learn from.",
        hint="Give one with --prompts FILE, one prompt a line.",
    )


def _paint_all(job: Job, prompts: list[str], report: Reporter) -> list[_Path]:
    """The teacher's trajectories, in the order of `prompts`; those of one length share a batch."""
    lengths = defaultdict(list)
    for i, prompt in enumerate(prompts):
        lengths[job.painter.encode([prompt])[0].shape[1]].append(i)
    batches = [
        indices[start : start + _BATCH]
        for indices in lengths.values()
        for start in range(0, len(indices), _BATCH)
    ]
    paths: dict[int, _Path] = {}
    for batch in batches:
        before = len(paths)

        def on_step(done: int, steps: int, _latents: Tensor) -> None:
            finished = before + len(batch) * done // steps  # noqa: B023
            report.progress(finished, len(prompts), "painting with the original")

        chosen = [prompts[i] for i in batch]
        paths |= dict(zip(batch, _paint(job, chosen, batch, on_step), strict=True))
    report.progress(len(prompts), len(prompts), "painting with the original")
    return [paths[i] for i in range(len(prompts))]


def _paint(job: Job, prompts: list[str], numbers: list[int], on_step: OnStep) -> list[_Path]:
    given: list[tuple[Tensor, Tensor]] = []

    def keep(_module: object, _args: object, arguments: dict[str, Tensor]) -> None:
        given.append((arguments["hidden_states"], arguments["timestep"]))

    handle = job.pipeline.transformer.register_forward_pre_hook(keep, with_kwargs=True)
    seeds = [int(job.generator("trajectory", n).initial_seed() % 2**31) for n in numbers]
    try:
        steps = job.settings.calibrate.num_steps
        clean = job.painter.latents(prompts, seeds, steps=steps, on_step=on_step)
    finally:
        handle.remove()
    # With guidance the transformer is called twice a step, on the same latents.
    calls = given[::2] if job.painter.defaults.guidance > 1 else given
    latents = torch.stack([hidden for hidden, _ in calls], dim=1)
    sigmas = torch.stack([sigma for _, sigma in calls], dim=1)
    return [_Path(p, latents[i], sigmas[i], clean[i]) for i, p in enumerate(prompts)]


def _pick(job: Job, paths: list[_Path], per_prompt: int) -> dict[str, list[tuple[Tensor, Tensor]]]:
    """Samples (latents [L, C], sigma []) of each prompt; times are stratified."""
    settings = job.settings.calibrate
    samples = defaultdict(list)
    for path in paths:
        random = job.generator("pick", path.prompt)
        num_path = round(settings.trajectory_share * per_prompt)
        offsets = torch.rand(num_path, generator=random)
        steps = ((torch.arange(num_path) + offsets) / max(num_path, 1) * len(path.sigmas)).long()
        picked = [(path.latents[s], path.sigmas[s]) for s in steps]
        num_noised = per_prompt - num_path
        offsets = torch.rand(num_noised, generator=random)
        sigmas = ((torch.arange(num_noised) + offsets) / max(num_noised, 1)).clamp(0.02, 1)
        noise = torch.randn((num_noised, *path.clean.shape), generator=random)
        picked += [(torch.lerp(path.clean, n, s), s) for n, s in zip(noise, sigmas, strict=True)]
        empty = torch.rand(per_prompt, generator=random) < settings.empty_share
        for sample, is_empty in zip(picked, empty.tolist(), strict=True):
            samples[job.painter.defaults.negative_prompt if is_empty else path.prompt].append(
                sample
            )
    return samples


def _answered(job: Job, samples: dict[str, list[tuple[Tensor, Tensor]]], report: Reporter) -> Pool:
    """Bucket the samples by text length and ask the teacher for its velocities."""
    by_length: dict[int, list[tuple[Tensor, str]]] = defaultdict(list)
    for prompt in samples:
        states = job.painter.encode([prompt])[0][0]
        by_length[len(states)].append((states, prompt))
    d, scale = job.painter.defaults, job.pipeline.vae_scale_factor * 2
    shape = (1, d.height // scale, d.width // scale)
    buckets = []
    for _, entries in sorted(by_length.items()):
        rows = [(i, x, s) for i, (_, prompt) in enumerate(entries) for x, s in samples[prompt]]
        buckets.append(
            Bucket(
                hidden=torch.stack([x for _, x, _ in rows]),
                sigma=torch.stack([s for _, _, s in rows]),
                velocity=torch.empty(0),
                texts=torch.stack([states for states, _ in entries]),
                prompt=torch.tensor([i for i, _, _ in rows]),
                shape=shape,
            )
        )
    return Pool(tuple(_with_velocity(job, b, report) for b in buckets))


@torch.no_grad()
def _with_velocity(job: Job, bucket: Bucket, report: Reporter) -> Bucket:
    answers = []
    for start in range(0, len(bucket), _BATCH):
        x = bucket.inputs(slice(start, start + _BATCH))
        answers.append(
            job.pipeline.transformer(
                hidden_states=x.hidden,
                encoder_hidden_states=x.text,
                timestep=x.sigma,
                img_shapes=[[x.shape]] * len(x),
                return_dict=False,
            )[0]
        )
        report.progress(start, len(bucket), "asking the original")
    return Bucket(
        bucket.hidden, bucket.sigma, torch.cat(answers), bucket.texts, bucket.prompt, bucket.shape
    )
