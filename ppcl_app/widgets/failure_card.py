"""What went wrong, in the page: the cause, what is safe, and buttons that go on from there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ppcl_app.engine_texts import say
from ppcl_app.outcome import Failure
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.flow_row import FlowRow
from ppcl_app.widgets.glyphs import Glyph
from ppcl_app.widgets.text import body_label, heading_label, push_button

Action = tuple[str, Callable[[], object]]


class FailureCard(Card):
    """Hidden until there is a failure to show. `ways_on` has its buttons, the best one first."""

    report_asked = Signal(object)

    def __init__(
        self, ways_on: Callable[[Failure], Sequence[Action]], parent: QWidget | None = None
    ) -> None:
        super().__init__(kind="failure", parent=parent)
        self._ways_on = ways_on
        self._failure: Failure | None = None
        self._cause = heading_label("")
        self._cause.setWordWrap(True)
        self._cause.setMinimumWidth(1)  # a long file name must not push the page wide
        self._safe = body_label()
        self._hint = body_label(tone="muted")
        self._details = QPlainTextEdit(readOnly=True)
        self._details.setAccessibleName(self.tr("Raw text from the engine"))
        self._details.setMaximumHeight(150)
        self._details.setTabChangesFocus(True)
        self._more = push_button(self.tr("Details"), kind="quiet")
        self._more.setCheckable(True)
        self._more.toggled.connect(self._details.setVisible)
        self.report_button = push_button(
            self.tr("Copy report…"), kind="quiet", tip=self.tr("Shows all of it first")
        )
        self.report_button.clicked.connect(lambda: self.report_asked.emit(self._failure))
        self.buttons: list[QPushButton] = []
        self._arrange()
        self.show_failure(None)

    def show_failure(self, failure: Failure | None) -> None:
        self._failure = failure
        self.setVisible(failure is not None)
        if failure is None:
            return
        self._cause.setText(say(failure.cause))
        self._safe.setText(failure.safe)
        self._safe.setVisible(bool(failure.safe))
        self._hint.setText(say(failure.hint))
        self._hint.setVisible(bool(failure.hint))
        self._details.setPlainText(failure.details)
        self._more.setVisible(bool(failure.details))
        self._more.setChecked(False)
        self._details.hide()
        self._show_ways(self._ways_on(failure))
        self.setAccessibleName(self._cause.text())
        self.setAccessibleDescription(self.words)

    @property
    def failure(self) -> Failure | None:
        """What is shown."""
        return self._failure

    @property
    def words(self) -> str:
        """All that the card says, for screen readers and tests."""
        labels = (self._cause, self._safe, self._hint)
        return "\n".join(label.text() for label in labels if label.text())

    def _show_ways(self, ways: Sequence[Action]) -> None:
        for button in self.buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()  # not now: it may be the one whose click leads here
        self.buttons = []
        for place, (text, action) in enumerate(ways):
            button = push_button(text)
            button.clicked.connect(lambda _checked=False, do=action: do())
            self._row.insert_widget(place, button)
            self.buttons.append(button)

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(4)
        for label in (self._cause, self._safe, self._hint):
            words.addWidget(label)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(Glyph("failed", size=22), 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        self._row = row = FlowRow()
        row.setContentsMargins(34, 4, 0, 0)
        row.addWidget(self._more)
        row.addWidget(self.report_button)
        self.body.addLayout(top)
        self.body.addLayout(row)
        self.body.addWidget(self._details)
