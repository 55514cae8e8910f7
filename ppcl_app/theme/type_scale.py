"""Type sizes as multiples of the system's own font, so that they grow with the user's setting."""

from __future__ import annotations

from PySide6.QtGui import QFont, QFontMetricsF
from PySide6.QtWidgets import QApplication, QWidget

BODY = 1.0
SMALL = 12 / 13
NUMBER = 15 / 13
TITLE = 19 / 13
_USUAL_LINE = 18.0  # pixels of a small line at the usual text size


def set_type(widget: QWidget, scale: float, *, bold: bool = False, tabular: bool = False) -> None:
    widget.setFont(make_font(scale, bold=bold, tabular=tabular))


def make_font(scale: float, *, bold: bool = False, tabular: bool = False) -> QFont:
    """`tabular` gives all digits one width, so that changing numbers do not tremble."""
    font = QFont(QApplication.font())
    if font.pointSizeF() > 0:
        font.setPointSizeF(font.pointSizeF() * scale)
    else:
        font.setPixelSize(round(font.pixelSize() * scale))
    if bold:
        font.setWeight(QFont.Weight.DemiBold)
    if tabular:
        font.setFeature(QFont.Tag("tnum"), 1)
    return font


def grown(pixels: float) -> float:
    """Room for small text that is `pixels` at the usual text size; larger text needs more."""
    return pixels * max(1.0, QFontMetricsF(make_font(SMALL)).height() / _USUAL_LINE)
