"""Linear CKA in feature space (Kornblith et al. 2019), raw and debiased (Song et al. 2012)."""

from __future__ import annotations

import torch
from torch import Tensor


class Prepared:
    """Centred rows [N, D], and what every comparison with them needs."""

    def __init__(self, rows: Tensor) -> None:
        self.rows = rows
        self._own: dict[bool, Tensor] = {}

    def own(self, *, debiased: bool) -> Tensor:
        """How alike the rows are to themselves; worked out once."""
        if debiased not in self._own:
            self._own[debiased] = (_hsic if debiased else _cross)(self.rows, self.rows)
        return self._own[debiased]


def prepared(x: Tensor, *, standardise: bool) -> Prepared:
    """Rows [N, D] centred, in fp64 precision of the mean; per channel to unit spread if asked.

    Without standardising, one massive channel decides the whole result.
    """
    x = x.double() - x.double().mean(dim=0)
    if standardise:
        spread = x.square().mean(dim=0).sqrt()
        x = torch.where(spread > 1e-12, x / spread.clamp(min=1e-12), 0.0)
    return Prepared(x.float())


def linear_cka(x: Prepared, y: Prepared, *, debiased: bool) -> float:
    """CKA of rows [N, D] and [N, K]: 1 for equal up to rotation and scale.

    Raw: |Y'X|^2 / (|X'X| |Y'Y|). Debiased: the same with the unbiased HSIC, which is 0 in
    expectation for independent data whatever N is; it can be slightly negative.
    """
    own = x.own(debiased=debiased) * y.own(debiased=debiased)
    together = (_hsic if debiased else _cross)(x.rows, y.rows)
    return float(together / own.clamp(min=1e-30).sqrt())


def _cross(x: Tensor, y: Tensor) -> Tensor:
    return (x.T @ y).double().square().sum()


def _hsic(x: Tensor, y: Tensor) -> Tensor:
    """Unbiased HSIC of linear kernels of centred rows, times n (n - 3), without n x n matrices.

    With the diagonals of K = XX' and L = YY' set to zero (K~, L~):
    tr(K~L~) + 1'K~1 1'L~1 / ((n-1)(n-2)) - 2/(n-2) 1'K~L~1; the row sums of a centred kernel are
    zero, so those of K~ are minus its diagonal.
    """
    n = len(x)
    k, l = x.square().sum(dim=1).double(), y.square().sum(dim=1).double()  # noqa: E741
    trace = _cross(x, y) - (k * l).sum()
    sums = k.sum() * l.sum() / ((n - 1) * (n - 2))
    return trace + sums - 2 / (n - 2) * (k * l).sum()
