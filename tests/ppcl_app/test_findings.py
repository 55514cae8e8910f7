"""What a choice of runs costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.plan import Span
from ppcl_app.findings import Findings, in_order, predict, read_findings

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
