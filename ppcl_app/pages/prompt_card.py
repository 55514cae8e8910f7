"""What is to be painted: the prompt, examples of what the built-in model knows, and the seed."""

from __future__ import annotations

import random
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPlainTextEdit, QSpinBox, QWidget

from ppcl_app.generation_model import EXAMPLE_PROMPT, EXAMPLE_SEED
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.field import Field
from ppcl_app.widgets.text import body_label, push_button

MAX_SEED = 2**31 - 1
EXAMPLES = (
    EXAMPLE_PROMPT,
    "three yellow stars on a navy background",
    "a penguin above a green circle on a lilac background",
    "a large sunflower on a sky blue background",
    'a red sign that says "HELLO" in white letters on a cream background',
    "four orange squares on a white background",
)


class PromptCard(Card):
    """`changed` follows every edit; nothing is painted before someone asks for it."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setAccessibleName(self.tr("What to paint"))
        self._prompt = QPlainTextEdit(EXAMPLE_PROMPT)
        self._prompt.setAccessibleName(self.tr("Prompt"))
        self._prompt.setTabChangesFocus(True)
        self._prompt.setMinimumHeight(44)
        self._prompt.setMaximumHeight(92)
        self._prompt.textChanged.connect(self.changed)
        label = QLabel(self.tr("&Prompt"))
        label.setBuddy(self._prompt)
        self._seed = QSpinBox(minimum=0, maximum=MAX_SEED, value=EXAMPLE_SEED)
        self._seed.setAccessibleName(self.tr("Seed"))
        self._seed.setToolTip(self.tr("The same seed and prompt give the same picture again"))
        self._seed.setMinimumHeight(24)
        self._seed.valueChanged.connect(self.changed)
        seed_label = QLabel(self.tr("S&eed"))
        seed_label.setBuddy(self._seed)
        self._dice = push_button(self.tr("Random"), name=self.tr("Random seed"))
        self._dice.clicked.connect(lambda: self._seed.setValue(random.randrange(100_000)))
        self._help = body_label(
            self.tr(
                "The built-in model knows 32 things, 8 shapes, counts up to five, two places "
                "(left of, above), and short words on signs."
            ),
            tone="muted",
        )
        self._prompt.setToolTip(self._help.text())
        self._arrange(label, seed_label)

    @property
    def prompt(self) -> str:
        return self._prompt.toPlainText().strip()

    @property
    def seed(self) -> int:
        return self._seed.value()

    def set_prompt(self, prompt: str) -> None:
        self._prompt.setPlainText(prompt)

    def show_help(self, is_shown: bool) -> None:
        """What the model knows, where there is room for it; it is in the tool tip as well."""
        self._help.setVisible(is_shown)

    def _arrange(self, label: QLabel, seed_label: QLabel) -> None:
        examples = push_button(self.tr("Examples"), kind="quiet", name=self.tr("Example prompts"))
        menu = QMenu(examples)
        for example in EXAMPLES:
            menu.addAction(example, partial(self.set_prompt, example))
        examples.setMenu(menu)
        top = QHBoxLayout()
        top.addWidget(label)
        top.addStretch(1)
        top.addWidget(examples)
        seed = QHBoxLayout()
        seed.setSpacing(8)
        seed.addWidget(seed_label)
        seed.addWidget(Field(self._seed), 1)
        seed.addWidget(self._dice)
        self.body.addLayout(top)
        self.body.addWidget(self._prompt)
        self.body.addLayout(seed)
        self.body.addWidget(self._help)
        self.body.addStretch(1)
