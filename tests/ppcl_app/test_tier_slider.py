"""The slider over the sizes."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAccessible
from pytestqt.qtbot import QtBot

from ppcl_app.widgets.tier_slider import Stop, TierSlider


@pytest.fixture
def slider(qtbot: QtBot) -> TierSlider:
    slider = TierSlider()
    qtbot.addWidget(slider)
    slider.resize(600, 62)
    slider.set_stops(
        [Stop(f"Tier {k}", f"{100 - 10 * k} %") for k in range(6)], is_painted=lambda k: k == 0
    )
    slider.show()
    return slider


def test_keys_go_from_stop_to_stop(qtbot: QtBot, slider: TierSlider) -> None:
    for key, expected in (
        (Qt.Key.Key_Right, 1), (Qt.Key.Key_Right, 2), (Qt.Key.Key_Left, 1), (Qt.Key.Key_End, 5),
        (Qt.Key.Key_Home, 0), (Qt.Key.Key_Left, 0),
    ):  # fmt: skip
        qtbot.keyClick(slider, key)
        assert slider.value() == expected


def test_click_goes_to_the_nearest_stop(qtbot: QtBot, slider: TierSlider) -> None:
    for x, expected in ((300, 2), (599, 5), (0, 0), (250, 2)):
        qtbot.mouseClick(slider, Qt.MouseButton.LeftButton, pos=QPoint(x, 18))
        assert (
            slider.value() in (expected, expected + 1) if x == 300 else slider.value() == expected
        )


def test_drag_passes_every_stop_once(qtbot: QtBot, slider: TierSlider) -> None:
    seen: list[int] = []
    slider.valueChanged.connect(seen.append)
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=QPoint(28, 18))
    for x in range(28, 580, 7):
        qtbot.mouseMove(slider, QPoint(x, 18))
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=QPoint(572, 18))
    assert seen == [1, 2, 3, 4, 5]


def test_screen_readers_hear_name_value_and_what_it_means(slider: TierSlider) -> None:
    slider.setValue(3)
    interface = QAccessible.queryAccessibleInterface(slider)
    assert interface.role() == QAccessible.Role.Slider
    assert interface.text(QAccessible.Text.Name) == "Size of the model"
    assert "Tier 3, 70 %, stop 4 of 6" in interface.text(QAccessible.Text.Description)


def test_one_stop_or_none_does_no_harm(slider: TierSlider) -> None:
    slider.set_stops([Stop("Original", "100 %")], is_painted=lambda _k: False)
    assert slider.stop_at(400) == 0
    slider.grab()
    slider.set_stops([], is_painted=lambda _k: False)
    slider.grab()
