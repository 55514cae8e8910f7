"""The questions behind the Model page: access token, mirror, folders, and giving a download up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl
from PySide6.QtGui import QDesktopServices

from ppcl_app import hub_words
from ppcl_app.hub_dialogs import KeepDialog, MirrorDialog, TokenDialog

if TYPE_CHECKING:
    from ppcl_app.main_window import MainWindow


class HubDesk(QObject):
    """Every question is a dialog over the window; the answer goes to the models."""

    def __init__(self, window: MainWindow, page: QObject) -> None:
        super().__init__(page)
        self._window = window
        self._hub, self._download = window.studio.hub, window.studio.download
        self._settings = window.studio.settings

    def ask_token(self) -> None:
        mirror = self._settings.preferences.mirror
        dialog = TokenDialog(self._hub.token_place, mirror, self._window)
        dialog.token_given.connect(self._hub.sign_in)
        dialog.open()

    def ask_mirror(self) -> None:
        dialog = MirrorDialog(self._settings.preferences.mirror, self._window)
        dialog.address_given.connect(self._use_mirror)
        dialog.open()

    def ask_models_folder(self) -> None:
        """Where the next download goes."""
        parent = self._ask_folder()
        if parent is not None:
            self._settings.change(models_folder=str(parent))

    def ask_other_folder(self) -> None:
        """For a download that failed: begin again elsewhere."""
        download = self._download.download
        parent = self._ask_folder() if download is not None else None
        if download is None or parent is None:
            return
        self._settings.change(models_folder=str(parent))
        folder = parent / download.title
        if not download.done_bytes:
            self._download.move_to(folder, keep=False)
            return
        text = self.tr("Keep what has arrived in the old folder?")
        dialog = KeepDialog(text, hub_words.amount(download), self._window)
        dialog.answered.connect(lambda keep: self._download.move_to(folder, keep=keep))
        dialog.open()

    def ask_cancel(self) -> None:
        download = self._download.download
        if download is None:
            return
        if not download.done_bytes:
            self._download.cancel(keep=False)
            return
        text = self.tr("Give up the download of {name}?").format(name=download.title)
        dialog = KeepDialog(text, hub_words.amount(download), self._window)
        dialog.answered.connect(lambda keep: self._download.cancel(keep=keep))
        dialog.open()

    def open_page(self, address: str) -> None:
        QDesktopServices.openUrl(QUrl(address))

    def _use_mirror(self, address: str) -> None:
        self._hub.use_mirror(address)
        self._download.try_again()

    def _ask_folder(self) -> Path | None:
        title = self.tr("Folder for downloaded models")
        return self._window.dialogs.folder(title, self._settings.models_folder)
