"""Zoom and pan of the comparison."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF, QSizeF

from ppcl_app.widgets.view_transform import ViewTransform, whole_source

ROOM = QRectF(10, 20, 600, 400)
SMALL, LARGE = QSizeF(80, 80), QSizeF(2048, 2048)


@pytest.mark.parametrize("size", [SMALL, LARGE])
def test_whole_picture_fits_and_is_centred(size: QSizeF) -> None:
    target = ViewTransform().target(ROOM, size)
    assert target.height() == pytest.approx(400)
    assert target.center().x() == pytest.approx(ROOM.center().x(), abs=1)


@pytest.mark.parametrize("at", [QPointF(300, 200), QPointF(120, 60), QPointF(600, 410)])
def test_point_under_the_mouse_stays(at: QPointF) -> None:
    transform = ViewTransform()
    transform.zoom_at(4, QPointF(310, 220), ROOM, LARGE)
    before = transform.target(ROOM, LARGE)
    x, y = (at.x() - before.left()) / before.width(), (at.y() - before.top()) / before.height()
    transform.zoom_at(1.25, at, ROOM, LARGE)
    after = transform.target(ROOM, LARGE)
    assert after.width() == pytest.approx(before.width() * 1.25)
    assert after.left() + x * after.width() == pytest.approx(at.x(), abs=1)
    assert after.top() + y * after.height() == pytest.approx(at.y(), abs=1)


def test_zooming_out_ends_at_the_whole_picture() -> None:
    transform = ViewTransform()
    transform.zoom_at(3, ROOM.center(), ROOM, LARGE)
    assert not transform.is_fitted
    transform.zoom_at(0.1, ROOM.center(), ROOM, LARGE)
    assert transform.is_fitted


def test_small_picture_can_be_seen_at_its_own_size_but_no_smaller() -> None:
    transform = ViewTransform()
    transform.set_zoom(1.0, ROOM.center(), ROOM, SMALL)
    assert transform.target(ROOM, SMALL).width() == 80
    transform.zoom_at(0.2, ROOM.center(), ROOM, SMALL)
    assert transform.target(ROOM, SMALL).width() == 80


def test_picture_cannot_be_dragged_out_of_sight() -> None:
    transform = ViewTransform()
    transform.set_zoom(2.0, ROOM.center(), ROOM, LARGE)
    for by in (QPointF(9000, 9000), QPointF(-9000, -9000)):
        transform.pan(by, ROOM, LARGE)
        assert transform.target(ROOM, LARGE).contains(ROOM)


def test_place_survives_a_picture_of_another_size() -> None:
    transform = ViewTransform()
    transform.set_zoom(4.0, QPointF(250, 180), ROOM, LARGE)
    middle = ROOM.center() - transform.target(ROOM, LARGE).topLeft()
    half = QSizeF(1024, 1024)
    again = ROOM.center() - transform.target(ROOM, half).topLeft()
    assert middle.x() / (2048 * 4) == pytest.approx(again.x() / (1024 * 4), abs=0.01)


def test_only_pixels_in_sight_are_drawn() -> None:
    target, visible = QRectF(-1000, -1000, 4000, 4000), QRectF(0, 0, 400, 300)
    source, place = whole_source(target, visible, QSizeF(400, 400))
    assert source == QRectF(100, 100, 40, 30)
    assert place == visible
    source, place = whole_source(target, QRectF(3, 3, 10, 10), QSizeF(400, 400))
    assert source == QRectF(100, 100, 2, 2)
    assert place.contains(QRectF(3, 3, 10, 10))
