"""A rounded surface that groups what belongs together."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from ppcl_app.widgets.text import heading_label, refresh_style


class Card(QFrame):
    """A frame with a column inside; `kind` is "true", "failure" or "good"."""

    def __init__(
        self, heading: str = "", *, kind: str = "true", parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setProperty("card", kind)
        self.setAccessibleName(heading)
        self.body = QVBoxLayout(self)
        self.body.setContentsMargins(16, 14, 16, 16)
        self.body.setSpacing(8)
        if heading:
            self.heading = heading_label(heading)
            self.heading.setWordWrap(True)
            self.body.addWidget(self.heading)

    def set_kind(self, kind: str) -> None:
        if self.property("card") != kind:
            self.setProperty("card", kind)
            refresh_style(self)
