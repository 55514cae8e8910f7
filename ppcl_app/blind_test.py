"""A blind test of two sizes: which picture is on which side, the votes, and what they prove."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

NUM_PAIRS = 20
CLEAR = 0.05


class Vote(StrEnum):
    """What was said of one pair."""

    LEFT = "left"
    RIGHT = "right"
    SAME = "same"


@dataclass(frozen=True, slots=True)
class Pair:
    """One prompt and seed, painted by both; `is_original_left` is drawn by lot."""

    prompt: str
    seed: int
    is_original_left: bool


@dataclass(frozen=True, slots=True)
class Result:
    """How often each was preferred. `p_value`: how often a fair coin is at least as one-sided."""

    original: int
    smaller: int
    same: int

    @property
    def decided(self) -> int:
        return self.original + self.smaller

    @property
    def p_value(self) -> float:
        return binomial_p(self.original, self.decided)

    @property
    def is_clear(self) -> bool:
        """Never from fewer than six votes: five of five happen to a coin once in 16 times."""
        return self.decided > 0 and self.p_value < CLEAR

    @property
    def can_tell(self) -> bool:
        """Whether so few votes could prove anything, even if all went one way."""
        return binomial_p(self.decided, self.decided) < CLEAR


def binomial_p(successes: int, trials: int) -> float:
    """Exact two-sided binomial test against one half: 1 where nothing was decided."""
    if trials == 0:
        return 1.0
    tail = min(successes, trials - successes)
    below = sum(math.comb(trials, k) for k in range(tail + 1))
    share: float = below / 2 ** (trials - 1)
    return min(1.0, share)


class BlindTest:
    """Pairs in an order drawn by lot from `seed`, and one vote for each, taken back with `undo`."""

    def __init__(self, prompts: Sequence[str], *, seed: int, num_pairs: int = NUM_PAIRS) -> None:
        lot = random.Random(seed)
        # Half of them each way, so that a habit for one side cannot look like a preference.
        sides = [number % 2 == 0 for number in range(num_pairs)]
        lot.shuffle(sides)
        chosen: list[str] = []
        while len(chosen) < num_pairs:  # every prompt once before one comes twice
            chosen += lot.sample(list(prompts), len(prompts))
        seeds = lot.sample(range(100_000), num_pairs)
        self.pairs = [Pair(*row) for row in zip(chosen[:num_pairs], seeds, sides, strict=True)]
        self.votes: list[Vote] = []

    @property
    def current(self) -> Pair | None:
        """The pair to be judged now; None at the end."""
        return self.pairs[len(self.votes)] if len(self.votes) < len(self.pairs) else None

    def vote(self, vote: Vote) -> None:
        assert self.current is not None
        self.votes.append(vote)

    def undo(self) -> None:
        if self.votes:
            self.votes.pop()

    @property
    def result(self) -> Result:
        original = smaller = same = 0
        for pair, vote in zip(self.pairs, self.votes, strict=False):
            if vote is Vote.SAME:
                same += 1
            elif (vote is Vote.LEFT) == pair.is_original_left:
                original += 1
            else:
                smaller += 1
        return Result(original, smaller, same)
