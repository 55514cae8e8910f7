"""Where a picture lies in a view: zoom and pan, one for all the pictures that are compared."""

from __future__ import annotations

import math

from PySide6.QtCore import QPointF, QRectF, QSizeF

MAX_ZOOM = 64.0
WHEEL_STEP = 1.25


class ViewTransform:
    """`zoom` is screen pixels for each pixel of the picture, None while the whole picture fits.

    What stands in the middle is kept as a share of the picture, so that zoom and place survive
    another picture, also one of another size.
    """

    def __init__(self) -> None:
        self.zoom: float | None = None
        self._middle = QPointF(0.5, 0.5)

    @property
    def is_fitted(self) -> bool:
        return self.zoom is None

    def scale(self, room: QRectF, size: QSizeF, ratio: float = 1.0) -> float:
        """Screen pixels for each pixel of the picture; `ratio` is the screen's own scale."""
        return self.zoom if self.zoom is not None else fit_scale(room, size) * ratio

    def target(self, room: QRectF, size: QSizeF, ratio: float = 1.0) -> QRectF:
        """Where the whole picture lands; parts of it may lie outside `room`."""
        scale = self.scale(room, size, ratio) / ratio
        wide, high = size.width() * scale, size.height() * scale
        left = _place(room.left(), room.width(), wide, self._middle.x())
        top = _place(room.top(), room.height(), high, self._middle.y())
        # Whole screen pixels, so that the squares of a small picture have straight edges.
        left, top = round(left * ratio) / ratio, round(top * ratio) / ratio
        return QRectF(left, top, wide, high)

    def fit(self) -> None:
        self.zoom, self._middle = None, QPointF(0.5, 0.5)

    def zoom_at(
        self, factor: float, at: QPointF, room: QRectF, size: QSizeF, ratio: float = 1.0
    ) -> None:
        """Larger or smaller by `factor`, the point under `at` staying where it is."""
        self.set_zoom(self.scale(room, size, ratio) * factor, at, room, size, ratio)

    def set_zoom(
        self, zoom: float, at: QPointF, room: QRectF, size: QSizeF, ratio: float = 1.0
    ) -> None:
        """Below the whole picture there is nothing to see, so that is where it ends."""
        fitted = fit_scale(room, size) * ratio
        if zoom <= fitted * 1.0001 and fitted < 1.0001:
            self.fit()
            return
        if zoom < min(1.0, fitted):
            zoom = min(1.0, fitted)
        before = self.target(room, size, ratio)
        x, y = (at.x() - before.left()) / before.width(), (at.y() - before.top()) / before.height()
        x, y = min(1.0, max(0.0, x)), min(1.0, max(0.0, y))
        self.zoom = min(MAX_ZOOM, zoom)
        wide, high = size.width() * self.zoom / ratio, size.height() * self.zoom / ratio
        self._middle = QPointF(
            _middle(room.left(), room.width(), wide, at.x() - x * wide),
            _middle(room.top(), room.height(), high, at.y() - y * high),
        )

    def pan(self, by: QPointF, room: QRectF, size: QSizeF, ratio: float = 1.0) -> None:
        """Drag the picture along, as far as its edges."""
        now = self.target(room, size, ratio)
        self._middle = QPointF(
            _middle(room.left(), room.width(), now.width(), now.left() + by.x()),
            _middle(room.top(), room.height(), now.height(), now.top() + by.y()),
        )

    def can_pan(self, room: QRectF, size: QSizeF, ratio: float = 1.0) -> bool:
        now = self.target(room, size, ratio)
        return now.width() > room.width() + 0.5 or now.height() > room.height() + 0.5


def fit_scale(room: QRectF, size: QSizeF) -> float:
    if size.isEmpty():
        return 1.0
    return max(1e-6, min(room.width() / size.width(), room.height() / size.height()))


def whole_source(target: QRectF, visible: QRectF, size: QSizeF) -> tuple[QRectF, QRectF]:
    """The whole pixels of a picture that show in `visible`, and where exactly they are drawn."""
    across, down = target.width() / size.width(), target.height() / size.height()
    left = max(0, math.floor((visible.left() - target.left()) / across))
    top = max(0, math.floor((visible.top() - target.top()) / down))
    right = min(size.width(), math.ceil((visible.right() - target.left()) / across))
    bottom = min(size.height(), math.ceil((visible.bottom() - target.top()) / down))
    source = QRectF(left, top, right - left, bottom - top)
    place = QRectF(
        target.left() + left * across, target.top() + top * down,
        source.width() * across, source.height() * down,
    )  # fmt: skip
    return source, place


def _place(start: float, room: float, length: float, middle: float) -> float:
    """Where something of `length` begins, with its point `middle` in the middle of the room."""
    if length <= room:
        return start + (room - length) / 2
    return min(start, max(start + room - length, start + room / 2 - middle * length))


def _middle(start: float, room: float, length: float, begin: float) -> float:
    """The share of it that is in the middle if it begins at `begin`."""
    if length <= room:
        return 0.5
    begin = min(start, max(start + room - length, begin))
    return (start + room / 2 - begin) / length
