"""What making a model smaller means, in three sentences and two rows of layers."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from engine.plan import Plan, Span
from ppcl_app.widgets.layer_strip import LayerStrip
from ppcl_app.widgets.text import body_label

EXAMPLE = Plan(
    model="", num_blocks=24, spans=(Span(4, 6), Span(9, 10), Span(13, 15), Span(18, 19))
)  # fmt: skip


class HowItWorks(QWidget):
    """The same signs as where real layers are shown, on an example.

    `is_wide` puts before and after beside each other, for where there is more width than height.
    """

    def __init__(self, parent: QWidget | None = None, *, is_wide: bool = False) -> None:
        super().__init__(parent)
        texts = (
            self.tr(
                "The model paints with a stack of layers. Neighbours often do nearly the same job, "
                "as the framed ones here, for example."
            ),
            self.tr(
                "Each of these runs becomes one new layer. It learns from the original until their "
                "pictures look alike. The model is then smaller and faster."
            ),
            self.tr("You get several sizes, and compare them with your own eyes."),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(10)
        side = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        pair = QBoxLayout(side)
        pair.setSpacing(28 if is_wide else 16)
        column.addLayout(pair)
        for text, states in zip(texts, ({}, example_after(), None), strict=True):
            label = body_label(text, tone="muted")
            label.setAlignment(Qt.AlignmentFlag.AlignLeft)
            if states is None:
                column.addWidget(label)
                continue
            example = QVBoxLayout()
            example.setSpacing(10)
            example.addWidget(label)
            if is_wide:
                example.addStretch(1)  # texts of two lengths, strips on one line
            example.addWidget(example_strip(states))
            pair.addLayout(example, 1)
        column.addStretch(1)


def example_after() -> dict[str, str]:
    return {span.name: "done" for span in EXAMPLE.spans}


def example_strip(states: dict[str, str]) -> LayerStrip:
    strip = LayerStrip()
    strip.show_plan(EXAMPLE, states)
    return strip
