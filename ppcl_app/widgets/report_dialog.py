"""A report before it is passed on: people see all of it, may change it, and copy or save it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from engine.errors import EngineError
from engine.project import write_bytes
from ppcl_app.outcome import redact
from ppcl_app.widgets.text import body_label, heading_label, push_button

_SIZE = (760, 560)


class ReportDialog(QDialog):
    """`ask_file` asks where to save; it returns None where the question is closed."""

    def __init__(self, text: str, ask_file: Callable[[], Path | None], parent: QWidget) -> None:
        super().__init__(parent)
        self._ask_file = ask_file
        self.setWindowTitle(self.tr("Report"))
        self.text = QPlainTextEdit(text)
        self.text.setAccessibleName(self.tr("Text of the report"))
        self.text.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
        self.text.setTabChangesFocus(True)
        self.said = body_label(tone="ok")
        self.copy_button = push_button(self.tr("Copy"), kind="primary")
        self.save_button = push_button(self.tr("Save…"))
        self.close_button = push_button(self.tr("Close"), kind="quiet")
        self._arrange()
        self.copy_button.clicked.connect(self._copy)
        self.save_button.clicked.connect(self._save)
        self.close_button.clicked.connect(self.reject)
        self.resize(*_SIZE)
        self.copy_button.setFocus()

    def _arrange(self) -> None:
        promise = body_label(
            self.tr(
                "PPCL Studio sends nothing. Access tokens, your name and the name of your home "
                "folder are left out. Take out whatever else you do not want to pass on."
            ),
            tone="muted",
        )
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.said, 1)
        for button in (self.close_button, self.save_button, self.copy_button):
            row.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        column.addWidget(heading_label(self.tr("All that the report holds")))
        column.addWidget(promise)
        column.addWidget(self.text, 1)
        column.addLayout(row)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.said.setText(self.tr("Copied"))

    def _save(self) -> None:
        file = self._ask_file()
        if file is None:
            return
        try:
            write_bytes(file, self.text.toPlainText().encode())
        except (EngineError, OSError) as error:
            text = self.tr("It could not be saved: {why}")
            self.said.setText(text.format(why=redact(str(error))))
        else:
            self.said.setText(self.tr("Saved"))
