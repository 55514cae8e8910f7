"""Every question that stops the window: files, folders, quitting, and who made this."""

from __future__ import annotations

from pathlib import Path

import PySide6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget

_REPOSITORY_LICENCE = "Apache-2.0"


class Dialogs(QObject):
    """Asks through the system's own dialogs; tests put another one in its place."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def folder(self, title: str, start: Path) -> Path | None:
        name = QFileDialog.getExistingDirectory(self._window, title, str(_existing(start)))
        return Path(name) if name else None

    def picture_file(self, title: str, start: Path) -> Path | None:
        kinds = self.tr("Pictures (*.png)")
        name, _kind = QFileDialog.getSaveFileName(self._window, title, str(start), kinds)
        return Path(name) if name else None

    def may_stop_and_quit(self) -> bool:
        """Ask before a running job is stopped; True means stop it, keep all, and quit."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("The model is still being shrunk."))
        box.setInformativeText(
            self.tr(
                "If you stop now, everything that is finished is kept, and it can go on from there "
                "next time."
            )
        )
        quit_button = box.addButton(self.tr("Stop and quit"), QMessageBox.ButtonRole.AcceptRole)
        box.addButton(self.tr("Keep running"), QMessageBox.ButtonRole.RejectRole)
        box.exec()
        return box.clickedButton() is quit_button

    def problem(self, cause: str, hint: str = "") -> None:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(cause)
        box.setInformativeText(hint)
        box.exec()

    def about(self) -> None:
        text = self.tr(
            "<p><b>PPCL Studio {version}</b></p>"
            "<p>Makes text-to-image models smaller, shows what that costs, and writes the result "
            "as a model that other programs load.</p>"
            "<p>Licence: {licence}. The window uses Qt {qt} (LGPL 3) through PySide6, "
            "and pyqtgraph (MIT).</p>"
        )
        QMessageBox.about(
            self._window,
            self.tr("About PPCL Studio"),
            text.format(
                version=QApplication.applicationVersion(),
                licence=_REPOSITORY_LICENCE,
                qt=PySide6.__version__,
            ),
        )


def _existing(folder: Path) -> Path:
    """The nearest folder above that is there, so that the dialog opens somewhere sensible."""
    return next((path for path in (folder, *folder.parents) if path.is_dir()), Path.home())
