"""Where two pictures look different, as colours from blue to yellow, and how much in one number."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtGui import QColor, QImage

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STRENGTHS = (1, 2, 4, 8, 16)
# Cividis, which looks the same to colour-blind people; ten of its 256 colours.
_CIVIDIS = (
    "#00224E", "#123570", "#3B496C", "#575D6D", "#707173",
    "#8A8678", "#A59C74", "#C3B369", "#E1CC55", "#FEE838",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """`levels` is grey, 0 where both are equal; at 255 they are as far apart as black and white.

    `mean` is the mean distance, 0 to 1.
    """

    levels: QImage
    mean: float

    def colored(self, strength: int) -> QImage:
        """Small differences are multiplied by `strength`, so that the eye can find them."""
        image = self.levels.copy()
        image.reinterpretAsFormat(QImage.Format.Format_Indexed8)
        image.setColorTable([color_of(min(1.0, k * strength / 255)).rgb() for k in range(256)])
        return image.convertToFormat(QImage.Format.Format_RGB32)


def difference_of(a: QImage, b: QImage) -> Difference | None:
    """None for pictures of different sizes: their pixels do not belong together."""
    if a.size() != b.size() or a.isNull():
        return None
    import numpy as np  # a fifth of a second that the window has no need of when it opens

    from ppcl_app.oklab import distances

    found = distances(_pixels(a), _pixels(b))
    grey = np.rint(255 * found.clip(0, 1)).astype(np.uint8).tobytes()
    levels = QImage(grey, a.width(), a.height(), a.width(), QImage.Format.Format_Grayscale8)
    return Difference(levels.copy(), float(found.mean()))


def color_of(share: float) -> QColor:
    """A colour of the scale: 0 is equal, 1 as different as black and white."""
    place = share * (len(_CIVIDIS) - 1)
    at = min(int(place), len(_CIVIDIS) - 2)
    low, high, part = QColor(_CIVIDIS[at]), QColor(_CIVIDIS[at + 1]), place - at
    return QColor(
        round(low.red() + part * (high.red() - low.red())),
        round(low.green() + part * (high.green() - low.green())),
        round(low.blue() + part * (high.blue() - low.blue())),
    )


def _pixels(image: QImage) -> NDArray[np.uint8]:
    """Red, green and blue of every pixel, (high, wide, 3)."""
    import numpy as np

    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(rgb.constBits(), np.uint8).reshape(rgb.height(), rgb.bytesPerLine())
    return rows[:, : 3 * rgb.width()].reshape(rgb.height(), rgb.width(), 3).copy()
