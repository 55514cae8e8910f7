"""The live chart: lazy, cheap, dressed like the rest, and drawn only where it can be seen."""

from __future__ import annotations

import math
import time

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ppcl_app.charts.line_chart import LineChart
from ppcl_app.charts.loader import ChartLoader
from ppcl_app.metrics import Metrics
from ppcl_app.theme.appearance import Appearance
from ppcl_app.theme.tokens import DARK, LIGHT


@pytest.fixture
def chart(qtbot: QtBot) -> LineChart:
    loader = ChartLoader()
    chart = LineChart(
        loader, name="Curve", x_label="steps", y_labels=("log", "even"), empty="Wait."
    )
    chart._loader_kept = loader  # type: ignore[attr-defined]
    qtbot.addWidget(chart)
    chart.resize(700, 400)
    return chart


def learn(metrics: Metrics, num_steps: int, *, span: str = "3-5") -> None:
    for step in range(1, num_steps + 1):
        metrics.add(f"distill/{span}/loss", step, math.exp(-step / num_steps) + 0.01 * (step % 7))
    metrics.add(f"distill/{span}/validation", num_steps, 0.4)


def draw(qtbot: QtBot, chart: LineChart, metrics: Metrics) -> None:
    chart.show_metrics(metrics)
    qtbot.waitUntil(lambda: chart._drawn == metrics.version, timeout=60_000)


def test_nothing_is_drawn_before_there_is_data(qtbot: QtBot, chart: LineChart) -> None:
    chart.show()
    chart.show_metrics(Metrics())
    qtbot.wait(100)
    assert chart._plot is None


def test_hidden_chart_costs_nothing(qtbot: QtBot, chart: LineChart) -> None:
    metrics = Metrics()
    learn(metrics, 10)
    chart.show_metrics(metrics)
    qtbot.wait(100)
    assert chart._plot is None
    chart.show()
    draw(qtbot, chart, metrics)


def test_groups_follow_each_other_and_vanish_with_their_run(qtbot: QtBot, chart: LineChart) -> None:
    metrics = Metrics()
    learn(metrics, 50)
    learn(metrics, 30, span="8-9")
    chart.show()
    draw(qtbot, chart, metrics)
    plot = chart._plot
    assert plot is not None
    x, _ = plot._groups["distill/8-9"].smoothed.getData()
    assert (x[0], x[-1]) == (51, 80)
    metrics.clear()
    learn(metrics, 20, span="1-2")
    draw(qtbot, chart, metrics)
    assert list(plot._groups) == ["distill/1-2"]


def test_values_that_have_no_logarithm_are_left_out(qtbot: QtBot, chart: LineChart) -> None:
    metrics = Metrics()
    for step, value in enumerate((0.5, 0.0, math.nan, -1.0, math.inf, 0.4)):
        metrics.add("distill/3-5/loss", step + 1, value)
    chart.show()
    draw(qtbot, chart, metrics)
    assert chart._plot is not None
    _, y = chart._plot._groups["distill/3-5"].raw.getData()
    assert list(y) == [math.log10(0.5), math.log10(0.4)]


def test_wheel_comes_closer_and_shows_more_but_no_further_than_there_are_steps(
    qtbot: QtBot, chart: LineChart
) -> None:
    metrics = Metrics()
    learn(metrics, 10_000)
    chart.show()
    draw(qtbot, chart, metrics)
    plot = chart._plot
    assert plot is not None

    def turn(by: int) -> None:
        at = QPointF(plot.widget.rect().center())
        event = QWheelEvent(
            at, plot.widget.mapToGlobal(at), QPoint(), QPoint(0, by), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(plot.widget.viewport(), event)

    whole = plot._seen()
    for _ in range(12):
        turn(120)
    begin, end = plot._seen()
    assert plot.is_zoomed
    assert whole[0] < begin < end < whole[1]
    x, _ = plot._groups["distill/3-5"].raw.getData()
    inside = [step for step in x if begin <= step <= end]
    assert inside == list(range(math.ceil(begin), math.floor(end) + 1)), "every point of it"
    for _ in range(30):
        turn(-120)
    assert plot._seen() == pytest.approx(whole)
    assert not plot.is_zoomed


def test_name_of_the_newest_group_is_never_cut(qtbot: QtBot, chart: LineChart) -> None:
    metrics = Metrics()
    for number in range(8):
        learn(metrics, 50, span=f"{20 * number}-{20 * number + 15}")
    chart.resize(260, 200)
    chart.show()
    draw(qtbot, chart, metrics)
    assert chart._plot is not None
    for width in (260, 400, 250):
        chart.resize(width, 200)
        qtbot.wait(50)
        field = chart._plot._box.sceneBoundingRect()
        names = [drawn.line.label for drawn in chart._plot._groups.values()]
        shown = [name.textItem.sceneBoundingRect() for name in names if name.isVisible()]
        assert names[-1].isVisible()
        assert all(field.adjusted(-1, 0, 1, 0).contains(rect) for rect in shown)


def test_long_curve_is_cheap_to_draw_again(qtbot: QtBot, chart: LineChart) -> None:
    metrics = Metrics()
    learn(metrics, 100_000)
    chart.show()
    draw(qtbot, chart, metrics)
    costs = []
    for step in range(8):
        metrics.add("distill/3-5/loss", 100_001 + step, 0.3)
        began = time.thread_time()
        assert chart._plot is not None
        chart._plot.draw(metrics)
        chart._plot.widget.repaint()
        costs.append(time.thread_time() - began)
    assert sorted(costs)[4] < 0.08


def test_slow_drawing_is_not_followed_by_an_endless_rest(
    qtbot: QtBot, chart: LineChart, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics = Metrics()
    learn(metrics, 10)
    chart.show()
    draw(qtbot, chart, metrics)
    assert chart._plot is not None
    monkeypatch.setattr(chart._plot, "paint", lambda: time.sleep(0.4))  # 12 times this is 4.8 s
    learn(metrics, 20)
    draw(qtbot, chart, metrics)
    assert chart._timer.interval() == 2_000


def test_chart_changes_with_the_appearance(
    qtbot: QtBot, qapp: QApplication, chart: LineChart
) -> None:
    appearance = Appearance(qapp, "light")
    metrics = Metrics()
    learn(metrics, 20)
    chart.show()
    draw(qtbot, chart, metrics)
    assert chart._plot is not None
    for choice, tokens in (("dark", DARK), ("light", LIGHT)):
        appearance.choose(choice)  # type: ignore[arg-type]
        background = chart._plot.widget.backgroundBrush().color().name().upper()
        assert background == tokens.surface


def test_missing_library_is_told_in_the_chart(
    qtbot: QtBot, chart: LineChart, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ppcl_app.charts.loader.MODULE", "ppcl_app.charts.nowhere")
    chart.show()
    metrics = Metrics()
    learn(metrics, 5)
    chart.show_metrics(metrics)
    qtbot.waitUntil(lambda: "cannot be drawn" in chart._hint.text(), timeout=10_000)
