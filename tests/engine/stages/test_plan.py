"""Plans made by each rule, on costs that are what they say."""

from __future__ import annotations

import json

import msgspec
import pytest

from engine import choosing, probes
from engine.errors import EngineError
from engine.job import Job
from engine.plan import Plan, Span
from engine.probes import SimilarityTable
from engine.project import read_json
from engine.reporting import SILENT
from engine.stages import plan
from tests.engine.conftest import job_in


def planned(job: Job, **changes: object) -> Plan:
    settings = msgspec.structs.replace(
        job.settings, plan=msgspec.structs.replace(job.settings.plan, **changes)
    )
    plan.run(job_in(job.project.folder, settings, job.pipeline), SILENT)
    return read_json(job.project.folder / "plan.json", Plan)


def costs(job: Job) -> dict[str, float]:
    found: dict[str, float] = json.loads((job.project.folder / "probe" / "costs.json").read_text())
    return found


def table_of(job: Job) -> SimilarityTable:
    return read_json(job.project.folder / "probe" / "table.json", SimilarityTable)


def test_candidates_are_all_spans_up_to_the_longest_allowed() -> None:
    spans = plan.candidates(6, max_span=3)
    assert spans == [
        Span(0, 1),
        Span(0, 2),
        Span(1, 2),
        Span(1, 3),
        Span(2, 3),
        Span(2, 4),
        Span(3, 4),
        Span(3, 5),
        Span(4, 5),
    ]
    assert plan.candidates(6, max_span=1) == []


@pytest.mark.parametrize("cost", ["cka", "residual", "measured"])
def test_best_spans_of_a_cost_are_chosen(job: Job, cost: str) -> None:
    made, prices = planned(job, cost=cost), costs(job)
    assert made.cost == cost
    assert made.removes == 3
    assert set(prices) == {s.name for s in plan.candidates(6, max_span=3)}
    by_span = {Span(*map(int, name.split("-"))): price for name, price in prices.items()}
    assert list(made.spans) == choosing.optimal(by_span, num_blocks=6)[3]
    assert made.predicted == tuple(pytest.approx(prices[s.name], abs=1e-5) for s in made.spans)


def test_costs_of_the_tables_are_read_from_them(job: Job) -> None:
    table = table_of(job)
    planned(job, cost="cka")
    assert costs(job)["1-3"] == pytest.approx(1 - table.cka[1][3])
    planned(job, cost="residual")
    assert costs(job)["1-3"] == pytest.approx(table.residual[1][3])


def test_measured_cost_is_the_output_error_with_probes_in_place(job: Job) -> None:
    planned(job, cost="measured")
    fitted = probes.load(job.project.folder / "probe" / "probes.safetensors")
    stand_ins = [job.shell.mapped(lambda s, b=b: probes.apply(fitted[b], s)) for b in (1, 2, 3)]
    pool = job.validation.head(job.settings.plan.num_samples)
    error = pool.output_error(job.shell, [job.blocks[0], *stand_ins, *job.blocks[4:]], batch=64)
    assert costs(job)["1-3"] == pytest.approx(error, rel=1e-4)


def test_only_the_likely_candidates_are_measured(job: Job) -> None:
    planned(job, cost="measured", num_candidates=4)
    table = table_of(job)
    likely = sorted(plan.candidates(6, max_span=3), key=lambda s: table.residual[s.first][s.last])[
        :4
    ]  # type: ignore[arg-type,return-value]
    assert set(costs(job)) == {s.name for s in likely}


def test_first_difference_uses_the_papers_spans(job: Job) -> None:
    made = planned(job, rule="first_difference", remove_share=1.0)
    assert list(made.spans) == choosing.first_difference(table_of(job).cka)
    assert made.rule == "first_difference"


def test_spans_by_hand_are_used_and_priced(job: Job) -> None:
    made = planned(job, spans=(Span(4, 5), Span(0, 3)))
    assert made.spans == (Span(0, 3), Span(4, 5))
    assert made.rule == "by hand"
    assert made.predicted[0] == pytest.approx(costs(job)["0-3"], abs=1e-5)


@pytest.mark.parametrize("spans", [(Span(0, 2), Span(2, 4)), (Span(4, 6),), (Span(3, 3),)])
def test_impossible_spans_are_refused_and_the_old_plan_stays(
    job: Job, spans: tuple[Span, ...]
) -> None:
    before = (job.project.folder / "plan.json").read_bytes()
    with pytest.raises(EngineError) as excinfo:
        planned(job, spans=spans)
    assert excinfo.value.code == "bad_plan"
    assert (job.project.folder / "plan.json").read_bytes() == before


def test_nothing_to_remove_is_a_sentence(job: Job) -> None:
    with pytest.raises(EngineError) as excinfo:
        planned(job, remove_share=0.01)
    assert excinfo.value.code == "nothing_to_remove"


def test_checkpoints_of_spans_that_left_the_plan_are_removed(job: Job) -> None:
    folder = job.project.path("checkpoints", "x").parent
    for name in ("distill-span-0-1", "distill-span-4-5", "calibrate-way-0", "finetune"):
        (folder / f"{name}.safetensors").touch()
    planned(job, spans=(Span(4, 5),), cost="residual")
    left = {file.stem for file in folder.iterdir()}
    assert left == {"distill-span-4-5", "calibrate-way-0", "finetune"}
