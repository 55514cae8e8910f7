"""How stages speak: progress, metrics, artifacts, notices; the one place where they are stopped."""

from __future__ import annotations

import copy
import threading
import time
from collections.abc import Callable, Hashable

from engine import protocol
from engine.errors import Cancelled

Sink = Callable[[protocol.Event, bytes], None]


class Tally:
    """How far several pieces of one work are together, of `total`."""

    def __init__(self, total: int) -> None:
        self.total = total
        self._done: dict[Hashable, int] = {}

    def set(self, piece: Hashable, done: int) -> int:
        """Note how far `piece` is; returns how far all of them are."""
        self._done[piece] = done
        return sum(self._done.values())


class Reporter:
    """Passes what a stage says to every sink; `progress` raises Cancelled once a stop is asked for.

    `should_stop` is asked at every call of `progress` and `check`, so it must be cheap. Threads may
    share one.
    """

    def __init__(
        self,
        *sinks: Sink,
        should_stop: Callable[[], bool] = lambda: False,
        should_finish: Callable[[], bool] = lambda: False,
    ) -> None:
        self._sinks = sinks
        self._should_stop = should_stop
        self._should_finish = should_finish
        self._began = time.monotonic()
        self._stage = ""
        self._lock = threading.Lock()
        self._count: Callable[[int, int], tuple[int, int]] = _as_it_is

    def told_to(self, sink: Sink, should_stop: Callable[[], bool]) -> Reporter:
        """The same reporter for a worker: it tells `sink` alone and has one more reason to end."""
        other, before = copy.copy(self), self._should_stop
        other._sinks, other._lock = (sink,), threading.Lock()
        other._should_stop = lambda: before() or should_stop()
        other._count = _as_it_is
        return other

    def part(self, tally: Tally, piece: Hashable, size: int) -> Reporter:
        """The same reporter for one piece of `tally`: its progress is that of all pieces."""
        other = copy.copy(self)
        other._count = lambda done, total: (
            tally.set(piece, size * done // max(1, total)), tally.total
        )  # fmt: skip
        return other

    def should_stop(self) -> bool:
        """Whether a stop was asked for."""
        return self._should_stop()

    def is_enough(self) -> bool:
        """Whether somebody wants to keep what has been learned so far, and have it measured."""
        return self._should_finish()

    def stage(self, name: str, *, index: int = 0, total: int = 1) -> None:
        self._stage = name
        self.emit(protocol.Stage(name=name, index=index, total=total, time_s=self._elapsed()))

    def check(self) -> None:
        """End here if a stop was asked for, where there is nothing to say. Raises Cancelled."""
        if self._should_stop():
            raise Cancelled

    def progress(self, done: int, total: int, what: str = "") -> None:
        """Say how far the stage is, and end here if a stop was asked for. Raises Cancelled."""
        self.check()
        done, total = self._count(done, total)
        self.emit(
            protocol.Progress(
                stage=self._stage, done=done, total=total, what=what, time_s=self._elapsed()
            )
        )

    def metric(self, series: str, step: int, value: float) -> None:
        self.emit(protocol.Metric(series=series, step=step, value=value, time_s=self._elapsed()))

    def artifact(self, kind: str, path: str) -> None:
        self.emit(protocol.Artifact(kind=kind, path=path, time_s=self._elapsed()))

    def notice(self, text: str) -> None:
        self.emit(protocol.Notice(text=text, time_s=self._elapsed()))

    def emit(self, event: protocol.Event, payload: bytes = b"") -> None:
        with self._lock:
            for sink in self._sinks:
                sink(event, payload)

    def _elapsed(self) -> float:
        return round(time.monotonic() - self._began, 3)


def _as_it_is(done: int, total: int) -> tuple[int, int]:
    return done, total


SILENT = Reporter()
