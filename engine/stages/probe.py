"""Stage probe: fit a linear probe to every block, and see which blocks do the same job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch

from engine import probes
from engine.job import Job
from engine.numerics.least_squares import AffineMap, NormalEquations, fit, unexplained
from engine.numerics.similarity import Prepared, linear_cka, prepared
from engine.probes import Probe, SimilarityTable
from engine.project import write_json
from engine.reporting import Reporter, Tally
from engine.teacher.shell import States
from engine.workers import Workers

NEEDS = ("calibrate",)
_BATCH = 64
_Row = tuple[float | None, ...]


def run(job: Job, report: Reporter) -> None:
    """Write probe/probes.safetensors and probe/table.json."""
    workers = Workers(job)
    fitted, tokens, held = _fit_all(job, workers, report)
    probes.save(fitted, job.project.path("probe", "probes.safetensors"))
    table = _table(job, workers, fitted, tokens, held, report)
    write_json(job.project.path("probe", "table.json"), table)
    report.artifact("table", "probe/table.json")


def _fit_all(
    job: Job, workers: Workers, report: Reporter
) -> tuple[list[Probe], list[States], list[States]]:
    """Probes of all blocks; tokens [N, D] at every border, of training and held-out pool."""
    shell, blocks, settings = job.shell, job.blocks, job.settings.probe
    training = job.training.head(settings.num_samples)
    states = training.push(shell, [], None, batch=_BATCH, report=report)
    held_states = job.validation.push(shell, [], None, batch=_BATCH, report=report)
    rows = _token_rows(job, states)
    tokens = [_flat(states, rows)]
    held = [_flat(held_states, None)]

    def walk() -> Iterator[tuple[int, list[States], list[States]]]:
        """Every block with what it is given and gives, while nobody has to remember more."""
        nonlocal states, held_states
        for block, module in enumerate(blocks):
            after = workers.push(training, shell, [module], states, batch=_BATCH, report=report)
            held_states = job.validation.push(shell, [module], held_states, batch=_BATCH)
            tokens.append(_flat(after, rows))
            held.append(_flat(held_states, None))
            yield block, states, after
            states = after

    def fit_block(report: Reporter, task: tuple[int, list[States], list[States]]) -> dict[str, Any]:
        block, before, after = task
        found = {}
        for stream in shell.read_later(block):
            width = tokens[0][stream].shape[1]
            equations = NormalEquations(width, width)
            for old, new in zip(before, after, strict=True):
                x = old[stream].flatten(0, 1)
                equations.add(x, new[stream].flatten(0, 1) - x)
            x, y = held[block][stream], held[block + 1][stream]
            probe, error = fit(equations, x, y - x)
            if settings.mode == "paper" and settings.gradient_steps:
                probe = equations.descend(probe, steps=settings.gradient_steps)
                error = unexplained(probe(x), y - x)
            report.metric(f"probe/{stream}", block, error)
            found[stream] = probe.weight.numpy(), probe.bias.numpy()
        report.progress(1, 1, "fitting probes")
        return found

    found = workers.each(fit_block, walk(), report=report, tally=Tally(len(blocks)))
    fitted = [
        {stream: AffineMap(*map(torch.from_numpy, arrays)) for stream, arrays in probe.items()}
        for probe in found
    ]
    return fitted, tokens, held


def _token_rows(job: Job, states: list[States]) -> States:
    """Which tokens of the pool are kept at every border: the same ones, drawn once, per stream."""
    rows = {}
    for stream in states[0]:
        num_all = sum(s[stream].shape[0] * s[stream].shape[1] for s in states)
        order = torch.randperm(num_all, generator=job.generator("tokens", stream))
        rows[stream] = order[: job.settings.probe.num_tokens].sort().values
    return rows


def _flat(states: list[States], rows: States | None) -> States:
    """Tokens [N, D] per stream of all buckets, or those of `rows`."""
    flat = {name: torch.cat([s[name].flatten(0, 1) for s in states]) for name in states[0]}
    return flat if rows is None else {name: x[rows[name]] for name, x in flat.items()}


def _table(
    job: Job,
    workers: Workers,
    fitted: list[Probe],
    tokens: list[States],
    held: list[States],
    report: Reporter,
) -> SimilarityTable:
    debiased = standardise = job.settings.probe.mode == "default"
    num_blocks = len(fitted)
    ready = [
        {name: prepared(x, standardise=standardise) for name, x in border.items()}
        for border in tokens
    ]
    for border in ready:
        for features in border.values():
            features.own(debiased=debiased)  # before the workers, who all need it

    def row(report: Reporter, u: int) -> tuple[_Row, _Row, dict[str, _Row]]:
        """Of the spans that begin at `u`: likeness and unexplained share, by their last block.

        Per stream, how alike the output of `u` is to that of each block from there on.
        """
        similar, residual = _composed(job, fitted, ready, tokens[u], held, u)
        alike = {
            s: tuple(
                round(linear_cka(ready[u + 1][s], ready[j + 1][s], debiased=debiased), 5)
                for j in range(u, num_blocks)
            )
            for s in job.shell.streams
        }
        report.progress(1, 1, "comparing blocks")
        return similar, residual, alike

    rows = workers.each(row, range(num_blocks), report=report, tally=Tally(num_blocks))
    heat = {
        stream: tuple(
            tuple(rows[min(i, j)][2][stream][abs(i - j)] for j in range(num_blocks))
            for i in range(num_blocks)
        )
        for stream in job.shell.streams
    }
    return SimilarityTable(
        mode=job.settings.probe.mode,
        num_blocks=num_blocks,
        cka=tuple(similar for similar, _, _ in rows),
        residual=tuple(residual for _, residual, _ in rows),
        heat=heat,
    )


def _composed(
    job: Job,
    fitted: list[Probe],
    ready: list[dict[str, Prepared]],
    tokens: States,
    held: list[States],
    u: int,
) -> tuple[_Row, _Row]:
    """Likeness and unexplained share of the probes of `u` to each later block, one on another."""
    debiased = standardise = job.settings.probe.mode == "default"
    similar: list[float | None] = [None] * u
    residual: list[float | None] = [None] * u
    here, held_here = tokens, held[u]
    for k in range(u, len(fitted)):
        here, held_here = probes.apply(fitted[k], here), probes.apply(fitted[k], held_here)
        streams = job.shell.read_later(k)
        pairs = [
            linear_cka(
                prepared(here[s], standardise=standardise), ready[k + 1][s], debiased=debiased
            )
            for s in streams
        ]
        similar.append(round(sum(pairs) / len(pairs), 6))
        errors = [unexplained(held_here[s], held[k + 1][s]) for s in streams]
        residual.append(round(sum(errors) / len(errors), 6))
    return tuple(similar), tuple(residual)
