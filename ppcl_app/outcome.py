"""How an engine process ended, and the sentences that a person reads about it."""

from __future__ import annotations

import re
import signal
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QCoreApplication

from engine import protocol

translate = QCoreApplication.translate  # lupdate knows this name

Kind = Literal["done", "stopped", "failed", "crashed", "not_started", "other_version", "garbled"]
_SECRETS = re.compile(r"\b(hf_|sk-|ghp_)[A-Za-z0-9_-]{8,}")
OUT_OF_MEMORY = "out_of_memory"
HUNG = "hung"
_MEMORY = ("out of memory", "cannot allocate memory", "memoryerror", "bad_alloc")


@dataclass(frozen=True, slots=True)
class Failure:
    """What a failure card says: the cause, what is safe, what to do, and the raw text.

    `code` is the engine's own word, or ours for an end without one; it tells which ways on help.
    """

    cause: str
    safe: str
    hint: str = ""
    details: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of one engine process. `code` is the exit code, or the signal where it crashed."""

    kind: Kind
    code: int = 0
    event: protocol.Failed | None = None
    log: str = ""
    program: str = ""

    @property
    def is_failure(self) -> bool:
        return self.kind not in ("done", "stopped")

    def explain(self, *, safe: str) -> Failure:
        """The failure card for this end; `safe` is the caller's sentence on what is not lost."""
        details = redact(self.log.strip())
        if self.event is not None:
            return Failure(self.event.message, safe, self.event.hint, details, self.event.code)
        return Failure(self._cause(), safe, self._hint(), details, self._code())

    def _code(self) -> str:
        """OUT_OF_MEMORY where that is said, or likely: the system kills whoever takes too much."""
        is_killed = self.kind == "crashed" and self.code == signal.SIGKILL
        return OUT_OF_MEMORY if is_killed or self._lacked_memory else self.kind

    @property
    def _lacked_memory(self) -> bool:
        has_ended_itself = self.kind in ("crashed", "failed")
        return has_ended_itself and any(word in self.log.lower() for word in _MEMORY)

    def _cause(self) -> str:
        match self.kind:
            case "not_started":
                text = translate(
                    "Outcome", "The engine could not be started: {program} does not run here."
                )
                return text.format(program=redact(self.program))
            case "other_version":
                return translate("Outcome", "The engine and this window are of different versions.")
            case "garbled":
                return translate(
                    "Outcome", "The engine sent something that this window cannot read."
                )
            case "crashed":
                return self._crash()
        return self._exit()

    def _crash(self) -> str:
        if self._lacked_memory:
            return translate("Outcome", "The computer ran out of memory, and the engine ended.")
        if self.code == signal.SIGKILL:
            return translate(
                "Outcome",
                "The engine was ended from outside, most likely because the computer ran out of "
                "memory.",
            )
        if self.code in (signal.SIGTERM, signal.SIGINT):
            return translate("Outcome", "The engine was ended from outside.")
        if self.code in _LIBRARY_SIGNALS:
            return translate("Outcome", "The engine crashed inside a driver or a library.")
        return translate("Outcome", "The engine ended without a word (signal {code}).").format(
            code=self.code
        )

    def _exit(self) -> str:
        if self._lacked_memory:
            return translate("Outcome", "The computer ran out of memory, and the engine ended.")
        last = self.log.strip().splitlines()[-1:] or [""]
        if self.code == 2 and last[0]:
            return redact(last[0])
        if self.code == 1:
            return translate("Outcome", "The engine ended because of a mistake in it.")
        if self.code == 0:
            return translate("Outcome", "The engine ended before its work was done.")
        return translate("Outcome", "The engine ended without a word (exit code {code}).").format(
            code=self.code
        )

    def _hint(self) -> str:
        match self.kind:
            case "not_started":
                return translate("Outcome", "Install PPCL Studio again, then start it once more.")
            case "other_version":
                return translate(
                    "Outcome", "Install the window and the engine from the same release."
                )
            case "crashed":
                return translate(
                    "Outcome", "Close other large programs if memory is short, then continue."
                )
        return translate(
            "Outcome", "Try once more. If it happens again, copy the report and send it to us."
        )


def outcome_of_exit(
    *, code: int, crashed: bool, asked_to_stop: bool, log: str, last: protocol.AnyEvent | None
) -> Outcome:
    """Read the end of a process: its last event counts most, then our own stop, then the code."""
    if isinstance(last, protocol.Failed) and last.request < 0 and not crashed:
        return Outcome("failed", code, event=last, log=log)
    if code == 0 and not crashed and isinstance(last, protocol.Done) and last.request < 0:
        return Outcome("done", log=log)
    if asked_to_stop or isinstance(last, protocol.Stopped):
        return Outcome("stopped", code, log=log)
    if code > 128 and not crashed:  # a shell or ssh in front reports a signal this way
        crashed, code = (True, code - 128) if code != 130 else (False, code)
    if crashed:
        return Outcome("crashed", code, log=log)
    if code == 130:
        return Outcome("stopped", code, log=log)
    return Outcome("failed", code, log=log)


def hung(*, safe: str, log: str) -> Failure:
    """The card for an engine that runs and says nothing."""
    return Failure(
        translate("Outcome", "The engine has not answered for a minute."),
        safe,
        translate(
            "Outcome",
            "It may be inside one very long step. Keep waiting, or end it by force: it then goes "
            "on from what was saved last.",
        ),
        redact(log.strip()),
        HUNG,
    )


def redact(text: str) -> str:
    """`text` without the home folder and anything that looks like an access token."""
    home = str(Path.home())
    if len(home) > 1:
        text = text.replace(home, "~")
    return _SECRETS.sub("[removed]", text)


_LIBRARY_SIGNALS = {
    getattr(signal, name)
    for name in ("SIGSEGV", "SIGBUS", "SIGABRT", "SIGILL", "SIGFPE")
    if hasattr(signal, name)
}
