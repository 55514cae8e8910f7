"""Small pictures in a row."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from ppcl_app.sample_pictures import read_samples
from ppcl_app.widgets.picture_strip import PictureStrip, Thumb


def image(color: str) -> QImage:
    made = QImage(20, 20, QImage.Format.Format_RGB32)
    made.fill(QColor(color))
    return made


@pytest.fixture
def strip(qtbot: QtBot) -> PictureStrip:
    strip = PictureStrip("Over time")
    qtbot.addWidget(strip)
    strip.resize(340, 120)
    return strip


def test_first_and_newest_are_always_there(strip: PictureStrip) -> None:
    strip.show_thumbs([Thumb(str(n), image=image("red")) for n in range(9)])
    shown = [thumb.title for thumb, _ in strip._places()]
    assert shown[0] == "0"
    assert shown[-1] == "8"
    assert len(shown) == 4
    assert all(area.right() <= strip.width() for _, area in strip._places())


def test_pictures_are_seen_and_said(strip: PictureStrip) -> None:
    strip.show_thumbs([Thumb("Original", image=image("#FF0000")), Thumb("left out", "60 % alike")])
    assert strip.accessibleDescription() == "Original. left out, 60 % alike"
    assert strip.grab().toImage().pixelColor(10, 10) == QColor("#FF0000")
    found = strip.thumb_at(QPoint(10, 10))
    assert found is not None
    assert found.title == "Original"


def test_samples_are_read_in_order_and_broken_ones_are_left_out(tmp_path: Path) -> None:
    folder = tmp_path / "samples"
    folder.mkdir()
    made = image("green")
    made.setText("ppcl", '{"prompt": "a fox", "seed": 3, "learned": 20}')
    for name in ("step-100", "step-20", "original", "step-0"):
        made.save(str(folder / f"{name}.png"))
    (folder / "step-300.png").write_bytes(b"torn")
    (folder / "notes.png").write_bytes(b"other")
    samples = read_samples(tmp_path)
    assert [sample.step for sample in samples] == [None, 0, 20, 100]
    assert (samples[1].prompt, samples[1].seed) == ("a fox", 3)
    assert read_samples(tmp_path / "nothing") == []
