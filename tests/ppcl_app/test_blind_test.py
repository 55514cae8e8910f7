"""What a blind test may conclude."""

from __future__ import annotations

import math
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ppcl_app.blind_test import NUM_PAIRS, BlindTest, Result, Vote, binomial_p

PROMPTS = ["a fox", "a star", "a house"]


def exact_p(successes: int, trials: int) -> float:
    """The definition: all outcomes that are no more likely than what was seen."""
    chance = [math.comb(trials, k) / 2**trials for k in range(trials + 1)]
    return min(1.0, sum(p for p in chance if p <= chance[successes] * (1 + 1e-9)))


@given(st.integers(0, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_p_value_is_that_of_the_exact_binomial_test(counts: tuple[int, int]) -> None:
    assert binomial_p(*counts) == pytest.approx(exact_p(*counts))


def test_p_values_from_a_table() -> None:
    assert binomial_p(9, 16) == pytest.approx(0.8036, abs=1e-4)
    assert binomial_p(15, 20) == pytest.approx(0.0414, abs=1e-4)
    assert binomial_p(0, 0) == 1.0


@pytest.mark.parametrize(
    ("original", "smaller", "is_clear", "can_tell"),
    [
        (9, 7, False, True),
        (5, 0, False, False),  # 1 in 16 by chance
        (6, 0, True, True),
        (0, 6, True, True),
        (14, 6, False, True),
        (15, 5, True, True),
        (0, 0, False, False),
    ],
)
def test_verdict_never_overclaims(
    original: int, smaller: int, is_clear: bool, can_tell: bool
) -> None:
    result = Result(original, smaller, same=4)
    assert result.is_clear is is_clear
    assert result.can_tell is can_tell


def test_same_seed_draws_the_same_lots_and_sides_are_even() -> None:
    one, same, other = (BlindTest(PROMPTS, seed=seed) for seed in (3, 3, 4))
    assert one.pairs == same.pairs != other.pairs
    assert len(one.pairs) == len(set(one.pairs)) == NUM_PAIRS
    assert Counter(pair.is_original_left for pair in one.pairs) == {True: 10, False: 10}
    used = Counter(pair.prompt for pair in one.pairs)
    assert set(used) == set(PROMPTS)
    assert max(used.values()) - min(used.values()) <= 1


def test_votes_are_counted_by_whose_picture_it_was() -> None:
    test = BlindTest(PROMPTS, seed=1)
    while (pair := test.current) is not None:
        if len(test.votes) < 4:
            test.vote(Vote.SAME)
        elif len(test.votes) < 13:
            test.vote(Vote.LEFT if pair.is_original_left else Vote.RIGHT)
        else:
            test.vote(Vote.RIGHT if pair.is_original_left else Vote.LEFT)
    assert test.result == Result(original=9, smaller=7, same=4)
    test.undo()
    assert test.result == Result(original=9, smaller=6, same=4)
    assert test.current == test.pairs[-1]
