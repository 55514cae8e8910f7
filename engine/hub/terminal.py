"""`ppcl download`: the description, the progress bar and the end of a download, for a terminal."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.table import Table

from engine import families, protocol
from engine.errors import Cancelled, EngineError
from engine.hub import repository
from engine.hub.access import Token
from engine.hub.download import Task
from engine.hub.download import download as fetch
from engine.hub.folder import scan
from engine.hub.machine import look

_Send = Callable[[Any], None]
_VERDICTS = {"yes": "yes", "tight": "only just", "no": "no", "unknown": "?"}


def download(
    model: str, *, to: Path | None, revision: str, only_describe: bool, json: bool, events: bool
) -> None:
    """Fetch `model` with a progress bar, as JSON at the end, or as events. Raises EngineError."""
    family = families.by_name(model)
    repo = family.repo if family and family.repo else model
    task = Task(repo=repo, folder=to or Path(repo.rpartition("/")[2]), revision=revision)
    token = Token().get()
    if only_describe:
        found = _describe(task, token)
        print(msgspec.json.encode(found).decode()) if json else _show(found)
        return
    if events:
        wire = protocol.claim_stdout()

        def send(event: protocol.Event) -> None:
            wire.write(protocol.encode(event))
            wire.flush()

        _told(task, token, send)
        return
    if not json and not task.folder.exists() and not task.part.exists():
        _show(_describe(task, token))
    with _Bar() as bar:
        _stoppable(task, token, bar)
    found = scan(task.folder, request=0, machine=look())
    if json:
        print(msgspec.json.encode(found).decode())
    else:
        Console().print(f"The model is in {task.folder}: ppcl compress --model {task.folder} ...")


def _describe(task: Task, token: str | None) -> protocol.Described:
    listing = repository.look_up(task.repo, task.revision, token)
    return repository.describe(listing, request=0, machine=look(), folder=task.folder, token=token)


def _told(task: Task, token: str | None, send: _Send) -> None:
    """As events, the end of it included."""
    try:
        _stoppable(task, token, send)
    except EngineError as error:
        send(protocol.Failed(code=error.code, message=error.message, hint=error.hint))
        raise
    except Cancelled:
        send(protocol.Stopped())
        raise
    send(scan(task.folder, request=0, machine=look()))
    send(protocol.Done())


def _stoppable(task: Task, token: str | None, send: _Send) -> None:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: stop.set())
    fetch(task, token=token, say=send, stop=stop)


class _Bar:
    """One bar for all files together; a sink for Transfer events."""

    def __init__(self) -> None:
        self._progress = Progress(
            TextColumn("{task.description}"), BarColumn(24), DownloadColumn(),
            TransferSpeedColumn(), TimeRemainingColumn(), console=Console(stderr=True),
        )  # fmt: skip
        self._bar = self._progress.add_task("asking the Hub", total=None)

    def __enter__(self) -> _Bar:
        self._progress.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._progress.stop()

    def __call__(self, event: protocol.Transfer) -> None:
        words = {"looking": "asking the Hub", "waiting": "connection lost, trying again"}
        self._progress.update(
            self._bar,
            description=words.get(event.state, event.file),
            completed=event.done_bytes,
            total=event.total_bytes or None,
        )


def _show(found: protocol.Described) -> None:
    console = Console()
    if found.parameters:
        console.print(f"{found.title}: {_count(found.parameters)} in {found.layers} layers")
    console.print(f"Licence: {found.license or 'not stated'}")
    for problem in found.problems:
        console.print(problem)
    table = Table("step", "will it run here?", "why", box=None)
    for fit in found.fits:
        table.add_row(fit.step, _VERDICTS[fit.verdict], fit.text)
    console.print(table)


def _count(parameters: int) -> str:
    unit, scale = ("B", 1e9) if parameters >= 1e9 else ("M", 1e6)
    return f"{parameters / scale:.1f} {unit} parameters"
