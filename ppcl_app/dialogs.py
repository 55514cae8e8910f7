"""Every question that stops the window: files, folders, quitting, and who made this."""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from pathlib import Path

import PySide6
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QFileDialog, QMessageBox, QWidget

from ppcl_app.engine_texts import say

_REPOSITORY_LICENCE = "Apache-2.0"


class Closing(Enum):
    """What closing the window does while a job runs: nothing, minimise, or save and quit."""

    STAY = "stay"
    KEEP = "keep"
    PAUSE = "pause"


class Dialogs(QObject):
    """Asks through the system's own dialogs; tests put another one in its place."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window

    def folder(self, title: str, start: Path) -> Path | None:
        name = QFileDialog.getExistingDirectory(self._window, title, str(_existing(start)))
        return Path(name) if name else None

    def save_file(self, title: str, start: Path, kinds: Sequence[str]) -> Path | None:
        """Ask where to save; `kinds` are filters such as "Tables (*.csv)"."""
        text = ";;".join(kinds)
        name, _kind = QFileDialog.getSaveFileName(self._window, title, str(start), text)
        return Path(name) if name else None

    def how_to_close(self, *, is_learning: bool = True) -> Closing:
        """Ask before the window is closed during work: learning, or the writing of a model."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        learning = self.tr(
            "If you pause, everything is saved at the next step, and it goes on from there "
            "when you open PPCL Studio again."
        )
        writing = self.tr("If you stop it, nothing half-written is left behind.")
        if is_learning:
            box.setText(self.tr("The model is still learning."))
        else:
            box.setText(self.tr("A model is being written."))
        box.setInformativeText(learning if is_learning else writing)
        stop = self.tr("Pause and quit") if is_learning else self.tr("Stop and quit")
        keep = box.addButton(self.tr("Keep running"), QMessageBox.ButtonRole.ActionRole)
        pause = box.addButton(stop, QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(pause)
        box.setEscapeButton(cancel)
        box.exec()
        if box.clickedButton() is keep:
            return Closing.KEEP
        return Closing.PAUSE if box.clickedButton() is pause else Closing.STAY

    def may_discard(self) -> bool:
        """Ask before something that was learned is thrown away."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(self.tr("Throw away what is being learned now?"))
        box.setInformativeText(
            self.tr("Steps that are finished stay. Pause instead if you want to go on later.")
        )
        discard = box.addButton(self.tr("Throw away"), QMessageBox.ButtonRole.DestructiveRole)
        stay = box.addButton(self.tr("Go on learning"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        box.exec()
        return box.clickedButton() is discard

    def may_look(self, name: str) -> bool:
        """Ask what to do with a project that another window has open."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("The project {name} is open in another window.").format(name=name))
        box.setInformativeText(
            self.tr("Here it can only be looked at: nothing can be learned, and nothing is kept.")
        )
        look = box.addButton(self.tr("Open to look only"), QMessageBox.ButtonRole.AcceptRole)
        cancel = box.addButton(self.tr("Cancel"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(cancel)
        box.setEscapeButton(cancel)
        box.exec()
        return box.clickedButton() is look

    def information(self, title: str, text: str) -> None:
        box = QMessageBox(self._window)
        box.setWindowTitle(title)
        box.setText(f"<b>{title}</b>")
        box.setInformativeText(text)
        box.exec()

    def problem(self, cause: str, hint: str = "") -> None:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Warning)
        box.setText(say(cause))
        box.setInformativeText(say(hint))
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
