"""Tiers spread evenly in size: few are all kept, the smallest always."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from engine.stages.order import evenly


def test_few_sizes_are_all_kept() -> None:
    assert evenly(6, [5, 4], 4) == [0, 1]


def test_stops_are_spread_by_size_and_not_by_number() -> None:
    assert evenly(100, [95, 90, 80, 70, 60, 50, 48, 47, 46], 4) == [1, 3, 4, 8]


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=30, unique=True), st.integers(1, 12))
def test_the_smallest_is_always_kept_and_no_stop_twice(sizes: list[int], count: int) -> None:
    falling = sorted(sizes, reverse=True)
    kept = evenly(1001, falling, count)
    assert len(kept) == min(count, len(falling))
    assert kept == sorted(set(kept))
    assert kept[-1] == len(falling) - 1
