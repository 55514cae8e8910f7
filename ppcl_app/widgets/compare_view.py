"""Two pictures compared in one view: wipe, side by side, blink, fade, difference, or a grid."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QHideEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ppcl_app.theme.palette import current_tokens
from ppcl_app.theme.tokens import RADIUS_CONTROL
from ppcl_app.widgets.compare_difference import CompareDifference
from ppcl_app.widgets.compare_grid import CompareGrid, GridContent, Place
from ppcl_app.widgets.compare_modes import Mode, Scene, mode_title, paint_scene
from ppcl_app.widgets.compare_shot import ImageStore, Shot
from ppcl_app.widgets.difference import STRENGTHS
from ppcl_app.widgets.view_transform import WHEEL_STEP, ViewTransform

STEP = 0.02
BLINK_MS = 500
_Key = Qt.Key


class CompareView(QWidget):
    """Shows what it is given; zoom, place and position stay when the pictures change.

    `cell_opened` (row, column) comes from the grid. Keys: arrows move the edge, V turns it, M the
    next mode, C swaps, B blinks by itself, 0 fits, 1 shows 100 %; hold Space to see the other one.
    """

    mode_changed = Signal()
    zoom_changed = Signal()
    cell_opened = Signal(int, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._mode = Mode.WIPE
        self._a, self._b = Shot(), Shot()
        self._is_swapped = False
        self._is_held = False
        self._is_blinked = False
        self._position = 0.5
        self._wipes_down = False
        self._strength = 4
        self._difference = CompareDifference()
        self._drag_from: QPointF | None = None
        self._store = ImageStore()
        self.transform = ViewTransform()
        self.grid = CompareGrid()
        self._blink = QTimer(self, interval=BLINK_MS)
        self._blink.timeout.connect(self._on_blink)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(self.tr("Comparison of pictures"))

    # What is shown.

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def shots(self) -> tuple[Shot, Shot]:
        """As they stand: the one to the left, below or first, and the other."""
        return (self._b, self._a) if self._is_swapped else (self._a, self._b)

    @property
    def seen(self) -> Shot:
        """The one that is looked at where only one is: in front of the other."""
        a, b = self.shots
        return a if self.shows_other else b

    @property
    def shows_other(self) -> bool:
        return self._is_held or self._is_blinked

    @property
    def position(self) -> float:
        return self._position

    @property
    def wipes_down(self) -> bool:
        """The edge of the wipe lies level, and goes from top to bottom."""
        return self._wipes_down

    @property
    def strength(self) -> int:
        return self._strength

    @property
    def is_blinking(self) -> bool:
        return self._blink.isActive()

    def set_mode(self, mode: Mode) -> None:
        if mode is self._mode:
            return
        self._mode = mode
        self.set_blinking(False)
        self.mode_changed.emit()
        self._describe()

    def next_mode(self) -> None:
        modes = list(Mode)
        self.set_mode(modes[(modes.index(self._mode) + 1) % len(modes)])

    def show_shots(self, a: Shot, b: Shot) -> None:
        """The original and the other one, in this order."""
        if (a, b) != (self._a, self._b):
            self._a, self._b = a, b
            self._describe()

    def show_grid(self, content: GridContent, chosen: Place) -> None:
        self.grid.show(content, chosen)
        self._describe()

    def swap(self) -> None:
        self._is_swapped = not self._is_swapped
        self._describe()

    def hold(self, is_held: bool) -> None:
        """See the other picture in place, in any mode, for as long as this is held."""
        if is_held != self._is_held:
            self._is_held = is_held
            self._describe()

    def set_blinking(self, is_blinking: bool) -> None:
        """Twice a second by itself; never begun unless somebody asks for it."""
        if is_blinking:
            self.set_mode(Mode.BLINK)
            self._blink.start()
        else:
            self._blink.stop()
            self._is_blinked = False
        self.update()

    def set_position(self, position: float) -> None:
        self._position = min(1.0, max(0.0, position))
        self._describe()

    def set_wiping_down(self, wipes_down: bool) -> None:
        self._wipes_down = wipes_down
        self.set_mode(Mode.WIPE)
        self.mode_changed.emit()
        self._describe()

    def turn_edge(self) -> None:
        self.set_wiping_down(not self._wipes_down)

    def set_strength(self, strength: int) -> None:
        self._strength = strength
        self._describe()

    def next_strength(self) -> None:
        at = STRENGTHS.index(self._strength)
        self.set_strength(STRENGTHS[(at + 1) % len(STRENGTHS)])

    def fit(self) -> None:
        self.transform.fit()
        self.grid.reset()
        self._on_zoomed()

    def show_all_pixels(self, at: QPointF | None = None) -> None:
        """100 %: one pixel of the picture is one of the screen."""
        scene = self._scene()
        room = scene.rooms(self._mode)[0]
        at = at if at is not None else room.center()
        self.transform.set_zoom(1.0, at, room, scene.size, scene.ratio)
        self._on_zoomed()

    @property
    def zoom(self) -> float:
        """Screen pixels for each pixel of the picture."""
        scene = self._scene()
        return self.transform.scale(scene.rooms(self._mode)[0], scene.size, scene.ratio)

    # Painting.

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()  # it takes what room there is, and asks for none

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 150)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        tokens = current_tokens()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.sunken))
        painter.drawRoundedRect(QRectF(self.rect()), RADIUS_CONTROL, RADIUS_CONTROL)
        if self._mode is Mode.GRID and not self._is_held:
            self.grid.room = self._room()
            self.grid.paint(painter, self._store, tokens, focus=self.hasFocus())
        else:
            paint_scene(painter, self._painted_mode(), self._scene())
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(tokens.accent), 2))
            edge = QRectF(self.rect()).adjusted(1, 1, -1, -1)
            painter.drawRoundedRect(edge, RADIUS_CONTROL, RADIUS_CONTROL)

    def _painted_mode(self) -> Mode:
        """Holding Space looks at one picture alone, also where two are seen."""
        is_one = self._is_held and self._mode is not Mode.BLINK
        return Mode.BLINK if is_one or self._mode is Mode.GRID else self._mode

    def _room(self) -> QRectF:
        return QRectF(self.rect()).adjusted(6, 6, -6, -6)

    def _scene(self) -> Scene:
        a, b = self.shots
        scene = Scene(
            a, b, self._room(), self.transform, self._store, current_tokens(),
            self.devicePixelRatioF(), self._position, self._is_level, self.shows_other,
        )  # fmt: skip
        if self._mode is Mode.DIFFERENCE and not self._is_held:
            self._difference.add_to(scene, self._a, self._b, self._strength)
        return scene

    @property
    def _is_level(self) -> bool:
        return self._wipes_down and self._mode is Mode.WIPE

    # Mouse and keys.

    def wheelEvent(self, event: QWheelEvent) -> None:
        factor = WHEEL_STEP ** (event.angleDelta().y() / 120)
        at = event.position()
        if self._mode is Mode.GRID:
            self.grid.zoom_at(factor, at)
        else:
            scene = self._scene()
            room = self._room_at(scene, at)
            self.transform.zoom_at(factor, at, room, scene.size, scene.ratio)
        self._on_zoomed()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._drag_from = event.position()
            if self._mode is Mode.GRID:
                place = self.grid.place_at(event.position())
                if place is not None:
                    self.grid.chosen = place
                    self._describe()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at, scene = event.position(), self._scene()
        room = self._room_at(scene, at)
        if self._drag_from is not None and self._can_pan(scene, room):
            by, self._drag_from = at - self._drag_from, at
            if self._mode is Mode.GRID:
                self.grid.pan(by)
            else:
                self.transform.pan(by, room, scene.size, scene.ratio)
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.update()
        elif self._mode in (Mode.WIPE, Mode.FADE):
            visible = scene.target(scene.room).intersected(scene.room)
            if self._is_level:
                self.set_position((at.y() - visible.top()) / max(1.0, visible.height()))
            else:
                self.set_position((at.x() - visible.left()) / max(1.0, visible.width()))
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag_from = None
        self.unsetCursor()
        event.accept()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._mode is Mode.GRID:
            place = self.grid.place_at(event.position())
            if place is not None:
                self.cell_opened.emit(*place)
        elif self.transform.is_fitted:
            self.show_all_pixels(event.position())
        else:
            self.fit()
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        do = self._key_action(event.key())
        if do is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            super().keyPressEvent(event)
            return
        do()
        event.accept()

    def _key_action(self, key: int) -> Callable[[], None] | None:
        if self._mode is Mode.GRID and (action := self._grid_action(key)) is not None:
            return action
        actions: dict[int, Callable[[], None]] = {
            _Key.Key_M: self.next_mode,
            _Key.Key_C: self.swap,
            _Key.Key_B: lambda: self.set_blinking(not self.is_blinking),
            _Key.Key_V: self.turn_edge,
            _Key.Key_G: self.next_strength,
            _Key.Key_0: self.fit,
            _Key.Key_1: self.show_all_pixels,
        }
        if self._mode in (Mode.WIPE, Mode.FADE):
            level = self._is_level
            back, on = (_Key.Key_Up, _Key.Key_Down) if level else (_Key.Key_Left, _Key.Key_Right)
            actions[back] = lambda: self.set_position(self._position - STEP)
            actions[on] = lambda: self.set_position(self._position + STEP)
        for key_, factor in ((_Key.Key_Plus, WHEEL_STEP), (_Key.Key_Minus, 1 / WHEEL_STEP)):
            actions[key_] = lambda factor=factor: self._zoom_middle(factor)  # type: ignore[misc]
        return actions.get(key)

    def _grid_action(self, key: int) -> Callable[[], None] | None:
        ways = {
            _Key.Key_Left: (0, -1), _Key.Key_Right: (0, 1),
            _Key.Key_Up: (-1, 0), _Key.Key_Down: (1, 0),
        }  # fmt: skip
        if key in ways:
            return lambda: self._move_in_grid(*ways[_Key(key)])
        if key in (_Key.Key_Return, _Key.Key_Enter):
            return lambda: self.cell_opened.emit(*self.grid.chosen)
        return None

    def _move_in_grid(self, down: int, right: int) -> None:
        self.grid.room = self._room()
        self.grid.move(down, right)
        self._describe()

    def event(self, event: QEvent) -> bool:
        if isinstance(event, QHelpEvent) and self._mode is Mode.GRID:
            place = self.grid.place_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), self.grid.words(*place) if place else "", self)
            return True
        return super().event(event)

    def changeEvent(self, event: QEvent) -> None:
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self.update()
        super().changeEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.hold(False)
        self.set_blinking(False)
        super().hideEvent(event)

    def _zoom_middle(self, factor: float) -> None:
        scene = self._scene()
        room = scene.rooms(self._mode)[0]
        if self._mode is Mode.GRID:
            self.grid.zoom_at(factor, room.center())
        else:
            self.transform.zoom_at(factor, room.center(), room, scene.size, scene.ratio)
        self._on_zoomed()

    def _can_pan(self, scene: Scene, room: QRectF) -> bool:
        if self._mode is Mode.GRID:
            return self.grid.can_pan()
        return self.transform.can_pan(room, scene.size, scene.ratio)

    def _room_at(self, scene: Scene, at: QPointF) -> QRectF:
        """Side by side, the room of the picture that is under the mouse."""
        left, right = scene.rooms(self._mode)
        return right if self._mode is Mode.SIDE and at.x() >= right.left() else left

    def _on_blink(self) -> None:
        self._is_blinked = not self._is_blinked
        self.update()

    def _on_zoomed(self) -> None:
        self.zoom_changed.emit()
        self.update()

    def _describe(self) -> None:
        """For screen readers: what is seen, in words."""
        a, b = self.shots
        if self._mode is Mode.GRID and self.grid.content.rows:
            words = self.grid.words(*self.grid.chosen).replace("\n", ", ")
        elif self._mode is Mode.BLINK or self._is_held:
            words = self.seen.label
        else:
            words = f"{a.label}; {b.label}"
        self.setAccessibleDescription(f"{mode_title(self._mode)}: {words}")
        self.update()
