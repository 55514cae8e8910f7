"""How stages speak: progress, metrics, artifacts, notices; the one place where they are stopped."""

from __future__ import annotations

import time
from collections.abc import Callable

from engine import protocol
from engine.errors import Cancelled

Sink = Callable[[protocol.Event, bytes], None]


class Reporter:
    """Passes what a stage says to every sink; `progress` raises Cancelled once a stop is asked for.

    `should_stop` is asked at every call of `progress`, so it must be cheap.
    """

    def __init__(self, *sinks: Sink, should_stop: Callable[[], bool] = lambda: False) -> None:
        self._sinks = sinks
        self._should_stop = should_stop
        self._began = time.monotonic()
        self._stage = ""

    def stage(self, name: str, *, index: int = 0, total: int = 1) -> None:
        self._stage = name
        self.emit(protocol.Stage(name=name, index=index, total=total, time_s=self._elapsed()))

    def progress(self, done: int, total: int, what: str = "") -> None:
        """Say how far the stage is, and end here if a stop was asked for. Raises Cancelled."""
        if self._should_stop():
            raise Cancelled
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
        for sink in self._sinks:
            sink(event, payload)

    def _elapsed(self) -> float:
        return round(time.monotonic() - self._began, 3)


SILENT = Reporter()
