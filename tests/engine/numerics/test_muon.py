"""Orthogonalised steps: against torch's own Muon, and what becomes of singular values."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from engine.numerics.muon import Muon, orthogonal

SHAPES = ((6, 4), (4, 6), (8, 8), (4, 9), (12, 4))


def draw(shape: tuple[int, ...], seed: int) -> torch.Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("shape", SHAPES)
def test_singular_values_come_close_to_one_and_directions_stay(shape: tuple[int, int]) -> None:
    given = torch.stack([draw(shape, seed) for seed in range(3)])
    made = orthogonal(given)
    for before, after in zip(given, made, strict=True):
        values = torch.linalg.svdvals(after)
        assert values.min() > 0.6
        assert values.max() < 1.3
        u, _, v = torch.linalg.svd(before, full_matrices=False)
        inner = u.mT @ after @ v.mT
        assert (inner - inner.diagonal().diag()).abs().max() < 1e-4


@pytest.mark.parametrize("shape", [(24, 24), (24, 96)])
def test_a_gradient_of_low_rank_keeps_its_rank(shape: tuple[int, int]) -> None:
    """What is only rounding does not become a step, whichever way the iteration takes."""
    given = draw((shape[0], 2), 1) @ draw((2, shape[1]), 2)
    values = torch.linalg.svdvals(orthogonal(given[None])[0])
    assert values[:2].min() > 0.6
    assert values[2:].max() < 0.05


def test_matrices_of_one_batch_do_not_touch_each_other() -> None:
    given = torch.stack([draw((6, 4), seed) for seed in range(3)])
    assert torch.allclose(orthogonal(given)[1], orthogonal(given[1:2])[0], atol=1e-6)


def test_steps_are_those_of_torch() -> None:
    """Its iteration runs in bfloat16, so steps agree to a few percent of their length."""
    ours, theirs = ([nn.Parameter(draw(s, 9)) for s in (*SHAPES, (6, 4))] for _ in range(2))
    start = [p.detach().clone() for p in ours]
    mine = Muon(ours, lr=0.01, weight_decay=0.1)
    other = torch.optim.Muon(theirs, lr=0.01, weight_decay=0.1, adjust_lr_fn="match_rms_adamw")
    for step in range(4):
        for number, (a, b) in enumerate(zip(ours, theirs, strict=True)):
            a.grad = draw(tuple(a.shape), 100 * step + number)
            b.grad = a.grad.clone()
        mine.step()
        other.step()
    for a, b, before in zip(ours, theirs, start, strict=True):
        assert (a - b).norm() < 0.05 * (a - before).norm()
        assert (a - before).norm() > 0


def test_parameters_without_a_gradient_stay() -> None:
    moved, left = nn.Parameter(draw((4, 4), 1)), nn.Parameter(draw((4, 4), 2))
    before = left.detach().clone()
    optimizer = Muon([moved, left], lr=0.1, weight_decay=0.1)
    moved.grad = draw((4, 4), 3)
    optimizer.step()
    assert torch.equal(left, before)
