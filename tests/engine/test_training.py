"""The training loop: the same bits whether it was disturbed or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine import protocol, tensors, training
from engine.errors import Cancelled
from engine.reporting import SILENT, Reporter
from engine.training import Schedule

STEPS, CHECK_EVERY = 12, 3
DRAW = torch.Generator().manual_seed(0)
TRUTH = torch.randn(4, 2, generator=DRAW)
HELD_X = torch.randn(50, 4, generator=DRAW)


class Killed(BaseException):
    """Stands for a process that ends without another word."""


class Work:
    """A linear regression with a new batch at every step."""

    optimizer, learning_rate = "adamw", 0.05

    def __init__(
        self, checkpoint: Path, *, kill_at: int | None = None, report: Reporter = SILENT
    ) -> None:
        torch.manual_seed(1)
        self.model = nn.Linear(4, 2)
        self.steps: list[int] = []
        self._checkpoint, self._kill_at, self._report = checkpoint, kill_at, report

    def loss_at(self, step: int) -> Tensor:
        if step == self._kill_at:
            raise Killed
        self.steps.append(step)
        x = torch.randn(8, 4, generator=torch.Generator().manual_seed(step))
        return (self.model(x) - x @ TRUTH).square().mean()

    @torch.no_grad()
    def held_out(self) -> float:
        return float((self.model(HELD_X) - HELD_X @ TRUTH).square().mean())

    def fit(
        self,
        *,
        held_out: Callable[[], float] | None = None,
        fingerprint: str = "f",
        may_end_early: bool = False,
        **schedule: int,
    ) -> float:
        wanted = {"steps": STEPS, "check_every": CHECK_EVERY, **schedule}
        return training.fit(
            dict(self.model.named_parameters()), self.loss_at, held_out or self.held_out,
            schedule=Schedule(
                learning_rate=self.learning_rate, optimizer=self.optimizer, **wanted
            ),
            checkpoint=self._checkpoint, fingerprint=fingerprint, series="s", report=self._report,
            may_end_early=may_end_early,
        )  # fmt: skip

    def weights(self) -> Tensor:
        return torch.cat([p.detach().flatten() for p in self.model.parameters()])


def given(errors: Iterable[float]) -> Callable[[], float]:
    """A held-out error that is read from a list."""
    rest = iter(errors)
    return lambda: next(rest)


@pytest.fixture(autouse=True, params=[("adamw", 0.05), ("muon", 0.5)], ids=lambda p: p[0])
def _optimizer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Work, "optimizer", request.param[0])
    monkeypatch.setattr(Work, "learning_rate", request.param[1])


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    return tmp_path / "c.safetensors"


@pytest.fixture
def undisturbed(tmp_path: Path) -> tuple[float, Tensor]:
    work = Work(tmp_path / "undisturbed.safetensors")
    return work.fit(), work.weights()


def test_training_lowers_the_held_out_error(checkpoint: Path) -> None:
    work = Work(checkpoint)
    before = work.held_out()
    best = work.fit()
    assert best < 0.7 * before
    assert best == work.held_out()
    assert work.steps == list(range(STEPS))
    assert not checkpoint.exists()


def test_what_is_enough_is_kept_and_can_go_on_to_the_same_bits(
    checkpoint: Path, undisturbed: tuple[float, Tensor]
) -> None:
    work = Work(checkpoint)
    work._report = Reporter(should_finish=lambda: len(work.steps) == 7)
    best = work.fit(may_end_early=True)
    assert work.steps == list(range(7))
    assert best == work.held_out(), "the best check so far"
    assert checkpoint.exists()
    again = Work(checkpoint, report=Reporter(should_finish=lambda: True))
    assert (again.fit(), again.steps[0]) == (undisturbed[0], 7), "not asked whether it is enough"
    assert torch.equal(again.weights(), undisturbed[1])
    assert not checkpoint.exists()


@pytest.mark.parametrize("step", range(1, STEPS))
def test_killed_at_any_step_and_resumed_ends_with_the_same_bits(
    checkpoint: Path, undisturbed: tuple[float, Tensor], step: int
) -> None:
    with pytest.raises(Killed):
        Work(checkpoint, kill_at=step).fit()
    assert checkpoint.exists() == (step >= CHECK_EVERY)
    again = Work(checkpoint)
    assert again.fit() == undisturbed[0]
    assert torch.equal(again.weights(), undisturbed[1])
    assert again.steps == list(range(step // CHECK_EVERY * CHECK_EVERY, STEPS))


def test_killed_twice_and_resumed_ends_with_the_same_bits(
    checkpoint: Path, undisturbed: tuple[float, Tensor]
) -> None:
    for step in (5, 10):
        with pytest.raises(Killed):
            Work(checkpoint, kill_at=step).fit()
    again = Work(checkpoint)
    again.fit()
    assert torch.equal(again.weights(), undisturbed[1])


@pytest.mark.parametrize("step", [0, 1, 4, 11])
def test_stop_keeps_a_checkpoint_of_that_step_and_the_rest_gives_the_same_bits(
    checkpoint: Path, undisturbed: tuple[float, Tensor], step: int
) -> None:
    work = Work(checkpoint)
    work._report = Reporter(should_stop=lambda: len(work.steps) == step)
    with pytest.raises(Cancelled):
        work.fit()
    assert checkpoint.exists()
    again = Work(checkpoint)
    assert again.fit() == undisturbed[0]
    assert torch.equal(again.weights(), undisturbed[1])
    assert again.steps == list(range(step, STEPS))


def test_checkpoint_of_other_work_is_no_checkpoint(
    checkpoint: Path, undisturbed: tuple[float, Tensor]
) -> None:
    with pytest.raises(Killed):
        Work(checkpoint, kill_at=7).fit(fingerprint="other")
    again = Work(checkpoint)
    again.fit()
    assert again.steps == list(range(STEPS))
    assert torch.equal(again.weights(), undisturbed[1])


def test_broken_checkpoint_is_no_checkpoint(
    checkpoint: Path, undisturbed: tuple[float, Tensor]
) -> None:
    checkpoint.write_bytes(b"half")
    again = Work(checkpoint)
    again.fit()
    assert torch.equal(again.weights(), undisturbed[1])


def test_parameters_end_as_they_were_at_the_best_check(checkpoint: Path) -> None:
    half = Work(checkpoint, kill_at=6)
    with pytest.raises(Killed):
        half.fit()
    stored, _ = tensors.load(checkpoint, what="It", hint="")
    checkpoint.unlink()
    work = Work(checkpoint)
    assert work.fit(held_out=given([9, 8, 2, 5, 4])) == 2
    assert torch.equal(work.model.weight, stored["now.weight"])
    assert work.steps == list(range(STEPS))


def test_untrained_parameters_win_if_training_only_hurts(checkpoint: Path) -> None:
    work = Work(checkpoint)
    before = work.weights()
    assert work.fit(held_out=given([1, 2, 3, 4, 5])) == 1
    assert torch.equal(work.weights(), before)


def test_checks_without_gain_end_the_training(checkpoint: Path) -> None:
    work = Work(checkpoint)
    assert work.fit(held_out=given([9, 3, 4, 4, 4, 4]), patience=2) == 3
    assert work.steps == list(range(9))


def test_gain_renews_the_patience(checkpoint: Path) -> None:
    work = Work(checkpoint)
    assert work.fit(held_out=given([9, 10, 8, 9, 7]), patience=2) == 7
    assert work.steps == list(range(STEPS))


def test_patience_is_remembered_over_a_resume(checkpoint: Path) -> None:
    with pytest.raises(Killed):
        Work(checkpoint, kill_at=7).fit(held_out=given([9, 3, 4]), patience=2)
    again = Work(checkpoint)
    assert again.fit(held_out=given([5]), patience=2) == 3
    assert again.steps == [6, 7, 8]


def test_no_steps_leave_the_parameters_alone(checkpoint: Path) -> None:
    work = Work(checkpoint)
    before = work.weights()
    assert work.fit(steps=0) == work.held_out()
    assert torch.equal(work.weights(), before)


def test_not_a_number_is_never_the_best(checkpoint: Path) -> None:
    work = Work(checkpoint)
    assert work.fit(held_out=given([9, float("nan"), 5, float("nan"), 6])) == 5


def test_validation_is_reported_while_training(checkpoint: Path) -> None:
    heard: list[protocol.Event] = []
    Work(checkpoint, report=Reporter(lambda e, _: heard.append(e))).fit()
    checks = [e for e in heard if isinstance(e, protocol.Metric) and e.series == "s/validation"]
    assert [e.step for e in checks] == [0, 3, 6, 9, 12]
    losses = [e.step for e in heard if isinstance(e, protocol.Metric) and e.series == "s/loss"]
    assert losses == [10]


def test_rate_warms_up_and_ends_near_zero() -> None:
    rates = [training.rate_at(step, 200) for step in range(200)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[9] == rates[10] == 1
    assert rates[10:] == sorted(rates[10:], reverse=True)
    assert rates[-1] < 1e-3
    assert [training.rate_at(s, 1) for s in range(1)] == [1]


def test_muon_moves_a_matrix_along_all_its_directions_alike(checkpoint: Path) -> None:
    """An orthogonalised step has no direction that is much shorter than another; AdamW's has."""
    spreads = {}
    for rule in ("adamw", "muon"):
        matrix = nn.Parameter(torch.zeros(6, 4))
        slope = torch.randn(6, 4, generator=torch.Generator().manual_seed(3))
        training.fit(
            {"m": matrix},
            lambda _step: (matrix * slope).sum(),  # noqa: B023
            lambda: -float(matrix.detach().norm()),  # noqa: B023
            schedule=Schedule(steps=1, learning_rate=0.1, check_every=1, optimizer=rule),
            checkpoint=checkpoint, fingerprint="f", series="s", report=SILENT,
        )  # fmt: skip
        lengths = torch.linalg.svdvals(matrix.detach())
        spreads[rule] = float(lengths[0] / lengths[-1])
    assert spreads["muon"] < 2 < spreads["adamw"]


@pytest.mark.parametrize("threads", [2, 3])
def test_dealing_matrices_out_changes_no_bit(checkpoint: Path, threads: int) -> None:
    ends = []
    for number in (1, threads):
        draw = torch.Generator().manual_seed(5)
        matrices = {
            f"{i}": nn.Parameter(torch.randn(shape, generator=draw))
            for i, shape in enumerate(((6, 4), (4, 4), (6, 4), (3, 7), (4, 4)))
        }
        training.fit(
            matrices,
            lambda step: sum(((p - step) ** 2).sum() for p in matrices.values()),  # noqa: B023
            lambda: -1.0,
            schedule=Schedule(
                steps=3, learning_rate=0.1, check_every=9, optimizer="muon", threads=number
            ),
            checkpoint=checkpoint, fingerprint="f", series="s", report=SILENT,
        )  # fmt: skip
        ends.append(matrices)
    assert all(torch.equal(ends[0][name], ends[1][name]) for name in ends[0])
