"""How much the model's output depends on its states: one matrix a border and stream.

States that are wrong by d [L, D] at a border change the velocity by J d, to first order. With
g = J'r for random r of unit variance, the mean of (g.d)^2 is |J d|^2 (Hutchinson 1990). Errors of
different tokens are taken as unrelated; what counts is then the sum over tokens of d' S d, with
S [D, D] the mean of g g' over samples and tokens: the Gauss-Newton matrix of one token.

One walk back through the blocks gives all borders, one block's graph alive at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import numpy as np
import torch
from torch import Tensor

from engine.job import Job
from engine.reporting import SILENT, Reporter
from engine.teacher.shell import Inputs, States
from engine.workers import Workers

_SAMPLES = 128
_BATCH = 32
_Squares = dict[tuple[int, str], np.ndarray]  # of g g' by block and stream, [D, D]


def matrices(job: Job, blocks: Collection[int], report: Reporter = SILENT) -> dict[int, States]:
    """S [D, D] of every stream behind each of `blocks`, on the teacher's own states.

    Scaled so that the mean over samples of the sum over tokens of d' S d is the output error E.
    They lie where the model computes. Raises Cancelled where `report` is asked to stop.
    """
    pool = job.training.head(_SAMPLES)

    def squares_of(ours: Reporter, task: tuple[int, tuple[int, slice]]) -> _Squares:
        number, (i, rows) = task
        r = torch.randn(
            pool.buckets[i].velocity[rows].shape, generator=job.generator("sensitivity", number)
        )
        found: _Squares = {}
        for block, slopes in _walk_back(job, pool.buckets[i].inputs(rows), r, min(blocks)):
            ours.check()
            if block in blocks:
                for stream, g in slopes.items():
                    squares = torch.einsum("btd,bte->de", g, g) / g.shape[1]
                    found[block, stream] = squares.cpu().numpy()
        return found

    batches = enumerate(pool.batches(_BATCH))
    parts = Workers(job).each(squares_of, batches, report=report)
    power = sum(float(b.velocity.square().sum(dtype=torch.float64)) for b in pool.buckets)
    found: dict[int, States] = {block: {} for block in blocks}
    for block, stream in parts[0]:
        squares = torch.from_numpy(sum(part[block, stream] for part in parts))
        found[block][stream] = (squares / power).to(job.shell.device)
    return found


def _walk_back(job: Job, inputs: Inputs, r: Tensor, first: int) -> Iterator[tuple[int, States]]:
    """From the last block to `first`: J'r of the states behind it, of those that are read later."""
    shell = job.shell
    with torch.no_grad():
        borders = [shell.states(inputs, [])]
        for block in job.blocks:
            borders.append(shell.states(inputs, [block], states=borders[-1]))
    here = _leaves(borders.pop())
    given = {"velocity": shell.velocity(inputs, [], states=here)}
    slopes = {"velocity": r.to(shell.device)}
    for number in range(len(job.blocks) - 1, first - 1, -1):
        names = shell.read_later(number)
        found = torch.autograd.grad(
            [given[name] for name in slopes], [here[name] for name in names], list(slopes.values())
        )
        slopes = dict(zip(names, found, strict=True))
        yield number, slopes
        if number > first:
            here = _leaves(borders.pop())
            given = shell.states(inputs, [job.blocks[number]], states=here)


def _leaves(states: States) -> States:
    return {name: x.detach().requires_grad_() for name, x in states.items()}
