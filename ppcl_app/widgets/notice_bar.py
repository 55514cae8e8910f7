"""One sentence across the top of the pages, with a button or two."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from ppcl_app.widgets.glyphs import Glyph
from ppcl_app.widgets.text import body_label, push_button


class NoticeBar(QFrame):
    """`asked` comes with its button, `closed` when it was read; nobody closes one that `stays`."""

    asked = Signal()
    closed = Signal()

    def __init__(
        self,
        text: str,
        button: str,
        *,
        glyph: str = "failed",
        stays: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("bar", True)
        self.setAccessibleName(text)
        self.button = push_button(button)
        self.close_button = push_button(
            self.tr("Close"), kind="quiet", name=self.tr("Close this message")
        )
        self.button.clicked.connect(self.asked)
        self.close_button.clicked.connect(self._close)
        row = QHBoxLayout(self)
        row.setContentsMargins(20, 8, 16, 8)
        row.setSpacing(10)
        row.addWidget(Glyph(glyph))
        row.addWidget(body_label(text), 1)
        row.addWidget(self.button)
        row.addWidget(self.close_button)
        self.close_button.setHidden(stays)

    def _close(self) -> None:
        self.hide()
        self.closed.emit()
