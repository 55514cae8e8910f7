"""What a student is trained on: how far its states are from the teacher's."""

from __future__ import annotations

from collections.abc import Iterable

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


def state_loss(kind: str, student: States, teacher: States, streams: Iterable[str]) -> Tensor:
    """Sum over `streams` of the loss `kind` between two sets of states."""
    losses = [LOSSES[kind](student[name], teacher[name]) for name in streams]
    return torch.stack(losses).sum()
