"""Time left of a run as a range that narrows: what stages took before, corrected by this run."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

# Seconds on two cores, used until a run on this computer has been timed.
FIRST_GUESS: Mapping[str, float] = {
    "calibrate": 60.0, "probe": 19.0, "plan": 24.0, "distill": 130.0, "narrow": 50.0,
    "order": 19.0, "finetune": 175.0, "evaluate": 120.0,
}  # fmt: skip
_FIRST_GUESS_QUICK: Mapping[str, float] = {
    "calibrate": 10.0, "probe": 8.0, "plan": 10.0, "distill": 20.0, "narrow": 1.0, "order": 3.0,
    "finetune": 20.0, "evaluate": 25.0,
}  # fmt: skip
_FIRST_GUESS_BEST: Mapping[str, float] = {
    "calibrate": 220.0, "probe": 30.0, "plan": 5.0, "distill": 700.0, "narrow": 220.0,
    "order": 20.0, "finetune": 1000.0, "evaluate": 400.0,
}  # fmt: skip
_UNKNOWN_STAGE = 30.0
_TRUST_GUESS_UNTIL = 0.25  # share of the work done at which the guess stops counting
_SETTLED = 0.12
_CALM_S = 6.0
_OVERDUE = 0.35  # a stage that takes longer than expected is thought to need this share more


def expected_seconds(
    effort: str, known: Mapping[str, float] | None, stages: Sequence[str] = ()
) -> dict[str, float]:
    """Seconds that each of `stages` may take at `effort`; `known` is what they took here before."""
    guess = {"quick": _FIRST_GUESS_QUICK, "best": _FIRST_GUESS_BEST}.get(effort, FIRST_GUESS)
    wanted = stages or tuple(guess)
    return {name: (known or {}).get(name, guess.get(name, _UNKNOWN_STAGE)) for name in wanted}


@dataclass(frozen=True, slots=True)
class Range:
    """Seconds, low to high; equal where the estimate has settled."""

    low_s: float
    high_s: float


class TimeLeft:
    """Tell it when stages begin and how far they are; ask it for the range that is left.

    A stage that cannot say how far it is (share None) is judged by the clock alone.
    """

    def __init__(
        self,
        expected_s: Mapping[str, float] = FIRST_GUESS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._expected = dict(expected_s)
        self._clock = clock
        self._order: list[str] = list(expected_s)
        self._stage = ""
        self._began = 0.0
        self._first: tuple[float, float] | None = None
        self._share: float | None = None
        self._shown: tuple[float, Range] | None = None
        self.taken_s: dict[str, float] = {}

    def begin_stage(self, name: str) -> None:
        self.end_stage()
        if name not in self._order:
            self._order.append(name)
        self._stage, self._began = name, self._clock()
        self._first = self._share = None

    def end_stage(self) -> None:
        if self._stage:
            self.taken_s[self._stage] = self._clock() - self._began
        self._stage = ""

    def advance(self, share: float | None) -> None:
        """How far the stage is, 0 to 1; a resumed stage begins in the middle."""
        if share is not None and self._first is None:
            self._first = (self._clock(), share)
        self._share = share

    @property
    def stage_share(self) -> float:
        """How far the running stage is, by what it says or else by the clock."""
        if self._share is not None:
            return min(1.0, self._share)
        if not self._stage:
            return 0.0
        elapsed = self._clock() - self._began
        expected = self._guess(self._stage) * self._speed()
        return elapsed / max(1.0, expected, elapsed * (1 + _OVERDUE))

    @property
    def run_share(self) -> float:
        """How far the whole run is, 0 to 1, by expected time."""
        if not self._stage:
            return 0.0
        total = sum(self._guess(name) for name in self._order)
        at = self._order.index(self._stage)
        done = sum(self._guess(name) for name in self._order[:at])
        return (done + self._guess(self._stage) * self.stage_share) / total

    def estimate(self) -> Range | None:
        """None before the first stage and once all are done."""
        if not self._stage:
            return None
        speed = self._speed()
        current = self._current_by_guess(speed)
        if self._share is not None and self._first is not None:
            then, first = self._first
            gained = self._share - first
            if gained > 0.02:
                measured = (self._clock() - then) / gained * (1 - self._share)
                weight = min(1.0, gained / 0.3)
                current = weight * measured + (1 - weight) * current
        ahead = self._order[self._order.index(self._stage) + 1 :]
        left = current + sum(self._guess(name) for name in ahead) * speed
        doubt = 0.6 * (1 - self.run_share) ** 2
        if self._share is None:
            doubt = max(doubt, 0.6 * current / max(1.0, left))
        if doubt < _SETTLED:
            return Range(left, left)
        return Range(left * (1 - doubt / 2), left * (1 + doubt))

    def _current_by_guess(self, speed: float) -> float:
        """What is left of the running stage; one that is overdue will not end this instant."""
        expected = self._guess(self._stage) * speed
        if self._share is None:
            elapsed = self._clock() - self._began
            return max(expected - elapsed, _OVERDUE * elapsed)
        return expected * (1 - self._share)

    def shown(self) -> Range | None:
        """The estimate for the eye: it counts down with the clock and drifts to new estimates."""
        estimate, now = self.estimate(), self._clock()
        if estimate is None or self._shown is None:
            self._shown = (now, estimate) if estimate is not None else None
            return estimate
        then, old = self._shown
        passed = now - then
        pull = 1 - math.exp(-passed / _CALM_S)
        low, high = (
            max(0.0, was - passed + pull * (want - (was - passed)))
            for was, want in ((old.low_s, estimate.low_s), (old.high_s, estimate.high_s))
        )
        self._shown = now, Range(low, high)
        return self._shown[1]

    def _guess(self, stage: str) -> float:
        return self._expected.get(stage, _UNKNOWN_STAGE)

    def _speed(self) -> float:
        """How much slower this computer is than the guess, trusted the more has been done."""
        expected = sum(self._guess(name) for name in self.taken_s)
        taken = sum(self.taken_s.values())
        if self._stage and self._share is not None and self._first is not None:
            then, first = self._first
            expected += self._guess(self._stage) * (self._share - first)
            taken += self._clock() - then
        if expected <= 1.0 or taken <= 0:
            return 1.0
        trust = min(1.0, expected / (_TRUST_GUESS_UNTIL * sum(map(self._guess, self._order))))
        return float(min(20.0, max(0.05, taken / expected)) ** trust)
