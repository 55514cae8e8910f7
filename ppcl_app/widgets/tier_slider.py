"""The slider over the sizes of a model: a named stop for each, from original to smallest."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QSlider, QWidget

from engine.tiers import Tier
from ppcl_app import figures
from ppcl_app.theme import type_scale
from ppcl_app.theme.palette import current_tokens
from ppcl_app.theme.tokens import Tokens
from ppcl_app.vocabulary import tier_title

_EDGE = 28
_TRACK_Y = 18
_STOP = 5.0
_HANDLE = 9.0
_HEIGHT = 62


@dataclass(frozen=True, slots=True)
class Stop:
    """One size on the slider: its name, and what is written below it."""

    name: str
    below: str

    @classmethod
    def of(cls, number: int, tier: Tier) -> Stop:
        name = tier_title(tier.name)
        return cls(name, figures.percent(tier.parameters_ratio) if number else name)


class TierSlider(QSlider):
    """A QSlider underneath, so that keys, screen readers and signals are what everyone knows.

    `is_clicked` while it moves to a stop that was clicked, and not to one that a drag or a key
    passes.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._stops: tuple[Stop, ...] = ()
        self.is_clicked = False
        self._is_painted: Callable[[int], bool] = lambda _tier: False
        self.setAccessibleName(self.tr("Size of the model"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setPageStep(2)
        self.valueChanged.connect(self._describe)

    def set_stops(self, stops: Sequence[Stop], *, is_painted: Callable[[int], bool]) -> None:
        """One stop per size; `is_painted` tells whether its picture is there already."""
        self._stops = tuple(stops)
        self._is_painted = is_painted
        self.blockSignals(True)
        self.setRange(0, max(0, len(stops) - 1))
        self.blockSignals(False)
        self._describe()
        self.update()

    def stop_at(self, x: float) -> int:
        """The stop nearest to a horizontal position."""
        if len(self._stops) < 2:
            return 0
        step = (self.width() - 2 * _EDGE) / (len(self._stops) - 1)
        return max(0, min(len(self._stops) - 1, round((x - _EDGE) / step)))

    def sizeHint(self) -> QSize:
        return QSize(420, self._high())

    def minimumSizeHint(self) -> QSize:
        return QSize(260, self._high())

    def _high(self) -> int:
        """Large text below the stops needs its room."""
        return max(_HEIGHT, round(_TRACK_Y + _HANDLE + 14) + self.fontMetrics().height())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.setSliderDown(True)
            self.is_clicked = True
            self.setValue(self.stop_at(event.position().x()))
            self.is_clicked = False
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self.isSliderDown():
            self.setValue(self.stop_at(event.position().x()))
        else:
            stop = self.stop_at(event.position().x())
            self.setToolTip(self._stops[stop].name if self._stops else "")
        event.accept()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.setSliderDown(False)
        event.accept()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = current_tokens()
        if not self._stops:
            return
        at = self._x(self.value())
        self._paint_track(painter, tokens)
        for stop in range(len(self._stops)):
            self._paint_stop(painter, tokens, stop)
        self._paint_handle(painter, tokens, at)
        self._paint_texts(painter, tokens)

    def _x(self, stop: int) -> float:
        if len(self._stops) < 2:
            return _EDGE
        return _EDGE + stop * (self.width() - 2 * _EDGE) / (len(self._stops) - 1)

    def _paint_track(self, painter: QPainter, tokens: Tokens) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(tokens.line))
        painter.drawRoundedRect(QRectF(_EDGE, _TRACK_Y - 2, self.width() - 2 * _EDGE, 4), 2, 2)

    def _paint_stop(self, painter: QPainter, tokens: Tokens, stop: int) -> None:
        """A full dot where the picture is there, a hollow one where it would be painted."""
        painter.setPen(QPen(QColor(tokens.outline), 1.6))
        painter.setBrush(QColor(tokens.outline if self._is_painted(stop) else tokens.surface))
        painter.drawEllipse(QPointF(self._x(stop), _TRACK_Y), _STOP, _STOP)

    def _paint_handle(self, painter: QPainter, tokens: Tokens, at: float) -> None:
        if self.hasFocus():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(tokens.selected))
            painter.drawEllipse(QPointF(at, _TRACK_Y), _HANDLE + 6, _HANDLE + 6)
        painter.setPen(QPen(QColor(tokens.accent), 3))
        painter.setBrush(QColor(tokens.surface))
        painter.drawEllipse(QPointF(at, _TRACK_Y), _HANDLE, _HANDLE)

    def _paint_texts(self, painter: QPainter, tokens: Tokens) -> None:
        """What is below each stop; where it is tight, below those that there is room for."""
        for stop, area in self.text_areas().items():
            is_here = stop == self.value()
            painter.setFont(type_scale.make_font(type_scale.SMALL, bold=is_here, tabular=True))
            painter.setPen(QColor(tokens.accent if is_here else tokens.muted))
            painter.drawText(area, Qt.AlignmentFlag.AlignCenter, self._stops[stop].below)

    def text_areas(self) -> dict[int, QRectF]:
        """Where texts stand: the chosen stop's first, then both ends', then every second one's."""
        last, here = len(self._stops) - 1, self.value()
        order = dict.fromkeys((here, 0, last, *range(0, last, 2), *range(1, last, 2)))
        areas: dict[int, QRectF] = {}
        for stop in order:
            font = type_scale.make_font(type_scale.SMALL, bold=stop == here, tabular=True)
            metrics = QFontMetricsF(font)
            width = metrics.horizontalAdvance(self._stops[stop].below) + 8
            left = min(max(0.0, self._x(stop) - width / 2), self.width() - width)
            area = QRectF(left, _TRACK_Y + _HANDLE + 6, width, metrics.height() + 4)
            if not any(area.intersects(other) for other in areas.values()):
                areas[stop] = area
        return areas

    def _describe(self) -> None:
        if self._stops:
            stop = self._stops[self.value()]
            text = self.tr("{name}, {below}, stop {number} of {total}")
            self.setAccessibleDescription(
                text.format(
                    name=stop.name,
                    below=stop.below,
                    number=self.value() + 1,
                    total=len(self._stops),
                )
            )
        self.update()
