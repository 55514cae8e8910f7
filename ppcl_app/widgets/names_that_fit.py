"""Which of several names in a row are written, where there is no room for all of them."""

from __future__ import annotations

from collections.abc import Sequence

_GAP = 6.0


def names_that_fit(reaches: Sequence[tuple[float, float]], *, always: int = -1) -> set[int]:
    """Numbers of the names that touch no other one. `reaches`: where each begins and ends.

    Earlier names come first; `always` is written in any case.
    """
    shown = {always} if 0 <= always < len(reaches) else set()
    for number, (begin, end) in enumerate(reaches):
        others = [reaches[other] for other in shown if other != number]
        if all(begin >= last + _GAP or end <= first - _GAP for first, last in others):
            shown.add(number)
    return shown
