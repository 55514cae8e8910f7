"""Events on their way into a pipe: whoever reads slowly, or not at all, never holds up the work."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from types import TracebackType
from typing import IO

from engine import protocol

_ROUND_SECONDS = 1 / 30
_PATIENCE_SECONDS = 30.0
_BEAT_SECONDS = 1.0
_ORPHAN_SECONDS = 2.0


class Outbox:
    """A sink for a Reporter whose thread alone touches the pipe; a context manager.

    Thirty times a second the newest progress and the newest point of every curve are sent; those
    in between are left out, and the run's own events.jsonl has them. Everything else is sent, in
    order. So what waits for a full pipe is one event a curve, and the few that may not be lost.
    A second without anything to send is a heartbeat, so a reader that is gone is noticed then.
    `abandoned` is called in our thread if the work has not ended 2 s after the reader was gone.
    """

    def __init__(self, wire: IO[bytes], *, abandoned: Callable[[], object] = lambda: None) -> None:
        self._wire = wire
        self._abandoned = abandoned
        self._waiting: dict[object, bytes] = {}
        self._changed = threading.Condition()
        self._closed = False
        self._broken = threading.Event()
        self._thread = threading.Thread(target=self._write, daemon=True)

    def __enter__(self) -> Outbox:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        """Wait until all is sent; not for ever, for then a stuck reader would keep us alive."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        self._thread.join(_PATIENCE_SECONDS)

    def __call__(self, event: protocol.Event, payload: bytes) -> None:
        frame = protocol.encode(event, payload)
        with self._changed:
            key = _curve(event)
            # What is merged is as new as its place says: behind all that was said before it.
            self._waiting.pop(key, None)
            self._waiting[key] = frame
            self._changed.notify()

    def is_broken(self) -> bool:
        """Whether the reader is gone, so that nobody hears this any more."""
        return self._broken.is_set()

    def _write(self) -> None:
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._waiting or self._closed, _BEAT_SECONDS)
                frames, self._waiting = list(self._waiting.values()), {}
                is_last = self._closed
            if not frames and not is_last:
                frames = [protocol.encode(protocol.Heartbeat())]
            try:
                self._send(b"".join(frames))
            except OSError:
                self._give_up()
                return
            if is_last:
                return
            time.sleep(_ROUND_SECONDS)

    def _give_up(self) -> None:
        """Nobody listens: the work may end at its next step, but not go on for ever."""
        self._broken.set()
        with self._changed:
            has_ended = self._changed.wait_for(lambda: self._closed, _ORPHAN_SECONDS)
        if not has_ended:
            self._abandoned()

    def _send(self, frames: bytes) -> None:
        """Past the stream's buffer: Python cannot end while another thread waits inside of it."""
        left = memoryview(frames)
        while left:
            left = left[os.write(self._wire.fileno(), left) :]


def _curve(event: protocol.Event) -> object:
    """What of a later event takes this one's place; no other event has a place like it."""
    if isinstance(event, protocol.Progress):
        return "progress", event.stage
    if isinstance(event, protocol.Metric):
        return "metric", event.series
    return object()
