"""The live chart: lazy, cheap, dressed like the rest, and drawn only where it can be seen."""

from __future__ import annotations

import math
import time

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ppcl_app.charts.line_chart import LineChart
from ppcl_app.metrics import Metrics
from ppcl_app.theme.appearance import Appearance
from ppcl_app.theme.palette import current_tokens
from ppcl_app.theme.tokens import DARK, LIGHT
from ppcl_app.widgets.view_transform import WHEEL_STEP


@pytest.fixture
def chart(qtbot: QtBot) -> LineChart:
    chart = LineChart(name="Curve", x_label="steps", y_labels=("log", "even"), empty="Wait.")
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


def test_before_there_is_data_it_says_what_it_will_show(qtbot: QtBot, chart: LineChart) -> None:
    chart.show()
    chart.show_metrics(Metrics())
    qtbot.wait(100)
    assert not chart._plot.isVisible()
    metrics = Metrics()
    learn(metrics, 10)
    draw(qtbot, chart, metrics)
    assert chart._plot.isVisible()


def test_hidden_chart_costs_nothing(qtbot: QtBot, chart: LineChart) -> None:
    metrics = Metrics()
    learn(metrics, 10)
    chart.show_metrics(metrics)
    qtbot.wait(100)
    assert not chart._plot._lines
    chart.show()
    draw(qtbot, chart, metrics)
    assert chart._plot._lines


def test_groups_follow_each_other_and_vanish_with_their_run(qtbot: QtBot, chart: LineChart) -> None:
    metrics = Metrics()
    learn(metrics, 50)
    chart.show()
    draw(qtbot, chart, metrics)
    assert depths(chart)[45] == max(depths(chart).values()), "it falls to its end"
    learn(metrics, 50, span="8-9")
    draw(qtbot, chart, metrics)
    found = depths(chart)
    assert found[55] < found[45] - 100, "the second begins where the first has ended"
    assert found[95] == pytest.approx(found[45], abs=3)
    assert list(chart._plot._lines) == ["distill/3-5", "distill/8-9"]
    metrics.clear()
    learn(metrics, 20, span="1-2")
    draw(qtbot, chart, metrics)
    assert list(chart._plot._lines) == ["distill/1-2"]


def depths(chart: LineChart) -> dict[int, int]:
    """How far down there is something in the colour of merged layers, by steps."""
    image, axes = chart._plot.grab().toImage(), chart._plot._axes()
    color = QColor(current_tokens().series[0])
    return {
        step: y for step in range(5, round(axes.end), 10) for y in range(image.height())
        if image.pixelColor(round(axes.x(step)), y) == color
    }  # fmt: skip


def test_values_that_have_no_logarithm_are_left_out(qtbot: QtBot, chart: LineChart) -> None:
    metrics = Metrics()
    for step, value in enumerate((0.5, 0.0, math.nan, -1.0, math.inf, 0.4)):
        metrics.add("distill/3-5/loss", step + 1, value)
    chart.show()
    draw(qtbot, chart, metrics)
    assert chart._plot._lines["distill/3-5"].raw == [(1, 0.5), (6, 0.4)]


def test_wheel_comes_closer_and_dragging_moves_no_further_than_there_are_steps(
    qtbot: QtBot, chart: LineChart
) -> None:
    metrics = Metrics()
    learn(metrics, 1000)
    chart.show()
    draw(qtbot, chart, metrics)
    plot = chart._plot
    whole = plot._axes()
    at = QPointF(whole.x(500), 100)

    def turn(by: int) -> None:
        event = QWheelEvent(
            at, at, QPoint(), QPoint(0, by), Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase, False,
        )  # fmt: skip
        QApplication.sendEvent(plot, event)

    turn(120)
    close = plot._axes()
    assert plot.is_zoomed
    assert close.end - close.begin == pytest.approx((whole.end - whole.begin) / WHEEL_STEP)
    assert close.x(500) == pytest.approx(at.x(), abs=0.01), "what is under the mouse stays there"
    qtbot.mousePress(plot, Qt.MouseButton.LeftButton, pos=QPoint(300, 100))
    qtbot.mouseMove(plot, QPoint(250, 100))
    moved = plot._axes()
    assert moved.begin == pytest.approx(close.begin + 50 / close.per_step)
    for x in (-5_000, -10_000):
        qtbot.mouseMove(plot, QPoint(x, 100))
    qtbot.mouseRelease(plot, Qt.MouseButton.LeftButton)
    assert plot._axes().end == pytest.approx(whole.end)
    for _ in range(3):
        turn(-120)
    assert not plot.is_zoomed


def test_other_scale_and_smoothed_values_alone_are_drawn_otherwise(
    qtbot: QtBot, chart: LineChart
) -> None:
    metrics = Metrics()
    learn(metrics, 200)
    chart.show()
    draw(qtbot, chart, metrics)
    seen = [chart._plot.grab().toImage()]
    for switch in (chart.menu.log_scale, chart.menu.raw_values):
        switch.setChecked(False)
        seen.append(chart._plot.grab().toImage())
    assert len({bytes(image.constBits()) for image in seen}) == 3


def test_long_curve_is_cheap_to_draw_again(qtbot: QtBot, chart: LineChart) -> None:
    metrics = Metrics()
    learn(metrics, 100_000)
    chart.show()
    draw(qtbot, chart, metrics)
    costs = []
    for step in range(8):
        metrics.add("distill/3-5/loss", 100_001 + step, 0.3)
        began = time.thread_time()
        chart._plot.draw(metrics)
        chart._plot.repaint()
        costs.append(time.thread_time() - began)
    assert sorted(costs)[4] < 0.08


def test_slow_drawing_is_not_followed_by_an_endless_rest(
    qtbot: QtBot, chart: LineChart, monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics = Metrics()
    learn(metrics, 10)
    chart.show()
    draw(qtbot, chart, metrics)
    monkeypatch.setattr(chart._plot, "repaint", lambda: time.sleep(0.4))  # 12 times this is 4.8 s
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
    for choice, tokens in (("dark", DARK), ("light", LIGHT)):
        appearance.choose(choice)  # type: ignore[arg-type]
        image = chart._plot.grab().toImage()
        assert image.pixelColor(1, 1).name().upper() == tokens.surface
        assert depths(chart)
