"""The one download that is under way: what is fetched, where to, how far it is, and its end."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine import protocol
from ppcl_app import machine
from ppcl_app.hub_model import End, HubModel
from ppcl_app.settings import Pending, Settings

_DOORS = ("gated", "token_refused", "no_repository")  # what an access token may open


class Phase(StrEnum):
    """PAUSED and FAILED can go on from what has arrived, also after the program was closed."""

    LOADING = "loading"
    PAUSING = "pausing"
    PAUSED = "paused"
    FAILED = "failed"
    CANCELLING = "cancelling"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Download:
    """A repository on its way into a folder; `transfer` is the engine's last word on it."""

    repo: str
    folder: Path
    phase: Phase = Phase.LOADING
    done_bytes: int = 0
    total_bytes: int = 0
    transfer: protocol.Transfer | None = None
    refused: protocol.Failed | None = None

    @property
    def title(self) -> str:
        return self.repo.rpartition("/")[2]

    @property
    def share(self) -> float:
        return min(1.0, self.done_bytes / self.total_bytes) if self.total_bytes else 0.0

    @property
    def is_active(self) -> bool:
        return self.phase in (Phase.LOADING, Phase.PAUSING, Phase.CANCELLING)

    @property
    def can_go_on(self) -> bool:
        return self.phase in (Phase.PAUSED, Phase.FAILED)


class DownloadModel(QObject):
    """What is not finished is remembered in the settings until it is, or is given up."""

    download_changed = Signal()
    finished = Signal()

    def __init__(self, hub: HubModel, settings: Settings, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hub, self._settings = hub, settings
        self._number = 0
        self._discards = False
        self.download = _remembered(settings)
        hub.access_changed.connect(self._on_access)

    @property
    def is_busy(self) -> bool:
        """There is a download that is neither finished nor given up."""
        return self.download is not None and self.download.phase is not Phase.DONE

    def begin(self, repo: str, folder: Path, *, total_bytes: int = 0) -> None:
        """Fetch `repo` into `folder`, or go on with that; one at a time."""
        if self.download is not None and self.download.is_active:
            return
        done = _fetched(folder)
        self._set(Download(repo, folder, done_bytes=done, total_bytes=total_bytes))
        self._remember(total_bytes)
        self._discards = False
        self._number = self._hub.ask(
            lambda n: protocol.Download(request=n, repo=repo, folder=str(folder)),
            self._take,
            self._end,
        )

    def pause(self) -> None:
        """Stop for now; it goes on from what has arrived."""
        if self.download is not None and self.download.phase is Phase.LOADING:
            self._change(phase=Phase.PAUSING)
            self._hub.stop(self._number)

    def resume(self) -> None:
        """Go on, or try once more."""
        download = self.download
        if download is not None and download.can_go_on:
            self.begin(download.repo, download.folder, total_bytes=download.total_bytes)

    def try_again(self) -> None:
        """Go on where it failed, now that something has been done about it."""
        if self.download is not None and self.download.phase is Phase.FAILED:
            self.resume()

    def move_to(self, folder: Path, *, keep: bool) -> None:
        """Begin again in another folder; `keep` what was fetched into the old one, or remove it."""
        download = self.download
        if download is not None and download.can_go_on and folder != download.folder:
            if not keep:
                self._discard(download, lambda _end: None)
            self.begin(download.repo, folder, total_bytes=download.total_bytes)

    def cancel(self, *, keep: bool) -> None:
        """Give the download up; with `keep` the same one can go on later from what has arrived."""
        download = self.download
        if download is None or download.phase in (Phase.CANCELLING, Phase.DONE):
            return
        self._discards = not keep
        self._change(phase=Phase.CANCELLING, refused=None)
        if download.is_active:
            self._hub.stop(self._number)
        else:
            self._give_up()

    def dismiss(self) -> None:
        """A finished one has been seen."""
        if self.download is not None and self.download.phase is Phase.DONE:
            self._set(None)

    def _on_access(self) -> None:
        refused = self.download.refused if self.download is not None else None
        if refused is not None and refused.code in _DOORS and self._hub.token_place:
            self.try_again()

    def _take(self, event: protocol.AnyEvent) -> None:
        if isinstance(event, protocol.Transfer) and self.download is not None:
            done, total = self.download.done_bytes, self.download.total_bytes
            if event.total_bytes:
                done, total = event.done_bytes, event.total_bytes
                self._remember(total)
            self._change(transfer=event, done_bytes=done, total_bytes=total)

    def _end(self, end: End) -> None:
        download = self.download
        if download is None:
            return
        if isinstance(end, protocol.Done):
            self._settings.change(download=None)
            self._settings.remember_model(str(download.folder))
            self._change(phase=Phase.DONE, done_bytes=download.total_bytes, refused=None)
            self.finished.emit()
        elif download.phase is Phase.CANCELLING:
            self._give_up()
        elif isinstance(end, protocol.Failed):
            self._change(phase=Phase.FAILED, refused=end)
        else:
            self._change(phase=Phase.PAUSED, transfer=None)

    def _give_up(self) -> None:
        if not self._discards:
            self._forget()
            return
        download = self.download
        assert download is not None
        self._discard(download, self._end_discard)

    def _discard(self, download: Download, end: Callable[[End], None]) -> None:
        self._hub.ask(
            lambda n: protocol.Discard(request=n, repo=download.repo, folder=str(download.folder)),
            lambda _event: None,
            end,
        )

    def _end_discard(self, end: End) -> None:
        if isinstance(end, protocol.Failed):
            self._change(phase=Phase.FAILED, refused=end)
        else:
            self._forget()

    def _forget(self) -> None:
        self._settings.change(download=None)
        self._set(None)

    def _remember(self, total_bytes: int) -> None:
        download = self.download
        assert download is not None
        self._settings.change(
            download=Pending(
                repo=download.repo, folder=str(download.folder), total_bytes=total_bytes
            )
        )

    def _set(self, download: Download | None) -> None:
        self.download = download
        self.download_changed.emit()

    def _change(self, **fields: object) -> None:
        assert self.download is not None
        self._set(dataclasses.replace(self.download, **fields))  # type: ignore[arg-type]


def room_for(num_bytes: int, folder: Path) -> protocol.Fit:
    """Whether a download of that size fits into `folder`; what has arrived needs no room again."""
    need, have = max(0, num_bytes - _fetched(folder)), machine.free_disk(folder)
    return protocol.Fit(
        step="download",
        verdict="unknown" if have is None else "yes" if need <= have else "no",
        resource="disk",
        need_bytes=need,
        have_bytes=have or 0,
        estimated=False,
        text="",
    )


def _remembered(settings: Settings) -> Download | None:
    """What was not finished when the program was closed."""
    pending = settings.preferences.download
    if pending is None:
        return None
    folder = Path(pending.folder)
    return Download(
        pending.repo, folder, Phase.PAUSED, _fetched(folder), total_bytes=pending.total_bytes
    )


def _fetched(folder: Path) -> int:
    """Bytes of an unfinished download into `folder`; where it lies is the engine's rule."""
    return machine.folder_size(folder.with_name(f"{folder.name}.part"))
