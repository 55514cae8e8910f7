"""Stage calibrate: let the teacher paint, and keep what it was given and what it answered.

The teacher's own trajectories give noisy latents, times, prompts of both guidance branches, and its
answers, which cost nothing more; a share of the samples is its final picture, noised again, and it
is asked about those. Prompts are split 90 / 5 / 5, so that no prompt is in two splits. Every
finished batch is a checkpoint until the whole pool is there.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

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


class _Samples(NamedTuple):
    """K samples of one prompt: hidden [K, L, C], sigma [K], velocity [K, L, C].

    `is_empty` [K] where the prompt is the negative one; `is_known` [K] where the velocity is there.
    """

    hidden: Tensor
    sigma: Tensor
    velocity: Tensor
    is_empty: Tensor
    is_known: Tensor


@dataclass(frozen=True, slots=True)
class _Given:
    """One call of the transformer while it painted: hidden [B, L, C], sigma [B], its answer."""

    hidden: Tensor
    sigma: Tensor
    velocity: Tensor


def run(job: Job, report: Reporter) -> None:
    """Write calibration/{training,validation,test}.safetensors and prompts.txt.

    prompts.txt has the prompts in the order of the splits: the last 5 % of it are the test's.
    """
    settings = job.settings.calibrate
    prompts = _prompts(job)
    folder = job.project.path("calibration", "prompts.txt").parent
    write_bytes(folder / "prompts.txt", ("\n".join(prompts) + "\n").encode())
    workers = Workers(job)
    num_held = max(1, round(0.05 * len(prompts)))
    shares = (len(prompts) - 2 * num_held, num_held, num_held)
    wanted = (settings.num_samples, settings.num_heldout_samples, settings.num_heldout_samples)
    each = [max(1, round(samples / num)) for num, samples in zip(shares, wanted, strict=True)]
    counts = [count for count, num in zip(each, shares, strict=True) for _ in range(num)]
    states = _encoded(job, workers, prompts, report)
    made = _paint_all(job, workers, prompts, counts, states, report)
    start = 0
    for split, num in zip(_SPLITS, shares, strict=True):
        chosen = dict(zip(prompts[start : start + num], made[start : start + num], strict=True))
        start += num
        answered = _answered(job, workers, split, chosen, states, report)
        pool.save(answered, folder / f"{split}.safetensors")
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
        said = (
            f"The prompt file {file} has {len(prompts)} different prompts; at least 3 are needed."
        )
        if len(prompts) == 1:
            said = f"The prompt file {file} has only one prompt; at least 3 are needed."
        hint = "Write one prompt a line; some hundred are good."
        raise EngineError("too_few_prompts", said, hint=hint)
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


def _encoded(job: Job, workers: Workers, prompts: list[str], report: Reporter) -> dict[str, Tensor]:
    """States [T, D] of every prompt and of the negative one, as long as each is."""
    wanted = [*prompts, _negative(job)]
    starts = range(0, len(wanted), _BATCH)

    def read(report: Reporter, start: int) -> None:
        def make() -> dict[str, Tensor]:
            states, mask = job.painter.encode(wanted[start : start + _BATCH])
            given = states.new_ones(states.shape[:2]) if mask is None else mask
            return {"states": states.cpu(), "lengths": given.sum(dim=1).long().cpu()}

        _keep(job, f"words-{start}", make)
        report.progress(1, 1, "reading the prompts")

    tally = Tally(len(starts))
    workers.each(read, starts, report=report, tally=tally)
    found: dict[str, Tensor] = {}
    for start in starts:
        kept = _kept(job, f"words-{start}")
        for prompt, states, length in zip(
            wanted[start : start + _BATCH], kept["states"], kept["lengths"].tolist(), strict=True
        ):
            found[prompt] = states[:length]
    return found


def _paint_all(
    job: Job,
    workers: Workers,
    prompts: list[str],
    counts: list[int],
    states: dict[str, Tensor],
    report: Reporter,
) -> list[_Samples]:
    """Samples of every prompt, so many as `counts` says; prompts of one length share a batch."""
    lengths = defaultdict(list)
    for i, prompt in enumerate(prompts):
        lengths[len(states[prompt])].append(i)
    batches = [
        indices[start : start + _BATCH]
        for indices in lengths.values()
        for start in range(0, len(indices), _BATCH)
    ]

    def paint(report: Reporter, batch: list[int]) -> None:
        def on_step(done: int, steps: int, _latents: Tensor) -> None:
            report.progress(done, steps, "painting with the original")

        def make() -> dict[str, Tensor]:
            words = torch.stack([states[prompts[i]] for i in batch])
            made = _paint(job, [(i, prompts[i], counts[i]) for i in batch], words, on_step)
            parts = [torch.cat(part) for part in zip(*made, strict=True)]
            return dict(zip(_Samples._fields, parts, strict=True))

        _keep(job, f"way-{batch[0]}", make)

    workers.each(paint, batches, report=report, tally=Tally(len(prompts)), size=len)
    found: dict[int, _Samples] = {}
    for batch in batches:
        stored = _kept(job, f"way-{batch[0]}")
        parts = [stored[name].split([counts[i] for i in batch]) for name in _Samples._fields]
        found |= dict(zip(batch, map(_Samples, *parts), strict=True))
    report.progress(len(prompts), len(prompts), "painting with the original")
    return [found[i] for i in range(len(prompts))]


@torch.no_grad()
def _paint(
    job: Job, wishes: list[tuple[int, str, int]], words: Tensor, on_step: OnStep
) -> list[_Samples]:
    """Samples of some prompts, given as (number, prompt, how many) and as states [B, T, D]."""
    calls: list[_Given] = []

    def keep(
        _module: object, _args: object, arguments: dict[str, Tensor], output: tuple[Tensor]
    ) -> None:
        given = arguments["hidden_states"], arguments["timestep"], output[0]
        calls.append(_Given(*(x.cpu() for x in given)))

    handle = job.pipeline.transformer.register_forward_hook(keep, with_kwargs=True)
    seeds = [int(job.generator("trajectory", n).initial_seed() % 2**31) for n, _, _ in wishes]
    steps = job.settings.calibrate.num_steps
    try:
        clean = job.painter.latents(words, seeds, steps=steps, on_step=on_step)
    finally:
        handle.remove()
    # With guidance the transformer is called twice a step: for the prompt, then for the negative
    # one. Without it nobody knows what it answers to that.
    branches = [calls] if len(calls) == steps else [calls[::2], calls[1::2]]
    return [
        _pick(job, prompt, count, branches, row, clean[row].cpu())
        for row, (_, prompt, count) in enumerate(wishes)
    ]


def _pick(
    job: Job, prompt: str, count: int, branches: list[list[_Given]], row: int, clean: Tensor
) -> _Samples:
    """`count` samples of one prompt's way to its picture `clean` [L, C]; times are stratified."""
    settings = job.settings.calibrate
    random = job.generator("pick", prompt)
    num_path = round(settings.trajectory_share * count)
    offsets = torch.rand(num_path, generator=random)
    steps = ((torch.arange(num_path) + offsets) / max(num_path, 1) * len(branches[0])).long()
    num_noised = count - num_path
    offsets = torch.rand(num_noised, generator=random)
    sigmas = ((torch.arange(num_noised) + offsets) / max(num_noised, 1)).clamp(0.02, 1)
    noise = torch.randn((num_noised, *clean.shape), generator=random)
    is_empty = torch.rand(count, generator=random) < settings.empty_share
    on_the_way = list(zip(steps.tolist(), is_empty.tolist(), strict=False))
    ways = [branches[0][step] for step, _ in on_the_way]
    answers = [branches[-1 if empty else 0][step].velocity[row] for step, empty in on_the_way]
    unknown = torch.full_like(noise, float("nan"))
    return _Samples(
        hidden=torch.stack(
            [*(way.hidden[row] for way in ways),
             *(torch.lerp(clean, n, s) for n, s in zip(noise, sigmas, strict=True))]
        ),
        sigma=torch.stack([*(way.sigma[row] for way in ways), *sigmas]),
        velocity=torch.stack([*answers, *unknown]),
        is_empty=is_empty,
        is_known=(torch.arange(count) < num_path) & (~is_empty | (len(branches) > 1)),
    )  # fmt: skip


def _answered(
    job: Job,
    workers: Workers,
    split: str,
    samples: dict[str, _Samples],
    states: dict[str, Tensor],
    report: Reporter,
) -> Pool:
    """The samples of one split as a pool; what the teacher has not answered yet, it is asked."""
    buckets, unknown = _in_buckets(job, samples, states)
    batches = [
        (i, start) for i, rows in enumerate(unknown) for start in range(0, len(rows), _BATCH)
    ]

    def rows_of(batch: tuple[int, int]) -> Tensor:
        return unknown[batch[0]][batch[1] : batch[1] + _BATCH]

    @torch.no_grad()
    def ask(report: Reporter, batch: tuple[int, int]) -> None:
        report.progress(0, 1, "asking the original")
        inputs = buckets[batch[0]].inputs(rows_of(batch))
        _keep(
            job, "-".join(map(str, (split, *batch))),
            lambda: {"velocity": velocity(job.pipeline.transformer, inputs).cpu()},
        )  # fmt: skip
        report.progress(1, 1, "asking the original")

    tally = Tally(sum(map(len, unknown)))
    workers.each(ask, batches, report=report, tally=tally, size=lambda b: len(rows_of(b)))
    for batch in batches:
        answer = _kept(job, "-".join(map(str, (split, *batch))))["velocity"]
        buckets[batch[0]].velocity[rows_of(batch)] = answer
    return Pool(tuple(buckets))


def _in_buckets(
    job: Job, samples: dict[str, _Samples], states: dict[str, Tensor]
) -> tuple[list[Bucket], list[Tensor]]:
    """The samples by text length; rows [N] of each bucket whose velocity is not known."""
    by_length: dict[int, list[tuple[Tensor, _Samples]]] = defaultdict(list)
    for words, made in _by_words(job, samples).items():
        by_length[len(states[words])].append((states[words], made))
    d, scale = job.painter.defaults, job.pipeline.vae_scale_factor * 2
    shape = (1, d.height // scale, d.width // scale)
    buckets, unknown = [], []
    for _, entries in sorted(by_length.items()):
        texts = torch.stack([words for words, _ in entries])
        sizes = torch.tensor([len(made.sigma) for _, made in entries])
        made = _together([made for _, made in entries])
        prompt = torch.arange(len(entries)).repeat_interleave(sizes)
        buckets.append(Bucket(made.hidden, made.sigma, made.velocity, texts, prompt, shape))
        unknown.append((~made.is_known).nonzero().flatten())
    return buckets, unknown


def _by_words(job: Job, samples: dict[str, _Samples]) -> dict[str, _Samples]:
    """The samples of every prompt by what the transformer is given: that, or the negative one."""
    found: dict[str, list[_Samples]] = defaultdict(list)
    for prompt, made in samples.items():
        for mask, words in ((~made.is_empty, prompt), (made.is_empty, _negative(job))):
            if mask.any():
                found[words].append(_Samples(*(part[mask] for part in made)))
    return {words: _together(parts) for words, parts in found.items()}


def _together(parts: list[_Samples]) -> _Samples:
    return _Samples(*(torch.cat(part) for part in zip(*parts, strict=True)))


def _negative(job: Job) -> str:
    return job.painter.defaults.negative_prompt


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
