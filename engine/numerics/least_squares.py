"""Least squares with bias from pooled normal equations: one pass, any number of rows."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor

RIDGES = (1e-8, 1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1)


@dataclass(frozen=True, slots=True)
class AffineMap:
    """y = x @ weight + bias; weight [D, K], bias [K]."""

    weight: Tensor
    bias: Tensor

    def __call__(self, x: Tensor) -> Tensor:
        return x @ self.weight + self.bias

    def to(self, place: torch.device) -> AffineMap:
        return AffineMap(self.weight.to(place), self.bias.to(place))


class NormalEquations:
    """Sums of X'X and X'Y on rows shifted by a pilot mean: products in fp32, sums in fp64.

    Shifting first is what keeps ill-conditioned activations solvable (METHOD section 2).
    """

    def __init__(self, num_inputs: int, num_outputs: int) -> None:
        self._gram = torch.zeros(num_inputs, num_inputs, dtype=torch.float64)
        self._cross = torch.zeros(num_inputs, num_outputs, dtype=torch.float64)
        self._sum_x = torch.zeros(num_inputs, dtype=torch.float64)
        self._sum_y = torch.zeros(num_outputs, dtype=torch.float64)
        self._pilot_x: Tensor | None = None
        self._pilot_y: Tensor | None = None
        self.num_rows = 0

    def add(self, x: Tensor, y: Tensor) -> None:
        """Add rows x [N, D] and y [N, K]."""
        x, y = x.float(), y.float()
        if self._pilot_x is None or self._pilot_y is None:
            self._pilot_x, self._pilot_y = x.mean(dim=0), y.mean(dim=0)
        x, y = x - self._pilot_x, y - self._pilot_y
        self._gram += x.T @ x
        self._cross += x.T @ y
        self._sum_x += x.sum(dim=0, dtype=torch.float64)
        self._sum_y += y.sum(dim=0, dtype=torch.float64)
        self.num_rows += len(x)

    def solve(self, ridge: float) -> AffineMap:
        """The map with the least squared error; `ridge` is relative to columns of unit length.

        Columns are equilibrated, constant ones left out, and the system is solved by Cholesky in
        fp64. Raises
        torch.linalg.LinAlgError if `ridge` is too small for the data.
        """
        system, cross, scale = self._centred()
        system.diagonal().add_(ridge)
        factor = torch.linalg.cholesky(system)
        return self._through_the_mean(scale[:, None] * torch.cholesky_solve(cross, factor))

    def descend(self, start: AffineMap, *, steps: int) -> AffineMap:
        """`start` after gradient steps on the squared error of all rows, none of which is needed.

        PPCL eq. 2. The steps are as long as is safe: one over the largest curvature.
        """
        system, cross, scale = self._centred()
        curvature = torch.linalg.eigvalsh(system)[-1].clamp(min=1e-30)
        inverse = torch.where(scale > 0, 1 / scale.clamp(min=1e-30), 0.0)
        scaled = inverse[:, None] * start.weight.double()
        for _ in range(steps):
            scaled = scaled - (system @ scaled - cross) / curvature
        return self._through_the_mean(scale[:, None] * scaled)

    def _centred(self) -> tuple[Tensor, Tensor, Tensor]:
        """X'X and X'Y of centred rows with columns of unit length, and what makes them so."""
        assert self._pilot_x is not None, "no rows were added"
        mean_x, mean_y = self._sum_x / self.num_rows, self._sum_y / self.num_rows
        gram = self._gram - self.num_rows * torch.outer(mean_x, mean_x)
        cross = self._cross - self.num_rows * torch.outer(mean_x, mean_y)
        # All that is left of a constant column is rounding; scaled up, it would spoil the rest.
        squares = gram.diagonal()
        constant = squares <= self.num_rows * (1e-6 * self._pilot_x).double().square()
        scale = torch.where(constant, 0.0, squares.clamp(min=1e-30).rsqrt())
        return scale[:, None] * gram * scale[None, :], scale[:, None] * cross, scale

    def _through_the_mean(self, weight: Tensor) -> AffineMap:
        """The map with `weight` and the bias that is best for it."""
        assert self._pilot_x is not None and self._pilot_y is not None
        mean_x, mean_y = self._sum_x / self.num_rows, self._sum_y / self.num_rows
        bias = self._pilot_y + mean_y - (self._pilot_x + mean_x) @ weight
        return AffineMap(weight.float(), bias.float())


def fit(
    equations: NormalEquations, x: Tensor, y: Tensor, *, ridges: tuple[float, ...] = RIDGES
) -> tuple[AffineMap, float]:
    """The map whose ridge is best on held-out x [N, D], y [N, K], and its unexplained variance."""
    best: tuple[AffineMap, float] | None = None
    for ridge in ridges:
        try:
            candidate = equations.solve(ridge)
        except torch.linalg.LinAlgError:
            continue
        error = unexplained(candidate(x.float()), y)
        if best is None or error < best[1]:
            best = candidate, error
    if best is None:
        raise torch.linalg.LinAlgError("no ridge makes the normal equations positive definite")
    return best


def unexplained(estimate: Tensor, y: Tensor) -> float:
    """Unexplained share of the variance of y [N, K]: sum |y - estimate|^2 / sum |y - mean|^2."""
    y = y.double()
    return float(
        (y - estimate).square().sum() / (y - y.mean(dim=0)).square().sum().clamp(min=1e-30)
    )
