"""What the Hub, the network or the disk refuses, with the buttons that help against just that."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPushButton, QWidget

from engine import protocol
from ppcl_app import hub_words
from ppcl_app.outcome import Failure, redact
from ppcl_app.widgets.failure_card import Action, FailureCard

_NETWORK = ("again", "mirror")
_ACCESS = ("page", "token", "again")
_DISK = ("folder", "again")
_WAYS: dict[str, tuple[str, ...]] = {
    "gated": _ACCESS,
    "token_refused": _ACCESS,
    "no_repository": ("token", "mirror"),
    "no_revision": (),
    "bad_name": (),
    "not_diffusers": ("page",),
    "bad_file_name": (),
    "broken_model": ("page",),
    "offline": (),
    "no_checksums": ("mirror",),
    "bad_mirror": ("mirror",),
    "no_connection": _NETWORK,
    "connection_lost": _NETWORK,
    "hub_trouble": _NETWORK,
    "too_many_requests": _NETWORK,
    "wrong_checksum": _NETWORK,
    "disk_full": _DISK,
    "no_access": _DISK,
    "not_empty": ("folder",),
    "other_download": ("folder",),
}


class HubFailureCard(FailureCard):
    """A way on for each signal; a download that failed goes on, all else is tried again."""

    again_asked = Signal()
    page_asked = Signal()
    token_asked = Signal()
    folder_asked = Signal()
    mirror_asked = Signal()
    cancel_asked = Signal()

    def __init__(self, *, is_download: bool = False, parent: QWidget | None = None) -> None:
        super().__init__(lambda failure: [self._way(name) for name in self._names(failure)], parent)
        self._is_download = is_download
        self._refused: protocol.Failed | None = None

    @property
    def ways(self) -> dict[str, QPushButton]:
        """The buttons that are there now, by what they are for."""
        failure = self.failure
        return dict(zip(self._names(failure), self.buttons, strict=True)) if failure else {}

    def show_refused(self, refused: protocol.Failed | None) -> None:
        """None hides the card; what is shown already stays as it is, with its focus."""
        if refused == self._refused:
            return
        self._refused = refused
        if refused is None:
            self.show_failure(None)
            return
        safe = self.tr("What has arrived is kept.") if self._is_download else ""
        hint = hub_words.what_helps(refused.code) or redact(refused.hint)
        self.show_failure(Failure(redact(refused.message), safe, hint, code=refused.code))

    def _names(self, failure: Failure) -> tuple[str, ...]:
        names = _WAYS.get(failure.code, ("again",))
        return (*names, "cancel") if self._is_download else names

    def _way(self, name: str) -> Action:
        ways: dict[str, Action] = {
            "again": (
                self.tr("Continue the download") if self._is_download else self.tr("Try again"),
                self.again_asked.emit,
            ),
            "page": (self.tr("Open its page"), self.page_asked.emit),
            "token": (self.tr("Enter access token…"), self.token_asked.emit),
            "folder": (self.tr("Choose another folder…"), self.folder_asked.emit),
            "mirror": (self.tr("Use a mirror…"), self.mirror_asked.emit),
            "cancel": (self.tr("Give up…"), self.cancel_asked.emit),
        }
        return ways[name]
