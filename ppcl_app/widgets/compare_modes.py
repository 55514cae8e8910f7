"""The ways of comparing two pictures, and how each is painted."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from ppcl_app.theme.tokens import Tokens
from ppcl_app.widgets.compare_labels import paint_empty, paint_label, paint_mix, paint_scale
from ppcl_app.widgets.compare_shot import NEAREST_FROM, ImageStore, Shot, draw_image, draw_picture
from ppcl_app.widgets.view_transform import ViewTransform

translate = QCoreApplication.translate  # lupdate knows this name
DIM = 0.35
GAP = 12.0
_MARGIN = 8.0


class Mode(StrEnum):
    """How two or more pictures are put beside, over or into each other."""

    WIPE = "wipe"
    SIDE = "side"
    BLINK = "blink"
    FADE = "fade"
    DIFFERENCE = "difference"
    GRID = "grid"


def mode_title(mode: Mode) -> str:
    titles = {
        Mode.WIPE: translate("Compare", "Wipe"),
        Mode.SIDE: translate("Compare", "Side by side"),
        Mode.BLINK: translate("Compare", "Blink"),
        Mode.FADE: translate("Compare", "Fade"),
        Mode.DIFFERENCE: translate("Compare", "Difference"),
        Mode.GRID: translate("Compare", "Grid"),
    }
    return titles[mode]


def mode_tip(mode: Mode) -> str:
    tips = {
        Mode.WIPE: translate(
            "Compare",
            "One picture lies over the other; the edge follows the mouse or the arrow keys. "
            "V turns the edge.",
        ),
        Mode.SIDE: translate("Compare", "Both at once, with one zoom for both"),
        Mode.BLINK: translate(
            "Compare", "Hold Space to see the other one in the same place; B changes it by itself"
        ),
        Mode.FADE: translate(
            "Compare", "One turns into the other as the mouse goes from left to right"
        ),
        Mode.DIFFERENCE: translate(
            "Compare",
            "Where the two look different to the eye: blue is equal, yellow is very different",
        ),
        Mode.GRID: translate(
            "Compare", "Every size with several prompts; Enter opens a picture of it"
        ),
    }
    return tips[mode]


@dataclass(slots=True)
class Scene:
    """Everything that a mode paints from. `a` is to the left, below or first; `b` the other."""

    a: Shot
    b: Shot
    room: QRectF
    transform: ViewTransform
    store: ImageStore
    tokens: Tokens
    ratio: float
    position: float = 0.5
    wipes_down: bool = False
    shows_other: bool = False
    difference: QImage | None = None
    numbers: str = ""

    @property
    def size(self) -> QSizeF:
        """Of the picture that is there; both have one size as a rule."""
        size = self.b.size if not self.b.size.isEmpty() else self.a.size
        return size if not size.isEmpty() else QSizeF(1, 1)

    def rooms(self, mode: Mode) -> tuple[QRectF, QRectF]:
        """Where `a` and `b` may be drawn."""
        if mode is not Mode.SIDE:
            return self.room, self.room
        wide = (self.room.width() - GAP) / 2
        left = QRectF(self.room.left(), self.room.top(), wide, self.room.height())
        return left, left.translated(wide + GAP, 0)

    def target(self, room: QRectF) -> QRectF:
        return self.transform.target(room, self.size, self.ratio)


def paint_scene(painter: QPainter, mode: Mode, scene: Scene) -> None:
    painters = {
        Mode.WIPE: _paint_wipe,
        Mode.SIDE: _paint_side,
        Mode.BLINK: _paint_blink,
        Mode.FADE: _paint_fade,
        Mode.DIFFERENCE: _paint_difference,
    }
    painters[mode](painter, scene)


def _paint_wipe(painter: QPainter, scene: Scene) -> None:
    target = scene.target(scene.room)
    visible = target.intersected(scene.room)
    first, second = QRectF(scene.room), QRectF(scene.room)
    if scene.wipes_down:
        edge = visible.top() + scene.position * visible.height()
        first.setBottom(edge)
        second.setTop(edge)
        ends = QPointF(visible.left(), edge), QPointF(visible.right(), edge)
    else:
        edge = visible.left() + scene.position * visible.width()
        first.setRight(edge)
        second.setLeft(edge)
        ends = QPointF(edge, visible.top()), QPointF(edge, visible.bottom())
    _paint_shot(painter, scene, scene.a, target, first)
    _paint_shot(painter, scene, scene.b, target, second)
    _paint_frame(painter, visible, scene.tokens)
    _paint_edge(painter, *ends)
    if scene.wipes_down:
        room = _label_room(scene.room, target)
        paint_label(painter, scene.a, room)
        paint_label(painter, scene.b, room, at_foot=True)
    else:
        _paint_both_labels(painter, scene)


def _paint_side(painter: QPainter, scene: Scene) -> None:
    for shot, room in zip((scene.a, scene.b), scene.rooms(Mode.SIDE), strict=True):
        target = scene.target(room)
        _paint_shot(painter, scene, shot, target, room)
        _paint_frame(painter, target.intersected(room), scene.tokens)
        paint_label(painter, shot, _label_room(room, target))


def _paint_blink(painter: QPainter, scene: Scene) -> None:
    shot = scene.a if scene.shows_other else scene.b
    target = scene.target(scene.room)
    _paint_shot(painter, scene, shot, target, scene.room)
    _paint_frame(painter, target.intersected(scene.room), scene.tokens)
    room = _label_room(scene.room, target)
    paint_label(painter, shot, room, at_right=not scene.shows_other)


def _paint_fade(painter: QPainter, scene: Scene) -> None:
    target = scene.target(scene.room)
    _paint_shot(painter, scene, scene.a, target, scene.room)
    painter.save()
    painter.setOpacity(scene.position)
    _paint_shot(painter, scene, scene.b, target, scene.room)
    painter.restore()
    _paint_frame(painter, target.intersected(scene.room), scene.tokens)
    _paint_both_labels(painter, scene)
    paint_mix(painter, scene.position, scene.room.adjusted(0, 0, 0, -_MARGIN))


def _paint_difference(painter: QPainter, scene: Scene) -> None:
    target = scene.target(scene.room)
    if scene.difference is not None:
        scale = target.width() * scene.ratio / scene.size.width()
        is_sharp = scale >= NEAREST_FROM
        draw_image(painter, scene.difference, target, scene.room, is_sharp=is_sharp)
    _paint_frame(painter, target.intersected(scene.room), scene.tokens)
    _paint_both_labels(painter, scene)
    room = scene.room.adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
    if scene.difference is None:
        paint_empty(painter, scene.numbers, scene.room, scene.tokens)
    else:
        paint_scale(painter, scene.numbers, room)


def _paint_shot(painter: QPainter, scene: Scene, shot: Shot, target: QRectF, clip: QRectF) -> None:
    if shot.picture is None:
        paint_empty(painter, shot.empty, target.intersected(clip), scene.tokens)
        return
    if shot.is_dimmed:
        painter.save()
        painter.setOpacity(painter.opacity() * DIM)
        draw_picture(painter, scene.store, shot.picture, target, clip)
        painter.restore()
    else:
        draw_picture(painter, scene.store, shot.picture, target, clip)


def _paint_both_labels(painter: QPainter, scene: Scene) -> None:
    room = _label_room(scene.room, scene.target(scene.room))
    left, right = QRectF(room), QRectF(room)
    left.setRight(room.center().x() - 4)
    right.setLeft(room.center().x() + 4)
    paint_label(painter, scene.a, left)
    paint_label(painter, scene.b, right, at_right=True)


def _label_room(room: QRectF, target: QRectF) -> QRectF:
    """Labels begin where the picture does, and may be wider than it."""
    top = max(room.top(), min(target.top(), room.center().y()))
    return QRectF(room.left(), top, room.width(), room.bottom() - top).adjusted(
        _MARGIN, _MARGIN, -_MARGIN, -_MARGIN
    )


def _paint_frame(painter: QPainter, area: QRectF, tokens: Tokens) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(QColor(tokens.line), 1))
    painter.drawRect(area.adjusted(-0.5, -0.5, 0.5, 0.5))


def _paint_edge(painter: QPainter, start: QPointF, end: QPointF) -> None:
    """A white line between two dark ones is seen on every picture."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for color, width in ((QColor(20, 22, 26, 150), 4), (QColor("white"), 2)):
        painter.setPen(QPen(color, width))
        painter.drawLine(start, end)
    middle = (start + end) / 2
    painter.setPen(QPen(QColor(20, 22, 26, 150), 1))
    painter.setBrush(QColor("white"))
    painter.drawEllipse(middle, 12, 12)
    painter.setPen(QPen(QColor("#1A1D23"), 1.8))
    is_level = start.y() == end.y()
    across, along = QPointF(not is_level, is_level), QPointF(is_level, not is_level)
    for side in (-1, 1):
        tip, back = middle + across * 7 * side, middle + across * 3.4 * side
        painter.drawLine(tip, back - along * 3.6)
        painter.drawLine(tip, back + along * 3.6)
