"""Curves as they arrive, and what is drawn of them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ppcl_app.charts.thinning import smooth, thin
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


def test_thin_keeps_peaks_and_ends() -> None:
    x, y = np.arange(100_000.0), np.zeros(100_000)
    y[54_321] = 1.0
    thin_x, thin_y = thin(x, y, 400)
    assert len(thin_x) < 1_500
    assert thin_y.max() == 1.0
    assert thin_x[-1] == x[-1]


def test_smooth_keeps_a_constant_and_the_length() -> None:
    values = np.full(50, 0.25)
    x, smoothed = smooth(np.arange(50.0), values, span=10, columns=400)
    assert list(x) == list(range(50))
    assert smoothed == pytest.approx(values)
    assert len(smooth(np.arange(50.0), values, span=10, columns=10)[1]) == 20


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
    values = np.full(50, 0.1)
    values[-1] = 0.2
    assert smooth(np.arange(50.0), values, span=10, columns=400)[1][-1] < 0.12
