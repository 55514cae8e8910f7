"""The pool: what the teacher was given at many moments of many pictures, and what it answered.

Samples of one text length form a bucket, so that no batch needs padding. States at a block border
are a list with one `States` per bucket, in the order of the buckets.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from engine import tensors
from engine.reporting import SILENT, Reporter
from engine.teacher.shell import Inputs, Shell, States

FORMAT = "1"
_FEW = 2  # samples of a bucket: fewer tell next to nothing
_WHAT = "The calibration data"
_HINT = "Delete the folders calibration/ and stages/ of the project and run the same command again."
_TENSORS = ("hidden", "sigma", "velocity", "texts", "prompt")


@dataclass(frozen=True, slots=True)
class Bucket:
    """N samples of one text length T.

    hidden [N, L, C] noisy latents, sigma [N], velocity [N, L, C] the teacher's answer,
    texts [P, T, D] the states of its prompts, prompt [N] rows of `texts`.
    """

    hidden: Tensor
    sigma: Tensor
    velocity: Tensor
    texts: Tensor
    prompt: Tensor
    shape: tuple[int, int, int]

    def __len__(self) -> int:
        return len(self.hidden)

    def inputs(self, rows: Tensor | slice) -> Inputs:
        return Inputs(
            self.hidden[rows], self.texts[self.prompt[rows]], self.sigma[rows], self.shape
        )


@dataclass(frozen=True, slots=True)
class Pool:
    """Buckets of samples of one split: training, validation or test."""

    buckets: tuple[Bucket, ...]

    def __len__(self) -> int:
        return sum(len(b) for b in self.buckets)

    def batches(self, size: int) -> Iterator[tuple[int, slice]]:
        """Every sample once, in order, as (bucket, rows)."""
        for i, bucket in enumerate(self.buckets):
            for start in range(0, len(bucket), size):
                yield i, slice(start, min(start + size, len(bucket)))

    def draw(self, size: int, *, generator: torch.Generator) -> tuple[int, Tensor]:
        """A random batch of one bucket, buckets in proportion to their size."""
        sizes = torch.tensor([len(b) for b in self.buckets], dtype=torch.float64)
        i = int(torch.multinomial(sizes, 1, generator=generator))
        return i, torch.randint(len(self.buckets[i]), (size,), generator=generator)

    @torch.no_grad()
    def push(
        self,
        shell: Shell,
        modules: Sequence[nn.Module],
        states: list[States] | None,
        *,
        batch: int,
        report: Reporter = SILENT,
    ) -> list[States]:
        """States of the whole pool behind `modules`, from `states` or from the model's front.

        They lie in main memory, wherever they were computed. Ends between two batches where
        `report` is asked to stop. Raises Cancelled.
        """
        parts: list[list[States]] = [[] for _ in self.buckets]
        for i, rows in self.batches(batch):
            report.check()
            here = None if states is None else {name: s[rows] for name, s in states[i].items()}
            given = shell.states(self.buckets[i].inputs(rows), modules, states=here)
            parts[i].append({name: x.cpu() for name, x in given.items()})
        return [{name: torch.cat([p[name] for p in part]) for name in part[0]} for part in parts]

    @torch.no_grad()
    def output_error(
        self,
        shell: Shell,
        modules: Sequence[nn.Module],
        states: list[States] | None = None,
        *,
        batch: int,
    ) -> float:
        """E = sum |s - t|^2 / sum |t|^2 of the velocity, t the teacher's (METHOD, output error)."""
        wrong = total = 0.0
        for i, rows in self.batches(batch):
            bucket = self.buckets[i]
            here = None if states is None else {name: s[rows] for name, s in states[i].items()}
            answer = shell.velocity(bucket.inputs(rows), modules, states=here)
            target = bucket.velocity[rows].to(answer.device)
            wrong += float((answer - target).square().sum(dtype=torch.float64))
            total += float(target.square().sum(dtype=torch.float64))
        return wrong / total

    def head(self, num_samples: int) -> Pool:
        """About `num_samples` samples, the same share of every bucket, evenly spread.

        Buckets that this would leave next to nothing of are left out, the smallest first: a few
        samples take a processor as long as many.
        """
        if num_samples >= len(self):
            return self
        chosen = sorted(self.buckets, key=len, reverse=True)
        share = num_samples / len(self)
        while len(chosen) > 1 and share * len(chosen[-1]) < _FEW:
            chosen.pop()
            share = min(1.0, num_samples / sum(map(len, chosen)))
        kept = []
        for b in self.buckets:
            if len(b) < len(chosen[-1]):
                continue
            rows = torch.linspace(0, len(b) - 1, max(1, round(share * len(b)))).round().long()
            part = (b.hidden[rows], b.sigma[rows], b.velocity[rows], b.texts, b.prompt[rows])
            kept.append(Bucket(*part, b.shape))
        return Pool(tuple(kept))


def save(pool: Pool, file: Path) -> None:
    """Write one split to a tensor file."""
    stored, metadata = {}, {"format": FORMAT, "buckets": str(len(pool.buckets))}
    for i, bucket in enumerate(pool.buckets):
        stored |= {f"{i}.{name}": getattr(bucket, name) for name in _TENSORS}
        metadata[f"{i}.shape"] = ",".join(map(str, bucket.shape))
    tensors.save(file, stored, metadata)


def load(file: Path) -> Pool:
    """Read one split. Raises EngineError if the file is missing or broken."""
    stored, metadata = tensors.load(file, what=_WHAT, hint=_HINT)
    buckets = []
    with tensors.contents_of(file, what=_WHAT, hint=_HINT):
        for i in range(int(metadata["buckets"])):
            frames, rows, columns = map(int, metadata[f"{i}.shape"].split(","))
            buckets.append(
                Bucket(*(stored[f"{i}.{n}"] for n in _TENSORS), shape=(frames, rows, columns))
            )
    return Pool(tuple(buckets))
