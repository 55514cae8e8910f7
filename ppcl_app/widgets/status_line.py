"""The line at the foot of the window: what runs, how far, how long, Pause, engine and memory."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QWidget

from ppcl_app import figures, hub_words
from ppcl_app.download_model import Download, Phase
from ppcl_app.theme import type_scale
from ppcl_app.time_left import Range
from ppcl_app.widgets.glyphs import Glyph
from ppcl_app.widgets.text import body_label, push_button


class StatusLine(QFrame):
    """Shows one piece of running work on the left, the engine and the memory on the right."""

    pause_asked = Signal()

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
        self._memory = body_label(tone="muted", wrap=False)
        self._tip = ""
        for label in (self._left, self._memory):
            type_scale.set_type(label, type_scale.BODY, tabular=True)
        self.pause_button = push_button(self.tr("Pause"), kind="quiet")
        self.pause_button.setToolTip(self.tr("Saves at the next step; it can go on from there"))
        self.pause_button.clicked.connect(self.pause_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 3, 16, 3)
        row.setSpacing(10)
        for widget in (self._glyph, self._work, self._bar, self._left, self.pause_button):
            row.addWidget(widget)
        row.addStretch(1)
        row.addWidget(self._engine)
        row.addWidget(self._memory)
        self.setMinimumHeight(38)
        self.show_idle("")

    @property
    def text(self) -> str:
        return self._work.text()

    def show_idle(self, text: str, *, glyph: str = "") -> None:
        self._glyph.set_kind(glyph)
        self._glyph.setVisible(bool(glyph))
        self._work.setText(text)
        for widget in (self._bar, self._left, self.pause_button):
            widget.hide()

    def show_work(
        self, text: str, share: float, left: Range | None, *, can_pause: bool = True
    ) -> None:
        self._glyph.set_kind("running")
        self._glyph.show()
        self._work.setText(text)
        self._bar.setValue(round(share * 1000))
        self._bar.show()
        self._left.setText(figures.time_left(left))
        self._left.show()
        self.pause_button.show()
        self.pause_button.setEnabled(can_pause)

    def show_download(self, download: Download) -> None:
        title = hub_words.download_title(download)
        if not download.is_active:
            self.show_idle(title, glyph="stopped")
            return
        left, can_pause = hub_words.download_left(download), download.phase is Phase.LOADING
        self.show_work(title, download.share, left, can_pause=can_pause)

    def show_engine(self, text: str) -> None:
        self._engine.setText(text)

    def show_tip(self, text: str) -> None:
        """What a menu entry does or waits for, while the mouse or the keys are on it."""
        if text and not self._tip:
            self._before_tip = self._work.text()
        if text:
            self._work.setText(text)
        elif self._tip:
            self._work.setText(self._before_tip)
        self._tip = text

    def show_memory(self, used: int, total: int) -> None:
        text = self.tr("{used} of {total} memory")
        self._memory.setText(
            text.format(used=figures.data_size(used), total=figures.data_size(total))
        )
        self._memory.setToolTip(self.tr("Memory of this computer in use, by all programs"))
