"""Stage order: nest the tiers, adding the plug of least output error per parameter saved.

The error is marginal: it is measured with the plugs chosen so far in place (METHOD section 3).
"""

from __future__ import annotations

import math
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
_AT_ONCE = 2  # however many workers there are, so that the order does not depend on them


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
    sizes = [t.parameters for t in every]
    kept = evenly(original.parameters, sizes, job.settings.order.max_tiers)
    tiers = [
        original,
        *(msgspec.structs.replace(every[i], name=f"Tier {n + 1}") for n, i in enumerate(kept)),
    ]
    write_json(job.project.path(FILE), TierTable(model=job.model, tiers=tuple(tiers)))
    report.artifact("tiers", FILE)


def greedy_order(job: Job, found: list[Plug], report: Reporter) -> list[Plug]:
    """All plugs, least marginal output error per saved parameter first, requirements respected.

    What a plug adds to the error grows with the plugs in place, as a rule. So those are asked first
    that were cheapest when they were last asked, and no more once the best answer is cheaper than
    what is left was (Minoux 1978). Where the settings say so, students wait for what narrows the
    layers that stay.
    """
    pool = job.validation.head(job.settings.plan.num_samples)
    plug_of = {plug.name: plug for plug in found}
    order: list[Plug] = []
    added, error = dict.fromkeys(plug_of, -math.inf), 0.0  # nobody was asked yet

    def joint_error(names: tuple[str, ...]) -> float:
        modules = plugs.assemble(job.blocks, [plug_of[name] for name in names])
        return pool.output_error(job.shell, modules, batch=_BATCH)

    with Workers(job).team(joint_error) as team:
        while len(order) < len(found):
            names, whole = tuple(p.name for p in order), _size(job, order)
            possible = _possible(job, found, names)
            saved = {p.name: whole - _size(job, [*order, p]) for p in possible}
            joint: dict[str, float] = {}

            def price(name: str, saved: dict[str, int] = saved) -> tuple[float, str]:
                less = saved[name]
                # A text group that no surviving block fills yet saves nothing, so it comes last.
                return (added[name] / less if less > 0 else math.inf), name

            while (best := min(saved, key=price)) not in joint:
                report.progress(
                    len(order), len(found), f"ordering, {len(order) + 1} of {len(found)}"
                )
                asked = sorted(saved.keys() - joint.keys(), key=price)[:_AT_ONCE]
                answers = team.each([(*names, name) for name in asked])
                joint |= dict(zip(asked, answers, strict=True))
                added.update({name: joint[name] - error for name in asked})
            error = joint[best]
            order.append(plug_of[best])
            report.metric("order/error", len(order), error)
    report.progress(len(found), len(found), "ordering")
    return order


def _possible(job: Job, found: list[Plug], names: tuple[str, ...]) -> list[Plug]:
    """Plugs that may come behind those of these `names`."""
    possible = [p for p in found if p.name not in names and p.requires <= set(names)]
    if job.settings.order.narrow_first:
        return [p for p in possible if p.kind != "span"] or possible
    return possible


def evenly(whole: int, sizes: list[int], count: int) -> list[int]:
    """At most `count` indices of falling `sizes`, in even steps from `whole`; always the last."""
    if len(sizes) <= count:
        return list(range(len(sizes)))
    kept: list[int] = []
    for number in range(count):
        wanted = whole + (sizes[-1] - whole) * (number + 1) / count
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
