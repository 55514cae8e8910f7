"""The gradient of a step, its batch in shards, computed side by side where there are workers.

A batch is always cut into the same shards, whose gradients are summed in the same order: no bit of
it depends on how many workers there are.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence

import torch
from torch import Tensor, nn

from engine.workers import Team, Workers, shared

SHARDS = 2
ShardsAt = Callable[[int], Sequence[Callable[[], Tensor]]]


@contextlib.contextmanager
def in_shards(
    workers: Workers, parameters: Sequence[nn.Parameter], shards_at: ShardsAt
) -> Iterator[Callable[[int], Tensor]]:
    """What gives the loss of a step and leaves its gradient in `parameters`, for `training.fit`.

    `shards_at(step)` has the loss of each shard, to be computed where it is called; they sum up to
    the loss of the step. All else that they need must be in memory by now.
    """
    learner = _Learner(parameters, shards_at)
    with workers.team(learner.learn) as team:
        yield lambda step: learner.loss_at(step, team)


class _Learner:
    """Parameters and the gradients of the shards, in memory that all workers have in common."""

    def __init__(self, parameters: Sequence[nn.Parameter], shards_at: ShardsAt) -> None:
        self._parameters, self._shards_at = parameters, shards_at
        for parameter in parameters:
            parameter.data = shared(parameter)
        self._slopes = [[shared(p, copy=False) for p in parameters] for _ in range(SHARDS)]

    def learn(self, item: tuple[int, int]) -> tuple[float, list[bool]]:
        """Loss of one shard of a step; and which parameters have slopes now, which are in place."""
        step, shard = item
        loss = self._shards_at(step)[shard]()
        found = torch.autograd.grad(loss, self._parameters, allow_unused=True)
        for place, slope in zip(self._slopes[shard], found, strict=True):
            if slope is not None:
                place.copy_(slope)
        return float(loss.detach()), [slope is not None for slope in found]

    def loss_at(self, step: int, team: Team[tuple[int, int], tuple[float, list[bool]]]) -> Tensor:
        """The loss of a step; leaves the gradients in the parameters."""
        items = [(step, shard) for shard in range(len(self._shards_at(step)))]
        found = list(team.each(items))
        for n, parameter in enumerate(self._parameters):
            used = [self._slopes[s][n] for s, (_, is_used) in enumerate(found) if is_used[n]]
            parameter.grad = torch.stack(used).sum(dim=0) if used else None
        return torch.tensor([loss for loss, _ in found]).sum()
