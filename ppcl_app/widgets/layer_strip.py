"""The model's layers in a row, and which of them become one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from engine.plan import Plan, Span
from ppcl_app.theme import type_scale
from ppcl_app.theme.palette import current_tokens
from ppcl_app.theme.tokens import Tokens
from ppcl_app.widgets.names_that_fit import names_that_fit

_HEIGHT = 58
_BAR = 30.0
_FIELD = _BAR + 8


class LayerStrip(QWidget):
    """Layers that stay are grey bars; each run that is merged is one field around its bars."""

    def __init__(self, parent: QWidget | None = None, *, has_numbers: bool = True) -> None:
        super().__init__(parent)
        self._height = _HEIGHT if has_numbers else round(_FIELD) + 4
        self._plan: Plan | None = None
        self._states: dict[str, str] = {}
        self.setAccessibleName(self.tr("Layers of the model"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_plan(self, plan: Plan | None, states: Mapping[str, str]) -> None:
        """`states` says "learning" or "done" by the name of a span; others wait."""
        self._plan, self._states = plan, dict(states)
        if plan is not None:
            text = self.tr("{total} layers, of which {merged} become {new}").format(
                total=plan.num_blocks,
                merged=sum(len(span.blocks()) for span in plan.spans),
                new=len(plan.spans),
            )
            self.setAccessibleDescription(text)
            self.setToolTip(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(420, self._height)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._plan is None or self._plan.num_blocks < 1:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tokens = current_tokens()
        step = self.width() / self._plan.num_blocks
        merged = {block for span in self._plan.spans for block in span.blocks()}
        for block in range(self._plan.num_blocks):
            if block not in merged:
                _fill(painter, _bar(block, step), tokens.outline)
        for span in self._plan.spans:
            self._paint_span(painter, tokens, span, step)
        self._paint_names(painter, tokens, self._plan.spans, step)

    def _paint_names(
        self, painter: QPainter, tokens: Tokens, spans: Sequence[Span], step: float
    ) -> None:
        """As many as there is room for; the one that learns in any case."""
        states = [self._states.get(span.name, "waiting") for span in spans]
        names = [f"{span.first}\N{EN DASH}{span.last}" for span in spans]
        now = states.index("learning") if "learning" in states else -1
        metrics = QFontMetricsF(type_scale.make_font(type_scale.SMALL, tabular=True))
        reaches = []
        for span, name in zip(spans, names, strict=True):
            middle = (span.first + span.last + 1) / 2 * step
            half = metrics.horizontalAdvance(name) / 2
            reaches.append((middle - half, middle + half))
        for number in names_that_fit(reaches, always=now):
            left, right = reaches[number]
            font = type_scale.make_font(type_scale.SMALL, bold=number == now, tabular=True)
            painter.setFont(font)
            painter.setPen(QColor(_color_of(states[number], tokens)))
            below = QRectF(left - 12, _FIELD + 1, right - left + 24, _HEIGHT - _FIELD - 1)
            painter.drawText(below, Qt.AlignmentFlag.AlignCenter, names[number])

    def _paint_span(self, painter: QPainter, tokens: Tokens, span: Span, step: float) -> None:
        """Waiting: bars in a field. Learning: the same in the accent. Done: one bar is left."""
        state = self._states.get(span.name, "waiting")
        color = _color_of(state, tokens)
        field = QRectF(span.first * step + 1, 1, len(span.blocks()) * step - 2, _FIELD)
        _outline(painter, field, color, tokens.selected if state == "learning" else tokens.surface)
        for block in span.blocks():
            if state == "done" and block != span.first:
                _outline(painter, _bar(block, step), tokens.line, tokens.surface)
            else:
                _fill(painter, _bar(block, step), color)


def _color_of(state: str, tokens: Tokens) -> str:
    return {"learning": tokens.accent, "done": tokens.ok}.get(state, tokens.muted)


def _bar(block: int, step: float) -> QRectF:
    gap = max(1.0, min(4.0, step * 0.16))
    return QRectF(block * step + gap, 5.0, max(1.5, step - 2 * gap), _BAR)


def _fill(painter: QPainter, area: QRectF, color: str) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(color))
    painter.drawRoundedRect(area, 3, 3)


def _outline(painter: QPainter, area: QRectF, color: str, inside: str) -> None:
    painter.setPen(QPen(QColor(color), 1.2))
    painter.setBrush(QColor(inside))
    painter.drawRoundedRect(area, 5, 5)
