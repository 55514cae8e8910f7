"""Normal equations against double precision, on the kind of data that activations are."""

from __future__ import annotations

import itertools

import pytest
import torch
from torch import Tensor

from engine.numerics.least_squares import AffineMap, NormalEquations, fit, unexplained


def activations(num_rows: int, *, seed: int) -> tuple[Tensor, Tensor]:
    """x [N, 24] far from zero, spreads 0.01 to 100, channels that lean on each other; y [N, 3]."""
    world = torch.Generator().manual_seed(7)
    mixing = torch.eye(24) + 0.5 * torch.randn(24, 24, generator=world)
    spread = torch.logspace(-2, 2, 24)
    mean = 30 * torch.randn(24, generator=world)
    truth = torch.randn(24, 3, generator=world)
    draw = torch.Generator().manual_seed(seed)
    z = torch.randn(num_rows, 24, generator=draw) @ mixing
    y = z @ truth + 0.5 * torch.randn(num_rows, 3, generator=draw)
    return (z * spread + mean).float(), y


def reference(x: Tensor, y: Tensor) -> AffineMap:
    """The same by a double-precision solver of centred rows."""
    x, y = x.double(), y.double()
    weight = torch.linalg.lstsq(x - x.mean(0), y - y.mean(0), driver="gelsd").solution
    return AffineMap(weight, y.mean(0) - x.mean(0) @ weight)


def pooled(x: Tensor, y: Tensor, *, rows: int = 100) -> NormalEquations:
    equations = NormalEquations(x.shape[1], y.shape[1])
    for part, answer in zip(x.split(rows), y.split(rows), strict=True):
        equations.add(part, answer)
    return equations


def test_ill_conditioned_shifted_rows_are_fitted_as_in_double_precision() -> None:
    x, y = activations(3000, seed=1)
    held_x, held_y = activations(1000, seed=2)
    exact = reference(x, y)
    wanted = unexplained(exact(held_x.double()), held_y)
    _, error = fit(pooled(x, y), held_x, held_y)
    assert 0.001 < wanted < 0.1
    assert error == pytest.approx(wanted, rel=0.01)


def test_result_does_not_depend_on_how_rows_are_batched() -> None:
    x, y = activations(1000, seed=1)
    once, often = pooled(x, y, rows=1000).solve(1e-6), pooled(x, y, rows=37).solve(1e-6)
    assert unexplained(once(x), often(x)) < 1e-6


def test_exact_map_is_found_with_its_bias() -> None:
    draw = torch.Generator().manual_seed(0)
    x = 5 + torch.randn(500, 6, generator=draw)
    weight, bias = torch.randn(6, 2, generator=draw), torch.tensor([3.0, -40.0])
    found = pooled(x, x @ weight + bias).solve(1e-8)
    torch.testing.assert_close(found.weight, weight, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(found.bias, bias, atol=1e-3, rtol=1e-4)


def test_ridge_is_the_one_that_is_best_on_held_out_rows() -> None:
    draw = torch.Generator().manual_seed(0)
    x, held_x = torch.randn(50, 40, generator=draw), torch.randn(400, 40, generator=draw)
    weight = 0.1 * torch.randn(40, 1, generator=draw)
    y = x @ weight + torch.randn(50, 1, generator=draw)
    held_y = held_x @ weight + torch.randn(400, 1, generator=draw)
    equations, ridges = pooled(x, y), (1e-8, 1e-2, 1.0, 1e3)
    errors = [unexplained(equations.solve(r)(held_x), held_y) for r in ridges]
    chosen, error = fit(equations, held_x, held_y, ridges=ridges)
    assert error == min(errors)
    assert errors.index(error) == 2, "the case must need a ridge in the middle"
    assert torch.equal(chosen.weight, equations.solve(ridges[2]).weight)


@pytest.mark.parametrize("value", [0.0, 0.1, 1000.3, -5e4 / 3])
def test_constant_channel_changes_nothing(value: float) -> None:
    draw = torch.Generator().manual_seed(0)
    x = torch.randn(300, 5, generator=draw)
    y = x @ torch.randn(5, 2, generator=draw) + 0.1 * torch.randn(300, 2, generator=draw)
    constant = torch.cat([x, torch.full((300, 1), value)], dim=1)
    wanted = unexplained(pooled(x, y).solve(1e-8)(x), y)
    _, error = fit(pooled(constant, y), constant, y)
    assert error == pytest.approx(wanted, rel=1e-2)


def test_more_channels_than_rows_are_fitted() -> None:
    draw = torch.Generator().manual_seed(0)
    x, y = torch.randn(20, 64, generator=draw), torch.randn(20, 2, generator=draw)
    _, error = fit(pooled(x, y), x, y)
    assert error < 1e-3


def test_unexplained_is_zero_for_the_truth_and_one_for_the_mean() -> None:
    y = torch.randn(100, 3, generator=torch.Generator().manual_seed(0))
    assert unexplained(y, y) == 0
    assert unexplained(y.double().mean(0).expand_as(y), y) == pytest.approx(1)


def test_gradient_steps_go_down_to_the_minimum_and_stay_there() -> None:
    draw = torch.Generator().manual_seed(0)
    x = 5 + torch.randn(500, 6, generator=draw)
    y = x @ torch.randn(6, 2, generator=draw) + torch.randn(500, 2, generator=draw) + 7
    equations = pooled(x, y)
    rough, best = equations.solve(0.5), equations.solve(1e-12)
    errors = [unexplained(equations.descend(rough, steps=n)(x), y) for n in (0, 1, 3, 50)]
    assert all(later < earlier + 1e-6 for earlier, later in itertools.pairwise(errors))
    assert errors[1] < errors[0]
    assert errors[0] == pytest.approx(unexplained(rough(x), y), rel=1e-4)
    assert errors[-1] == pytest.approx(unexplained(best(x), y), rel=1e-4)
    there = equations.descend(best, steps=50)
    torch.testing.assert_close(there.weight, best.weight, atol=1e-5, rtol=1e-4)
    torch.testing.assert_close(there.bias, best.bias, atol=1e-4, rtol=1e-4)
