"""Models that are not loaded: what the light engine process says of the Hub and of folders."""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from engine import protocol
from ppcl_app.engine_process import EngineProcess
from ppcl_app.outcome import Outcome
from ppcl_app.settings import Settings

MAX_RESTARTS = 3
RESTARTS_WITHIN_S = 300.0
_HUB = "https://huggingface.co"

End = protocol.Done | protocol.Failed | protocol.Stopped


@dataclass(frozen=True, slots=True)
class Description:
    """What is known of a model; with neither, the answer is on its way."""

    found: protocol.Described | None = None
    refused: protocol.Failed | None = None

    @property
    def is_looking(self) -> bool:
        return self.found is None and self.refused is None


@dataclass(slots=True)
class _Request:
    command: protocol.Command
    take: Callable[[protocol.AnyEvent], None]
    end: Callable[[End], None]
    is_stopped: bool = False


class HubModel(QObject):
    """Owns one `ppcl io` process, which is there while something is asked of it.

    If the process dies, the next one is told what had no answer yet: every request may be made
    twice, a download goes on from what has arrived.
    """

    catalogue_changed = Signal()
    description_changed = Signal(str)
    access_changed = Signal()

    def __init__(
        self, process: EngineProcess, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._process, self._settings = process, settings
        self._requests: dict[int, _Request] = {}
        self._next_number = 1
        self._is_ready = False
        self._is_closed = False
        self._starts_anew = False
        self._token = ""  # only where there is no keyring: a new process has to be told again
        self._deaths: deque[float] = deque(maxlen=MAX_RESTARTS)
        self._greeting = 0
        self._repos: dict[str, Description] = {}
        self._folders: dict[str, Description] = {}
        self.catalogue: protocol.Catalogue | None = None
        self.refused: protocol.Failed | None = None
        self.token_place = ""
        process.events_received.connect(self._on_events)
        process.ended.connect(self._on_ended)

    @property
    def models(self) -> tuple[protocol.KnownModel, ...]:
        return self.catalogue.models if self.catalogue is not None else ()

    def known(self, repo: str) -> protocol.KnownModel | None:
        return next((model for model in self.models if model.repo == repo), None)

    def repo(self, name: str) -> Description | None:
        """What is known of a repository; None if nobody has asked."""
        return self._repos.get(name)

    @property
    def asked_repos(self) -> tuple[str, ...]:
        """Repositories that somebody has asked about."""
        return tuple(self._repos)

    def folder(self, name: str) -> Description | None:
        """The same for a folder on this computer."""
        return self._folders.get(name)

    def page_of(self, repo: str) -> str:
        """The address of a model's page, where its licence is read and accepted."""
        base = self._settings.preferences.mirror or os.environ.get("HF_ENDPOINT") or _HUB
        return f"{base.rstrip('/')}/{repo}"

    def start(self) -> None:
        """Ask for the list of models, unless it is there; called when the page is visited."""
        if self.catalogue is None and not self._is_asked(protocol.Known):
            self._set_refused(None)
            self.ask(lambda n: protocol.Known(request=n), self._take_catalogue, self._end_catalogue)

    def look_at_repo(self, repo: str, *, again: bool = False) -> None:
        """Ask what a repository holds, before anything is fetched."""

        def make(number: int) -> protocol.Command:
            return protocol.Describe(request=number, repo=repo)

        self._look(self._repos, repo, make, again=again)

    def look_at_folder(self, folder: Path, *, again: bool = False) -> None:
        """Ask what a folder on this computer holds, and whether that will run here."""

        def make(number: int) -> protocol.Command:
            return protocol.Scan(request=number, folder=str(folder))

        self._look(self._folders, str(folder), make, again=again)

    def sign_in(self, token: str) -> None:
        """Give the engine an access token to keep; an empty one is forgotten."""
        token = token.strip()

        def take(event: protocol.AnyEvent) -> None:
            if isinstance(event, protocol.Access):
                self._token = token if event.token_place == "session" else ""
                self.token_place = event.token_place

        self.ask(lambda n: protocol.SignIn(request=n, token=token), take, self._end_sign_in)

    def use_mirror(self, address: str) -> None:
        """Ask another server from now on, "" the Hub itself; what is under way goes on there."""
        if address == self._settings.preferences.mirror:
            return
        self._settings.change(mirror=address)
        self._deaths.clear()
        if self._process.is_running:
            self._starts_anew = True
            self._process.stop()
        for name in self.asked_repos:
            self.look_at_repo(name, again=True)
        self.start()

    def ask(
        self,
        make: Callable[[int], protocol.Command],
        take: Callable[[protocol.AnyEvent], None],
        end: Callable[[End], None],
    ) -> int:
        """Send the command that `make` returns for a number; `end` is called exactly once."""
        number = self._next_number
        self._next_number += 1
        request = self._requests[number] = _Request(make(number), take, end)
        if self._is_ready and not self._process.is_stopping:
            self._process.send(request.command)
        elif not self._process.is_running:
            self._start_process()
        return number

    def stop(self, number: int) -> None:
        """End a request at its next step; what it has fetched is kept."""
        request = self._requests.get(number)
        if request is None:
            return
        request.is_stopped = True
        if self._is_ready and not self._process.is_stopping:
            self._process.send(protocol.Stop(request=number))
        else:
            self._end(number, protocol.Stopped(request=number))

    def shut_down(self) -> None:
        self._is_closed = True
        self._process.shut_down()

    # The process: what it says, and its end.

    def _start_process(self) -> None:
        if self._is_closed:
            return
        mirror = self._settings.preferences.mirror
        self._process.start("io", *(("--mirror", mirror) if mirror else ()))

    def _on_events(self, batch: list[tuple[protocol.AnyEvent, bytes]]) -> None:
        for event, _payload in batch:
            if self._process.is_stopping:  # what it says of its own end is no answer
                return
            if isinstance(event, protocol.Hello):
                self._greet()
            elif isinstance(event, End):
                if event.request == self._greeting:
                    self._send_all()
                self._end(event.request, event)
            elif (request := self._requests.get(getattr(event, "request", -1))) is not None:
                request.take(event)

    def _greet(self) -> None:
        """Tell the new process what is asked; first who is asking, where it cannot know."""
        if not self._token:
            self._send_all()
            return
        self._greeting, self._next_number = self._next_number, self._next_number + 1
        self._process.send(protocol.SignIn(request=self._greeting, token=self._token))

    def _send_all(self) -> None:
        self._is_ready, self._greeting = True, 0
        for request in list(self._requests.values()):
            self._process.send(request.command)

    def _end(self, number: int, end: End) -> None:
        request = self._requests.pop(number, None)
        if request is not None:
            request.end(end)

    def _on_ended(self, outcome: Outcome) -> None:
        self._is_ready, self._greeting = False, 0
        if self._is_closed:
            return
        for number in [n for n, request in self._requests.items() if request.is_stopped]:
            self._end(number, protocol.Stopped(request=number))
        if self._starts_anew:
            self._starts_anew = False
        elif _is_final(outcome) or not self._may_restart():
            self._end_all(_failed(outcome))
        if self._requests and not self._process.is_running:
            self._start_process()

    def _may_restart(self) -> bool:
        """A process that dies over and over is left alone."""
        now = time.monotonic()
        died_often = len(self._deaths) == MAX_RESTARTS
        if died_often and now - self._deaths[0] < RESTARTS_WITHIN_S:
            self._deaths.clear()  # whoever tries again by hand gets as many attempts
            return False
        self._deaths.append(now)
        return True

    def _end_all(self, end: End) -> None:
        for number in list(self._requests):
            self._end(number, end)

    # Requests and their answers.

    def _is_asked(self, kind: type[protocol.Command]) -> bool:
        return any(isinstance(request.command, kind) for request in self._requests.values())

    def _take_catalogue(self, event: protocol.AnyEvent) -> None:
        if isinstance(event, protocol.Catalogue):
            self.catalogue, self.token_place = event, event.token_place
            self.catalogue_changed.emit()
            self.access_changed.emit()

    def _end_catalogue(self, end: End) -> None:
        self._set_refused(end if isinstance(end, protocol.Failed) else None)

    def _set_refused(self, refused: protocol.Failed | None) -> None:
        if refused != self.refused:
            self.refused = refused
            self.catalogue_changed.emit()

    def _look(
        self,
        place: dict[str, Description],
        name: str,
        make: Callable[[int], protocol.Command],
        *,
        again: bool,
    ) -> None:
        known = place.get(name)
        if known is not None and (known.is_looking or not again):
            return

        def keep(description: Description) -> None:
            place[name] = description
            self.description_changed.emit(name)

        def take(event: protocol.AnyEvent) -> None:
            if isinstance(event, protocol.Described):
                keep(Description(found=event))

        def end(end: End) -> None:
            if isinstance(end, protocol.Failed):
                keep(Description(refused=end))

        keep(Description())
        self.ask(make, take, end)

    def _end_sign_in(self, end: End) -> None:
        """Doors that were closed may be open now, so look again."""
        self.access_changed.emit()
        if isinstance(end, protocol.Done):
            for name, known in list(self._repos.items()):
                if known.refused is not None or (known.found is not None and known.found.is_gated):
                    self.look_at_repo(name, again=True)


def _is_final(outcome: Outcome) -> bool:
    """Another process would end the same way."""
    return outcome.event is not None or outcome.kind in ("not_started", "other_version")


def _failed(outcome: Outcome) -> protocol.Failed:
    """The end of the process as the end of what was asked of it."""
    if outcome.event is not None:
        return outcome.event
    failure = outcome.explain(safe="")
    return protocol.Failed(code="engine", message=failure.cause, hint=failure.hint)
