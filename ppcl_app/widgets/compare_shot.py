"""One picture as the comparison shows it: its label, and its pixels in every size needed."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PySide6.QtCore import QRectF, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter

from ppcl_app.live_scheduler import Painted
from ppcl_app.picture_recipe import image_of
from ppcl_app.widgets.view_transform import whole_source

_STORE_BYTES, _STORE_COUNT = 256 << 20, 256
_STRETCH = Qt.AspectRatioMode.IgnoreAspectRatio
_SMOOTH = Qt.TransformationMode.SmoothTransformation
NEAREST_FROM = 2.0  # screen pixels a pixel: from here on squares stay squares


@dataclass(frozen=True, slots=True)
class Shot:
    """`share` is how far painting is, None when nothing is being painted."""

    picture: Painted | None = None
    title: str = ""
    note: str = ""
    is_dimmed: bool = False
    share: float | None = None
    empty: str = ""

    @property
    def size(self) -> QSizeF:
        picture = self.picture
        return QSizeF(picture.width, picture.height) if picture is not None else QSizeF()

    @property
    def label(self) -> str:
        return f"{self.title} · {self.note}" if self.note else self.title


class ImageStore:
    """Images of pictures, each also at a half, a quarter and so on, as they were last needed."""

    def __init__(self) -> None:
        self._levels: OrderedDict[int, tuple[Painted, list[QImage]]] = OrderedDict()

    def image(self, picture: Painted) -> QImage:
        return self._entry(picture)[0]

    def level(self, picture: Painted, scale: float) -> QImage:
        """The smallest image from which one `scale` times the picture can be drawn smoothly."""
        levels, wanted = self._entry(picture), 0
        while scale <= 0.5 ** (wanted + 1):
            wanted += 1
        while len(levels) <= wanted and min(levels[-1].width(), levels[-1].height()) > 1:
            last = levels[-1]
            wide, high = max(1, last.width() // 2), max(1, last.height() // 2)
            levels.append(last.scaled(wide, high, _STRETCH, _SMOOTH))
        return levels[min(wanted, len(levels) - 1)]

    def _entry(self, picture: Painted) -> list[QImage]:
        known = self._levels.get(id(picture))
        if known is None:
            known = self._levels[id(picture)] = (picture, [image_of(picture)])
            kept = sum(entry[1][0].sizeInBytes() for entry in self._levels.values())
            while len(self._levels) > (2 if kept > _STORE_BYTES else _STORE_COUNT):
                kept -= self._levels.popitem(last=False)[1][1][0].sizeInBytes()
        self._levels.move_to_end(id(picture))
        return known[1]


def draw_picture(
    painter: QPainter, store: ImageStore, picture: Painted, target: QRectF, clip: QRectF
) -> None:
    """Draw the part of `picture` that shows in `clip` when all of it fills `target`."""
    ratio = painter.device().devicePixelRatioF() if painter.device() is not None else 1.0
    scale = target.width() * ratio / picture.width
    draw_image(painter, store.level(picture, scale), target, clip, is_sharp=scale >= NEAREST_FROM)


def draw_image(
    painter: QPainter, image: QImage, target: QRectF, clip: QRectF, *, is_sharp: bool
) -> None:
    """Like `draw_picture`, of an image that is there already."""
    visible = target.intersected(clip)
    if visible.isEmpty() or image.isNull():
        return
    source, place = whole_source(target, visible, QSizeF(image.size()))
    painter.save()
    painter.setClipRect(visible, Qt.ClipOperation.IntersectClip)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not is_sharp)
    painter.drawImage(place, image, source)
    painter.restore()
