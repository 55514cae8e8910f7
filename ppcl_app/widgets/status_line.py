"""The line at the foot of the window: what runs, how far, how long, and how the engine is."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from ppcl_app import figures
from ppcl_app.theme import type_scale
from ppcl_app.time_left import Range
from ppcl_app.widgets.glyphs import Glyph
from ppcl_app.widgets.text import body_label


class StatusLine(QFrame):
    """Shows one piece of running work on the left and one word about the engine on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("bar", True)
        self._glyph = Glyph("")
        self._work = body_label(wrap=False)
        self._bar = QProgressBar(textVisible=False, maximum=1000)
        self._bar.setAccessibleName(self.tr("Progress of the running work"))
        self._bar.setFixedWidth(180)
        self._left = body_label(tone="muted", wrap=False)
        self._engine = body_label(tone="muted", wrap=False)
        type_scale.set_type(self._left, type_scale.BODY, tabular=True)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 7, 16, 7)
        row.setSpacing(10)
        for widget in (self._glyph, self._work, self._bar, self._left):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._engine)
        self.show_idle("")

    @property
    def text(self) -> str:
        return self._work.text()

    def show_idle(self, text: str, *, glyph: str = "") -> None:
        self._glyph.set_kind(glyph)
        self._glyph.setVisible(bool(glyph))
        self._work.setText(text)
        self._bar.hide()
        self._left.hide()

    def show_work(self, text: str, share: float, left: Range | None) -> None:
        self._glyph.set_kind("running")
        self._glyph.show()
        self._work.setText(text)
        self._bar.setValue(round(share * 1000))
        self._bar.show()
        self._left.setText(figures.time_left(left))
        self._left.show()

    def show_engine(self, text: str) -> None:
        self._engine.setText(text)
