"""Pictures of the original without some layers, before anything has learned to replace them."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine import protocol
from engine.plan import Span
from ppcl_app.engine_process import EngineProcess
from ppcl_app.generation_model import EXAMPLE_PROMPT, EXAMPLE_SEED
from ppcl_app.live_scheduler import Painted
from ppcl_app.outcome import Failure, Outcome
from ppcl_app.project_model import ProjectModel

REST_MS = 350
_KEPT = 64
_NUM_EXAMPLES = 4


@dataclass(frozen=True, slots=True)
class Subject:
    """One picture: nothing left out is the original."""

    prompt: str
    spans: tuple[Span, ...] = ()
    has_stand_ins: bool = False


class WhatIfModel(QObject):
    """`want` says which layers; the pictures follow when the wish has rested for a moment."""

    changed = Signal()

    def __init__(
        self, process: EngineProcess, project: ProjectModel, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._process, self._project = process, project
        self._painted: OrderedDict[Subject, Painted] = OrderedDict()
        self._refused: set[Subject] = set()
        self._is_ready = self._starts_again = False
        self._number = 0
        self._running: Subject | None = None
        self._example = 0
        self.seed = EXAMPLE_SEED
        self.safe = ""
        self.spans: tuple[Span, ...] = ()
        self.failure: Failure | None = None
        self._rest = QTimer(self, singleShot=True, interval=REST_MS)
        self._rest.timeout.connect(self._begin)
        process.events_received.connect(self._on_events)
        process.ended.connect(self._on_ended)
        project.project_changed.connect(self.forget)
        project.findings_changed.connect(self.forget)

    @property
    def prompt(self) -> str:
        return self._examples()[self._example % len(self._examples())]

    @property
    def subjects(self) -> tuple[Subject, ...]:
        """The original, without the layers, and with simple stand-ins for them."""
        prompt, spans = self.prompt, self.spans
        whole = Subject(prompt)
        return (whole, Subject(prompt, spans), Subject(prompt, spans, True)) if spans else (whole,)

    @property
    def is_starting(self) -> bool:
        return self._process.is_running and not self._is_ready

    def picture(self, subject: Subject) -> Painted | None:
        return self._painted.get(subject)

    def is_painting(self, subject: Subject) -> bool:
        return self._running == subject

    def want(self, spans: tuple[Span, ...]) -> None:
        """Show the model without `spans`; nothing wanted lets the engine rest."""
        is_other, self.spans = spans != self.spans, spans
        if self._missing() is not None and (is_other or not self._rest.isActive()):
            self._rest.start()
        if is_other:
            self.changed.emit()

    def another(self) -> None:
        """The same layers with the next example."""
        self._example += 1
        self._rest.start()
        self.changed.emit()

    def try_again(self) -> None:
        self.failure = None
        self._refused.clear()
        self._begin()
        self.changed.emit()

    def stop(self) -> None:
        """Free the memory; pictures that were painted stay."""
        self._rest.stop()
        self._starts_again = False
        self._process.stop()

    def forget(self) -> None:
        """Other findings, or another model: nothing that was painted is true any more."""
        self.stop()
        self._painted.clear()
        self._refused.clear()
        self.spans, self.failure = (), None
        self.changed.emit()

    def shut_down(self) -> None:
        self._process.shut_down()

    def _examples(self) -> list[str]:
        """Prompts that nothing is fitted to: the first of those that are kept apart."""
        file: Path = self._project.folder / "calibration" / "prompts.txt"
        try:
            prompts = file.read_text(encoding="utf-8").splitlines()
        except OSError:
            return [EXAMPLE_PROMPT]
        num_held = max(1, round(0.05 * len(prompts)))
        return prompts[-2 * num_held :][:_NUM_EXAMPLES] or [EXAMPLE_PROMPT]

    def _missing(self) -> Subject | None:
        if not self.spans:
            return None
        wanted = (s for s in self.subjects if s not in self._painted and s not in self._refused)
        return next(wanted, None)

    def _begin(self) -> None:
        if self._missing() is None or self.failure is not None:
            return
        if not self._process.is_running:
            self._is_ready, self._running = False, None
            self._process.start("serve", str(self._project.folder), "--original")
            self.changed.emit()
        elif self._process.is_stopping:
            self._starts_again = True
        else:
            self._send_next()

    def _send_next(self) -> None:
        """A newer request ends the one at work, so one that is still wanted is waited for."""
        missing = self._missing()
        if not self._is_ready or missing is None or self._running in self.subjects:
            return
        self._number += 1
        self._running = missing
        self._process.send(
            protocol.Generate(
                request=self._number, prompt=missing.prompt, tier=0, seed=self.seed,
                previews=False, without=missing.spans, has_stand_ins=missing.has_stand_ins,
            )
        )  # fmt: skip
        self.changed.emit()

    def _on_events(self, batch: list[tuple[protocol.AnyEvent, bytes]]) -> None:
        if self._process.is_stopping:
            return
        for event, payload in batch:
            match event:
                case protocol.Ready():
                    self._is_ready = True
                case protocol.Picture() if event.final and event.request == self._number:
                    self._take(event, payload)
                case protocol.Done() | protocol.Stopped() if event.request == self._number:
                    self._running = None
                case protocol.Failed():
                    if self._running is not None:
                        self._refused.add(self._running)
                    self._running = None
                    self.failure = Failure(event.message, self.safe, event.hint)
        self._send_next()
        self.changed.emit()

    def _take(self, event: protocol.Picture, payload: bytes) -> None:
        if self._running is not None and len(payload) == event.width * event.height * 3:
            self._painted[self._running] = Painted(
                payload, event.width, event.height, event.seconds, event.haarpsi
            )
            while len(self._painted) > _KEPT:
                self._painted.popitem(last=False)

    def _on_ended(self, outcome: Outcome) -> None:
        self._is_ready, self._running = False, None
        if self._starts_again:
            self._starts_again = False
            self._begin()
        elif outcome.is_failure and self.failure is None:
            self.failure = outcome.explain(safe=self.safe)
        self.changed.emit()
