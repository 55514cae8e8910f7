"""The blind test on the page: which pictures are judged, three buttons, and an honest verdict."""

from __future__ import annotations

import random
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ppcl_app.blind_test import BlindTest, Pair, Result, Vote
from ppcl_app.generation_model import GenerationModel
from ppcl_app.live_scheduler import Wish
from ppcl_app.widgets.compare_shot import Shot
from ppcl_app.widgets.text import body_label, heading_label, push_button

KEYS = {
    Qt.Key.Key_Left: Vote.LEFT, Qt.Key.Key_Right: Vote.RIGHT, Qt.Key.Key_Down: Vote.SAME,
}  # fmt: skip


class BlindPanel(QWidget):
    """`changed` whenever other pictures are to be shown; `ended` when the test is closed."""

    changed = Signal()
    ended = Signal()

    def __init__(self, generation: GenerationModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._generation = generation
        self.test: BlindTest | None = None
        self._tier = 0
        self._question = heading_label("")
        self._note = body_label(tone="muted")
        self.left = push_button(self.tr("←  Left is better"))
        self.same = push_button(self.tr("↓  No difference"))
        self.right = push_button(self.tr("Right is better  →"))
        self.end = push_button(self.tr("End the test"), kind="quiet")
        self.again = push_button(self.tr("Test again"))
        for button, vote in (
            (self.left, Vote.LEFT), (self.same, Vote.SAME), (self.right, Vote.RIGHT),
        ):  # fmt: skip
            button.clicked.connect(partial(self.vote, vote))
        self.end.clicked.connect(self._on_end)
        self.again.clicked.connect(self._on_again)
        self._arrange()
        generation.pictures_changed.connect(self._on_pictures)
        self.hide()

    @property
    def is_running(self) -> bool:
        """Nothing on the page may tell which picture is whose."""
        return self.test is not None and self.test.current is not None

    def start(self, prompts: list[str], tier: int, *, seed: int | None = None) -> None:
        """`seed` of the lots that are drawn; a new one each time unless it is given."""
        seed = seed if seed is not None else random.randrange(2**31)
        self._prompts = prompts
        self.test, self._tier = BlindTest(prompts, seed=seed), tier
        self.show()
        self._show()

    def vote(self, vote: Vote, _checked: bool = False) -> None:
        """Only of what is seen: a picture that is not there yet cannot be judged."""
        if self.test is not None and self.is_ready:
            self.test.vote(vote)
            self._show()

    def take_back(self) -> None:
        if self.test is not None and self.is_running:
            self.test.undo()
            self._show()

    @property
    def is_ready(self) -> bool:
        pair = self.test.current if self.test is not None else None
        return pair is not None and all(map(self._generation.has, self._wishes(pair)))

    def shots(self) -> tuple[Shot, Shot]:
        """The two pictures of the pair, without a name, as they lie: left and right."""
        pair = self.test.current if self.test is not None else None
        if pair is None or not self.is_ready:
            wait = self.tr("Both pictures are being painted…")
            return Shot(empty=wait), Shot(empty=wait)
        original, smaller = (self._generation.picture(wish) for wish in self._wishes(pair))
        both = (original, smaller) if pair.is_original_left else (smaller, original)
        return Shot(both[0], self.tr("Left")), Shot(both[1], self.tr("Right"))

    def verdict(self) -> str:
        """What was said, and no more than that proves."""
        result = self.test.result if self.test is not None else Result(0, 0, 0)
        counts = self.tr(
            "You preferred the original {original} times, this size {smaller} times, no "
            "difference {same} times: {verdict}."
        )
        return counts.format(
            original=result.original, smaller=result.smaller, same=result.same,
            verdict=self._opinion(result),
        )  # fmt: skip

    def _opinion(self, result: Result) -> str:
        if not result.can_tell:
            return self.tr("too few to tell")
        if not result.is_clear:
            return self.tr("no clear preference")
        if result.original > result.smaller:
            return self.tr("you clearly preferred the original")
        return self.tr("you clearly preferred this size")

    def _proof(self, result: Result) -> str:
        if not result.decided:
            return ""
        text = self.tr(
            "Somebody who tosses a coin gets a count at least as one-sided as {original} to "
            "{smaller} in {share} of such tests (exact binomial test, two-sided)."
        )
        share = f"{result.p_value * 100:.1f} %" if result.p_value < 0.1 else (
            f"{result.p_value * 100:.0f} %"
        )  # fmt: skip
        return text.format(original=result.original, smaller=result.smaller, share=share)

    def _wishes(self, pair: Pair) -> tuple[Wish, Wish]:
        steps = self._generation.steps
        original = Wish(pair.prompt, pair.seed, 0, steps)
        return original, original.of_tier(self._tier)

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        self._question.setWordWrap(True)
        words.addWidget(self._question)
        words.addWidget(self._note)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        for button in (self.left, self.same, self.right, self.again):
            buttons.addWidget(button)
        buttons.addStretch(1)
        buttons.addWidget(self.end)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(words)
        column.addLayout(buttons)

    def _show(self) -> None:
        test = self.test
        if test is None:
            return
        pairs = test.pairs[len(test.votes) :]
        self._generation.want_also([wish for pair in pairs for wish in self._wishes(pair)])
        is_over = test.current is None
        for button in (self.left, self.same, self.right):
            button.setVisible(not is_over)
        self.again.setVisible(is_over)
        self.end.setText(self.tr("Close") if is_over else self.tr("End the test"))
        self.end.setAccessibleName(self.end.text())
        if is_over:
            self._question.setText(self.verdict())
            self._note.setText(self._proof(test.result))
        else:
            self._show_question()
        self.changed.emit()

    def _show_question(self) -> None:
        assert self.test is not None
        pair = self.test.current
        assert pair is not None
        text = self.tr("Pair {number} of {total}: which one is the better picture of “{prompt}”?")
        self._question.setText(
            text.format(
                number=len(self.test.votes) + 1, total=len(self.test.pairs), prompt=pair.prompt
            )
        )
        self._note.setText(
            self.tr(
                "Keys: left, right, down for no difference, Backspace takes the last vote back."
            )
        )
        why = "" if self.is_ready else self.tr("Both pictures are being painted…")
        for button in (self.left, self.same, self.right):
            button.setEnabled(not why)
            button.setToolTip(why)

    def _on_pictures(self) -> None:
        if self.is_running:
            self._show_question()
            self.changed.emit()

    def _on_again(self) -> None:
        self.start(self._prompts, self._tier)

    def _on_end(self) -> None:
        """With votes in the middle of a test: first tell what they are worth."""
        test = self.test
        if test is not None and test.votes and self.is_running:
            test.pairs = test.pairs[: len(test.votes)]
            self._show()
            return
        self.test = None
        self._generation.want_also([])
        self.hide()
        self.ended.emit()
