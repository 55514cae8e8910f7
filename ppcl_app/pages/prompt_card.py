"""What is to be painted: the prompt, examples of what the built-in model knows, steps and seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QMenu,
    QPlainTextEdit,
    QSpinBox,
    QWidget,
)

from ppcl_app.generation_model import EXAMPLE_PROMPT, EXAMPLE_SEED
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.field import Field
from ppcl_app.widgets.switch import Switch
from ppcl_app.widgets.text import body_label, push_button

MAX_SEED = 2**31 - 1
MAX_STEPS = 200
EXAMPLES = (
    EXAMPLE_PROMPT,
    "three yellow stars on a navy background",
    "a penguin above a green circle on a lilac background",
    "a large sunflower on a sky blue background",
    'a red sign that says "HELLO" in white letters on a cream background',
    "four orange squares on a white background",
)


class PromptEditor(QPlainTextEdit):
    """Up in the first line brings earlier prompts, down in the last one later ones."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.earlier: Callable[[], list[str]] = list
        self._at = -1
        self._mine = ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        before = self.textCursor().position()
        super().keyPressEvent(event)
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return
        is_stuck = self.textCursor().position() == before
        if is_stuck and event.key() == Qt.Key.Key_Up:
            self._go(1)
        elif is_stuck and event.key() == Qt.Key.Key_Down:
            self._go(-1)
        elif event.text():
            self._at = -1

    def _go(self, by: int) -> None:
        if self._at < 0:
            self._mine = self.toPlainText()
        prompts = [prompt for prompt in self.earlier() if prompt != self._mine.strip()]
        at = max(-1, min(len(prompts) - 1, self._at + by))
        if at != self._at:
            self.setPlainText(prompts[at] if at >= 0 else self._mine)
            self._at = at
            self.moveCursor(
                QTextCursor.MoveOperation.Start if by > 0 else QTextCursor.MoveOperation.End
            )


class PromptCard(Card):
    """`changed` follows every edit; nothing is painted before someone asks for it."""

    changed = Signal()
    switching_changed = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setAccessibleName(self.tr("What to paint"))
        self._prompt = PromptEditor(EXAMPLE_PROMPT)
        self._prompt.setAccessibleName(self.tr("Prompt"))
        self._prompt.setTabChangesFocus(True)
        self._prompt.setMinimumHeight(44)
        self._prompt.setMaximumHeight(92)
        self._prompt.textChanged.connect(self.changed)
        self._seed = QSpinBox(minimum=0, maximum=MAX_SEED, value=EXAMPLE_SEED)
        self._seed.setAccessibleName(self.tr("Seed"))
        self._seed.setToolTip(self.tr("The same seed and prompt give the same picture again"))
        self._steps = QSpinBox(minimum=0, maximum=MAX_STEPS, value=0)
        self._steps.setAccessibleName(self.tr("Steps"))
        self._steps.setToolTip(
            self.tr(
                "Fewer steps are faster, more are finer; below 1 the model's own number is used"
            )
        )
        for box in (self._seed, self._steps):
            box.setMinimumHeight(24)
            box.valueChanged.connect(self.changed)
        self._dice = push_button(
            self.tr("Random"),
            name=self.tr("Random seed"),
            tip=self.tr("Another seed gives another picture of the same prompt"),
        )
        self._dice.clicked.connect(lambda: self._seed.setValue(random.randrange(100_000)))
        self.switch = Switch(self.tr("S&witch while it paints"))
        self.switch.setToolTip(
            self.tr(
                "On: when the slider moves in the middle of a picture, another size paints its "
                "other steps. Off: the picture is begun anew with the other size."
            )
        )
        self.switch.toggled.connect(self.switching_changed)
        self._help = body_label(
            self.tr(
                "The built-in model knows 32 things, 8 shapes, counts up to five, two places "
                "(left of, above), and short words on signs."
            ),
            tone="muted",
        )
        self._prompt.setToolTip(
            self.tr("Up and down bring back earlier prompts.") + "\n" + self._help.text()
        )
        self.show_own_steps(0)
        self._arrange()

    @property
    def prompt(self) -> str:
        return self._prompt.toPlainText().strip()

    @property
    def seed(self) -> int:
        return self._seed.value()

    @property
    def steps(self) -> int:
        """0 stands for the model's own number."""
        return self._steps.value()

    def set_prompt(self, prompt: str) -> None:
        self._prompt.setPlainText(prompt)

    def set_all(self, prompt: str, seed: int, steps: int) -> None:
        if prompt != self.prompt:
            self.set_prompt(prompt)
        self._seed.setValue(seed)
        self._steps.setValue(steps)

    def set_earlier(self, prompts: Callable[[], list[str]]) -> None:
        """Where the arrow keys find the prompts of before, the newest first."""
        self._prompt.earlier = prompts

    def show_own_steps(self, steps: int) -> None:
        """How many steps the model takes by itself, once that is known."""
        text = self.tr("the model's own: {steps}").format(steps=steps)
        self._steps.setSpecialValueText(text if steps else self.tr("the model's own"))

    def step_seed(self, by: int) -> None:
        self._seed.setValue(self._seed.value() + by)

    def show_help(self, is_shown: bool) -> None:
        """What the model knows, where there is room for it; it is in the tool tip as well."""
        self._help.setVisible(is_shown)

    def _arrange(self) -> None:
        examples = push_button(self.tr("Examples"), kind="quiet", name=self.tr("Example prompts"))
        menu = QMenu(examples)
        for example in EXAMPLES:
            menu.addAction(example, partial(self.set_prompt, example))
        examples.setMenu(menu)
        top = QHBoxLayout()
        top.addWidget(_label(self.tr("&Prompt"), self._prompt))
        top.addStretch(1)
        top.addWidget(examples)
        fields = QGridLayout()
        fields.setHorizontalSpacing(8)
        fields.setVerticalSpacing(6)
        fields.addWidget(_label(self.tr("See&d"), self._seed), 0, 0)
        fields.addWidget(Field(self._seed), 0, 1)
        fields.addWidget(self._dice, 0, 2)
        fields.addWidget(_label(self.tr("&Steps"), self._steps), 1, 0)
        fields.addWidget(Field(self._steps), 1, 1, 1, 2)
        fields.setColumnStretch(1, 1)
        self.body.setContentsMargins(16, 8, 16, 16)  # level with the ways of comparing
        self.body.setSpacing(6)
        self.body.addLayout(top)
        self.body.addWidget(self._prompt)
        self.body.addLayout(fields)
        self.body.addWidget(self.switch)
        self.body.addWidget(self._help)
        self.body.addStretch(1)


def _label(text: str, buddy: QWidget) -> QLabel:
    label = QLabel(text)
    label.setBuddy(buddy)
    return label
