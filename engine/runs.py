"""Runs: the folder in which long work leaves its events, can be watched, and is asked to stop.

runs/20260131-154501-compress/
  job.json       what was asked for
  events.jsonl   everything that was said, one protocol line each
  control/stop   exists once somebody wants the run to stop
  exit.json      how it ended; missing while it runs or if it was killed
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from engine import protocol
from engine.errors import Cancelled, EngineError
from engine.project import Project, disk_errors, read_json, write_json

FORMAT = 1
_POLL_SECONDS = 0.2
_PROGRESS_SECONDS = 1 / 30


class RunJob(msgspec.Struct, frozen=True, kw_only=True):
    format: int = FORMAT
    verb: str
    effort: str
    pid: int


class RunExit(msgspec.Struct, frozen=True, kw_only=True):
    """`outcome`: done, stopped, failed (the user can act on it) or crashed."""

    format: int = FORMAT
    outcome: str
    message: str = ""


class Run:
    """One run's folder; also a sink for a Reporter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._events = (folder / "events.jsonl").open("ab", buffering=0)
        self._last_progress = 0.0

    def __call__(self, event: protocol.Event, _payload: bytes) -> None:
        """Write one event; progress is thinned out to 30 a second."""
        if isinstance(event, protocol.Progress):
            now = time.monotonic()
            if now - self._last_progress < _PROGRESS_SECONDS and event.done < event.total:
                return
            self._last_progress = now
        with disk_errors(self.folder):
            self._events.write(protocol.encode(event))

    def close(self) -> None:
        self._events.close()

    def should_stop(self) -> bool:
        return (self.folder / "control" / "stop").exists()


@contextlib.contextmanager
def started(project: Project, *, verb: str) -> Iterator[Run]:
    """A new run that holds the project alone. Raises EngineError if another run does."""
    lock = FileLock(project.folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise EngineError(
            "busy",
            f"Another run is at work on {project.folder}.",
            hint="Wait for it, or end it with `ppcl stop PROJECT`; nothing was changed.",
        ) from error
    try:
        name = f"{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}-{verb}"
        folder = project.path("runs", name, "control", "stop").parent.parent
        run = Run(folder)
        write_json(
            folder / "job.json", RunJob(verb=verb, effort=project.header.effort, pid=os.getpid())
        )
        with _exit_written(run):
            yield run
    finally:
        lock.release()


@contextlib.contextmanager
def _exit_written(run: Run) -> Iterator[Run]:
    """Write exit.json however the body ends."""
    outcome, message = "crashed", ""
    try:
        yield run
        outcome = "done"
    except EngineError as error:
        outcome, message = "failed", error.message
        raise
    except Cancelled:
        outcome = "stopped"
        raise
    finally:
        run.close()
        write_json(run.folder / "exit.json", RunExit(outcome=outcome, message=message))


def latest(project: Project) -> Path:
    """The newest run's folder. Raises EngineError if there was none."""
    runs = sorted((project.folder / "runs").glob("*/job.json"))
    if not runs:
        raise EngineError(
            "no_run",
            f"Nothing has run in {project.folder} yet.",
            hint="Start with `ppcl compress`.",
        )
    return runs[-1].parent


def ask_to_stop(run: Path) -> None:
    """Let the run end at its next step; it keeps everything."""
    with disk_errors(run):
        (run / "control" / "stop").touch()


def watch(run: Path, *, start: int = 0) -> Iterator[bytes]:
    """Event lines of a run from number `start`, those to come included, until it ends."""
    with (run / "events.jsonl").open("rb") as events:
        number, part, has_ended = 0, b"", False
        while True:
            line = events.readline()
            part += line
            if part.endswith(b"\n"):
                if number >= start:
                    yield part
                number, part = number + 1, b""
            elif not line:
                if has_ended:
                    return
                # Once more after its end: it may have spoken since the last line.
                pid = read_json(run / "job.json", RunJob).pid
                has_ended = (run / "exit.json").exists() or not _is_alive(pid)
                if not has_ended:
                    time.sleep(_POLL_SECONDS)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
