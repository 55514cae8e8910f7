"""Pictures of every size, painted by a serving engine: what is shown, and what is on its way."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum

from PySide6.QtCore import QObject, QTimer, Signal

from engine import protocol
from ppcl_app.engine_process import EngineProcess, Silence
from ppcl_app.live_scheduler import LiveScheduler, Painted, Pane, Wish, paint_order
from ppcl_app.outcome import HUNG, OUT_OF_MEMORY, Failure, Outcome, hung
from ppcl_app.picture_history import Entry, PictureHistory
from ppcl_app.project_model import ProjectModel
from ppcl_app.timings import PictureTime, Timings

EXAMPLE_PROMPT = "a red fox to the left of a blue house on a mint background"
EXAMPLE_SEED = 42


class EngineState(StrEnum):
    """Whether pictures can be painted."""

    OFF = "off"
    STARTING = "starting"
    READY = "ready"


class GenerationModel(QObject):
    """Turns the slider and the prompt into requests; finished pictures are there at once."""

    state_changed = Signal()
    tier_changed = Signal()
    pictures_changed = Signal()
    failure_changed = Signal()
    wish_changed = Signal()

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
        self.history = PictureHistory(project, self)
        self.timings = Timings()
        self._scheduler = LiveScheduler()
        self._due = QTimer(self, singleShot=True)
        self._due.timeout.connect(self._send_next)
        self._preview: Pane | None = None
        self._last: dict[str, Painted] = {}
        self._also: list[Wish] = []
        self._steered: Wish | None = None
        self._num_takes = 0
        self.state = EngineState.OFF
        self.tier = 0
        self.prompt = EXAMPLE_PROMPT
        self.seed = EXAMPLE_SEED
        self.steps = 0
        self.own_steps = 0
        self.switches_while_painting = False
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
        if not self.has_asked:
            return False
        is_seen = any(pane.is_painting for pane in (self.pane(0), self.front_pane()))
        return is_seen or not all(map(self._is_settled, self._also))

    def wish(self, tier: int) -> Wish:
        """The picture of `tier` for the present prompt, seed and steps."""
        return Wish(self.prompt, self.seed, tier, self.steps)

    def start_engine(self) -> None:
        """Load the model, unless it is loaded, or there is nothing to load yet."""
        if not self._project.tiers:
            return
        if self._process.is_running:
            self._starts_again = self._process.is_stopping  # as soon as the old one is gone
            return
        self._set_failure(None)
        self._set_state(EngineState.STARTING)
        self._scheduler.forget_engine()
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

    def set_tier(self, tier: int, *, at_once: bool = False) -> None:
        """The slider has moved: another picture, or another painter of the one that is painted.

        Asked for before it is shown, which takes a while; `at_once` where it goes no further.
        """
        if tier == self.tier or not 0 <= tier < max(1, self.num_tiers):
            return
        self.tier = tier
        if self._is_steering():
            self._process.send(protocol.SetTier(tier=tier))
            self.pictures_changed.emit()
        else:
            self._steered = None
            self._want(at_once=at_once)
        self.tier_changed.emit()

    def hurry(self) -> None:
        """The slider was let go of: nothing further is to be waited for."""
        self._scheduler.hurry()
        self._send_next()

    def generate(self, prompt: str, seed: int, *, steps: int = 0) -> None:
        """Paint `prompt` with the shown size and with the original, then with the other sizes.

        With `switches_while_painting` the shown one is painted anew, so that it can be steered.
        """
        self._set_wish(prompt, seed, steps)
        if self.switches_while_painting:
            self._num_takes += 1
            self._steered = replace(self.wish(self.tier), take=self._num_takes)
        self._ask()

    def paint_smaller(self) -> None:
        """Where memory ran out: the next smaller size, and nothing again that did not fit."""
        self.tier = min(self.tier + 1, self.num_tiers - 1)
        self._steered = None
        self.tier_changed.emit()
        self._ask(again=False)

    def want_also(self, wishes: Sequence[Wish]) -> None:
        """Paint these in the background, before other sizes of the prompt; none takes it back."""
        if list(wishes) != self._also:
            self._also = list(wishes)
            if self._also:
                self._ask()
            else:
                self._want(at_once=True)

    def show(self, entry: Entry) -> None:
        """Bring back a picture with its prompt, seed, steps and size."""
        recipe = entry.recipe
        wish = recipe.wish
        self._set_wish(wish.prompt, wish.seed, wish.steps)
        tier = max(0, min(wish.tier, self.num_tiers - 1))
        if recipe.is_mixed and (picture := self.history.picture(entry)) is not None:
            self._num_takes += 1
            self._steered = replace(self.wish(tier), take=self._num_takes)
            self._scheduler.keep(self._steered, picture)
        self.tier = tier
        self.tier_changed.emit()
        self._ask()

    def stop(self) -> None:
        """Stop painting within one step; finished pictures stay."""
        self._scheduler.drop_wishes()
        self._process.send(protocol.Stop())
        self.has_asked = False
        self._also = []
        self._preview = None
        self.pictures_changed.emit()

    def pane(self, tier: int) -> Pane:
        """What to show for `tier` of the present prompt and seed."""
        return self._pane(self.wish(tier), "tier" if tier else "original")

    def front_pane(self) -> Pane:
        """What the slider shows: its tier, or the picture whose tiers are switched."""
        wish = self._steered or self.wish(self.tier)
        return self._pane(wish, "tier" if self.tier or wish.take else "original")

    def picture(self, wish: Wish) -> Painted | None:
        """A finished picture, of today or of an earlier day."""
        found = self._scheduler.cached(wish)
        if found is None and (found := self.history.recall(wish)) is not None:
            self._scheduler.keep(wish, found)
        return found

    def preview(self, wish: Wish) -> tuple[Painted | None, float]:
        """What there is of a picture that is being painted, and how far it is."""
        pane = self._preview
        if pane is None or pane.wish != wish:
            return None, 0.0
        return pane.picture, pane.step / pane.steps if pane.steps else 0.0

    def has(self, wish: Wish) -> bool:
        return self._scheduler.is_cached(wish) or self.history.has(wish)

    def is_painted(self, tier: int) -> bool:
        return self.has(self.wish(tier))

    def picture_time(self, tier: int) -> PictureTime | None:
        """How long a picture of `tier` takes here with the present number of steps."""
        table = self._project.table
        if table is None:
            return None
        return self.timings.of(table, tier, steps=self.steps, own_steps=self.own_steps)

    def dismiss_failure(self) -> None:
        self._set_failure(None)

    def shut_down(self) -> None:
        self._process.shut_down()
        self.history.settle()

    def _pane(self, wish: Wish, place: str) -> Pane:
        picture = self.picture(wish)
        if picture is not None:
            return Pane(wish.tier, picture, wish)
        if not self.has_asked:
            return Pane(wish.tier, self._last.get(place), wish, is_stale=True)
        if self._preview is not None and self._preview.wish == wish:
            return self._preview
        is_coming = not self._scheduler.is_refused(wish)
        return Pane(wish.tier, self._last.get(place), wish, is_stale=True, is_painting=is_coming)

    def _is_settled(self, wish: Wish) -> bool:
        return self.has(wish) or self._scheduler.is_refused(wish)

    def _is_steering(self) -> bool:
        running = self._scheduler.running
        return running is not None and running.wish == self._steered and self.has_asked

    def _set_wish(self, prompt: str, seed: int, steps: int) -> None:
        is_own = steps == self.own_steps and steps > 0
        self.prompt, self.seed, self.steps = prompt.strip(), seed, 0 if is_own else steps
        self._steered = None
        self.wish_changed.emit()

    def _ask(self, *, again: bool = True) -> None:
        """Somebody wants to see it now; with `again` also what was refused before."""
        self.has_asked = True
        self._set_failure(None)
        self.start_engine()
        self._want(at_once=True, again=again)

    def _want(self, *, at_once: bool, again: bool = False) -> None:
        if self.has_asked:
            shown = self._steered or self.wish(self.tier)
            front, ahead = paint_order(shown, self.num_tiers)
            for wish in front:
                self.picture(wish)  # into reach, if an earlier day has painted it
            also, ahead = (
                [wish for wish in wishes if not self.has(wish)] for wishes in (self._also, ahead)
            )
            self._scheduler.want(
                front, ahead, also=also, now=time.monotonic(), at_once=at_once, again=again
            )
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
            self._preview = None
            tier = self.tier if wish == self._steered else wish.tier
            self._process.send(
                protocol.Generate(
                    request=request.number, prompt=wish.prompt, tier=tier, seed=wish.seed,
                    steps=wish.steps,
                )
            )  # fmt: skip
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
                    self.own_steps = event.steps
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
        picture = Painted(
            payload, event.width, event.height, event.seconds, event.haarpsi,
            event.tiers or (event.tier,),
        )  # fmt: skip
        if event.final:
            self._finish(event, picture)
        elif (wish := self._scheduler.wish_of(event.request)) is not None:
            self._preview = Pane(
                picture.tiers[-1], picture, wish, is_painting=True, step=event.step,
                steps=event.steps,
            )  # fmt: skip

    def _finish(self, event: protocol.Picture, picture: Painted) -> None:
        asked = self._scheduler.wish_of(event.request)
        wish = self._scheduler.painted(event.request, picture)
        self._preview = None
        if wish is None:
            return
        self.timings.add(picture, event.steps)
        self.history.add(picture, wish, event.steps)
        if asked is not None and asked == self._steered and not picture.is_mixed:
            self._steered = None  # nobody has moved the slider: an ordinary picture
            self._want(at_once=True)

    def _remember(self) -> None:
        """Keep the finished pictures on screen to stand in, dimmed, for those that come next."""
        shown = self._steered or self.wish(self.tier)
        for place, wish in (("original", self.wish(0)), ("tier", shown)):
            picture = self._scheduler.cached(wish)
            if picture is not None:
                self._last[place] = picture

    def _on_tiers_changed(self) -> None:
        self._scheduler.forget()
        self.timings.forget()
        self._last.clear()
        self._also, self._steered = [], None
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
        failure = outcome.explain(safe=self.safe) if outcome.is_failure else self.failure
        if failure is not None and failure.code == OUT_OF_MEMORY:
            self._scheduler.refuse_running()
        self._scheduler.drop_wishes()
        self.has_asked = False
        self._preview = None
        self._set_state(EngineState.OFF)
        self._set_failure(failure)
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
