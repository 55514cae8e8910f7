"""What each loss sees and what it leaves free."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from engine.numerics.losses import LOSSES, both, direction, output, relative, state_loss


def tokens(seed: int) -> Tensor:
    return torch.randn(2, 5, 8, generator=torch.Generator().manual_seed(seed))


@pytest.mark.parametrize("kind", sorted(LOSSES))
def test_loss_of_equal_states_is_zero(kind: str) -> None:
    assert float(LOSSES[kind](tokens(0), tokens(0))) == pytest.approx(0, abs=1e-12)


def test_direction_ignores_magnitude_and_relative_does_not() -> None:
    assert float(direction(3 * tokens(0), tokens(0))) == pytest.approx(0, abs=1e-9)
    assert float(relative(3 * tokens(0), tokens(0))) == pytest.approx(4)


def test_losses_by_hand() -> None:
    s, t = torch.tensor([[[0.0, 2.0], [3.0, 0.0]]]), torch.tensor([[[1.0, 0.0], [3.0, 4.0]]])
    # Right angle: |s/|s| - t/|t||^2 = 2; then (1, 0) against (.6, .8): .16 + .64.
    assert float(direction(s, t)) == pytest.approx((2 + 0.8) / 2)
    assert float(relative(s, t)) == pytest.approx((5 / 1 + 16 / 25) / 2)
    assert float(both(s, t)) == pytest.approx((1.4 + 2.82) / 2)


def test_every_token_counts_alike_however_large_it_is() -> None:
    s, t = tokens(0), tokens(1)
    scale = torch.tensor([1.0, 10.0, 100.0, 1e-2, 1.0])[None, :, None]
    assert float(relative(s * scale, t * scale)) == pytest.approx(float(relative(s, t)), rel=1e-5)
    assert float(direction(s * scale, t * scale)) == pytest.approx(float(direction(s, t)), rel=1e-5)


@pytest.mark.parametrize("kind", sorted(LOSSES))
def test_gradient_is_finite_where_a_teacher_token_is_zero(kind: str) -> None:
    s, t = tokens(0).requires_grad_(), tokens(1)
    t[0, 0] = 0
    LOSSES[kind](s, t).backward()
    assert s.grad is not None
    assert s.grad.isfinite().all()


def test_only_the_named_streams_count() -> None:
    student, teacher = (
        {"image": tokens(0), "text": tokens(1)},
        {"image": tokens(2), "text": tokens(3)},
    )
    image = float(relative(tokens(0), tokens(2)))
    text = float(relative(tokens(1), tokens(3)))
    assert float(state_loss("relative", student, teacher, ["image"])) == pytest.approx(image)
    assert float(state_loss("relative", student, teacher, ["image", "text"])) == pytest.approx(
        image + text
    )


def test_output_counts_what_the_matrix_lets_through_and_a_tenth_of_relative() -> None:
    root = tokens(3)[0][:4, :4]
    s, t = tokens(0)[..., :4], tokens(1)[..., :4]
    felt = ((s - t) @ root).square().sum() / len(s)
    wanted = float(felt) + 0.1 * float(relative(s, t))
    assert float(output(s, t, root @ root.T)) == pytest.approx(wanted, rel=1e-5)


def test_output_takes_the_matrix_of_each_stream() -> None:
    s, t = {"image": tokens(0), "text": tokens(1)}, {"image": tokens(2), "text": tokens(3)}
    matrices = {"image": torch.eye(8), "text": 5 * torch.eye(8)}
    parts = [output(s[name], t[name], matrices[name]) for name in ("image", "text")]
    together = state_loss("output", s, t, ["image", "text"], matrices)
    assert float(together) == pytest.approx(float(sum(parts)))
