"""Time left: a range that narrows, counts down, and corrects itself."""

from __future__ import annotations

from itertools import pairwise

import pytest

from ppcl_app.time_left import TimeLeft


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def play(speed: float, *, says_share: bool = True) -> list[tuple[float, float, float]]:
    """Two stages of 100 and 50 expected seconds on a computer `speed` times as slow."""
    clock = Clock()
    left = TimeLeft({"a": 100.0, "b": 50.0}, clock)
    seen = []
    for stage, expected in (("a", 100), ("b", 50)):
        left.begin_stage(stage)
        start = clock.now
        for second in range(round(expected * speed)):
            clock.now = start + second
            left.advance(second / (expected * speed) if says_share else None)
            shown = left.shown()
            assert shown is not None
            seen.append((150 * speed - clock.now, shown.low_s, shown.high_s))
    return seen


@pytest.mark.parametrize("speed", [0.5, 1.0, 3.0])
def test_estimate_finds_the_truth_by_the_middle_of_the_run(speed: float) -> None:
    for true, low, high in play(speed)[round(60 * speed) : round(140 * speed)]:
        assert 0.7 * low <= true <= 1.4 * high + 3


def test_range_narrows_to_one_number() -> None:
    seen = play(1.0)
    assert seen[1][2] > 1.3 * seen[1][1]
    assert seen[-5][2] == pytest.approx(seen[-5][1], abs=1.0)


def test_number_never_jumps_up_when_the_guess_was_right() -> None:
    seen = play(1.0)
    assert all(after[2] <= before[2] + 0.5 for before, after in pairwise(seen))


def test_stage_that_cannot_say_how_far_it_is_is_judged_by_the_clock() -> None:
    seen = play(1.0, says_share=False)
    assert seen[-1][1] < 20
    assert seen[-1][1] < seen[20][1] / 3


def test_overdue_stage_is_not_said_to_end_any_moment() -> None:
    clock = Clock()
    left = TimeLeft({"a": 10.0}, clock)
    left.begin_stage("a")
    for second in range(120):
        clock.now = float(second)
        left.advance(None)
        shown = left.shown()
    assert shown is not None
    assert shown.high_s > 30
    assert left.stage_share < 0.8


def test_nothing_is_said_before_the_first_stage() -> None:
    assert TimeLeft().shown() is None
