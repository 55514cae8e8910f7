"""Runs: the folder in which long work leaves its events, can be watched, and is asked to stop.

runs/20260131-154501.250000-4242-compress/
  job.json       what was asked for
  events.jsonl   everything that was said, one protocol line each
  control/finish exists once somebody wants to keep what is learned, and go on to measuring
  control/stop   exists once somebody wants the run to stop; says whether to keep or discard
  run.log        what a run in the background printed
  exit.json      how it ended; missing while it runs or if it was killed
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import msgspec
from filelock import FileLock, Timeout

from engine import protocol
from engine.errors import Cancelled, EngineError
from engine.parent import is_alive
from engine.project import Project, disk_errors, read_json, write_bytes, write_json

FORMAT = 1
_POLL_SECONDS = 0.2
_PROGRESS_SECONDS = 1 / 30
_STOP = "control/stop"
_FINISH = "control/finish"
_DISCARD = "discard"


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

    def should_finish(self) -> bool:
        return (self.folder / _FINISH).exists()

    def should_stop(self) -> bool:
        return (self.folder / _STOP).exists()

    def discards(self) -> bool:
        """Whether it was asked to throw away what is not finished."""
        return self.should_stop() and (self.folder / _STOP).read_text() == _DISCARD


@contextlib.contextmanager
def started(project: Project, *, verb: str, name: str | None = None) -> Iterator[Run]:
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
        folder = project.path("runs", name or new_name(verb), _STOP).parent.parent
        run = Run(folder)
        try:
            job = RunJob(verb=verb, effort=project.header.effort, pid=os.getpid())
            write_json(folder / "job.json", job)
        except EngineError:
            run.close()
            if name is None:  # else somebody waits for it
                shutil.rmtree(folder)
            raise
        with _exit_written(run, project):
            yield run
    finally:
        lock.release()


@contextlib.contextmanager
def _exit_written(run: Run, project: Project) -> Iterator[Run]:
    """Write exit.json however the body ends, after what was to be thrown away."""
    outcome, message = "crashed", ""
    try:
        yield run
        outcome = "done"
    except EngineError as error:
        outcome, message = "failed", error.message
        raise
    except Cancelled:
        outcome = "stopped"
        if run.discards():
            discard(project)
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


def new_name(verb: str) -> str:
    """Later runs have later names, also within a second."""
    return f"{datetime.now():%Y%m%d-%H%M%S.%f}-{os.getpid()}-{verb}"


def find(place: Path) -> Path:
    """The run in `place`, or the newest one of the project there. Raises EngineError if none."""
    return place if (place / "job.json").is_file() else latest(Project(place))


def ask_to_stop(run: Path, *, discard: bool = False) -> None:
    """Let the run end at its next step. Raises EngineError if it has ended already."""
    if not is_running(run):
        raise EngineError(
            "not_running",
            f"The run {run.name} has ended already.",
            hint="There is nothing to stop.",
        )
    write_bytes(run / _STOP, (_DISCARD if discard else "keep").encode())


def discard(project: Project) -> None:
    """Throw away unfinished work; what is finished stays."""
    for file in (project.folder / "checkpoints").glob("*.safetensors"):
        file.unlink()


def is_running(run: Path) -> bool:
    return not (run / "exit.json").exists() and is_alive(read_json(run / "job.json", RunJob).pid)


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
                has_ended = not is_running(run)
                if not has_ended:
                    time.sleep(_POLL_SECONDS)
