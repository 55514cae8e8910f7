"""Choosing spans, against brute force and by hand."""

from __future__ import annotations

import itertools
import random

import pytest

from engine import choosing
from engine.plan import Span


def disjoint_sets(spans: list[Span]) -> list[tuple[Span, ...]]:
    sets = itertools.chain.from_iterable(
        itertools.combinations(spans, n) for n in range(len(spans) + 1)
    )
    return [s for s in sets if all(a.last < b.first for a, b in itertools.pairwise(sorted(s)))]


@pytest.mark.parametrize("seed", range(12))
def test_optimum_equals_brute_force_for_every_number_of_removed_blocks(seed: int) -> None:
    draw = random.Random(seed)
    num_blocks = draw.randint(4, 7)
    every = [Span(u, v) for u in range(num_blocks) for v in range(u + 1, num_blocks)]
    spans = draw.sample(every, min(len(every), 11))
    cost = {s: draw.random() * s.removes**2 for s in spans}
    cheapest: dict[int, float] = {}
    for chosen in disjoint_sets(spans):
        removed = sum(s.removes for s in chosen)
        price = sum(cost[s] for s in chosen)
        cheapest[removed] = min(price, cheapest.get(removed, float("inf")))
    found = choosing.optimal(cost, num_blocks=num_blocks)
    assert found.keys() == cheapest.keys()
    for removed, chosen in found.items():
        assert sum(s.removes for s in chosen) == removed
        assert tuple(chosen) in disjoint_sets(sorted(spans))
        assert sum(cost[s] for s in chosen) == pytest.approx(cheapest[removed])


def test_optimum_may_reach_first_and_last_block() -> None:
    cost = {Span(0, 1): 1.0, Span(2, 4): 1.0}
    assert choosing.optimal(cost, num_blocks=5)[3] == [Span(0, 1), Span(2, 4)]


def test_nothing_can_be_removed_without_candidates() -> None:
    assert choosing.optimal({}, num_blocks=4) == {0: []}


def test_first_difference_ends_a_span_where_similarity_falls_faster_than_before() -> None:
    # From 0 it falls by .02, .01, then .16, so the span ends at 2; from 3 by .1, then .3, so it
    # ends at 4; block 5 is alone and removes nothing.
    table = [
        [0.99, 0.97, 0.96, 0.80, 0.70, 0.60],
        [None] * 6,
        [None] * 6,
        [None, None, None, 0.9, 0.8, 0.5],
        [None] * 6,
        [None, None, None, None, None, 0.9],
    ]
    assert choosing.first_difference(table) == [Span(0, 2), Span(3, 4)]


def test_first_difference_goes_on_to_the_end_while_similarity_falls_evenly() -> None:
    table = [[1 - 2.0**-4 * (k - u) if k >= u else None for k in range(5)] for u in range(5)]
    assert choosing.first_difference(table) == [Span(0, 4)]


def test_cheapest_takes_the_lowest_price_per_removed_block_until_enough() -> None:
    spans = [Span(0, 1), Span(2, 4), Span(5, 6), Span(7, 8)]
    cost = {spans[0]: 0.5, spans[1]: 0.6, spans[2]: 0.1, spans[3]: 0.9}
    assert choosing.cheapest(spans, cost, remove=1) == [Span(5, 6)]
    assert choosing.cheapest(spans, cost, remove=3) == [Span(2, 4), Span(5, 6)]
    assert choosing.cheapest(spans, cost, remove=99) == spans
    assert choosing.cheapest(spans, cost, remove=0) == []
