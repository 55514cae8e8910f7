"""What every page has: a title, a sentence, content, and one primary button at the bottom right."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ppcl_app.widgets.growing_area import GrowingArea
from ppcl_app.widgets.text import body_label, push_button, title_label

_MARGIN = 20
_LEAST_SUMMARY = 28  # characters in a line of the sentence beside the buttons
_LOW_LINES = 20  # of text that a page is high; below that, its sentence is left out
_ROW, _COLUMN = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom


class Page(QWidget):
    """A column: heading, `content` in the one scrolling `area`, and a foot with the buttons."""

    _low_lines = _LOW_LINES

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title: QLabel = title_label("")
        self._sentence = body_label(tone="muted")
        self.primary: QPushButton = push_button("", kind="primary")
        self.summary = body_label(tone="muted")
        self.content = QVBoxLayout()
        self.content.setSpacing(12)
        self.foot = QHBoxLayout()
        self.foot.setSpacing(10)
        self.foot.addStretch(0)  # keeps the buttons to the right
        self.foot.addWidget(self.primary)
        self._bottom = QBoxLayout(_ROW)
        self._bottom.setSpacing(10)
        self._bottom.addWidget(self.summary, 1)
        self._bottom.addLayout(self.foot)
        heading = QVBoxLayout()
        heading.setSpacing(2)
        heading.addWidget(self._title)
        heading.addWidget(self._sentence)
        column = QVBoxLayout(self)
        column.setContentsMargins(_MARGIN, 16, _MARGIN, 16)
        column.setSpacing(12)
        column.addLayout(heading)
        self.area = GrowingArea(self.content)
        column.addWidget(self.area, 1)
        column.addLayout(self._bottom)

    def event(self, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._fit_foot()
        if event.type() == QEvent.Type.Resize:
            self.show_sentence(self.height() >= self._low_lines * self.fontMetrics().height())
        return super().event(event)

    def describe(self, title: str, sentence: str) -> None:
        self._title.setText(title)
        self._title.setToolTip(sentence)
        self._sentence.setText(sentence)
        self.setAccessibleDescription(sentence)
        self.setAccessibleName(title)
        self.area.setAccessibleName(title)
        if not self.primary.text():
            self.primary.setAccessibleName(title)  # hidden on pages that only show

    def show_sentence(self, is_shown: bool) -> None:
        """A page that needs the room of a low window can do without its sentence."""
        self._sentence.setVisible(is_shown)

    def set_primary(self, text: str, *, is_enabled: bool = True, why: str = "") -> None:
        """`why` tells in a tool tip what the button costs, or what it waits for."""
        self.primary.setText(text)
        self.primary.setAccessibleName(text)
        self.primary.setEnabled(is_enabled)
        self.primary.setToolTip(why)

    def _fit_foot(self) -> None:
        """With very large text: the sentence above the buttons, then the buttons in a column."""
        items = (self.foot.itemAt(index) for index in range(self.foot.count()))
        buttons = [w for item in items if item is not None and (w := item.widget()) is not None]
        gap = self.foot.spacing()
        taken = sum(b.sizeHint().width() + gap for b in buttons if not b.isHidden())
        width, metrics = self.width() - 2 * _MARGIN, self.summary.fontMetrics()
        words = metrics.horizontalAdvance(self.summary.text())
        least = min(words, _LEAST_SUMMARY * metrics.averageCharWidth())
        is_column = taken + least > width
        self._bottom.setDirection(_COLUMN if is_column else _ROW)
        self._bottom.setStretch(0, 0 if is_column else 1)
        self.summary.setHidden(not words and (is_column or not taken))
        self.foot.setDirection(_COLUMN if taken - gap > width else _ROW)

    def visit(self) -> None:
        """Called each time the page comes to the front, after it has been painted once."""

    def run_primary(self) -> None:
        """For the keyboard: the same as a click, with the same refusal."""
        if self.primary.isVisible() and self.primary.isEnabled():
            self.primary.click()
