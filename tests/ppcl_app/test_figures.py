"""Numbers as words."""

from __future__ import annotations

import pytest

from ppcl_app import figures
from ppcl_app.time_left import Range


def plain(text: str) -> str:
    return text.replace("\N{NARROW NO-BREAK SPACE}", " ")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (figures.count(7_120_000), "7.1 M"),
        (figures.count(20_430_000_000), "20.4 B"),
        (figures.data_size(14_240_000), "14.2 MB"),
        (figures.seconds(0.0421), "42 ms"),
        (figures.seconds(1.3), "1.3 s"),
        (figures.change(0.62), "\N{MINUS SIGN}38 %"),
        (figures.change(1.0), "0 %"),
        (figures.factor(1.524), "1.52\N{MULTIPLICATION SIGN}"),
        (figures.duration(8), "8 s"),
        (figures.duration(125), "2 min 05 s"),
        (figures.duration(4_200), "1 h 10 min"),
    ],
)
def test_figures_read_well(text: str, expected: str) -> None:
    assert plain(text) == expected


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (4, 8, "a few seconds left"),
        (20, 50, "less than a minute left"),
        (110, 250, "2 to 4 min left"),
        (110, 130, "about 2 min left"),
        (7_200, 14_500, "2 to 4 h left"),
    ],
)
def test_time_left_is_a_range_until_it_settles(low: float, high: float, expected: str) -> None:
    assert plain(figures.time_left(Range(low, high))) == expected


def test_unknown_time_left_is_not_invented() -> None:
    assert figures.time_left(None) == ""
