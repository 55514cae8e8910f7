"""Which size a computer gets, and how long its pictures take."""

from __future__ import annotations

import pytest

from engine.tiers import Tier, TierTable
from ppcl_app.fitting import Demand, Fit, fit
from ppcl_app.live_scheduler import Painted
from ppcl_app.timings import PictureTime, Timings

GB = 10**9


def demands(*rows: tuple[float | None, float | None]) -> list[Demand]:
    return [
        Demand(
            None if seconds is None else PictureTime(seconds, "project", 3),
            None if size is None else round(size * GB),
        )
        for seconds, size in rows
    ]


ROWS = demands((4.0, 20), (3.0, 15), (2.0, 10), (1.0, 5))


@pytest.mark.parametrize(
    ("free_gb", "seconds", "wanted"),
    [
        (64, 10.0, Fit(0, True)),  # a strong computer keeps every room open
        (64, 3.0, Fit(1, True, "time")),
        (12, 10.0, Fit(2, True, "memory")),
        (12, 1.5, Fit(3, True, "time")),
        (64, 0.5, Fit(3, False, "time")),
        (2, 10.0, Fit(3, False, "memory")),
    ],
)
def test_largest_size_within_memory_and_time(free_gb: float, seconds: float, wanted: Fit) -> None:
    assert fit(ROWS, free_bytes=round(free_gb * GB), seconds=seconds) == wanted


def test_some_memory_is_left_for_others() -> None:
    assert fit(ROWS, free_bytes=20 * GB, seconds=9).tier == 1


def test_what_is_not_known_does_not_forbid_anything() -> None:
    assert fit(ROWS, free_bytes=None, seconds=9) == Fit(0, True)
    assert fit(demands((None, None), (1, 1)), free_bytes=2 * GB, seconds=2) == Fit(0, True)


def test_the_fastest_comes_nearest_where_none_is_fast_enough() -> None:
    uneven = demands((4.0, 1), (2.0, 1), (3.0, 1))
    assert fit(uneven, free_bytes=64 * GB, seconds=1) == Fit(1, False, "time")


TABLE = TierTable(
    model="pocket", device="cpu", threads=2,
    tiers=tuple(
        Tier(name=name, plugs=(), parameters=1, parameters_ratio=1, blocks=1, bytes_bf16=2,
             picture_seconds=seconds)
        for name, seconds in (("Original", 3.0), ("Tier 1", 2.0))
    ),
)  # fmt: skip


def painted(seconds: float, tiers: tuple[int, ...]) -> Painted:
    return Painted(b"", 0, 0, seconds, None, tiers)


def test_pictures_of_today_count_more_than_the_table() -> None:
    timings = Timings()
    assert timings.of(TABLE, 1, own_steps=8) == PictureTime(2.0, "project", 3)
    for seconds in (1.0, 5.0, 1.2):
        timings.add(painted(seconds, (1,) * 8), 8)
    assert timings.of(TABLE, 1, own_steps=8) == PictureTime(1.2, "today", 3)
    assert timings.of(TABLE, 0, own_steps=8) == PictureTime(3.0, "project", 3)


def test_another_number_of_steps_is_an_estimate() -> None:
    timings = Timings()
    time = timings.of(TABLE, 1, steps=16, own_steps=8)
    assert time == PictureTime(4.0, "estimate")
    assert not time.is_measured
    timings.add(painted(1.0, (1,) * 8), 8)
    assert timings.of(TABLE, 1, steps=16, own_steps=8) == PictureTime(2.0, "estimate")


def test_mixed_pictures_tell_nothing_about_a_tier() -> None:
    timings = Timings()
    timings.add(painted(1.0, (0, 0, 1, 1)), 4)
    assert timings.of(TABLE, 1, own_steps=4) == PictureTime(2.0, "project", 3)
