"""Curves as they arrive, and what is drawn of them."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Iterable

import pytest

from ppcl_app.charts.thinning import smooth, thin
from ppcl_app.curve import BLOCK, Curve
from ppcl_app.metrics import Metrics


def test_spans_follow_each_other_on_one_axis() -> None:
    metrics = Metrics()
    for step in (10, 20, 30):
        metrics.add("distill/3-5/loss", step, 0.5)
    metrics.add("distill/3-5/validation", 30, 0.4)
    metrics.add("distill/8-9/loss", 10, 0.5)
    metrics.add("finetune/loss", 10, 0.3)
    assert metrics.offsets() == [0, 30, 40]
    assert [g.subject for g in metrics.groups.values()] == ["3-5", "8-9", ""]


def test_resumed_run_overwrites_what_it_does_again() -> None:
    metrics = Metrics()
    for step in (10, 20, 30):
        metrics.add("distill/3-5/loss", step, 0.5)
    metrics.add("distill/3-5/loss", 20, 0.1)
    curve = metrics.groups["distill/3-5"].curves["loss"]
    assert (list(curve.steps), list(curve.values)) == ([10, 20], [0.5, 0.1])


def test_figures_of_other_stages_draw_no_curve() -> None:
    metrics = Metrics()
    metrics.add("plan/cost", 1, 0.5)
    assert not metrics.groups
    assert metrics.findings == {"plan/cost": {1: 0.5}}
    metrics.forget_findings("plan")
    assert not metrics.findings


def test_pause_leaves_a_gap_in_the_line_and_none_in_the_data() -> None:
    metrics = Metrics()
    metrics.add("distill/3-5/loss", 10, 0.5)
    metrics.mark_gap()
    metrics.mark_gap()
    metrics.add("distill/3-5/loss", 20, 0.4)
    values = metrics.groups["distill/3-5"].curves["loss"].values
    assert [math.isnan(value) for value in values] == [False, True, False]
    assert metrics.as_csv().splitlines()[1:] == [
        "distill,3-5,loss,10,0.5",
        "distill,3-5,loss,20,0.4",
    ]


def test_curves_of_layers_that_are_no_longer_chosen_are_dropped() -> None:
    metrics = Metrics()
    for series in ("distill/3-5/loss", "distill/8-9/loss", "finetune/loss"):
        metrics.add(series, 10, 0.5)
    metrics.keep_spans(("3-5", "8-9"))
    assert len(metrics.groups) == 3
    metrics.keep_spans(("3-5",))
    assert list(metrics.groups) == ["distill/3-5"]


def curve_of(values: Iterable[float]) -> Curve:
    curve = Curve()
    for step, value in enumerate(values):
        curve.add(step, value)
    return curve


@pytest.mark.parametrize("num", [1_000, 10_000, 100_000])
def test_thin_keeps_peaks_and_ends(num: int) -> None:
    peak, dip = num // 2 + 3, num // 3
    curve = curve_of({peak: 2.0, dip: 0.5}.get(step, 1.0) for step in range(num))
    points = thin(curve, 0, num, 400)
    assert len(points) <= 1_000
    assert [step for step, _ in points] == sorted(step for step, _ in points)
    assert {value for _, value in points} == {0.5, 1.0, 2.0}
    assert points[0][0] == 0
    assert points[-1][0] > num - 1 - BLOCK


def test_thin_of_a_part_is_every_point_of_it() -> None:
    curve = curve_of(1.0 + step for step in range(1_000))
    assert thin(curve, 200, 300, 400) == [(step, 1.0 + step) for step in range(200, 300)]


@pytest.mark.parametrize("num", [50, 5_000, 100_000])
def test_smooth_keeps_a_constant_and_leaves_out_what_has_no_logarithm(num: int) -> None:
    curve = curve_of(math.nan if step % 7 == 3 else 0.25 for step in range(num))
    points = smooth(curve, 200)
    assert [value for _, value in points] == pytest.approx([0.25] * len(points))
    assert len(points) == min(num, 400)
    assert points[0][0] <= BLOCK
    assert points[-1][0] >= num - 1 - BLOCK


def test_smooth_of_blocks_is_that_of_points() -> None:
    curve = curve_of(math.exp(-step / 30_000) * (1 + step % 5 / 10) for step in range(100_000))
    (few_steps, few), (steps, values) = (zip(*smooth(curve, n), strict=True) for n in (200, 50_000))
    nearest = [values[bisect_left(steps, step)] for step in few_steps]
    assert list(few) == pytest.approx(nearest, rel=0.01)


@pytest.mark.parametrize("cut", [1, 31, 32, 33, 999, 64_000])
def test_digest_is_right_after_steps_are_done_again(cut: int) -> None:
    first = [1.0 + step % 100 for step in range(cut + 500)]
    curve = curve_of(first)
    for step in range(cut, cut + 300):
        curve.add(step, 0.5)
    anew = curve_of([*first[:cut], *[0.5] * 300])
    assert curve == anew
    assert curve.reach == (0.5, max(first[:cut]))


@pytest.mark.parametrize(
    ("low", "high", "room", "expected"),
    [
        (-1.4, -0.1, 12, ["0.05", "0.07", "0.1", "0.2", "0.3", "0.5", "0.7"]),
        (-1.4, -0.1, 6, ["0.05", "0.1", "0.2", "0.5"]),
        (-1.06, -0.79, 12, ["0.1", "0.12", "0.14", "0.16"]),
        (-0.3, -0.29, 12, ["0.502", "0.504", "0.506", "0.508", "0.51", "0.512"]),
        (-3.2, 0.1, 5, ["0.001", "0.01", "0.1", "1"]),
    ],
)
def test_ticks_of_a_log_axis_are_round_and_not_too_many(
    low: float, high: float, room: int, expected: list[str]
) -> None:
    from ppcl_app.charts.plot import log_ticks

    assert [text for _, text in log_ticks(low, high, room)] == expected


def test_smooth_does_not_end_on_the_noise_of_the_last_point() -> None:
    curve = curve_of([*[0.1] * 49, 0.2])
    assert smooth(curve, 400)[-1][1] < 0.12
