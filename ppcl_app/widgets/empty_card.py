"""What an empty page shows: what will be seen here, an example of it, and the ways to get there."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ppcl_app.theme import type_scale
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.flow_row import FlowRow
from ppcl_app.widgets.text import body_label, push_button

Way = tuple[str, Callable[[], object]]
_TEXT_WIDTH = 620
_WORDS_FIRST = 1000  # the room beside the words is what they leave


class EmptyCard(QWidget):
    """A card at the top, and room below it. `ways` are buttons, the best one first."""

    def __init__(
        self,
        heading: str,
        text: str,
        ways: Sequence[Way],
        *,
        sample: QWidget | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        card = Card(heading)
        type_scale.set_type(card.heading, type_scale.NUMBER, bold=True)
        card.body.setContentsMargins(24, 20, 24, 22)
        card.body.setSpacing(12)
        words = body_label(text, tone="muted")
        words.setMaximumWidth(_TEXT_WIDTH)
        text_row = QHBoxLayout()  # a column would reckon its height at the width of the card
        text_row.addWidget(words, _WORDS_FIRST)
        text_row.addStretch(1)
        card.body.addLayout(text_row)
        if sample is not None:
            sample.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            caption = body_label(self.tr("An example"), tone="muted")
            type_scale.set_type(caption, type_scale.SMALL)
            card.body.addWidget(caption)
            card.body.addWidget(sample, 1 if self._grows(sample) else 0)
        self.buttons: list[QPushButton] = []
        row = FlowRow(10)
        for name, do in ways:
            button = push_button(name)
            button.clicked.connect(lambda _checked=False, do=do: do())
            self.buttons.append(button)
            row.addWidget(button)
        card.body.addLayout(row)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        is_tall = sample is not None and self._grows(sample)
        column.addWidget(card, 1 if is_tall else 0)
        if not is_tall:
            column.addStretch(1)

    @staticmethod
    def _grows(sample: QWidget) -> bool:
        return sample.sizePolicy().verticalPolicy() == QSizePolicy.Policy.Expanding
