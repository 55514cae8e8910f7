"""The process behind the Model page: requests on standard input, events on standard output.

It starts without the command line and without huggingface_hub, which is imported behind the first
sign of life; see `engine.protocol` for the language. Every request runs in a thread of its own, so
looking at one model does not wait for the download of another.
"""

from __future__ import annotations

import argparse
import os
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

import msgspec

from engine import __version__, families, protocol
from engine.errors import Cancelled, EngineError
from engine.hub import access

_LAST_WAIT_S = 2.0
_Request = (
    protocol.Known
    | protocol.Describe
    | protocol.Scan
    | protocol.Download
    | protocol.Discard
    | protocol.SignIn
)


def main(argv: Sequence[str]) -> int:
    """`ppcl io [--mirror ADDRESS]`, until standard input ends."""
    parser = argparse.ArgumentParser(prog="ppcl io")
    parser.add_argument("--mirror", default="", help="The address of a mirror of the Hub.")
    mirror = parser.parse_args(argv).mirror
    wire = protocol.claim_stdout()
    worker = _Worker(wire)
    try:
        access.prepare(mirror)
    except EngineError as error:
        worker.say(_failed(error, request=-1))
        return 2
    worker.run(sys.stdin.buffer)
    return 0


class _Running:
    """One request under way, and how it is ended."""

    def __init__(self) -> None:
        self.stop = threading.Event()
        self.keep = True


class _Worker:
    def __init__(self, wire: IO[bytes]) -> None:
        self._wire, self._lock = wire, threading.Lock()
        self._token = access.Token()
        self._running: dict[int, _Running] = {}
        self._threads: list[threading.Thread] = []

    def run(self, commands: IO[bytes]) -> None:
        self.say(protocol.Hello(engine_version=__version__, pid=os.getpid(), device="io"))
        threading.Thread(target=_warm_up, daemon=True).start()
        for line in commands:
            try:
                self._take(protocol.decode_command(line))
            except msgspec.DecodeError as error:
                self.say(protocol.Notice(text=f"A command was not understood: {error}"))
        for running in list(self._running.values()):
            running.stop.set()
        for thread in self._threads:
            thread.join(_LAST_WAIT_S)

    def say(self, event: protocol.Event) -> None:
        with self._lock:
            self._wire.write(protocol.encode(event))
            self._wire.flush()

    def _take(self, command: protocol.AnyCommand) -> None:
        if isinstance(command, protocol.Stop):
            running = self._running.get(command.request)
            if running is not None:
                running.keep = command.keep
                running.stop.set()
            return
        if isinstance(command, protocol.Generate | protocol.SetTier):
            self.say(protocol.Notice(text="This process does not paint."))
            return
        work = self._work_of(command)
        running = self._running[command.request] = _Running()
        thread = threading.Thread(
            target=self._answer, args=(command.request, work, running), daemon=True
        )
        self._threads = [t for t in self._threads if t.is_alive()] + [thread]
        thread.start()

    def _work_of(self, command: _Request) -> Callable[[_Running], None]:
        if isinstance(command, protocol.Known):
            return lambda _running: self._list(command)
        if isinstance(command, protocol.Describe):
            return lambda _running: self._describe(command)
        if isinstance(command, protocol.Scan):
            return lambda _running: self._scan(command.request, Path(command.folder))
        if isinstance(command, protocol.Download):
            return lambda running: self._download(command, running)
        if isinstance(command, protocol.Discard):
            return lambda _running: self._discard(command)
        return lambda _running: self._sign_in(command)

    def _answer(self, request: int, work: Callable[[_Running], None], running: _Running) -> None:
        """Every request ends with Done, Stopped or Failed, also where the fault is ours."""
        end: protocol.Event = protocol.Failed(
            code="internal", message="Something went wrong that was not expected.",
            hint="The log says more. What was fetched is kept.", request=request,
        )  # fmt: skip
        try:
            work(running)
            end = protocol.Done(request=request)
        except Cancelled:
            end = protocol.Stopped(request=request)
        except EngineError as error:
            end = _failed(error, request=request)
        finally:
            self._running.pop(request, None)
            self.say(end)

    def _list(self, command: protocol.Known) -> None:
        from engine.hub.machine import look

        machine = look()
        self.say(
            protocol.Catalogue(
                request=command.request,
                models=known_models(),
                memory_bytes=machine.memory_bytes,
                available_bytes=machine.available_bytes,
                gpu=machine.gpu,
                gpu_bytes=machine.gpu_bytes,
                token_place=self._token.place,
            )
        )

    def _describe(self, command: protocol.Describe) -> None:
        from engine.hub import repository
        from engine.hub.machine import look

        token = self._token.get()
        listing = repository.look_up(command.repo, command.revision, token)
        self.say(
            repository.describe(
                listing, request=command.request, machine=look(),
                folder=Path(command.folder or "."), token=token,
            )
        )  # fmt: skip

    def _scan(self, request: int, folder: Path) -> None:
        from engine.hub.folder import scan
        from engine.hub.machine import look

        self.say(scan(folder, request=request, machine=look()))

    def _download(self, command: protocol.Download, running: _Running) -> None:
        from engine.hub import download

        task = download.Task(
            repo=command.repo, folder=Path(command.folder), revision=command.revision,
            request=command.request,
        )  # fmt: skip
        try:
            download.download(task, token=self._token.get(), say=self.say, stop=running.stop)
        except Cancelled:
            if not running.keep:
                download.discard(task)
            raise
        self._scan(command.request, task.folder)

    def _discard(self, command: protocol.Discard) -> None:
        from engine.hub import download

        download.discard(download.Task(repo=command.repo, folder=Path(command.folder)))

    def _sign_in(self, command: protocol.SignIn) -> None:
        self._token.keep(command.token)
        self.say(protocol.Access(request=command.request, token_place=self._token.place))


_BYTES = 2  # of a number, as base models are published


def known_models() -> tuple[protocol.KnownModel, ...]:
    """Published base models of the families that are supported."""
    return tuple(
        protocol.KnownModel(
            family=f.name,
            title=f.title,
            repo=f.repo,
            license=f.license,
            layers=int(str(f.config[f.depth])),
            parameters=f.parameters,
            num_bytes=_BYTES * (f.parameters + f.other_parameters),
        )
        for f in families.FAMILIES
        if f.repo
    )


def _warm_up() -> None:
    """What the first look at the Hub needs takes half a second of computing to import."""
    from engine.hub import download  # noqa: F401


def _failed(error: EngineError, *, request: int) -> protocol.Failed:
    return protocol.Failed(code=error.code, message=error.message, hint=error.hint, request=request)
