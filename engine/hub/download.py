"""Fetching a model: file by file, each continued where it broke off, and verified before it counts.

    NAME.part/                      moved to NAME/ once everything is there and right
      ppcl_download.json            repository, commit and digests: what is being fetched
      transformer/....safetensors   verified
      vae/....safetensors.incomplete

Ranges over HTTP, on huggingface_hub's own session: its `hf_hub_download` begins a file anew after
every interruption of the program, which for weights of many gigabytes is no answer.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import httpx2
import msgspec
from filelock import FileLock, Timeout
from huggingface_hub import constants
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import get_session, hf_raise_for_status

from engine import protocol
from engine.errors import Cancelled, EngineError
from engine.hub.fit import size
from engine.hub.folder import RECORD
from engine.hub.machine import free_disk
from engine.hub.refusals import sentences
from engine.hub.repository import TIMEOUT_S, RemoteFile, address, headers, look_up
from engine.project import disk_errors, read_json, write_json

PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)  # before each further attempt; bytes that arrive reset them
_INCOMPLETE = ".incomplete"
_LOCK = ".lock"
_LOCK_WAIT_S = 2.0
_REPORT_EVERY_S = 0.1
_SPEED_WINDOW_S = 5.0
_SPEED_AFTER_S = 0.2
_READ_BYTES = 1 << 20

State = Literal["looking", "checking", "loading", "waiting"]
OnTransfer = Callable[[protocol.Transfer], None]


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """ppcl_download.json: where a model came from, and what each file of it must be."""

    format: int = 1
    repo: str
    revision: str
    commit: str
    license: str = ""
    files: tuple[RemoteFile, ...]


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What to fetch, and where to."""

    repo: str
    folder: Path
    revision: str = "main"
    request: int = 0

    @property
    def part(self) -> Path:
        """Where the unfinished download lies."""
        return self.folder.with_name(f"{self.folder.name}.part")


def download(
    task: Task,
    *,
    token: str | None,
    say: OnTransfer,
    stop: threading.Event,
    pauses_s: tuple[float, ...] = PAUSES_S,
) -> None:
    """Fetch the model, or the rest of it. Raises Cancelled when `stop` is set, else EngineError."""
    if _is_here(task):
        return
    with disk_errors(task.part), _alone(task.part):
        say(protocol.Transfer(request=task.request, state="looking"))
        record = _begin(task, token)
        _check_disk(task, record)
        with sentences(task.repo, has_token=bool(token)):
            _Fetch(task, record, token, say, stop, pauses_s).run()
    _finish(task)


def discard(task: Task) -> None:
    """Remove what an unfinished download has fetched; anything else is left alone."""
    file = task.part / RECORD
    if file.is_file() and read_json(file, Record).repo == task.repo:
        with disk_errors(task.part), _alone(task.part):
            shutil.rmtree(task.part)


def _is_here(task: Task) -> bool:
    """The very model is there already. Raises EngineError if the folder holds anything else."""
    folder, file = task.folder, task.folder / RECORD
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return False
    if file.is_file():
        record = read_json(file, Record)
        if (record.repo, record.revision) == (task.repo, task.revision):
            return True
    raise EngineError(
        "not_empty",
        f"{folder} is in use already.",
        hint="Nothing was changed. Choose another folder.",
    )


def _begin(task: Task, token: str | None) -> Record:
    """The record of the unfinished download that is there, else of a new one.

    An unfinished one goes on with the commit it began with, whatever was published since.
    """
    file = task.part / RECORD
    if file.is_file():
        record = read_json(file, Record)
        if (record.repo, record.revision) != (task.repo, task.revision):
            raise EngineError(
                "other_download",
                f"{task.part} holds an unfinished download of {record.repo}, "
                f"version {record.revision}.",
                hint="Nothing was changed. Choose another folder, or delete that one.",
            )
        return record
    if any(p.name != _LOCK for p in task.part.iterdir()):
        raise EngineError(
            "not_empty",
            f"{task.part} is in use already.",
            hint="Nothing was changed. Choose another folder.",
        )
    listing = look_up(task.repo, task.revision, token)
    record = Record(
        repo=task.repo, revision=task.revision, commit=listing.commit, license=listing.license,
        files=listing.files,
    )  # fmt: skip
    write_json(file, record)
    return record


def _check_disk(task: Task, record: Record) -> None:
    need = sum(f.num_bytes for f in record.files)
    there = sum(_bytes_of(task.part, f) for f in record.files)
    free, place = free_disk(task.part.parent)
    if need - there > free:
        rest = f"another {size(need - there)}" if there else size(need)
        raise EngineError(
            "disk_full",
            f"{task.repo} needs {rest}, {size(free)} are free in {place}.",
            hint="What was fetched before is kept. Make room or choose another folder.",
        )


def _bytes_of(part: Path, file: RemoteFile) -> int:
    for name in (file.name, file.name + _INCOMPLETE):
        with contextlib.suppress(FileNotFoundError):
            return (part / name).stat().st_size
    return 0


@contextlib.contextmanager
def _alone(part: Path) -> Iterator[None]:
    """Nobody else fetches to this place. Raises EngineError if somebody does."""
    part.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(part / _LOCK, timeout=_LOCK_WAIT_S):
            try:
                yield
            finally:
                if part.is_dir() and [p.name for p in part.iterdir()] == [_LOCK]:
                    shutil.rmtree(part, ignore_errors=True)  # nothing was begun
    except Timeout as error:
        raise EngineError(
            "busy",
            f"Another download to {part} is under way.",
            hint="Wait for it, or stop it first.",
        ) from error


def _finish(task: Task) -> None:
    with disk_errors(task.folder):
        (task.part / _LOCK).unlink(missing_ok=True)
        if task.folder.is_dir():  # empty, see _is_here
            task.folder.rmdir()
        os.replace(task.part, task.folder)


class _Fetch:
    """One run through the files of a record."""

    def __init__(
        self,
        task: Task,
        record: Record,
        token: str | None,
        say: OnTransfer,
        stop: threading.Event,
        pauses_s: tuple[float, ...],
    ) -> None:
        self._task, self._record, self._token = task, record, token
        self._stop, self._pauses_s = stop, pauses_s
        self._progress = _Progress(task, record, say)

    def run(self) -> None:
        for file in self._record.files:
            self._fetch(file)

    def _fetch(self, file: RemoteFile) -> None:
        target = self._task.part / file.name
        if target.is_file() and target.stat().st_size == file.num_bytes:
            return  # verified before it got this name
        target.parent.mkdir(parents=True, exist_ok=True)
        with _Partial(target.with_name(target.name + _INCOMPLETE), file) as partial:
            self._read_back(partial)
            self._load(partial)
            partial.sync()
        if not file.matches(partial.digest):
            partial.path.unlink()
            raise EngineError(
                "wrong_checksum",
                f"{file.name} did not arrive as {constants.ENDPOINT} describes it.",
                hint="It was removed, the other files are kept. Start the download again; "
                "if this comes back, use another network or mirror.",
            )
        os.replace(partial.path, target)

    def _read_back(self, partial: _Partial) -> None:
        """Take what is there already into the digest."""
        while partial.read_back():
            self._progress.say("checking", partial, arrived=0)
            self._check_stop()

    def _load(self, partial: _Partial) -> None:
        failures = 0
        while partial.size < partial.file.num_bytes:
            before = partial.size
            trouble = self._try_to_load(partial)
            if partial.size >= partial.file.num_bytes:
                break
            failures = 1 if partial.size > before else failures + 1
            if failures > len(self._pauses_s):
                raise EngineError(
                    "connection_lost",
                    f"The connection to {constants.ENDPOINT} was lost and did not come back.",
                    hint="What has arrived is kept. Start the download again to go on from there.",
                ) from trouble
            self._progress.say("waiting", partial, arrived=0, now=True)
            if self._stop.wait(self._pauses_s[failures - 1]):
                raise Cancelled

    def _try_to_load(self, partial: _Partial) -> Exception | None:
        """Ask for the rest of a file once; what breaks the connection is returned."""
        try:
            self._stream(partial)
        except httpx2.TransportError as error:
            return error
        except HfHubHTTPError as error:
            if error.response.status_code < 500:
                raise
            return error
        return None

    def _stream(self, partial: _Partial) -> None:
        asked = headers(self._token)
        if partial.size:
            asked["Range"] = f"bytes={partial.size}-"
        url = address(self._record.repo, self._record.commit, partial.file.name)
        with get_session().stream("GET", url, headers=asked, timeout=TIMEOUT_S) as response:
            hf_raise_for_status(response)
            if partial.size and response.status_code != httpx2.codes.PARTIAL_CONTENT:
                partial.restart()
            for chunk in response.iter_bytes():
                partial.add(chunk)
                self._check_stop()
                self._progress.say("loading", partial, arrived=len(chunk))
                if partial.size > partial.file.num_bytes:
                    return  # more than there is: the digest will say so

    def _check_stop(self) -> None:
        if self._stop.is_set():
            raise Cancelled


class _Partial:
    """The beginning of a file on disk, and the digest of exactly these bytes."""

    def __init__(self, path: Path, file: RemoteFile) -> None:
        self.path, self.file = path, file
        self._stream = path.open("a+b", buffering=0)
        self._stream.seek(0)
        self.size = 0
        self.digest = file.digest()

    def __enter__(self) -> _Partial:
        return self

    def __exit__(self, *_error: object) -> None:
        self._stream.close()

    def read_back(self) -> int:
        """Take the next stretch of what is on disk into the digest; how many bytes that were."""
        content = self._stream.read(_READ_BYTES)
        self.digest.update(content)
        self.size += len(content)
        return len(content)

    def add(self, content: bytes) -> None:
        rest = memoryview(content)
        while rest:  # a nearly full disk takes a part before it refuses
            taken = rest[: self._stream.write(rest)]
            self.digest.update(taken)
            self.size += len(taken)
            rest = rest[len(taken) :]

    def restart(self) -> None:
        self._stream.truncate(0)
        self.size, self.digest = 0, self.file.digest()

    def sync(self) -> None:
        os.fsync(self._stream.fileno())


class _Progress:
    """How far all files together are, said ten times a second, with the speed of some seconds."""

    def __init__(self, task: Task, record: Record, say: OnTransfer) -> None:
        self._task, self._say = task, say
        self._files = record.files
        self._total = sum(f.num_bytes for f in record.files)
        self._arrivals: deque[tuple[float, int]] = deque()
        self._said_at = 0.0
        self._other = (RemoteFile(name="", num_bytes=0), 0)

    def say(self, state: State, partial: _Partial, *, arrived: int, now: bool = False) -> None:
        """`arrived`: bytes that came over the network just now."""
        clock = time.monotonic()
        if arrived:
            self._arrivals.append((clock, arrived))
        done = self._done_before(partial.file) + min(partial.size, partial.file.num_bytes)
        if not now and done < self._total and clock - self._said_at < _REPORT_EVERY_S:
            return
        self._said_at = clock
        speed = self._speed(clock)
        self._say(
            protocol.Transfer(
                request=self._task.request,
                state=state,
                file=partial.file.name,
                done_bytes=done,
                total_bytes=self._total,
                bytes_per_second=round(speed),
                seconds_left=round((self._total - done) / speed, 1) if speed else None,
            )
        )

    def _done_before(self, file: RemoteFile) -> int:
        """Bytes on disk of all files but `file`; looked up once a file."""
        if self._other[0] is not file:
            part = self._task.part
            there = sum(_bytes_of(part, f) for f in self._files if f is not file)
            self._other = (file, there)
        return self._other[1]

    def _speed(self, clock: float) -> float:
        while self._arrivals and clock - self._arrivals[0][0] > _SPEED_WINDOW_S:
            self._arrivals.popleft()
        span = clock - self._arrivals[0][0] if self._arrivals else 0.0
        if span < _SPEED_AFTER_S:  # the first bytes say nothing yet
            return 0.0
        return sum(count for _, count in self._arrivals) / span
