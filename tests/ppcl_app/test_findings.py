"""What a choice of runs costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.plan import Span
from engine.tiers import Tier
from ppcl_app.findings import (
    Findings,
    Speed,
    in_order,
    predict,
    read_findings,
    runner_up,
    speed_of,
)

RESIDUAL = ((0.1, 0.2, 0.4), (None, 0.1, 0.2), (None, None, 0.1))


def findings() -> Findings:
    return Findings(3, RESIDUAL, costs={"0-1": 0.1})


def test_measured_cost_counts_and_others_are_judged_by_it() -> None:
    assert findings().cost(Span(0, 1)) == (0.1, True)
    assert findings().cost(Span(0, 2)) == (pytest.approx(0.2), False)
    assert Findings(3, RESIDUAL).cost(Span(0, 1)) == (None, False)


def test_parameters_are_those_of_the_layers_that_go() -> None:
    found = predict(
        [Span(1, 3)], layer_parameters=(10, 20, 30, 40), parameters=200, findings=None
    )  # fmt: skip
    assert (found.left, found.removed) == (2, 2)
    assert found.parameters == 200 - 30 - 40
    assert found.parameters_ratio == pytest.approx(0.65)
    assert found.speedup == pytest.approx(2.0)
    assert found.difference is None


def test_differences_add_up_and_say_if_one_is_estimated() -> None:
    kind = {"layer_parameters": (1, 1, 1), "parameters": 3, "findings": findings()}
    assert predict([Span(0, 1)], **kind).difference == pytest.approx(0.1)  # type: ignore[arg-type]
    assert predict([Span(0, 1)], **kind).is_measured  # type: ignore[arg-type]
    assert not predict([Span(0, 2)], **kind).is_measured  # type: ignore[arg-type]


def test_what_costs_least_for_its_size_comes_first() -> None:
    costs = {"0-1": 0.3, "3-5": 0.4, "7-8": 0.1}
    found = Findings(9, (), costs=costs)
    spans = [Span(0, 1), Span(3, 5), Span(7, 8)]
    assert in_order(spans, found) == [Span(7, 8), Span(3, 5), Span(0, 1)]


def test_findings_of_a_project_are_read(finished_project: Path) -> None:
    found = read_findings(finished_project)
    assert found is not None
    assert found.num_layers == 24
    assert set(found.heat) == {"image", "text"}
    assert len(found.of_layers()) == 24
    (finished_project / "probe" / "table.json").write_text("{")
    assert read_findings(finished_project) is None


def measured(blocks: int, seconds: float, *plugs: str) -> Tier:
    return Tier(
        name="", plugs=plugs, parameters=1, parameters_ratio=1.0, blocks=blocks, bytes_bf16=2,
        forward_seconds=seconds,
    )  # fmt: skip


def test_speed_is_reckoned_from_sizes_that_were_measured() -> None:
    assert speed_of(()) == Speed(0.0, is_measured=False)
    assert Speed().up(12, 24) == 2.0
    tiers = [measured(24, 1.0), measured(18, 0.8, "span-0-3"), measured(12, 0.1, "ffn-3")]
    speed = speed_of(tiers)
    assert speed.is_measured
    assert speed.fixed_share == pytest.approx(0.2)
    assert speed.up(18, 24) == pytest.approx(1 / 0.8)
    assert speed.up(24, 24) == pytest.approx(1.0)


def test_runner_up_is_the_cheapest_move_of_one_run() -> None:
    costs = {"0-1": 0.3, "3-4": 0.1, "4-5": 0.2, "7-8": 0.4, "3-5": 0.1}
    found = Findings(9, (), costs=costs)
    chosen = [Span(0, 1), Span(3, 4)]
    assert runner_up(chosen, found) == pytest.approx(0.1 / 0.4)
    assert runner_up([Span(4, 5)], found) == pytest.approx(-0.1 / 0.2)
    assert runner_up([Span(1, 2)], found) is None
    assert runner_up([], found) is None
