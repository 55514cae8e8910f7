"""Two pictures in one view, in every way of comparing them."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QPointF, QRect, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QWheelEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ppcl_app.live_scheduler import Painted
from ppcl_app.widgets.compare_grid import GridCell, GridContent
from ppcl_app.widgets.compare_labels import note_lines
from ppcl_app.widgets.compare_modes import Mode
from ppcl_app.widgets.compare_shot import ImageStore, Shot
from ppcl_app.widgets.compare_view import CompareView
from ppcl_app.widgets.difference import color_of, difference_of

RED, BLUE = QColor("#C03020"), QColor("#2040C0")
MIDDLE_LEFT, MIDDLE_RIGHT = QPoint(220, 330), QPoint(380, 330)


def flat(color: QColor, side: int = 80) -> Painted:
    pixel = bytes((color.red(), color.green(), color.blue()))
    return Painted(pixel * side * side, side, side, 1.0, 0.8)


def checkers(side: int) -> Painted:
    row = bytes(v for x in range(side) for v in ((255, 255, 255) if x % 2 else (0, 0, 0)))
    return Painted(row * side, side, side, 1.0, 0.8)


@pytest.fixture
def make_view(qtbot: QtBot) -> Callable[..., CompareView]:
    def make(a: Painted | None = None, b: Painted | None = None) -> CompareView:
        view = CompareView()
        qtbot.addWidget(view)
        view.resize(600, 500)
        view.show_shots(Shot(a or flat(RED), "Original"), Shot(b or flat(BLUE), "Tier 2"))
        view.show()
        return view

    return make


def color_at(view: CompareView, at: QPoint) -> QColor:
    return QColor(view.grab().toImage().pixel(at))


def test_note_of_a_picture_is_never_cut(make_view: Callable[..., CompareView]) -> None:
    """In a narrow view its parts are below each other."""
    note = "160 ms · 94 % alike, measured"
    metrics = QFontMetricsF(make_view().font())
    for width in (1000.0, metrics.horizontalAdvance(note), 0.9 * metrics.horizontalAdvance(note)):
        lines = note_lines(note, metrics, width)
        assert " · ".join(lines) == note
        assert all(metrics.horizontalAdvance(line) <= width for line in lines)
    assert note_lines("", metrics, 100.0) == []


def test_wipe_shows_both_and_follows_keys_and_mouse(
    qtbot: QtBot, make_view: Callable[..., CompareView]
) -> None:
    view = make_view()
    assert color_at(view, MIDDLE_LEFT) == RED
    assert color_at(view, MIDDLE_RIGHT) == BLUE
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert view.position == pytest.approx(0.52)
    qtbot.mouseMove(view, QPoint(100, 100))
    qtbot.mouseMove(view, QPoint(420, 100))
    assert color_at(view, MIDDLE_RIGHT) == RED
    qtbot.keyClick(view, Qt.Key.Key_C)
    assert color_at(view, MIDDLE_RIGHT) == BLUE


def test_edge_of_the_wipe_is_turned_with_v(
    qtbot: QtBot, make_view: Callable[..., CompareView]
) -> None:
    view = make_view()
    upper, lower = QPoint(380, 150), QPoint(220, 400)
    assert (color_at(view, upper), color_at(view, lower)) == (BLUE, RED)
    qtbot.keyClick(view, Qt.Key.Key_V)
    assert (color_at(view, upper), color_at(view, lower)) == (RED, BLUE)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    assert view.position == pytest.approx(0.52)
    qtbot.mouseMove(view, QPoint(100, 100))
    qtbot.mouseMove(view, QPoint(100, 450))
    assert color_at(view, lower) == RED
    qtbot.keyClick(view, Qt.Key.Key_V)
    assert not view.wipes_down


def test_difference_is_what_the_eye_sees() -> None:
    """One step of grey is seen more in the dark; pure blue is nearer to black than green is."""

    def apart(a: str, b: str) -> float:
        images = [QImage(2, 2, QImage.Format.Format_RGB32) for _ in range(2)]
        for image, color in zip(images, (a, b), strict=True):
            image.fill(QColor(color))
        found = difference_of(*images)
        assert found is not None
        return found.mean

    assert apart("black", "white") == pytest.approx(1.0, abs=1e-3)
    assert apart("#101010", "#202020") > apart("#E0E0E0", "#F0F0F0")
    assert apart("#0000FF", "#000000") < apart("#00FF00", "#000000")
    # Published values: red (.6280, .2249, .1258), green (.8664, -.2339, .1795).
    assert apart("#FF0000", "#00FF00") == pytest.approx(0.5197, abs=2e-3)


def test_m_goes_through_all_ways(qtbot: QtBot, make_view: Callable[..., CompareView]) -> None:
    view = make_view()
    seen = []
    for _ in Mode:
        seen.append(view.mode)
        qtbot.keyClick(view, Qt.Key.Key_M)
    assert seen == list(Mode)
    assert view.mode is Mode.WIPE


def test_blink_holds_and_runs_by_itself(
    qtbot: QtBot, make_view: Callable[..., CompareView]
) -> None:
    view = make_view()
    view.set_mode(Mode.BLINK)
    assert color_at(view, MIDDLE_LEFT) == BLUE
    view.hold(True)
    assert color_at(view, MIDDLE_LEFT) == RED
    view.hold(False)
    qtbot.keyClick(view, Qt.Key.Key_B)
    qtbot.waitUntil(lambda: view.shows_other, timeout=2_000)
    qtbot.waitUntil(lambda: not view.shows_other, timeout=2_000)
    qtbot.keyClick(view, Qt.Key.Key_B)
    assert not view.is_blinking


def test_fade_mixes_by_position(make_view: Callable[..., CompareView]) -> None:
    view = make_view()
    view.set_mode(Mode.FADE)
    for position, wanted in ((0.0, RED.red()), (1.0, BLUE.red()), (0.5, 112)):
        view.set_position(position)
        assert color_at(view, MIDDLE_LEFT).red() == pytest.approx(wanted, abs=2)


def test_difference_is_colour_and_number(make_view: Callable[..., CompareView]) -> None:
    view = make_view(flat(QColor(100, 100, 100)), flat(QColor(110, 110, 110)))
    view.set_mode(Mode.DIFFERENCE)
    view.set_strength(8)
    assert color_at(view, MIDDLE_LEFT) == color_of(72 / 255)  # 9 levels apart, 8 times
    numbers = view._scene().numbers
    assert "80 % alike" in numbers
    assert "3.5 %" in numbers
    view.show_shots(view.shots[0], Shot(flat(BLUE, 40), "Tier 2"))
    assert "different sizes" in view._scene().numbers


def test_difference_of_equal_pictures_is_none() -> None:
    store, picture = ImageStore(), checkers(64)
    same = difference_of(store.image(picture), store.image(picture).copy())
    assert same is not None
    assert same.mean == 0
    one, other = QImage(2, 1, QImage.Format.Format_RGB32), QImage(2, 1, QImage.Format.Format_RGB32)
    one.fill(QColor("black"))
    other.fill(QColor("black"))
    other.setPixelColor(1, 0, QColor("white"))
    half = difference_of(one, other)
    assert half is not None
    assert half.mean == pytest.approx(0.5)


def test_small_pictures_have_sharp_squares(make_view: Callable[..., CompareView]) -> None:
    view = make_view(checkers(80), checkers(80))
    picture = view.grab().toImage()
    row = {QColor(picture.pixel(x, 330)).name() for x in range(60, 290)}
    assert row <= {"#000000", "#ffffff"}


def test_wheel_zooms_at_the_cursor_and_the_zoom_stays(
    qtbot: QtBot, make_view: Callable[..., CompareView]
) -> None:
    view = make_view()
    before = view.zoom
    event = QWheelEvent(
        QPointF(200, 200), QPointF(200, 200), QPoint(), QPoint(0, 240),
        Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase,
        False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
    zoomed = view.zoom
    assert zoomed == pytest.approx(before * 1.25**2)
    view.set_mode(Mode.FADE)
    view.show_shots(Shot(flat(BLUE), "Original"), Shot(flat(RED), "Tier 3"))
    assert view.zoom == zoomed
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert view.transform.is_fitted
    qtbot.mouseDClick(view, Qt.MouseButton.LeftButton, pos=QPoint(200, 200))
    assert view.zoom == 1.0


def test_grid_asks_for_what_is_in_sight_and_opens_a_cell(
    qtbot: QtBot, make_view: Callable[..., CompareView]
) -> None:
    view, asked = make_view(), set()

    def cell(row: int, column: int) -> GridCell:
        asked.add((row, column))
        return GridCell(flat(RED), None, "80 %", "1 s, measured")

    columns = [(f"Tier {k}", f"{k} %") for k in range(4)]
    view.show_grid(GridContent(columns, [f"prompt {k}" for k in range(40)], cell), (0, 0))
    view.set_mode(Mode.GRID)
    view.grab()
    assert {(0, 0), (1, 3)} <= asked
    assert max(row for row, _column in asked) < 10
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Right)
    assert "prompt 1" in view.accessibleDescription()
    with qtbot.waitSignal(view.cell_opened) as opened:
        qtbot.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == [1, 1]
    for _ in range(38):
        qtbot.keyClick(view, Qt.Key.Key_Down)
    asked.clear()
    view.grab()
    assert (39, 1) in asked


def test_labels_are_in_the_view_and_not_in_the_picture(
    make_view: Callable[..., CompareView],
) -> None:
    view = make_view()
    seen = view.grab().toImage()
    corner = seen.copy(QRect(60, 10, 60, 30))
    colors = {QColor(corner.pixel(x, y)).name() for x in range(60) for y in range(30)}
    assert colors != {RED.name()}
    image = view._store.image(view.shots[0].picture)  # type: ignore[arg-type]
    assert {image.pixelColor(x, 2).name() for x in range(image.width())} == {RED.name()}


@pytest.mark.parametrize("mode", [m for m in Mode if m is not Mode.GRID])
@pytest.mark.parametrize("zoom", [None, 1.0, 3.0])
def test_large_pictures_are_painted_in_time(
    make_view: Callable[..., CompareView], mode: Mode, zoom: float | None
) -> None:
    """16 ms on a quiet machine, which the benchmark measures; here time of the processor counts."""
    view = make_view(flat(RED, 2048), flat(BLUE, 2048))
    view.resize(900, 640)
    view.set_mode(mode)
    view.transform.zoom = zoom
    target = QImage(view.size(), QImage.Format.Format_RGB32)
    view.render(target)  # once for images of the right size
    times = []
    for _ in range(5):
        began = time.thread_time()
        view.render(target)
        times.append(time.thread_time() - began)
    assert min(times) < 0.016
