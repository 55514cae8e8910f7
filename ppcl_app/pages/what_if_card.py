"""What becomes of a picture when the chosen layers are taken away, beside the original."""

from __future__ import annotations

from PySide6.QtGui import QImage, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from ppcl_app import figures
from ppcl_app.live_scheduler import Painted
from ppcl_app.plan_draft import PlanDraft
from ppcl_app.what_if_model import Subject, WhatIfModel
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.picture_strip import PictureStrip, Thumb
from ppcl_app.widgets.text import body_label, heading_label, push_button


class WhatIfCard(Card):
    """Follows the run of layers that is selected in the charts."""

    def __init__(
        self, what_if: WhatIfModel, draft: PlanDraft, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self._what_if, self._draft = what_if, draft
        self._why = ""
        self._shows_all = False
        self._last: dict[int, QImage] = {}
        title = self.tr("Without these layers")
        self.setAccessibleName(title)
        self._title = heading_label(title)
        self._hint = body_label(tone="muted")
        self.strip = PictureStrip(title)
        self.all_button = push_button(
            self.tr("All"), kind="quiet", name=self.tr("Leave out all framed layers"),
            tip=self.tr("Leave out all framed layers"),
        )  # fmt: skip
        self.another_button = push_button(
            self.tr("Another"), kind="quiet", name=self.tr("Another picture"),
            tip=self.tr("The same layers, another prompt"),
        )  # fmt: skip
        self.again_button = push_button(self.tr("Try again"), kind="quiet")
        head = QHBoxLayout()
        head.addWidget(self._title, 1)
        for button in (self.again_button, self.another_button, self.all_button):
            head.addWidget(button)
        self.body.setContentsMargins(16, 8, 12, 10)
        self.body.setSpacing(4)
        self.body.addLayout(head)
        self.body.addWidget(self._hint)
        self.body.addWidget(self.strip, 1)
        self.all_button.clicked.connect(self._on_all)
        self.another_button.clicked.connect(what_if.another)
        self.again_button.clicked.connect(what_if.try_again)
        what_if.changed.connect(self.show_pictures)
        draft.selected_changed.connect(self._on_selected)
        draft.changed.connect(self._follow)
        self.show_pictures()

    def allow(self, why: str) -> None:
        """`why`: the reason why nothing can be painted now, or nothing."""
        if why != self._why:
            self._why = why
            if why:
                self._what_if.stop()
        self._follow()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._follow()

    def _on_all(self) -> None:
        self._shows_all = True
        self._follow()

    def _on_selected(self) -> None:
        if self._draft.selected >= 0:
            self._shows_all = False
        self._follow()

    def _follow(self) -> None:
        draft = self._draft
        spans = draft.spans if self._shows_all else ()
        if draft.selected >= 0:
            spans = (draft.spans[draft.selected],)
        if not self._why and self.isVisibleTo(self.window()):
            self._what_if.want(spans)
        self.show_pictures()

    def show_pictures(self) -> None:
        model = self._what_if
        spans, failure = model.spans, model.failure
        self.all_button.setEnabled(not self._why and bool(self._draft.spans))
        self.another_button.setVisible(bool(spans) and failure is None)
        self.another_button.setEnabled(not self._why)
        self.again_button.setVisible(failure is not None)
        self._hint.setText(self._sentence())
        self._hint.setToolTip(f"{failure.safe} {failure.hint}" if failure is not None else "")
        self._hint.setVisible(bool(self._hint.text()))
        self.strip.setVisible(bool(spans))
        if spans:
            titles = (self.tr("Original"), self.tr("left out"), self.tr("with stand-ins"))
            self.strip.show_thumbs(
                [
                    self._thumb(number, subject, title)
                    for number, (subject, title) in enumerate(
                        zip(model.subjects, titles, strict=True)
                    )
                ]
            )

    def _sentence(self) -> str:
        model = self._what_if
        if model.failure is not None:
            return model.failure.cause
        if self._why:
            return self._why
        if not model.spans:
            return self.tr("Click a framed run of layers to see a picture without it.")
        if model.is_starting:
            return self.tr("The engine is starting…")
        return ""

    def _thumb(self, number: int, subject: Subject, title: str) -> Thumb:
        model = self._what_if
        painted = model.picture(subject)
        tip = self.tr("“{prompt}”, seed {seed}. {what}")
        what = (
            self.tr("As the original paints it."),
            self.tr("The layers are skipped, and nothing takes their place."),
            self.tr("The simplest possible stand-ins do their job. Learning makes this better."),
        )[number]
        tip = tip.format(prompt=subject.prompt, seed=model.seed, what=what)
        if painted is None:
            note = self.tr("painting…") if model.is_painting(subject) else ""
            return Thumb(title, note, self._last.get(number), is_dimmed=True, tip=tip)
        self._last[number] = _image(painted)
        note = ""
        if number and painted.haarpsi is not None:
            note = self.tr("{share} alike").format(share=figures.percent(painted.haarpsi))
        return Thumb(title, note, self._last[number], tip=tip)


def _image(picture: Painted) -> QImage:
    image = QImage(
        picture.pixels, picture.width, picture.height, 3 * picture.width,
        QImage.Format.Format_RGB888,
    )  # fmt: skip
    return image.copy()  # the first one only points into the bytes
