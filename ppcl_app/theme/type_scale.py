"""Type sizes as multiples of the system's own font, so that they grow with the user's setting."""

from __future__ import annotations

from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QWidget

BODY = 1.0
SMALL = 12 / 13
NUMBER = 15 / 13
TITLE = 19 / 13


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
