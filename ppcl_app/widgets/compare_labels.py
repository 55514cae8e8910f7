"""What is written over compared pictures: labels that are drawn in the view, never into a file."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QLinearGradient, QPainter

from ppcl_app.theme import type_scale
from ppcl_app.theme.tokens import RADIUS_CONTROL, Tokens
from ppcl_app.widgets.compare_shot import Shot
from ppcl_app.widgets.difference import color_of

translate = QCoreApplication.translate  # lupdate knows this name
_GROUND = QColor(36, 40, 48, 225)  # the same in both looks: it lies on a picture
_WORDS, _NOTES = QColor("#FFFFFF"), QColor("#D5DAE2")
_PAD = 9.0


def paint_label(
    painter: QPainter,
    shot: Shot,
    room: QRectF,
    *,
    at_right: bool = False,
    at_foot: bool = False,
) -> None:
    """Title over note, in a corner of `room`; a line at the foot grows while it is painted."""
    if not shot.title:
        return
    bold = type_scale.make_font(type_scale.SMALL, bold=True)
    plain = type_scale.make_font(type_scale.SMALL, tabular=True)
    head, foot = QFontMetricsF(bold), QFontMetricsF(plain)
    notes = note_lines(shot.note, foot, room.width() - 2 * _PAD)
    wide = max(map(foot.horizontalAdvance, notes), default=0.0)
    wide = max(wide, head.horizontalAdvance(shot.title)) + 2 * _PAD + 1
    if shot.share is not None:
        wide = max(wide, 110.0)
    wide = min(wide, room.width())
    line = foot.height() + 1
    high = head.height() + line * len(notes) + 10
    left = room.right() - wide if at_right else room.left()
    area = QRectF(left, room.bottom() - high if at_foot else room.top(), wide, high)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GROUND)
    painter.drawRoundedRect(area, RADIUS_CONTROL, RADIUS_CONTROL)
    inner = area.adjusted(_PAD, 5, -_PAD, -5)
    side = Qt.AlignmentFlag.AlignRight if at_right else Qt.AlignmentFlag.AlignLeft
    _write(painter, bold, _WORDS, shot.title, inner, side | Qt.AlignmentFlag.AlignTop)
    for number, note in enumerate(reversed(notes)):
        place = inner.adjusted(0, 0, 0, -number * line)
        _write(painter, plain, _NOTES, note, place, side | Qt.AlignmentFlag.AlignBottom)
    if shot.share is not None:
        _paint_share(painter, area, shot.share)


def note_lines(note: str, metrics: QFontMetricsF, width: float) -> list[str]:
    """In one line; where that is too long, each of its parts in a line of its own."""
    if not note or metrics.horizontalAdvance(note) <= width:
        return [note] if note else []
    return note.split(" · ")


def paint_empty(painter: QPainter, text: str, area: QRectF, tokens: Tokens) -> None:
    """Words where a picture will be."""
    painter.setFont(type_scale.make_font(type_scale.BODY))
    painter.setPen(QColor(tokens.muted))
    flags = Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap
    painter.drawText(area.adjusted(16, 16, -16, -16), flags, text)


def paint_scale(painter: QPainter, numbers: str, room: QRectF) -> None:
    """The colours of a difference with what they mean, and the numbers, at the foot of `room`."""
    font = type_scale.make_font(type_scale.SMALL, tabular=True)
    metrics = QFontMetricsF(font)
    same, other = translate("Compare", "equal"), translate("Compare", "different")
    ends = metrics.horizontalAdvance(same) + metrics.horizontalAdvance(other)
    bar = 90.0
    wide = min(room.width(), max(ends + bar + 16, metrics.horizontalAdvance(numbers)) + 2 * _PAD)
    high = 2 * metrics.height() + 14
    area = QRectF(room.center().x() - wide / 2, room.bottom() - high, wide, high)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GROUND)
    painter.drawRoundedRect(area, RADIUS_CONTROL, RADIUS_CONTROL)
    inner = area.adjusted(_PAD, 6, -_PAD, -6)
    middle = Qt.AlignmentFlag.AlignHCenter
    _write(painter, font, _WORDS, numbers, inner, middle | Qt.AlignmentFlag.AlignTop)
    row = QRectF(inner.center().x() - (ends + bar + 16) / 2, inner.bottom() - metrics.height(),
                 ends + bar + 16, metrics.height())  # fmt: skip
    _write(painter, font, _NOTES, same, row, Qt.AlignmentFlag.AlignLeft)
    _write(painter, font, _NOTES, other, row, Qt.AlignmentFlag.AlignRight)
    left = row.left() + metrics.horizontalAdvance(same) + 8
    gradient = QLinearGradient(QPointF(left, 0), QPointF(left + bar, 0))
    for k in range(10):
        gradient.setColorAt(k / 9, color_of(k / 9))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(gradient)
    painter.drawRoundedRect(QRectF(left, row.center().y() - 3.5, bar, 8), 4, 4)


def paint_mix(painter: QPainter, share: float, room: QRectF) -> None:
    """How much of the second picture is seen: a knob on a line at the foot of `room`."""
    area = QRectF(room.center().x() - 90, room.bottom() - 24, 180, 24)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GROUND)
    painter.drawRoundedRect(area, 12, 12)
    line = area.adjusted(16, 10.5, -16, -10.5)
    painter.setBrush(QColor(255, 255, 255, 110))
    painter.drawRoundedRect(line, 1.5, 1.5)
    painter.setBrush(QColor("white"))
    painter.drawEllipse(QPointF(line.left() + share * line.width(), line.center().y()), 7, 7)


def _paint_share(painter: QPainter, area: QRectF, share: float) -> None:
    groove = QRectF(area.left() + 6, area.bottom() + 3, area.width() - 12, 5)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GROUND)
    painter.drawRoundedRect(groove.adjusted(-2, -2, 2, 2), 4, 4)
    painter.setBrush(QColor("#8AB0FF"))
    groove.setWidth(max(5.0, groove.width() * min(1.0, share)))
    painter.drawRoundedRect(groove, 2.5, 2.5)


def _write(
    painter: QPainter, font: QFont, color: QColor, text: str, area: QRectF, side: Qt.AlignmentFlag
) -> None:
    painter.setFont(font)
    painter.setPen(color)
    shown = painter.fontMetrics().elidedText(
        text, Qt.TextElideMode.ElideRight, int(area.width()) + 1
    )
    painter.drawText(area, side, shown)
