"""Stage plan: decide which spans of blocks become one block each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine import choosing, probes
from engine.errors import EngineError
from engine.job import Job
from engine.plan import Plan, Span, validate
from engine.probes import SimilarityTable
from engine.project import read_json, write_json
from engine.reporting import Reporter, Tally
from engine.teacher.shell import States
from engine.workers import Workers

NEEDS = ("probe",)
_BATCH = 64


def run(job: Job, report: Reporter) -> None:
    """Write plan.json, and costs.json with what every candidate is expected to cost."""
    settings = job.settings.plan
    table = read_json(job.project.folder / "probe" / "table.json", SimilarityTable)
    num_blocks = table.num_blocks
    costs = _costs(job, table, report)
    if settings.spans is not None:
        spans = sorted(settings.spans)
        rule = "by hand"
    else:
        spans, rule = _choose(job, table, costs), settings.rule
    plan = Plan(
        model=job.model,
        num_blocks=num_blocks,
        spans=tuple(spans),
        text_groups=job.settings.narrow.text_groups or (),
        ffn=job.settings.narrow.ffn or (),
        rule=rule,
        cost=settings.cost,
        predicted=tuple(round(costs.get(s, float("nan")), 6) for s in spans),
    )
    validate(plan)
    write_json(job.project.path("plan.json"), plan)
    write_json(
        job.project.path("probe", "costs.json"), {s.name: c for s, c in sorted(costs.items())}
    )
    _forget_other_spans(job, spans)
    report.artifact("plan", "plan.json")


def _forget_other_spans(job: Job, spans: Sequence[Span]) -> None:
    """Remove checkpoints of spans that are in the plan no longer; each holds a block four times."""
    kept = {f"distill-span-{span.name}" for span in spans}
    for file in (job.project.folder / "checkpoints").glob("distill-*.safetensors"):
        if file.stem not in kept:
            file.unlink()


def candidates(num_blocks: int, *, max_span: int) -> list[Span]:
    """Every span of two to `max_span` blocks."""
    return [
        Span(u, v) for u in range(num_blocks) for v in range(u + 1, min(u + max_span, num_blocks))
    ]


def _choose(job: Job, table: SimilarityTable, costs: dict[Span, float]) -> list[Span]:
    settings = job.settings.plan
    remove = round(settings.remove_share * table.num_blocks)
    if settings.rule == "first_difference":
        spans = choosing.first_difference(table.cka)
        by_cka = {s: 1 - _at(table.cka, s) for s in spans}
        return choosing.cheapest(spans, by_cka, remove=remove)
    best = choosing.optimal(costs, num_blocks=table.num_blocks)
    reachable = [removed for removed in best if removed <= remove]
    if not reachable or not reachable[-1]:
        raise EngineError(
            "nothing_to_remove",
            f"No set of spans removes {remove} of {table.num_blocks} blocks.",
            hint="Ask for fewer removed blocks or allow longer spans.",
        )
    return best[reachable[-1]]


def _costs(job: Job, table: SimilarityTable, report: Reporter) -> dict[Span, float]:
    """Cost of every candidate under the chosen measure; spans by hand are candidates too."""
    settings = job.settings.plan
    spans = candidates(table.num_blocks, max_span=settings.max_span)
    by_hand = list(settings.spans or ())
    validate(Plan(model=job.model, num_blocks=table.num_blocks, spans=tuple(by_hand)))
    if settings.rule == "first_difference":
        by_hand += choosing.first_difference(table.cka)
    if settings.cost == "cka":
        return {s: 1 - _at(table.cka, s) for s in {*spans, *by_hand}}
    residual = {s: _at(table.residual, s) for s in {*spans, *by_hand}}
    if settings.cost == "residual":
        return residual
    likely = sorted(spans, key=lambda s: (residual[s], s))[: settings.num_candidates]
    return _measure(job, sorted({*likely, *by_hand}), report)


def _measure(job: Job, spans: list[Span], report: Reporter) -> dict[Span, float]:
    """Output error E with the composed probes in the place of each span, the rest the teacher's."""
    shell, blocks = job.shell, job.blocks
    pool = job.validation.head(job.settings.plan.num_samples)
    file = job.project.folder / "probe" / "probes.safetensors"
    fitted = probes.load(file, place=shell.device)

    def walk() -> Iterator[tuple[Span, list[States]]]:
        states = pool.push(shell, [], None, batch=_BATCH)
        for u, block in enumerate(blocks):
            yield from ((span, states) for span in spans if span.first == u)
            states = pool.push(shell, [block], states, batch=_BATCH)

    def cost(report: Reporter, task: tuple[Span, list[States]]) -> float:
        span, states = task
        report.progress(1, 1, f"trying layers {span.name}")
        stand_in = shell.mapped(probes.composed(fitted[span.first : span.last + 1]))
        tail = [stand_in, *blocks[span.last + 1 :]]
        found = pool.output_error(shell, tail, states, batch=_BATCH)
        report.metric("plan/cost", spans.index(span) + 1, found)
        return found

    costs = Workers(job).each(cost, walk(), report=report, tally=Tally(len(spans)))
    return dict(zip(spans, costs, strict=True))


def _at(table: tuple[tuple[float | None, ...], ...], span: Span) -> float:
    value = table[span.first][span.last]
    assert value is not None
    return value
