"""The method's claims, measured on Pocket: `python -m tests.benchmarks`, one table.

Every comparison uses the same pool, the same number of steps, three seeds, and for each side its
own best of three learning rates, chosen on the validation pool; where that is the highest or the
lowest, the next one is tried too. E is the output error on the test pool with all students in
place; nothing is fine-tuned but where fine-tuning is compared. With `--keep FOLDER` what was
measured stays there, and a benchmark that was cut goes on.
"""

from __future__ import annotations

import argparse
import contextlib
import copy
import itertools
import json
import math
import statistics
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import msgspec
import torch
from rich.console import Console
from rich.table import Table

from engine import contents, measure, plugs, sweep
from engine.job import Job
from engine.numerics.losses import state_loss
from engine.plan import Plan, Span
from engine.plugs import Plug
from engine.project import Header, Project, fingerprint, read_json, write_json
from engine.reporting import SILENT
from engine.settings import Calibrate, Distill, Finetune, PlanRule, Probe, Settings
from engine.stages import calibrate, finetune, plan, probe
from engine.teacher.loading import POCKET

RATES = {"adamw": (3e-3, 1e-2, 3e-2), "muon": (2e-2, 3e-2, 4.5e-2)}
TUNING_RATES = {"adamw": (1e-3, 3e-3, 1e-2), "muon": (3e-3, 1e-2, 3e-2)}
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

    def __init__(self, folder: Path, *, steps: int, samples: int, threads: int) -> None:
        self.steps = steps
        self.settings = Settings(calibrate=Calibrate(num_samples=samples), probe=Probe())
        self._chosen: dict[tuple[PlanRule, str], tuple[Span, ...]] = {}
        # Other weights or other steps are another benchmark, beside what was kept before.
        work = fingerprint(contents.digest_of_model(POCKET), self.settings, steps, threads)
        self.results = folder / f"results-{work}.json"
        place = folder / f"bench-{work}.ppcl"
        if (place / "project.json").is_file():
            self.project = Project(place)
        else:
            self.project = Project.create(place, Header(model="pocket", threads=threads))
        self.job = Job(self.project, self.settings)
        if not (place / "probe" / "table.json").is_file():
            calibrate.run(self.job, SILENT)
            probe.run(self.job, SILENT)

    def spans(self, rule: PlanRule, *, mode: str = "default") -> tuple[Span, ...]:
        """The spans that `rule` chooses."""
        if (rule, mode) not in self._chosen:
            self._chosen[rule, mode] = self._choose(rule, mode)
        return self._chosen[rule, mode]

    def _choose(self, rule: PlanRule, mode: str) -> tuple[Span, ...]:
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
        shares = [
            sweep.steps_of(s, msgspec.structs.replace(side.settings, steps=1)) for s in side.spans
        ]
        steps = self.steps // sum(shares)
        settings = msgspec.structs.replace(
            side.settings,
            learning_rate=rate,
            steps=steps,
            check_every=max(1, steps // 3),
            patience=99,
        )
        job = self._job(msgspec.structs.replace(self.settings, distill=settings), seed=seed)
        with tempfile.TemporaryDirectory(dir=self.project.folder) as folder:
            sweep.train_spans(
                job, side.spans, settings=settings, start_for=sweep.best_block(settings.start),
                folder=Path(folder), stage="bench", report=SILENT,
            )  # fmt: skip
            return [plugs.load(f, template=job.blocks[0]) for f in sorted(Path(folder).iterdir())]

    def tuned(
        self,
        made: list[Plug],
        mode: str,
        *,
        steps: int,
        rate: float,
        seed: int,
        optimizer: Literal["adamw", "muon"] = "muon",
    ) -> list[Plug]:
        """Train `made` in place: inside the model (elastic, tier) or span by span."""
        if mode in ("elastic", "tier"):
            settings = Finetune(steps=steps, learning_rate=rate, optimizer=optimizer)
            job = self._job(msgspec.structs.replace(self.settings, finetune=settings), seed=seed)
            names = [tuple(p.name for p in made[: k + 1]) for k in range(len(made))]
            taking_part = names if mode == "elastic" else names[-1:]
            work = fingerprint("bench", mode, optimizer, steps, rate, seed, names)
            finetune.tune(job, {p.name: p for p in made}, taking_part, work, SILENT)
            return made
        distill = Distill(
            steps=steps, steps_for_each="span", learning_rate=rate,
            check_every=max(1, steps // 3), patience=99, optimizer=optimizer,
            sequential=mode == "sweep",
        )  # fmt: skip
        job = self._job(msgspec.structs.replace(self.settings, distill=distill), seed=seed)
        students = {Span(p.first, p.last): p for p in made}
        with tempfile.TemporaryDirectory(dir=self.project.folder) as folder:
            sweep.train_spans(
                job, sorted(students), settings=distill, folder=Path(folder), stage="bench",
                start_for=lambda _job, span, _front, _back: students[span].module, report=SILENT,
            )  # fmt: skip
            for plug in made:
                done = plugs.load(Path(folder) / f"{plug.name}.safetensors", template=job.blocks[0])
                plug.module.load_state_dict(done.module.state_dict())
        return made

    def error(self, made: Sequence[Plug], *, on: str) -> float:
        modules = plugs.assemble(self.job.blocks, made)
        return getattr(self.job, on).output_error(self.job.shell, modules, batch=_BATCH)

    def best_rate(self, side: Side) -> tuple[list[float], float]:
        """Test errors of all seeds at the rate with the best validation error, and that rate."""

        def runs(rate: float) -> list[list[float]]:
            return [self._errors(side, seed=seed, rate=rate) for seed in SEEDS]

        found, rate = best_of(RATES[side.settings.optimizer], runs)
        return [test for _, test in found], rate

    def remember(self, what: str, measure: Callable[[], list[float]]) -> list[float]:
        """What was measured under this name, or what `measure` gives, kept for the next time."""
        known = json.loads(self.results.read_text()) if self.results.is_file() else {}
        if what not in known:
            known[what] = measure()
            write_json(self.results, known)
        figures: list[float] = known[what]
        return figures

    def _errors(self, side: Side, *, seed: int, rate: float) -> list[float]:
        """Validation and test error of one run."""

        def measure() -> list[float]:
            made = self.distilled(side, seed=seed, rate=rate)
            return [self.error(made, on=split) for split in ("validation", "test")]

        return self.remember(fingerprint(side.spans, side.settings, seed, rate), measure)

    def _job(self, settings: Settings, *, seed: int) -> Job:
        project = Project(self.project.folder)
        project.header = msgspec.structs.replace(project.header, seed=seed)
        job = Job(project, settings)
        for name in ("pipeline", "painter", "training", "validation", "test", "shell"):
            job.__dict__[name] = getattr(self.job, name)
        return job


def best_of(
    rates: Sequence[float], runs: Callable[[float], list[list[float]]]
) -> tuple[list[list[float]], float]:
    """The runs at the best rate, and that rate; `rates` go on until it is between two others.

    A run has as many validation errors, which choose, as test errors behind them.
    """

    def held_out(rate: float) -> float:
        mean = statistics.fmean(x for run in found[rate] for x in run[: len(run) // 2])
        return mean if math.isfinite(mean) else math.inf

    found = {rate: runs(rate) for rate in rates}
    while True:
        tried = sorted(found)
        best = min(tried, key=held_out)
        if tried[0] < best < tried[-1]:
            return found[best], best
        factor = tried[-1] / tried[-2] if best == tried[-1] else tried[0] / tried[1]
        further = float(f"{best * factor:.2g}")
        found[further] = runs(further)


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


def whole_method(bench: Bench, table: Table, *, steps: int) -> None:
    """E of the smallest tier once its plugs are fine-tuned: the paper's way, and ours.

    Both begin with students of their own best rate. The paper tunes for this tier alone, by AdamW;
    ours for all tiers in turn.
    """
    paper = _paper(bench)
    ours = _as_many(bench, "our defaults", paper)
    ways: tuple[tuple[Side, str, Literal["adamw", "muon"]], ...] = (
        (ours, "elastic", "muon"),
        (paper, "tier", "adamw"),
    )
    shown, means = [], []
    for side, mode, optimizer in ways:
        _, first_rate = bench.best_rate(side)

        def tuned(rate: float, seed: int) -> list[float]:
            made = bench.distilled(side, seed=seed, rate=first_rate)  # noqa: B023
            made.sort(key=lambda plug: bench.error([plug], on="validation"))
            bench.tuned(made, mode, steps=steps, rate=rate, seed=seed, optimizer=optimizer)  # noqa: B023
            return [bench.error(made, on=split) for split in ("validation", "test")]

        def runs(rate: float) -> list[list[float]]:
            of_all = ("whole", side.spans, side.settings, mode, steps, rate)  # noqa: B023
            return [
                bench.remember(fingerprint(*of_all, seed), lambda: tuned(rate, seed))  # noqa: B023
                for seed in SEEDS
            ]

        found, rate = best_of(TUNING_RATES[optimizer], runs)
        errors = [test for _, test in found]
        means.append(statistics.fmean(errors))
        shown.append(
            f"{side.name}, {mode}, {optimizer}: {means[-1]:.4f} "
            f"({min(errors):.4f} to {max(errors):.4f}), rate {rate:g}"
        )
    table.add_row(f"{steps} more steps of fine-tuning", *shown, f"{means[0] / means[1]:.2f}")
    Console().print(f"  {shown[0]}   |   {shown[1]}")


def finetune_modes(bench: Bench, table: Table, *, steps: int) -> None:
    """E of the nested tiers after `steps` more steps of each kind on the same students."""
    side = _ours(bench)
    _, rate = bench.best_rate(side)
    made = bench.distilled(side, seed=0, rate=rate)
    made.sort(key=lambda plug: bench.error([plug], on="validation"))
    tiers = range(1, len(made) + 1)

    def errors(plugs_in_use: Sequence[Plug], on: str) -> list[float]:
        return [bench.error(plugs_in_use[:k], on=on) for k in tiers]

    def tuned(mode: str, rate: float, seed: int) -> list[float]:
        again = [replace(plug, module=copy.deepcopy(plug.module)) for plug in made]
        return errors(bench.tuned(again, mode, steps=steps, rate=rate, seed=seed), "validation") + (
            errors(again, "test")
        )

    def show(mode: str, rate: float | None, runs: list[list[float]]) -> None:
        means = [statistics.fmean(column) for column in zip(*runs, strict=True)][len(made) :]
        smallest = [run[-1] for run in runs]
        text = " ".join(f"{mean:.4f}" for mean in means)
        said = f"smallest {min(smallest):.4f} to {max(smallest):.4f}, rate {rate or '-'}"
        table.add_row(f"{steps} more steps: {mode}", f"E of the tiers: {text}", said, "")
        Console().print(f"  {mode}: {text}  {said}")

    show("none", None, [errors(made, "validation") + errors(made, "test")])
    for mode in ("block-wise", "sweep", "tier", "elastic"):

        def runs(rate: float) -> list[list[float]]:
            return [
                bench.remember(
                    f"finetune {mode} {steps} {rate} {seed}",  # noqa: B023
                    lambda: tuned(mode, rate, seed),  # noqa: B023
                )
                for seed in SEEDS
            ]

        found, rate = best_of(TUNING_RATES["muon"], runs)
        show(mode, rate, found)


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
        # Each alone, so none on the states of another.
        side = Side(
            "", tuple(sorted(together)), msgspec.structs.replace(Distill(), sequential=False)
        )
        part = Bench.__new__(Bench)
        part.__dict__ = {**bench.__dict__, "steps": 120 * sum(s.removes for s in together)}
        for plug in part.distilled(side, seed=0, rate=2e-2):
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
    parser.add_argument("--tune", type=int, default=100, help="steps of each kind of fine-tuning")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, separated by commas")
    parser.add_argument("--keep", type=Path, help="a folder for what was measured")
    options = parser.parse_args()
    table = Table(title="Pocket, 10 of 24 blocks removed; E of the velocity on held-out prompts")
    for heading in ("", "first", "second", "ratio"):
        table.add_column(heading)
    with contextlib.ExitStack() as stack:
        folder = options.keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        bench = Bench(folder, steps=options.steps, samples=options.samples, threads=options.threads)
        for part in options.only.split(","):
            PARTS[part](bench, table, options)
    Console(width=170).print(table)


def _ours(bench: Bench, name: str = "our defaults", **changes: object) -> Side:
    return Side(name, bench.spans(OURS), msgspec.structs.replace(Distill(), **changes))


def _as_many(bench: Bench, name: str, other: Side) -> Side:
    """Our defaults, with as many blocks removed as `other` does: the paper's rule overshoots."""
    num_blocks = len(bench.job.blocks)
    removed = sum(span.removes for span in other.spans)
    rule = replace_rule(OURS, remove_share=removed / num_blocks)
    return Side(f"{name}, {removed} of {num_blocks}", bench.spans(rule), Distill())


def _paper(bench: Bench) -> Side:
    settings = Distill(
        loss="direction", start="first", steps_for_each="span", optimizer="adamw", sequential=False
    )
    return Side("paper settings", bench.spans(PAPER, mode="paper"), settings)


Part = Callable[[Bench, Table, argparse.Namespace], None]
PARTS: dict[str, Part] = {
    "step": lambda b, t, _: step_cost(b, _ours(b), t),
    "paper": lambda b, t, _: compare(b, _as_many(b, "our defaults", _paper(b)), _paper(b), t),
    "whole": lambda b, t, o: whole_method(b, t, steps=o.tune),
    "sequential": lambda b, t, _: compare(
        b, _ours(b, "sequential"), _ours(b, "non-sequential", sequential=False), t
    ),
    "scattered": lambda b, t, _: compare(
        b,
        Side("contiguous, up to four", b.spans(replace_rule(OURS, max_span=4)), Distill()),
        Side("scattered pairs", b.spans(replace_rule(OURS, max_span=2)), Distill()),
        t,
    ),
    "loss": lambda b, t, _: compare(
        b, _ours(b, "output loss"), _ours(b, "relative loss", loss="relative"), t
    ),
    "direction": lambda b, t, _: compare(
        b, _ours(b, "output loss"), _ours(b, "direction loss", loss="direction"), t
    ),
    "both": lambda b, t, _: compare(
        b, _ours(b, "output loss"), _ours(b, "both losses", loss="both"), t
    ),
    "optimizer": lambda b, t, _: compare(
        b, _ours(b, "Muon"), _ours(b, "AdamW", optimizer="adamw"), t
    ),
    "costs": lambda b, t, o: rank_correlations(b, t, num_spans=o.spans),
    "finetune": lambda b, t, o: finetune_modes(b, t, steps=o.tune),
}


def replace_rule(rule: PlanRule, **changes: object) -> PlanRule:
    return msgspec.structs.replace(rule, **changes)


if __name__ == "__main__":
    main()
