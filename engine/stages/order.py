"""Stage order: nest the tiers, adding the plug of least output error per parameter saved.

The error is marginal: it is measured with the plugs chosen so far in place (METHOD section 3).
"""

from __future__ import annotations

import shutil

import msgspec

from engine import plugs
from engine.job import Job
from engine.plugs import Plug
from engine.project import write_json
from engine.reporting import Reporter
from engine.teacher.narrow_block import num_parameters
from engine.tiers import ALONE, FILE, Tier, TierTable
from engine.workers import Workers

NEEDS = ("narrow",)
_BATCH = 64


def run(job: Job, report: Reporter) -> None:
    """Write tiers.json: plugs and sizes of every tier, nothing measured yet.

    Plugs that were tuned for another order go, or they would stand in for those of this one.
    """
    for tuned in ("finetune", ALONE):
        shutil.rmtree(job.plug_folder(tuned), ignore_errors=True)
    found = [*job.plugs("distill").values(), *job.plugs("narrow").values()]
    order = greedy_order(job, found, report)
    original = describe(job, [], number=0, whole=None)
    every = [describe(job, order[: n + 1], number=n + 1, whole=original) for n in range(len(order))]
    kept = evenly([t.parameters for t in every], job.settings.order.max_tiers)
    tiers = [
        original,
        *(msgspec.structs.replace(every[i], name=f"Tier {n + 1}") for n, i in enumerate(kept)),
    ]
    write_json(job.project.path(FILE), TierTable(model=job.model, tiers=tuple(tiers)))
    report.artifact("tiers", FILE)


def greedy_order(job: Job, found: list[Plug], report: Reporter) -> list[Plug]:
    """All plugs, least marginal output error per saved parameter first, requirements respected.

    Where the settings say so, students wait for what narrows the layers that stay.
    """
    pool = job.validation.head(job.settings.plan.num_samples)
    plug_of = {plug.name: plug for plug in found}
    order: list[Plug] = []
    error = 0.0
    done, total = 0, len(found) * (len(found) + 1) // 2

    def joint_error(names: tuple[str, ...]) -> float:
        modules = plugs.assemble(job.blocks, [plug_of[name] for name in names])
        return pool.output_error(job.shell, modules, batch=_BATCH)

    with Workers(job).team(joint_error) as team:
        while len(order) < len(found):
            names = tuple(p.name for p in order)
            whole = _size(job, order)
            possible = [p for p in found if p.name not in names and p.requires <= set(names)]
            if job.settings.order.narrow_first:
                possible = [p for p in possible if p.kind != "span"] or possible
            errors = team.each([(*names, plug.name) for plug in possible])
            priced: list[tuple[float, str, float, Plug]] = []
            for plug, joint in zip(possible, errors, strict=True):
                done += 1
                report.progress(done, total, f"ordering, {len(order) + 1} of {len(found)}")
                saved = whole - _size(job, [*order, plug])
                # A text group that no surviving block fills yet saves nothing, so it comes last.
                price = (joint - error) / saved if saved > 0 else float("inf")
                priced.append((price, plug.name, joint, plug))
            _, _, error, best = min(priced, key=lambda p: p[:2])
            order.append(best)
            report.metric("order/error", len(order), error)
    report.progress(total, total, "ordering")
    return order


def evenly(sizes: list[int], count: int) -> list[int]:
    """At most `count` indices of falling `sizes`, the last one always, evenly spread in size."""
    if len(sizes) <= count:
        return list(range(len(sizes)))
    kept: list[int] = []
    for number in range(count):
        wanted = sizes[0] + (sizes[-1] - sizes[0]) * number / max(1, count - 1)
        # Leave enough behind this one for the tiers that are still to come.
        free = range(kept[-1] + 1 if kept else 0, len(sizes) - (count - 1 - number))
        kept.append(min(free, key=lambda i: (abs(sizes[i] - wanted), i)))
    kept[-1] = len(sizes) - 1
    return kept


def describe(job: Job, chosen: list[Plug], *, number: int, whole: Tier | None) -> Tier:
    """Names and sizes of the tier that uses `chosen`; `whole` is tier 0."""
    modules = plugs.assemble(job.blocks, chosen)
    shell_size = sum(p.numel() for p in job.pipeline.transformer.parameters()) - sum(
        p.numel() for block in job.blocks for p in block.parameters()
    )
    parameters = shell_size + sum(num_parameters(m) for m in modules)
    return Tier(
        name="Original" if whole is None else f"Tier {number}",
        plugs=tuple(p.name for p in chosen),
        parameters=parameters,
        parameters_ratio=round(parameters / (whole.parameters if whole else parameters), 4),
        blocks=len(modules),
        bytes_bf16=2 * parameters,
    )


def _size(job: Job, chosen: list[Plug]) -> int:
    return sum(num_parameters(m) for m in plugs.assemble(job.blocks, chosen))
