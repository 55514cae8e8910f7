"""Stage probe: fit a linear probe to every block, and see which blocks do the same job."""

from __future__ import annotations

import torch
from torch import Tensor

from engine import probes
from engine.job import Job
from engine.numerics.least_squares import NormalEquations, fit, unexplained
from engine.numerics.similarity import linear_cka, prepared
from engine.probes import Probe, SimilarityTable
from engine.project import write_json
from engine.reporting import Reporter, Tally
from engine.teacher.shell import States
from engine.workers import Workers

NEEDS = ("calibrate",)
_BATCH = 64


def run(job: Job, report: Reporter) -> None:
    """Write probe/probes.safetensors and probe/table.json."""
    fitted, tokens, held = _fit_all(job, report)
    probes.save(fitted, job.project.path("probe", "probes.safetensors"))
    table = _table(job, fitted, tokens, held, report)
    write_json(job.project.path("probe", "table.json"), table)
    report.artifact("table", "probe/table.json")


def _fit_all(job: Job, report: Reporter) -> tuple[list[Probe], list[States], list[States]]:
    """Probes of all blocks; tokens [N, D] at every border, of training and held-out pool."""
    shell, blocks, settings = job.shell, job.blocks, job.settings.probe
    states = job.training.push(shell, [], None, batch=_BATCH)
    held_states = job.validation.push(shell, [], None, batch=_BATCH)
    rows = _token_rows(job, states)
    tokens = [_flat(states, rows)]
    held = [_flat(held_states, None)]
    fitted: list[Probe] = []
    for block, module in enumerate(blocks):
        report.progress(block, len(blocks), "fitting probes")
        after = job.training.push(shell, [module], states, batch=_BATCH)
        held_states = job.validation.push(shell, [module], held_states, batch=_BATCH)
        tokens.append(_flat(after, rows))
        held.append(_flat(held_states, None))
        probe: Probe = {}
        for stream in shell.read_later(block):
            equations = NormalEquations(tokens[0][stream].shape[1], tokens[0][stream].shape[1])
            for old, new in zip(states, after, strict=True):
                x = old[stream].flatten(0, 1)
                equations.add(x, new[stream].flatten(0, 1) - x)
            x, y = held[block][stream], held[block + 1][stream]
            probe[stream], error = fit(equations, x, y - x)
            if settings.mode == "paper" and settings.gradient_steps:
                probe[stream] = equations.descend(probe[stream], steps=settings.gradient_steps)
                error = unexplained(probe[stream](x), y - x)
            report.metric(f"probe/{stream}", block, error)
        fitted.append(probe)
        states = after
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
    job: Job, fitted: list[Probe], tokens: list[States], held: list[States], report: Reporter
) -> SimilarityTable:
    debiased = standardise = job.settings.probe.mode == "default"
    shell, num_blocks = job.shell, len(fitted)
    ready = [
        {name: prepared(x, standardise=standardise) for name, x in border.items()}
        for border in tokens
    ]

    def cka(x: Tensor, y: Tensor) -> float:
        return linear_cka(x, y, debiased=debiased)

    similar: list[list[float | None]] = [[None] * num_blocks for _ in fitted]
    residual: list[list[float | None]] = [[None] * num_blocks for _ in fitted]
    tally = Tally(num_blocks)

    def fill_row(_worker: Job, report: Reporter, u: int) -> None:
        here, held_here = tokens[u], held[u]
        for k in range(u, num_blocks):
            here, held_here = probes.apply(fitted[k], here), probes.apply(fitted[k], held_here)
            streams = shell.read_later(k)
            pairs = [
                cka(prepared(here[s], standardise=standardise), ready[k + 1][s]) for s in streams
            ]
            similar[u][k] = round(sum(pairs) / len(pairs), 6)
            errors = [unexplained(held_here[s], held[k + 1][s]) for s in streams]
            residual[u][k] = round(sum(errors) / len(errors), 6)
        report.part(tally, u, 1).progress(1, 1, "comparing blocks")

    Workers(job).each(fill_row, range(num_blocks), report=report)
    heat = {
        stream: tuple(
            tuple(
                round(cka(ready[i + 1][stream], ready[j + 1][stream]), 5) for j in range(num_blocks)
            )
            for i in range(num_blocks)
        )
        for stream in shell.streams
    }
    return SimilarityTable(
        mode=job.settings.probe.mode,
        num_blocks=num_blocks,
        cka=tuple(map(tuple, similar)),
        residual=tuple(map(tuple, residual)),
        heat=heat,
    )
