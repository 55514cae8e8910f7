"""Muon: momentum steps for matrices, made orthogonal (Jordan et al. 2024), in float32.

torch.optim.Muon does the same in bfloat16, which a processor without bfloat16 units computes ten
times slower; here matrices of one shape go through the iteration together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor

MOMENTUM = 0.95
# Of the quintic iteration: singular values end within 0.7 to 1.2, which is all a step needs.
_A, _B, _C = 3.4445, -4.7750, 2.0315
_ITERATIONS = 5


class Muon(torch.optim.Optimizer):
    """Parameters are matrices. A step is as long as AdamW's: its root mean square is 0.2 `lr`."""

    def __init__(self, params: Iterable[Tensor], *, lr: float, weight_decay: float) -> None:
        super().__init__(params, {"lr": lr, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> None:  # type: ignore[override]
        assert closure is None
        for group in self.param_groups:
            alike: dict[tuple[int, ...], list[Tensor]] = defaultdict(list)
            for parameter in group["params"]:
                if parameter.grad is not None:
                    alike[tuple(parameter.shape)].append(parameter)
            for shape, parameters in alike.items():
                updates = orthogonal(torch.stack([self._momentum(p) for p in parameters]))
                length = 0.2 * max(shape) ** 0.5 * group["lr"]
                for parameter, update in zip(parameters, updates, strict=True):
                    parameter.mul_(1 - group["lr"] * group["weight_decay"])
                    parameter.sub_(update, alpha=length)

    def _momentum(self, parameter: Tensor) -> Tensor:
        """Nesterov's: the gradient, drawn towards the running mean that it has just entered."""
        slope = parameter.grad
        assert slope is not None
        state: dict[str, Any] = self.state[parameter]
        if "momentum_buffer" not in state:
            state["momentum_buffer"] = torch.zeros_like(slope)
        mean = state["momentum_buffer"].lerp_(slope, 1 - MOMENTUM)
        return slope.lerp(mean, MOMENTUM)


def orthogonal(matrices: Tensor) -> Tensor:
    """Each of `matrices` [N, R, C] with its singular values brought to about 1 (Newton-Schulz).

    Every step of the iteration multiplies x by a polynomial in x x'. Of long matrices only these
    small squares are carried along, and their product meets x once, at the end.
    """
    is_tall = matrices.shape[1] > matrices.shape[2]
    x = matrices.mT if is_tall else matrices
    x = x / x.norm(dim=(1, 2), keepdim=True).clamp(min=1e-7)
    x = _by_squares(x) if x.shape[2] >= 2 * x.shape[1] else _by_itself(x)
    return x.mT if is_tall else x


def _by_itself(x: Tensor) -> Tensor:
    for _ in range(_ITERATIONS):
        gram = x @ x.mT
        x = torch.baddbmm(x, torch.baddbmm(gram, gram, gram, beta=_B, alpha=_C), x, beta=_A)
    return x


def _by_squares(x: Tensor) -> Tensor:
    gram = x @ x.mT
    product = factor = _factor(gram)
    for _ in range(_ITERATIONS - 1):
        gram = factor @ gram @ factor
        factor = _factor(gram)
        product = factor @ product
    return product @ x


def _factor(gram: Tensor) -> Tensor:
    """What one step of the iteration multiplies x by."""
    factor = torch.baddbmm(gram, gram, gram, beta=_B, alpha=_C)
    factor.diagonal(dim1=1, dim2=2).add_(_A)
    return factor
