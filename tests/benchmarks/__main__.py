"""The method's claims, measured on Pocket: `python -m tests.benchmarks`, one table.

Every comparison uses the same pool, the same number of student steps in all, three seeds, and for
each side its own best of three learning rates, chosen on the validation pool. E is the output error
on the test pool, all students in place, nothing fine-tuned.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec
import torch
from rich.console import Console
from rich.table import Table

from engine import measure, plugs, sweep
from engine.job import Job
from engine.numerics.losses import state_loss
from engine.plan import Plan, Span
from engine.plugs import Plug
from engine.project import Header, Project, read_json
from engine.reporting import SILENT
from engine.settings import Calibrate, Distill, PlanRule, Probe, Settings
from engine.stages import calibrate, plan, probe

RATES = (1e-3, 3e-3, 1e-2)
SEEDS = (0, 1, 2)
REMOVE_SHARE = 10 / 24
PAPER = PlanRule(rule="first_difference", cost="cka", remove_share=REMOVE_SHARE, max_span=24)
OURS = PlanRule(remove_share=REMOVE_SHARE)
_BATCH = 64


@dataclass(frozen=True)
class Side:
    """One side of a comparison: its spans and how their students are trained."""

    name: str
    spans: tuple[Span, ...]
    settings: Distill


class Bench:
    """One calibrated and probed Pocket project, and what is trained on it."""

    def __init__(self, folder: Path, *, steps: int, samples: int) -> None:
        self.steps = steps
        header = Header(model="pocket", threads=2)
        self.settings = Settings(
            calibrate=Calibrate(num_prompts=200, num_samples=samples, num_steps=12), probe=Probe()
        )
        self.project = Project.create(folder / "bench.ppcl", header)
        self.job = Job(self.project, self.settings)
        calibrate.run(self.job, SILENT)
        probe.run(self.job, SILENT)

    def spans(self, rule: PlanRule, *, mode: str = "default") -> tuple[Span, ...]:
        settings = msgspec.structs.replace(self.settings, plan=rule, probe=Probe(mode=mode))
        job = self._job(settings, seed=0)
        if mode == "paper":
            probe.run(job, SILENT)
        plan.run(job, SILENT)
        chosen = read_json(self.project.folder / "plan.json", Plan).spans
        if mode == "paper":
            probe.run(self.job, SILENT)
        return chosen

    def distilled(self, side: Side, *, seed: int, rate: float) -> list[Plug]:
        """Students of all spans; `self.steps` student steps are shared out among them."""
        steps = self.steps // len(side.spans)
        settings = msgspec.structs.replace(
            side.settings,
            learning_rate=rate,
            steps=steps,
            check_every=max(1, steps // 3),
            patience=99,
        )
        job = self._job(msgspec.structs.replace(self.settings, distill=settings), seed=seed)
        with tempfile.TemporaryDirectory() as folder:
            sweep.train_spans(
                job, side.spans, settings=settings, start_for=sweep.best_block(job, settings.start),
                folder=Path(folder), stage="bench", report=SILENT,
            )  # fmt: skip
            return [plugs.load(f, template=job.blocks[0]) for f in sorted(Path(folder).iterdir())]

    def error(self, made: Sequence[Plug], *, on: str) -> float:
        modules = plugs.assemble(self.job.blocks, made)
        return getattr(self.job, on).output_error(self.job.shell, modules, batch=_BATCH)

    def best_rate(self, side: Side) -> tuple[list[float], float]:
        """Test errors of all seeds at the rate with the best validation error, and that rate."""
        found = []
        for rate in RATES:
            runs = [self.distilled(side, seed=seed, rate=rate) for seed in SEEDS]
            validation = statistics.fmean(self.error(r, on="validation") for r in runs)
            found.append((validation, rate, [self.error(r, on="test") for r in runs]))
        _, rate, errors = min(found)
        return errors, rate

    def _job(self, settings: Settings, *, seed: int) -> Job:
        project = Project(self.project.folder)
        project.header = msgspec.structs.replace(project.header, seed=seed)
        job = Job(project, settings)
        for name in ("pipeline", "painter", "training", "validation", "test", "shell"):
            job.__dict__[name] = getattr(self.job, name)
        return job


def compare(bench: Bench, first: Side, second: Side, table: Table) -> None:
    """One line: E of both sides, mean and range over seeds, and the ratio of the means."""
    shown, means = [], []
    for side in (first, second):
        errors, rate = bench.best_rate(side)
        means.append(statistics.fmean(errors))
        shown.append(
            f"{side.name}: {means[-1]:.4f} ({min(errors):.4f} to {max(errors):.4f}), rate {rate:g}"
        )
    table.add_row(f"{first.name} against {second.name}", *shown, f"{means[0] / means[1]:.2f}")
    Console().print(f"  {shown[0]}   |   {shown[1]}")


def rank_correlations(bench: Bench, table: Table, *, num_spans: int) -> None:
    """Spearman correlation of every cost with E after distilling a span alone."""
    job = bench.job
    costs = {}
    for name in ("cka", "residual", "measured"):
        rule = PlanRule(cost=name, remove_share=REMOVE_SHARE, max_span=5, num_candidates=10_000)
        bench.spans(rule)
        stored = msgspec.json.decode((bench.project.folder / "probe" / "costs.json").read_bytes())
        costs[name] = {Span(*map(int, key.split("-"))): value for key, value in stored.items()}
    everything = sorted(costs["measured"])
    chosen = everything[:: max(1, len(everything) // num_spans)]
    errors: dict[Span, float] = {}
    waiting = list(chosen)
    while waiting:
        together: list[Span] = []
        for span in list(waiting):
            if all(span.first > s.last or s.first > span.last for s in together):
                together.append(span)
                waiting.remove(span)
        side = Side("", tuple(sorted(together)), Distill())
        part = Bench.__new__(Bench)
        part.__dict__ = {**bench.__dict__, "steps": 120 * len(together)}
        for plug in part.distilled(side, seed=0, rate=1e-3):
            errors[Span(plug.first, plug.last)] = bench.error([plug], on="test")
    del job
    shown = [
        f"{name} {rank_correlation([c[s] for s in chosen], [errors[s] for s in chosen]):.2f}"
        for name, c in costs.items()
    ]
    table.add_row(f"rank correlation with E, {len(chosen)} spans alone", "; ".join(shown), "", "")


def rank_correlation(a: Sequence[float], b: Sequence[float]) -> float:
    """Spearman's: Pearson's correlation of the ranks; ties do not occur in measured figures."""
    ranks = torch.stack([torch.tensor(x).argsort().argsort().double() for x in (a, b)])
    return float(torch.corrcoef(ranks)[0, 1])


def step_cost(bench: Bench, side: Side, table: Table) -> None:
    """Time and memory: span after span from stored states, against one graph over all spans."""
    job, shell = bench.job, bench.job.shell
    students = {s.first: plugs.student_like(job.blocks[s.first]) for s in side.spans}
    bucket = max(job.training.buckets, key=len)
    inputs = bucket.inputs(slice(0, 32))
    borders = [shell.states(inputs, [])]
    for block in job.blocks:
        borders.append(shell.states(inputs, [block], states=borders[-1]))

    def loss_of(span: Span, front, back):  # type: ignore[no-untyped-def]
        given = shell.states(inputs, [students[span.first]], states=front)
        return state_loss("relative", given, back, shell.read_later(span.last))

    def one_by_one() -> None:
        for span in side.spans:
            loss_of(span, borders[span.first], borders[span.last + 1]).backward()

    def one_graph() -> None:
        # The teacher has to run too: nothing was stored.
        here, seen = shell.states(inputs, []), []
        for block in job.blocks:
            seen.append(here)
            here = shell.states(inputs, [block], states=here)
        seen.append(here)
        losses = [loss_of(s, seen[s.first], seen[s.last + 1]) for s in side.spans]
        sum(losses[1:], losses[0]).backward()

    works: dict[str, Callable[[], None]] = {"from the sweep": one_by_one, "one graph": one_graph}
    times = {name: [] for name in works}
    for _, (name, work) in itertools.product(range(6), works.items()):
        times[name].append(measure.seconds(work))
    median = {name: statistics.median(t[1:]) for name, t in times.items()}
    peak = {name: measure.peak_bytes(work) for name, work in works.items()}
    shown = [f"{n}: {1e3 * median[n]:.0f} ms, {peak[n] / 2**20:.0f} MiB" for n in works]
    ratios = [f"time {median['from the sweep'] / median['one graph']:.2f}",
              f"memory {peak['from the sweep'] / peak['one graph']:.2f}"]  # fmt: skip
    table.add_row("a distillation step over all spans", *shown, ", ".join(ratios))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1000, help="student steps in all, per run")
    parser.add_argument("--samples", type=int, default=2048)
    parser.add_argument("--spans", type=int, default=24, help="spans for the rank correlation")
    options = parser.parse_args()
    table = Table(title="Pocket, 10 of 24 blocks removed; E of the velocity on held-out prompts")
    for heading in ("", "first", "second", "ratio"):
        table.add_column(heading)
    with tempfile.TemporaryDirectory() as folder:
        bench = Bench(Path(folder), steps=options.steps, samples=options.samples)
        ours = Side("our defaults", bench.spans(OURS), Distill())
        paper_settings = Distill(loss="direction", start="first")
        paper = Side("paper settings", bench.spans(PAPER, mode="paper"), paper_settings)
        scattered = bench.spans(replace_rule(OURS, max_span=2))
        step_cost(bench, ours, table)
        compare(bench, ours, paper, table)
        compare(
            bench,
            replace(ours, name="non-sequential"),
            replace(ours, name="sequential", settings=Distill(sequential=True)),
            table,
        )
        compare(
            bench,
            replace(ours, name="contiguous"),
            replace(ours, name="scattered pairs", spans=scattered),
            table,
        )
        rank_correlations(bench, table, num_spans=options.spans)
    Console(width=170).print(table)


def replace_rule(rule: PlanRule, **changes: object) -> PlanRule:
    return msgspec.structs.replace(rule, **changes)


if __name__ == "__main__":
    main()
