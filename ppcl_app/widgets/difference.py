"""Where two pictures differ, as colours from blue (equal) to yellow, and how much in one number."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtGui import QColor, QImage, QPainter

STRENGTHS = (1, 2, 4, 8, 16)
# Cividis, which looks the same to colour-blind people; ten of its 256 colours.
_CIVIDIS = (
    "#00224E", "#123570", "#3B496C", "#575D6D", "#707173",
    "#8A8678", "#A59C74", "#C3B369", "#E1CC55", "#FEE838",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """`levels` is grey, 0 where both are equal; `mean` is their mean as a share of white."""

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
    both = a.convertToFormat(QImage.Format.Format_RGB32).copy()
    painter = QPainter(both)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Difference)
    painter.drawImage(0, 0, b)
    painter.end()
    levels = both.convertToFormat(QImage.Format.Format_Grayscale8)
    return Difference(levels, _mean(levels) / 255)


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


def _mean(grey: QImage) -> float:
    raw, stride, wide = memoryview(grey.constBits()), grey.bytesPerLine(), grey.width()
    rows = range(grey.height())
    total = sum(sum(raw[y * stride : y * stride + wide]) for y in rows)
    return total / (wide * grey.height())
