"""Stage calibrate: let the teacher paint, and keep what it was given and what it answered.

The teacher's own trajectories give noisy latents, times and prompts of both guidance branches; a
share of the samples is its final picture, noised again. Prompts are split 90 / 5 / 5, so that no
prompt is in two splits. Every finished batch is a checkpoint until the whole pool is there.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor

from engine import pool, tensors
from engine.errors import EngineError
from engine.generation import OnStep
from engine.job import Job
from engine.pool import Bucket, Pool
from engine.project import fingerprint, write_bytes
from engine.reporting import Reporter, Tally
from engine.settings import Calibrate
from engine.teacher.shell import velocity
from engine.workers import Workers

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
    """Write calibration/{training,validation,test}.safetensors and prompts.txt.

    prompts.txt has the prompts in the order of the splits: the last 5 % of it are the test's.
    """
    settings = job.settings.calibrate
    prompts = _prompts(job)
    folder = job.project.path("calibration", "prompts.txt").parent
    write_bytes(folder / "prompts.txt", ("\n".join(prompts) + "\n").encode())
    workers = Workers(job)
    paths = _paint_all(job, workers, prompts, report)
    num_held = max(1, round(0.05 * len(paths)))
    shares = (len(paths) - 2 * num_held, num_held, num_held)
    wanted = (settings.num_samples, settings.num_heldout_samples, settings.num_heldout_samples)
    start = 0
    for split, num_paths, num_samples in zip(_SPLITS, shares, wanted, strict=True):
        chosen = paths[start : start + num_paths]
        start += num_paths
        samples = _pick(job, chosen, max(1, round(num_samples / num_paths)))
        pool.save(_answered(job, workers, split, samples, report), folder / f"{split}.safetensors")
        report.artifact("pool", f"calibration/{split}.safetensors")
    finished = _checkpoint(job, "*")
    for file in finished.parent.glob(finished.name):
        file.unlink()


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


def check_prompts(model: str, settings: Calibrate) -> None:
    """Raise EngineError where there is nothing to paint: only Pocket knows captions itself."""
    if model != "pocket" and settings.prompts_file is None:
        raise EngineError(
            "no_prompts",
            "This model needs a list of prompts to learn from.",
            hint="Give one with --prompts FILE, one prompt a line.",
        )


def _prompts(job: Job) -> list[str]:
    """What is painted; a user's list in an order of the seed's, so that every split is like it."""
    settings = job.settings.calibrate
    check_prompts(job.model, settings)
    if settings.prompts_file is not None:
        prompts = read_prompts(Path(settings.prompts_file))
        prompts.sort(key=lambda prompt: fingerprint(job.seed, prompt))
        return prompts[: settings.num_prompts]
    from engine.pocket import grammar

    shares = dict.fromkeys(grammar.KINDS, 1.0)
    scenes = grammar.training_scenes(job.seed, shares=shares)
    captions = dict.fromkeys(s.caption for s in itertools.islice(scenes, 2 * settings.num_prompts))
    return list(captions)[: settings.num_prompts]


def _paint_all(job: Job, workers: Workers, prompts: list[str], report: Reporter) -> list[_Path]:
    """The teacher's trajectories, in the order of `prompts`; those of one length share a batch."""
    lengths = defaultdict(list)
    for i, prompt in enumerate(prompts):
        lengths[job.painter.encode([prompt])[0].shape[1]].append(i)
    batches = [
        indices[start : start + _BATCH]
        for indices in lengths.values()
        for start in range(0, len(indices), _BATCH)
    ]

    def paint(report: Reporter, batch: list[int]) -> None:
        def on_step(done: int, steps: int, _latents: Tensor) -> None:
            report.progress(done, steps, "painting with the original")

        _keep(
            job, f"way-{batch[0]}", lambda: _paint(job, [prompts[i] for i in batch], batch, on_step)
        )

    workers.each(paint, batches, report=report, tally=Tally(len(prompts)), size=len)
    paths: dict[int, _Path] = {}
    for batch in batches:
        made = _kept(job, f"way-{batch[0]}")
        paths |= {
            i: _Path(prompts[i], *(made[part][row] for part in ("latents", "sigmas", "clean")))
            for row, i in enumerate(batch)
        }
    report.progress(len(prompts), len(prompts), "painting with the original")
    return [paths[i] for i in range(len(prompts))]


def _paint(job: Job, prompts: list[str], numbers: list[int], on_step: OnStep) -> dict[str, Tensor]:
    """Latents [B, S, L, C], sigmas [B, S] and clean latents [B, L, C] of some prompts."""
    given: list[tuple[Tensor, Tensor]] = []

    def keep(_module: object, _args: object, arguments: dict[str, Tensor]) -> None:
        given.append((arguments["hidden_states"].cpu(), arguments["timestep"].cpu()))

    handle = job.pipeline.transformer.register_forward_pre_hook(keep, with_kwargs=True)
    seeds = [int(job.generator("trajectory", n).initial_seed() % 2**31) for n in numbers]
    try:
        steps = job.settings.calibrate.num_steps
        clean = job.painter.latents(prompts, seeds, steps=steps, on_step=on_step).cpu()
    finally:
        handle.remove()
    # With guidance the transformer is called twice a step, on the same latents.
    calls = given[::2] if job.painter.defaults.guidance > 1 else given
    latents = torch.stack([hidden for hidden, _ in calls], dim=1)
    sigmas = torch.stack([sigma for _, sigma in calls], dim=1)
    return {"latents": latents, "sigmas": sigmas, "clean": clean}


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


def _answered(
    job: Job,
    workers: Workers,
    split: str,
    samples: dict[str, list[tuple[Tensor, Tensor]]],
    report: Reporter,
) -> Pool:
    """Bucket the samples by text length and ask the teacher for its velocities."""
    by_length: dict[int, list[tuple[Tensor, str]]] = defaultdict(list)
    for prompt in samples:
        states = job.painter.encode([prompt])[0][0].cpu()
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
    asked = Pool(tuple(buckets))
    batches = list(asked.batches(_BATCH))

    def name(batch: tuple[int, slice]) -> str:
        return f"{split}-{batch[0]}-{batch[1].start}"

    @torch.no_grad()
    def ask(report: Reporter, batch: tuple[int, slice]) -> None:
        i, rows = batch
        report.progress(0, 1, "asking the original")
        inputs = buckets[i].inputs(rows)
        _keep(job, name(batch), lambda: {"v": velocity(job.pipeline.transformer, inputs).cpu()})
        report.progress(1, 1, "asking the original")

    workers.each(
        ask, batches, report=report, tally=Tally(len(asked)),
        size=lambda batch: batch[1].stop - batch[1].start,
    )  # fmt: skip
    answers: list[list[Tensor]] = [[] for _ in buckets]
    for batch in batches:
        answers[batch[0]].append(_kept(job, name(batch))["v"])
    return Pool(
        tuple(
            Bucket(b.hidden, b.sigma, torch.cat(parts), b.texts, b.prompt, b.shape)
            for b, parts in zip(buckets, answers, strict=True)
        )
    )


def _keep(job: Job, name: str, make: Callable[[], dict[str, Tensor]]) -> None:
    """Store what `make` gives, unless a run that was stopped had got so far with the same."""
    file, work = _checkpoint(job, name), fingerprint(job.project.header, job.settings.calibrate)
    if tensors.metadata(file).get("fingerprint") != work:
        tensors.save(file, make(), {"fingerprint": work})


def _kept(job: Job, name: str) -> dict[str, Tensor]:
    hint = "Delete it and run the same again."
    return tensors.load(_checkpoint(job, name), what="The checkpoint", hint=hint)[0]


def _checkpoint(job: Job, name: str) -> Path:
    return job.project.path("checkpoints", f"calibrate-{name}.safetensors")
