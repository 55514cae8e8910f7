"""How an export goes, and where its result lies."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from ppcl_app import ways_on
from ppcl_app.outcome import redact
from ppcl_app.run_model import Phase
from ppcl_app.studio import Studio
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.failure_card import FailureCard
from ppcl_app.widgets.glyphs import Glyph
from ppcl_app.widgets.text import body_label, push_button


class ExportCard(QWidget):
    """Hidden until something is exported; afterwards it says where the model is."""

    folder_asked = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._export = export = studio.export
        self._is_dismissed = False
        self.failure_card = FailureCard(
            lambda failure: ways_on.of_export(studio, failure, self.folder_asked.emit)
        )
        self._card = Card(kind="good")
        self._glyph = Glyph("running")
        self._text = body_label()
        self._bar = QProgressBar(textVisible=False, maximum=0)
        self._bar.setAccessibleName(self.tr("Progress of the export"))
        self.stop_button = push_button(self.tr("Stop"), name=self.tr("Stop the export"))
        self.stop_button.clicked.connect(export.stop)
        self.open_button = push_button(self.tr("Open folder"))
        self.open_button.clicked.connect(self._open)
        self.close_button = push_button(
            self.tr("Close"), kind="quiet", name=self.tr("Close this message")
        )
        self.close_button.clicked.connect(self._dismiss)
        self._arrange()
        export.phase_changed.connect(self._show)
        export.progress_changed.connect(self._show)
        export.failure_changed.connect(self._show)
        export.ended.connect(self._show)
        self._show()

    @property
    def target(self) -> Path:
        args = self._export.args
        return Path(args[args.index("--out") + 1]) if "--out" in args else Path()

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._glyph)
        row.addWidget(self._text, 1)
        for button in (self.stop_button, self.open_button, self.close_button):
            row.addWidget(button)
        self._card.body.setContentsMargins(14, 8, 10, 8)
        self._card.body.addLayout(row)
        self._card.body.addWidget(self._bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._card)
        column.addWidget(self.failure_card)

    def _show(self) -> None:
        export = self._export
        if export.is_active:
            self._is_dismissed = False
        is_done = (
            export.outcome is not None and export.outcome.kind == "done" and not export.is_active
        )
        self.failure_card.show_failure(export.failure)
        self._card.setVisible(export.is_active or (is_done and not self._is_dismissed))
        self._card.set_kind("good" if is_done else "true")
        self._glyph.set_kind("done" if is_done else "running")
        self._bar.setVisible(export.is_active)
        self.stop_button.setVisible(export.is_active)
        self.stop_button.setEnabled(export.phase is Phase.RUNNING)
        self.open_button.setVisible(is_done)
        self.close_button.setVisible(is_done)
        folder = redact(str(self.target))
        if is_done:
            self._text.setText(
                self.tr("The model is in {folder}. It was loaded again and compared.").format(
                    folder=folder
                )
            )
        elif export.phase is Phase.STOPPING:
            self._text.setText(self.tr("Stopping…"))
        else:
            self._text.setText(self.tr("Writing the model to {folder}…").format(folder=folder))
        self.setVisible(not self._card.isHidden() or export.failure is not None)

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.target)))

    def _dismiss(self) -> None:
        self._is_dismissed = True
        self._show()
