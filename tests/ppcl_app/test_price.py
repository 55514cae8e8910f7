"""What making the sizes takes: found out, reckoned, or guessed, and never too sure."""

from __future__ import annotations

import pytest

from engine.plan import Plan, Span
from engine.settings import EFFORTS
from ppcl_app import figures
from ppcl_app.price import around, bytes_of, time_of
from ppcl_app.time_left import FIRST_GUESS, Range

STAGES = ("distill", "evaluate")
NOTHING: dict[str, float] = {}


def found(**changes: object) -> tuple[float, str]:
    given: dict[str, object] = {
        "known": None, "past": NOTHING, "past_effort": "normal", "is_built_in": True,
    }  # fmt: skip
    return time_of(STAGES, "normal", **(given | changes))  # type: ignore[arg-type]


def test_time_is_that_of_the_last_run_where_there_was_one() -> None:
    known = {"distill": 10.0, "evaluate": 5.0}
    assert found(known=known) == (15.0, "measured")
    assert found(known={"distill": 10.0})[1] == "guessed", "a part is not enough"
    assert found(known=known, is_built_in=False)[1] == "guessed", "that was another model"


def test_time_is_scaled_by_what_looking_at_the_layers_took() -> None:
    guess = FIRST_GUESS["distill"] + FIRST_GUESS["evaluate"]
    assert found() == (guess, "guessed")
    past = {name: 40 * FIRST_GUESS[name] for name in ("calibrate", "probe")}
    seconds, basis = found(past=past, is_built_in=False)
    assert (seconds, basis) == (pytest.approx(40 * guess), "scaled")


def test_surer_times_are_narrower() -> None:
    widths = [around(100.0, basis) for basis in ("measured", "scaled", "guessed")]
    assert [r.low_s < 100 < r.high_s for r in widths] == [True] * 3
    assert sorted(widths, key=lambda r: r.high_s - r.low_s) == widths


def test_disk_and_memory_grow_with_what_learns_and_with_the_pool() -> None:
    plan = Plan(model="", num_blocks=4, spans=(Span(1, 3),))
    usual, most = (EFFORTS[effort].calibrate.num_samples for effort in ("normal", "best"))

    def need(effort: str = "normal", **changes: object) -> tuple[int, int]:
        given: dict[str, object] = {
            "layer_parameters": (10, 10**6, 10, 10), "model_bytes": 10**9, "pool_bytes": usual,
            "pool_samples": usual,
        }  # fmt: skip
        return bytes_of(plan, effort=effort, **(given | changes))  # type: ignore[arg-type]

    assert need()[0] == 6 * 4 * 10**6
    assert need("best")[0] == need()[0] + most - usual
    assert need("quick")[0] == need()[0], "a smaller pool frees nothing before it is there"
    assert need(layer_parameters=(1, 1, 1, 1))[0] == 24
    assert need(model_bytes=0)[1] == need()[1] - 10**9


@pytest.mark.parametrize(
    ("low", "high", "text"),
    [(120, 300, "2 to 5 min"), (40, 130, "40 s to 2 min"), (170, 185, "3 min")],
)
def test_price_is_a_range_in_one_unit(low: float, high: float, text: str) -> None:
    assert figures.price_range(Range(low, high)).replace("\N{NARROW NO-BREAK SPACE}", " ") == text
