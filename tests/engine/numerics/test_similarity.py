"""Linear CKA against its n x n definition."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.numerics.similarity import linear_cka, prepared


def rows(num: int, width: int, *, seed: int) -> Tensor:
    return torch.randn(num, width, generator=torch.Generator().manual_seed(seed))


def unbiased_hsic(x: Tensor, y: Tensor) -> float:
    """Song et al. 2012, eq. 5, with n x n kernels."""
    n = len(x)
    k, l = (z.double() @ z.double().T for z in (x, y))  # noqa: E741
    k.fill_diagonal_(0), l.fill_diagonal_(0)
    ones = torch.ones(n, dtype=torch.float64)
    sums = (ones @ k @ ones) * (ones @ l @ ones) / ((n - 1) * (n - 2))
    return float(((k @ l).trace() + sums - 2 / (n - 2) * (ones @ k @ l @ ones)) / (n * (n - 3)))


@pytest.mark.parametrize("standardise", [False, True])
def test_debiased_cka_is_the_one_of_the_n_by_n_definition(standardise: bool) -> None:
    x = rows(60, 10, seed=0) + 3
    y = x @ rows(10, 7, seed=1) + 2 * rows(60, 7, seed=2)
    a, b = (prepared(z, standardise=standardise) for z in (x, y))
    x, y = a.rows, b.rows
    wanted = unbiased_hsic(x, y) / (unbiased_hsic(x, x) * unbiased_hsic(y, y)) ** 0.5
    assert linear_cka(a, b, debiased=True) == pytest.approx(wanted, abs=1e-4)


def test_debiased_cka_of_independent_rows_is_about_zero_where_raw_cka_is_not() -> None:
    pairs = [
        (
            prepared(rows(128, 512, seed=s), standardise=True),
            prepared(rows(128, 512, seed=s + 100), standardise=True),
        )
        for s in range(5)
    ]
    debiased = [linear_cka(x, y, debiased=True) for x, y in pairs]
    assert max(map(abs, debiased)) < 0.05
    assert abs(sum(debiased)) / 5 < 0.02
    assert linear_cka(*pairs[0], debiased=False) > 0.75


@pytest.mark.parametrize("debiased", [False, True])
def test_cka_is_one_for_rotated_scaled_shifted_rows(debiased: bool) -> None:
    x = rows(200, 8, seed=0)
    rotation = torch.linalg.qr(rows(8, 8, seed=1)).Q
    a, b = prepared(x, standardise=False), prepared(3 * x @ rotation + 5, standardise=False)
    assert linear_cka(a, b, debiased=debiased) == pytest.approx(1, abs=1e-4)


def test_one_massive_channel_decides_raw_cka_and_not_the_standardised_one() -> None:
    x, y = rows(400, 32, seed=0), rows(400, 32, seed=1)
    massive = 1000 * rows(400, 1, seed=2)
    x, y = torch.cat([x, massive], dim=1), torch.cat([y, massive], dim=1)
    raw = linear_cka(*(prepared(z, standardise=False) for z in (x, y)), debiased=False)
    robust = linear_cka(*(prepared(z, standardise=True) for z in (x, y)), debiased=True)
    assert raw > 0.99
    assert robust < 0.2


def test_constant_channel_counts_for_nothing() -> None:
    x, y = rows(100, 4, seed=0), rows(100, 4, seed=1)
    wide = torch.cat([x, torch.full((100, 1), 0.1)], dim=1)
    plain, with_constant = (
        linear_cka(prepared(z, standardise=True), prepared(y, standardise=True), debiased=True)
        for z in (x, wide)
    )
    assert with_constant == pytest.approx(plain, abs=1e-6)
