"""What went wrong, in the page: the cause, what is safe, and buttons that go on from there."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ppcl_app.engine_texts import say
from ppcl_app.outcome import Failure
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.glyphs import Glyph
from ppcl_app.widgets.text import body_label, heading_label, push_button

Action = tuple[str, Callable[[], None]]


class FailureCard(Card):
    """Hidden until there is a failure to show. `actions` are the ways on, the best one first."""

    def __init__(self, actions: Sequence[Action], parent: QWidget | None = None) -> None:
        super().__init__(kind="failure", parent=parent)
        self._failure: Failure | None = None
        self._cause = heading_label("")
        self._cause.setWordWrap(True)
        self._safe = body_label()
        self._hint = body_label(tone="muted")
        self._details = QPlainTextEdit(readOnly=True)
        self._details.setAccessibleName(self.tr("Raw text from the engine"))
        self._details.setMaximumHeight(150)
        self._details.setTabChangesFocus(True)
        self._more = push_button(self.tr("Details"), kind="quiet")
        self._more.setCheckable(True)
        self._more.toggled.connect(self._details.setVisible)
        self._copy = push_button(self.tr("Copy report"), kind="quiet")
        self._copy.clicked.connect(self._copy_report)
        self.buttons: list[QPushButton] = []
        for text, action in actions:
            button = push_button(text)
            button.clicked.connect(action)
            self.buttons.append(button)
        self._arrange()
        self.show_failure(None)

    def show_failure(self, failure: Failure | None) -> None:
        self._failure = failure
        self.setVisible(failure is not None)
        if failure is None:
            return
        self._cause.setText(say(failure.cause))
        self._safe.setText(failure.safe)
        self._hint.setText(say(failure.hint))
        self._hint.setVisible(bool(failure.hint))
        self._details.setPlainText(failure.details)
        self._more.setVisible(bool(failure.details))
        self._more.setChecked(False)
        self._details.hide()
        self.setAccessibleName(self._cause.text())

    def report(self) -> str:
        """Everything that someone who helps needs, and nothing private."""
        if self._failure is None:
            return ""
        failure = self._failure
        about = f"Python {platform.python_version()}, {platform.system()}, {sys.platform}"
        return "\n".join(
            (failure.cause, failure.safe, failure.hint, about, "", failure.details)
        ).strip()

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(4)
        for label in (self._cause, self._safe, self._hint):
            words.addWidget(label)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(Glyph("failed", size=22), 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.setContentsMargins(34, 4, 0, 0)
        for button in self.buttons:
            row.addWidget(button)
        row.addWidget(self._more)
        row.addWidget(self._copy)
        row.addStretch(1)
        self.body.addLayout(top)
        self.body.addLayout(row)
        self.body.addWidget(self._details)

    def _copy_report(self) -> None:
        QGuiApplication.clipboard().setText(self.report())
        self._copy.setText(self.tr("Copied"))
