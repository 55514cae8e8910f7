"""Pictures of every size, painted by a serving engine: what is shown, and what is on its way."""

from __future__ import annotations

import time
from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QObject, QTimer, Signal

from engine import protocol
from ppcl_app.engine_process import EngineProcess, Silence
from ppcl_app.live_scheduler import LiveScheduler, Painted, Wish, paint_order
from ppcl_app.outcome import HUNG, Failure, Outcome, hung
from ppcl_app.project_model import ProjectModel

EXAMPLE_PROMPT = "a red fox to the left of a blue house on a mint background"
EXAMPLE_SEED = 42


class EngineState(StrEnum):
    """Whether pictures can be painted."""

    OFF = "off"
    STARTING = "starting"
    READY = "ready"


@dataclass(frozen=True, slots=True)
class Pane:
    """One picture on screen. `is_stale`: it is of another wish, kept until the right one comes."""

    tier: int
    picture: Painted | None
    is_stale: bool = False
    is_painting: bool = False
    step: int = 0
    steps: int = 0


class GenerationModel(QObject):
    """Turns the slider and the prompt into requests; finished pictures are there at once."""

    state_changed = Signal()
    tier_changed = Signal()
    pictures_changed = Signal()
    failure_changed = Signal()

    def __init__(
        self,
        process: EngineProcess,
        project: ProjectModel,
        *,
        safe: str = "",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._process = process
        self._project = project
        self.safe = safe
        self._scheduler = LiveScheduler()
        self._due = QTimer(self, singleShot=True)
        self._due.timeout.connect(self._send_next)
        self._preview: Painted | None = None
        self._preview_wish: Wish | None = None
        self._step = (0, 0)
        self._last: dict[str, Painted] = {}
        self.state = EngineState.OFF
        self.tier = 0
        self.prompt = EXAMPLE_PROMPT
        self.seed = EXAMPLE_SEED
        self.has_asked = False
        self._starts_again = False
        self.failure: Failure | None = None
        process.events_received.connect(self._on_events)
        process.ended.connect(self._on_ended)
        process.silence_changed.connect(self._on_silence)
        project.tiers_changed.connect(self._on_tiers_changed)
        self._on_tiers_changed()

    @property
    def num_tiers(self) -> int:
        return len(self._project.tiers)

    @property
    def is_painting(self) -> bool:
        """Something that is looked at is on its way."""
        return self.has_asked and any(p.is_painting for p in (self.pane(0), self.pane(self.tier)))

    def start_engine(self) -> None:
        """Load the model, unless it is loaded, or there is nothing to load yet."""
        if not self._project.tiers:
            return
        if self._process.is_running:
            self._starts_again = self._process.is_stopping  # as soon as the old one is gone
            return
        self._set_failure(None)
        self._set_state(EngineState.STARTING)
        self._process.start("serve", str(self._project.folder))

    def restart_engine(self) -> None:
        """For an engine that hangs."""
        self._set_failure(None)
        self._starts_again = self._process.is_running
        self._process.kill() if self._starts_again else self.start_engine()

    def stop_engine(self) -> None:
        """Free the memory; finished pictures stay."""
        self._starts_again = False
        self._scheduler.drop_wishes()
        self._process.stop()
        self._set_state(EngineState.OFF)

    def set_tier(self, tier: int) -> None:
        """The slider has moved."""
        if tier == self.tier or not 0 <= tier < max(1, self.num_tiers):
            return
        self.tier = tier
        self.tier_changed.emit()
        self._want(at_once=False)

    def generate(self, prompt: str, seed: int) -> None:
        """Paint `prompt` with the shown size and with the original, then with the other sizes."""
        self.prompt, self.seed, self.has_asked = prompt.strip(), seed, True
        self._set_failure(None)
        self.start_engine()
        self._want(at_once=True)

    def stop(self) -> None:
        """Stop painting within one step; finished pictures stay."""
        self._scheduler.drop_wishes()
        self._process.send(protocol.Stop())
        self.has_asked = False
        self._preview = None
        self.pictures_changed.emit()

    def pane(self, tier: int) -> Pane:
        """What to show for `tier` of the present prompt and seed."""
        wish = Wish(self.prompt, self.seed, tier)
        picture = self._scheduler.cached(wish)
        if picture is not None:
            return Pane(tier, picture)
        place = "original" if tier == 0 else "tier"
        if not self.has_asked:
            return Pane(tier, self._last.get(place), is_stale=True)
        if self._preview_wish == wish and self._preview is not None:
            step, steps = self._step
            return Pane(tier, self._preview, is_painting=True, step=step, steps=steps)
        return Pane(tier, self._last.get(place), is_stale=True, is_painting=True)

    def is_painted(self, tier: int) -> bool:
        return self._scheduler.is_cached(Wish(self.prompt, self.seed, tier))

    def dismiss_failure(self) -> None:
        self._set_failure(None)

    def shut_down(self) -> None:
        self._process.shut_down()

    def _want(self, *, at_once: bool) -> None:
        if self.has_asked:
            front, ahead = paint_order(self.prompt, self.seed, self.tier, self.num_tiers)
            self._scheduler.want(front, ahead, now=time.monotonic(), at_once=at_once)
            self._send_next()
        self._remember()
        self.pictures_changed.emit()

    def _send_next(self) -> None:
        if self.state is not EngineState.READY:
            return
        now = time.monotonic()
        request = self._scheduler.next_request(now)
        if request is not None:
            wish = request.wish
            self._preview = self._preview_wish = None
            self._process.send(
                protocol.Generate(
                    request=request.number, prompt=wish.prompt, tier=wish.tier, seed=wish.seed
                )
            )
        wait_s = self._scheduler.wait_s(now)
        if wait_s is not None:
            self._due.start(max(1, round(wait_s * 1000)))

    def _on_events(self, batch: list[tuple[protocol.AnyEvent, bytes]]) -> None:
        if self._process.is_stopping:
            return
        is_picture = False
        for event, payload in batch:
            match event:
                case protocol.Ready():
                    self._set_state(EngineState.READY)
                case protocol.Picture():
                    self._take_picture(event, payload)
                    is_picture = True
                case protocol.Done() | protocol.Stopped():
                    self._scheduler.ended(event.request)
                case protocol.Failed():
                    self._scheduler.ended(event.request, refused=True)
                    if event.request >= 0:
                        self._set_failure(
                            Failure(event.message, self.safe, event.hint, code=event.code)
                        )
        if is_picture:
            self._remember()
            self.pictures_changed.emit()
        self._send_next()

    def _take_picture(self, event: protocol.Picture, payload: bytes) -> None:
        if len(payload) != event.width * event.height * 3:
            return
        picture = Painted(payload, event.width, event.height, event.seconds, event.haarpsi)
        if event.final:
            self._scheduler.painted(event.request, picture)
            self._preview = self._preview_wish = None
        elif (wish := self._scheduler.wish_of(event.request)) is not None:
            self._preview, self._preview_wish = picture, wish
            self._step = (event.step, event.steps)

    def _remember(self) -> None:
        """Keep the finished pictures on screen to stand in, dimmed, for those that come next."""
        for place, tier in (("original", 0), ("tier", self.tier)):
            picture = self._scheduler.cached(Wish(self.prompt, self.seed, tier))
            if picture is not None:
                self._last[place] = picture

    def _on_tiers_changed(self) -> None:
        self._scheduler.forget()
        self._last.clear()
        self.has_asked = False
        self.stop_engine()  # it holds the model as it was
        self.tier = min(self.num_tiers - 1, (self.num_tiers + 1) // 2) if self.num_tiers else 0
        self.tier_changed.emit()
        self.pictures_changed.emit()

    def _on_ended(self, outcome: Outcome) -> None:
        if self._starts_again:
            self._starts_again = False
            self.start_engine()
            return
        self._scheduler.drop_wishes()
        self.has_asked = False
        self._preview = None
        self._set_state(EngineState.OFF)
        self._set_failure(outcome.explain(safe=self.safe) if outcome.is_failure else self.failure)
        self.pictures_changed.emit()

    def _on_silence(self, silence: int) -> None:
        if silence == Silence.HUNG:
            self._set_failure(hung(safe=self.safe, log=self._process.log))
        elif self.failure is not None and self.failure.code == HUNG:
            self._set_failure(None)

    def _set_state(self, state: EngineState) -> None:
        if state is not self.state:
            self.state = state
            self.state_changed.emit()

    def _set_failure(self, failure: Failure | None) -> None:
        if failure != self.failure:
            self.failure = failure
            self.failure_changed.emit()
