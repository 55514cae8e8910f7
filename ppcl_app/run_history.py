"""Runs that a project remembers: what was asked for, how it ended, and all that was said."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import msgspec

from engine import protocol

_decoder = msgspec.json.Decoder(protocol.AnyEvent)
_MAX_BYTES = 8 << 20  # of the end of a longer record; nobody scrolls through more


class _Job(msgspec.Struct, frozen=True, kw_only=True):
    verb: str
    effort: str = ""
    pid: int = 0


class _Exit(msgspec.Struct, frozen=True, kw_only=True):
    outcome: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class PastRun:
    """`outcome`: done, stopped, failed, crashed, running, or cut_off where nobody said goodbye."""

    folder: Path
    verb: str
    effort: str
    began: datetime
    seconds: float
    outcome: str
    message: str = ""


def runs_of(project: Path) -> list[PastRun]:
    """All runs, the newest first; a folder that cannot be read is left out."""
    found = (_read(folder) for folder in (project / "runs").glob("*/"))
    runs = (run for run in found if run is not None)
    return sorted(runs, key=lambda run: run.folder.name, reverse=True)


def events_of(folder: Path) -> Iterator[protocol.AnyEvent]:
    """What was said in a run, in order; lines that a power cut has torn are left out."""
    try:
        with (folder / "events.jsonl").open("rb") as stream:
            size = stream.seek(0, os.SEEK_END)
            stream.seek(max(0, size - _MAX_BYTES))
            if size > _MAX_BYTES:
                stream.readline()
            lines = stream.read().split(b"\n")
    except OSError:
        return
    for line in lines:
        try:
            yield _decoder.decode(line)
        except msgspec.MsgspecError:
            continue


def _read(folder: Path) -> PastRun | None:
    try:
        job = msgspec.json.decode((folder / "job.json").read_bytes(), type=_Job)
        began = datetime.strptime(folder.name[:15], "%Y%m%d-%H%M%S")
        events = (folder / "events.jsonl").stat() if (folder / "events.jsonl").is_file() else None
    except (OSError, ValueError):
        return None
    seconds = max(0.0, events.st_mtime - began.timestamp()) if events is not None else 0.0
    end = _exit(folder)
    if end is None:
        outcome = "running" if is_alive(job.pid) else "cut_off"
        return PastRun(folder, job.verb, job.effort, began, seconds, outcome)
    return PastRun(folder, job.verb, job.effort, began, seconds, end.outcome, end.message)


def _exit(folder: Path) -> _Exit | None:
    try:
        return msgspec.json.decode((folder / "exit.json").read_bytes(), type=_Exit)
    except (OSError, msgspec.MsgspecError):
        return None


def is_alive(pid: int) -> bool:
    """Whether a process of that number runs; unknown on Windows."""
    if pid <= 0 or sys.platform == "win32":  # there, signal 0 would end the process
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
