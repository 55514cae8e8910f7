"""The download that is under way: how far, how fast, how long, and Pause, Continue, Cancel."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QProgressBar, QVBoxLayout, QWidget

from ppcl_app import hub_words
from ppcl_app.download_model import DownloadModel, Phase
from ppcl_app.outcome import redact
from ppcl_app.pages.hub_failure_card import HubFailureCard
from ppcl_app.theme import type_scale
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.flow_row import FlowRow
from ppcl_app.widgets.text import body_label, heading_label, push_button

_BAR_STEPS = 1000


class DownloadCard(QWidget):
    """Hidden while there is no download; in the place of a failed one is what helps."""

    use_asked = Signal()
    cancel_asked = Signal()

    def __init__(self, model: DownloadModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.failure = HubFailureCard(is_download=True)
        self._card = Card()
        self._title = heading_label("")
        self._title.setWordWrap(True)
        self._text = body_label(tone="muted")
        type_scale.set_type(self._text, type_scale.BODY, tabular=True)
        self._bar = QProgressBar(textVisible=False, maximum=_BAR_STEPS)
        self._bar.setAccessibleName(self.tr("Progress of the download"))
        self.pause_button = push_button(
            self.tr("Pause"), tip=self.tr("Keeps what has arrived; it goes on from there")
        )
        self.resume_button = push_button(self.tr("Continue the download"))
        self.cancel_button = push_button(self.tr("Cancel…"), kind="quiet")
        self.use_button = push_button(self.tr("Use this model"))
        self.close_button = push_button(self.tr("Close"), kind="quiet")
        self._arrange()
        self.pause_button.clicked.connect(model.pause)
        self.resume_button.clicked.connect(model.resume)
        self.cancel_button.clicked.connect(self.cancel_asked)
        self.use_button.clicked.connect(self.use_asked)
        self.close_button.clicked.connect(model.dismiss)
        self.failure.again_asked.connect(model.resume)
        self.failure.cancel_asked.connect(self.cancel_asked)
        model.download_changed.connect(self.show_download)
        self.show_download()

    @property
    def text(self) -> str:
        return self._text.text()

    def show_download(self) -> None:
        download = self._model.download
        self.setVisible(download is not None)
        if download is None:
            return
        phase = download.phase
        is_failed = phase is Phase.FAILED
        self._card.setVisible(not is_failed)
        self.failure.show_refused(download.refused if is_failed else None)
        self._card.set_kind("good" if phase is Phase.DONE else "true")
        self._card.setAccessibleName(hub_words.download_title(download))
        self._title.setText(hub_words.download_title(download))
        folder = redact(str(download.folder))
        text = hub_words.download_text(download)
        self._text.setText(f"{text} · {folder}" if phase is Phase.DONE else text)
        self._text.setToolTip(folder)
        self._bar.setVisible(phase is not Phase.DONE)
        self._bar.setValue(round(download.share * _BAR_STEPS))
        self.pause_button.setVisible(phase in (Phase.LOADING, Phase.PAUSING))
        self.pause_button.setEnabled(phase is Phase.LOADING)
        self.resume_button.setVisible(phase is Phase.PAUSED)
        self.cancel_button.setVisible(phase is not Phase.DONE)
        self.cancel_button.setEnabled(phase is not Phase.CANCELLING)
        self.use_button.setVisible(phase is Phase.DONE)
        self.close_button.setVisible(phase is Phase.DONE)

    def set_wide(self, is_wide: bool) -> None:
        """The buttons beside the words, or below."""
        way = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        self._row.setDirection(way)

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self._title)
        words.addWidget(self._text)
        buttons = FlowRow()
        for button in (
            self.cancel_button, self.pause_button, self.resume_button,
            self.close_button, self.use_button,
        ):  # fmt: skip
            buttons.addWidget(button)
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.addLayout(words, 1)
        self._row.addLayout(buttons)
        self._card.body.addLayout(self._row)
        self._card.body.addWidget(self._bar)
        self._card.body.setContentsMargins(16, 10, 12, 12)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)
        column.addWidget(self.failure)
