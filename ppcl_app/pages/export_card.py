"""How an export goes, and where the last one lies with what its check said."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from ppcl_app import ways_on
from ppcl_app.outcome import redact
from ppcl_app.run_model import Phase
from ppcl_app.settings import Exported
from ppcl_app.studio import Studio
from ppcl_app.vocabulary import tier_title
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.failure_card import FailureCard
from ppcl_app.widgets.glyphs import Glyph
from ppcl_app.widgets.text import body_label, push_button


class ExportCard(QWidget):
    """Hidden until something has been written; afterwards it says where that is."""

    folder_asked = Signal()

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._export = studio, studio.export
        self._dismissed: Path | None = None
        self.failure_card = FailureCard(
            lambda failure: ways_on.of_export(studio, failure, self.folder_asked.emit)
        )
        self._card = Card(kind="good")
        self._glyph = Glyph("running")
        self._text = body_label()
        self._check = body_label(tone="muted")
        self._bar = QProgressBar(textVisible=False, maximum=0)
        self._bar.setAccessibleName(self.tr("Progress of the export"))
        self.stop_button = push_button(self.tr("Stop"), name=self.tr("Stop the export"))
        self.open_button = push_button(self.tr("Open folder"))
        self.copy_button = push_button(self.tr("Copy path"))
        self.close_button = push_button(
            self.tr("Close"), kind="quiet", name=self.tr("Close this message")
        )
        self._arrange()
        self.stop_button.clicked.connect(self._export.stop)
        self.open_button.clicked.connect(self._open)
        self.copy_button.clicked.connect(self._copy)
        self.close_button.clicked.connect(self._dismiss)
        for signal in (
            self._export.phase_changed, self._export.progress_changed, self._export.failure_changed,
            self._export.ended, studio.settings.preferences_changed,
            studio.project.project_changed,
        ):  # fmt: skip
            signal.connect(self._show)
        self._show()

    @property
    def target(self) -> Path:
        """Where the running or the last export goes."""
        args, last = self._export.args, self._last
        if self._is_pictures or self._export.is_active or last is None:
            return Path(args[args.index("--out") + 1]) if "--out" in args else Path()
        return Path(last.folder)

    @property
    def _last(self) -> Exported | None:
        return self._studio.settings.last_export(self._studio.project.folder)

    @property
    def _is_pictures(self) -> bool:
        return self._export.args[:1] == ("pictures",)

    def _arrange(self) -> None:
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._text)
        words.addWidget(self._check)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self._glyph)
        row.addLayout(words, 1)
        for button in (self.stop_button, self.open_button, self.copy_button, self.close_button):
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
        outcome = export.outcome
        is_done = outcome is not None and outcome.kind == "done" and not export.is_active
        has_result = is_done if self._is_pictures else self._last is not None
        is_shown = has_result and not export.is_active and self.target != self._dismissed
        self.failure_card.show_failure(export.failure)
        self._card.setVisible(export.is_active or (is_shown and export.failure is None))
        self._card.set_kind("true" if export.is_active else "good")
        self._glyph.set_kind("running" if export.is_active else "done")
        for widget in (self._bar, self.stop_button):
            widget.setVisible(export.is_active)
        self.stop_button.setEnabled(export.phase is Phase.RUNNING)
        for widget in (self.open_button, self.copy_button, self.close_button):
            widget.setVisible(not export.is_active)
        self._show_words()
        self.setVisible(not self._card.isHidden() or export.failure is not None)

    def _show_words(self) -> None:
        folder, last = redact(str(self.target)), self._last
        check = ""
        if self._export.phase is Phase.STOPPING:
            text = self.tr("Stopping…")
        elif self._export.is_active:
            text = self.tr("Writing to {folder}…").format(folder=folder)
        elif self._is_pictures:
            text = self.tr("The pictures are in {folder}.").format(folder=folder)
        else:
            text = self.tr("{size} is in {folder}.")
            size = tier_title(last.size) if last is not None else ""
            text = text.format(size=size, folder=folder)
            check = self._check_words(last)
        self._text.setText(text)
        self._check.setText(check)
        self._check.setVisible(bool(check))
        self.copy_button.setText(self.tr("Copy path"))

    def _check_words(self, last: Exported | None) -> str:
        if last is None or last.difference is None:
            return ""
        if last.difference == 0:
            return self.tr(
                "Checked: loaded again, it computes exactly what this size computes here."
            )
        text = self.tr(
            "Checked: loaded again, what it computes differs by {share} of its size; "
            "only the rounding is another."
        )
        return text.format(share=f"{last.difference:.1g}")

    def _open(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self.target)))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(str(self.target))
        self.copy_button.setText(self.tr("Copied"))

    def _dismiss(self) -> None:
        self._dismissed = self.target
        self._show()
