"""The only file that starts processes: one engine process, its events, and how it is ended."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import deque
from dataclasses import dataclass
from enum import IntEnum
from pathlib import Path

from PySide6.QtCore import QObject, QProcess, QProcessEnvironment, QTimer, Signal

import engine
from engine import protocol
from engine.parent import PARENT
from ppcl_app.frames import BrokenStream, FrameReader, Unreadable
from ppcl_app.outcome import Kind, Outcome, outcome_of_exit

FLUSH_MS = 33
DECODE_BUDGET_S = 0.008
KILL_AFTER_MS = 15_000
QUIET_S = 15.0
HUNG_S = 60.0
_WATCH_MS = 1_000
_SLEPT_S = 5.0
_LOG_LINES = 200
_LOG_LINE_BYTES = 2_000


@dataclass(frozen=True, slots=True)
class EngineCommand:
    """What is put in front of every verb; an ssh call fits here as well as a local Python."""

    prefix: tuple[str, ...] = (sys.executable, "-m", "engine")


class Silence(IntEnum):
    """How long an engine has said nothing, though it says something each second."""

    NONE = 0
    QUIET = 1
    HUNG = 2


class EngineProcess(QObject):
    """Starts `command` with a verb, hands out its events in batches, and ends it for sure.

    `events_received` carries a list of (event, raw bytes), at most every 33 ms. `ended` carries an
    Outcome, always after the last events and exactly once per `start`.
    """

    events_received = Signal(list)
    silence_changed = Signal(int)
    ended = Signal(object)

    def __init__(
        self,
        command: EngineCommand,
        parent: QObject | None = None,
        *,
        kill_after_ms: int = KILL_AFTER_MS,
    ) -> None:
        super().__init__(parent)
        self._command = command
        self._process: QProcess | None = None
        self._group = 0
        self._flush = QTimer(self, singleShot=True)
        self._flush.timeout.connect(self._on_flush)
        self._kill = QTimer(self, singleShot=True, interval=kill_after_ms)
        self._kill.timeout.connect(self.kill)
        self._watch = QTimer(self, interval=_WATCH_MS)
        self._watch.timeout.connect(self._on_watch)
        self._asked_to_stop = False
        self.silence = Silence.NONE
        self._reset()

    @property
    def is_running(self) -> bool:
        return self._process is not None

    @property
    def is_stopping(self) -> bool:
        return self.is_running and self._asked_to_stop

    @property
    def process_id(self) -> int:
        return self._group

    @property
    def log(self) -> str:
        """The last lines that the engine wrote to its error output, or that were no events."""
        return "\n".join((*self._log, self._log_rest)).strip()

    def start(self, *args: str) -> None:
        assert self._process is None, "one process at a time"
        self._reset()
        process = QProcess(self)
        self._process = process
        process.setProcessEnvironment(_environment())
        if sys.platform != "win32":  # a group of its own, so that its children end with it
            parameters = QProcess.UnixProcessParameters()
            parameters.flags = QProcess.UnixProcessFlag.CreateNewSession
            process.setUnixProcessParameters(parameters)
        process.started.connect(self._on_started)
        process.readyReadStandardOutput.connect(self._on_output)
        process.readyReadStandardError.connect(self._on_log)
        process.errorOccurred.connect(self._on_error)
        process.finished.connect(self._on_finished)
        self._watch.start()
        program, *rest = (*self._command.prefix, *args)
        process.start(program, rest)

    def send(self, command: protocol.Command) -> None:
        """Write one command to the engine; without a process this does nothing."""
        if self._process is not None:
            self._process.write(protocol.encode(command))

    def stop(self) -> None:
        """Ask the engine to stop at its next step; it is killed if it has not after 15 s."""
        if self._process is None or self._asked_to_stop:
            return
        self._asked_to_stop = True
        self._kill.start()
        self._process.closeWriteChannel()
        self._process.terminate()

    def kill(self) -> None:
        """End the engine and everything it started, now."""
        if self._process is None:
            return
        self._asked_to_stop = True
        _kill_group(self._group)
        self._process.kill()

    def shut_down(self, *, wait_ms: int = 1_500) -> None:
        """For the end of the application: a moment to save, then nothing of ours stays behind."""
        process = self._process
        if process is None:
            return
        self.stop()
        if not process.waitForFinished(wait_ms):
            self.kill()
            process.waitForFinished(wait_ms)

    def _reset(self) -> None:
        self._reader = FrameReader()
        self._log: deque[str] = deque(maxlen=_LOG_LINES)
        self._log_rest = ""
        self._last: protocol.AnyEvent | None = None
        self._asked_to_stop = False
        self._refused: Outcome | None = None
        self._group = 0
        self._flushed_at = 0.0
        self._heard_at = self._watched_at = time.monotonic()
        self._has_spoken = False
        self._set_silence(Silence.NONE)

    def _on_started(self) -> None:
        if self._process is not None:
            self._group = self._process.processId()

    def _on_output(self) -> None:
        if self._process is None:
            return
        self._heard_at, self._has_spoken = time.monotonic(), True
        self._set_silence(Silence.NONE)
        self._reader.feed(bytes(self._process.readAllStandardOutput().data()))
        if not self._flush.isActive():  # the first event after a pause goes through at once
            since_ms = (time.monotonic() - self._flushed_at) * 1000
            self._flush.start(max(0, round(FLUSH_MS - since_ms)))

    def _on_flush(self) -> None:
        if self._pass_on(DECODE_BUDGET_S):
            self._flush.start(1)  # a flood: let the window breathe between two slices

    def _pass_on(self, budget_s: float) -> bool:
        """Hand out whole frames; True if more are waiting."""
        if self._refused is not None:
            return False
        self._flushed_at = time.monotonic()
        try:
            frames, is_more = self._reader.take(budget_s=budget_s)
        except BrokenStream as error:
            self._refuse("garbled", str(error))
            return False
        batch = []
        for event, payload in frames:
            if isinstance(event, Unreadable):
                self._log.append(_line(event.line))
            elif isinstance(event, protocol.Hello) and event.protocol != protocol.PROTOCOL:
                self._refuse(
                    "other_version", f"engine protocol {event.protocol}, window {protocol.PROTOCOL}"
                )
                return False
            else:
                batch.append((event, payload))
                self._last = event
        if batch:
            self.events_received.emit(batch)
        return is_more

    def _refuse(self, kind: Kind, why: str) -> None:
        self._log.append(why)
        self._refused = Outcome(kind, log=self.log)
        self.kill()

    def _on_watch(self) -> None:
        now = time.monotonic()
        if now - self._watched_at > _SLEPT_S:  # the computer slept, or this window was held up
            self._heard_at = now
        self._watched_at = now
        silent_s = now - self._heard_at
        if silent_s >= HUNG_S:
            self._set_silence(Silence.HUNG)
        elif silent_s >= QUIET_S and self._has_spoken:  # the first word may take long
            self._set_silence(Silence.QUIET)

    def _set_silence(self, silence: Silence) -> None:
        if silence is not self.silence:
            self.silence = silence
            self.silence_changed.emit(silence)

    def _on_log(self) -> None:
        if self._process is None:
            return
        text = bytes(self._process.readAllStandardError().data())
        *lines, rest = text[-_LOG_LINES * _LOG_LINE_BYTES :].split(b"\n")
        if lines:
            self._log.append(self._log_rest + _line(lines[0]))
            self._log.extend(map(_line, lines[1:]))
            self._log_rest = ""
        self._log_rest = (self._log_rest + _line(rest))[-_LOG_LINE_BYTES:]

    def _on_error(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            program = self._command.prefix[0]
            self._finish(Outcome("not_started", log=self.log, program=program))

    def _on_finished(self, code: int, status: QProcess.ExitStatus) -> None:
        if self._process is None:
            return
        self._on_log()
        self._reader.feed(bytes(self._process.readAllStandardOutput().data()))
        self._pass_on(float("inf"))
        _kill_group(self._group)  # whatever the engine had started and left behind
        crashed = status == QProcess.ExitStatus.CrashExit
        self._finish(
            self._refused
            or outcome_of_exit(
                code=code,
                crashed=crashed,
                asked_to_stop=self._asked_to_stop,
                log=self.log,
                last=self._last,
            )
        )

    def _finish(self, outcome: Outcome) -> None:
        process, self._process = self._process, None
        self._flush.stop()
        self._kill.stop()
        self._watch.stop()
        self._set_silence(Silence.NONE)
        if process is not None:
            process.deleteLater()
        self.ended.emit(outcome)


def _environment() -> QProcessEnvironment:
    environment = QProcessEnvironment.systemEnvironment()
    for name in ("PYTHONUNBUFFERED", "TQDM_DISABLE", "HF_HUB_DISABLE_PROGRESS_BARS"):
        environment.insert(name, "1")
    environment.insert(PARENT, str(os.getpid()))  # ends with us, even if we are killed
    # Threads that wait in a loop for each other stall as soon as another program wants a core.
    if not environment.contains("OMP_WAIT_POLICY"):
        environment.insert("OMP_WAIT_POLICY", "PASSIVE")
    root = Path(engine.__file__).parents[1]
    if root.name != "site-packages":  # a checkout that nobody installed
        before = environment.value("PYTHONPATH")
        environment.insert("PYTHONPATH", os.pathsep.join(filter(None, (str(root), before))))
    return environment


def _kill_group(group: int) -> None:
    if group <= 1 or sys.platform == "win32":
        return
    try:
        os.killpg(group, signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        return


def _line(raw: bytes) -> str:
    return raw.decode("utf-8", "replace").rstrip("\r").rpartition("\r")[2][:_LOG_LINE_BYTES]
