"""Names in a row never touch."""

from __future__ import annotations

from ppcl_app.widgets.names_that_fit import names_that_fit

ROW = [(0.0, 30.0), (20.0, 50.0), (40.0, 70.0), (100.0, 130.0)]


def test_names_that_would_touch_an_earlier_one_are_left_out() -> None:
    assert names_that_fit(ROW) == {0, 2, 3}


def test_one_name_is_written_in_any_case() -> None:
    assert names_that_fit(ROW, always=1) == {1, 3}


def test_all_are_written_where_there_is_room() -> None:
    assert names_that_fit([(50.0 * n, 50.0 * n + 30) for n in range(4)]) == {0, 1, 2, 3}
