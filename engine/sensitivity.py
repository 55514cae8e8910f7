"""How much the model's output depends on its states: one matrix a border and stream.

States that are wrong by d [L, D] at a border change the velocity by J d, to first order. With
g = J'r for random r of unit variance, the mean of (g.d)^2 is |J d|^2 (Hutchinson 1990). Errors of
different tokens are taken as unrelated; what counts is then the sum over tokens of d' S d, with
S [D, D] the mean of g g' over samples and tokens: the Gauss-Newton matrix of one token.

One walk back through the blocks gives all borders, one block's graph alive at a time.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

import torch
from torch import Tensor

from engine.job import Job
from engine.teacher.shell import Inputs, States

_SAMPLES = 256
_BATCH = 32


def matrices(job: Job, blocks: Collection[int]) -> dict[int, States]:
    """S [D, D] of every stream behind each of `blocks`, on the teacher's own states.

    Scaled so that the mean over samples of the sum over tokens of d' S d is the output error E.
    They lie where the model computes.
    """
    pool = job.training.head(_SAMPLES)
    found: dict[int, States] = {block: {} for block in blocks}
    power = 0.0
    for number, (i, rows) in enumerate(pool.batches(_BATCH)):
        velocity = pool.buckets[i].velocity[rows]
        power += float(velocity.square().sum(dtype=torch.float64))
        r = torch.randn(velocity.shape, generator=job.generator("sensitivity", number))
        for block, slopes in _walk_back(job, pool.buckets[i].inputs(rows), r, min(blocks)):
            if block in found:
                for stream, g in slopes.items():
                    g = g.to(job.shell.device)
                    squares = torch.einsum("btd,bte->de", g, g) / g.shape[1]
                    found[block][stream] = found[block].get(stream, 0) + squares
    return {b: {name: s / power for name, s in of.items()} for b, of in found.items()}


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
