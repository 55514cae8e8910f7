"""What a student is trained on: how far its states are from the teacher's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor

from engine.teacher.shell import States


def direction(student: Tensor, teacher: Tensor) -> Tensor:
    """Mean over tokens of |s/|s| - t/|t||^2, norms along features (PPCL eq. 6); all [B, L, D]."""
    s = torch.nn.functional.normalize(student, dim=-1)
    t = torch.nn.functional.normalize(teacher, dim=-1)
    return (s - t).square().sum(dim=-1).mean()


def relative(student: Tensor, teacher: Tensor) -> Tensor:
    """Mean over tokens of |s - t|^2 / |t|^2, so that the magnitude counts too; inputs [B, L, D]."""
    wrong = (student - teacher).square().sum(dim=-1)
    return (wrong / teacher.square().sum(dim=-1).clamp(min=1e-12)).mean()


def both(student: Tensor, teacher: Tensor) -> Tensor:
    """Half the sum of `direction` and `relative`."""
    return 0.5 * (direction(student, teacher) + relative(student, teacher))


LOSSES = {"direction": direction, "relative": relative, "both": both}
_RELATIVE_SHARE = 0.1  # of `output`; .03 to .3 end alike


def output(student: Tensor, teacher: Tensor, matrix: Tensor) -> Tensor:
    """What the differences [B, L, D] do to the model's output, as error E, to first order.

    `matrix` [D, D] is how much the output depends on a token (engine/sensitivity.py). A tenth of
    `relative` holds the states where the first order sees nothing.
    """
    wrong = student - teacher
    felt = ((wrong @ matrix) * wrong).sum(dim=(1, 2)).mean()
    return felt + _RELATIVE_SHARE * relative(student, teacher)


def state_loss(
    kind: str,
    student: States,
    teacher: States,
    streams: Iterable[str],
    matrices: Mapping[str, Tensor] | None = None,
) -> Tensor:
    """Sum over `streams` of the loss `kind` between two sets of states; output needs `matrices`."""
    if kind == "output":
        assert matrices is not None
        losses = [output(student[name], teacher[name], matrices[name]) for name in streams]
    else:
        losses = [LOSSES[kind](student[name], teacher[name]) for name in streams]
    return torch.stack(losses).sum()
