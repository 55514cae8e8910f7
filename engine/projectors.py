"""Projectors in closed form: fitted to the teacher, and again to a smaller model's own states."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import torch
from torch import Tensor, nn

from engine import device, plugs
from engine.capture import look_inside
from engine.job import Job
from engine.numerics.least_squares import NormalEquations, fit, unexplained
from engine.plan import Span, survivors
from engine.plugs import Plug
from engine.pool import Pool
from engine.reporting import Reporter
from engine.teacher.narrow_block import GroupHead, NarrowBlock, projector
from engine.teacher.shell import States

_BATCH = 64


def residual_map(x: list[Tensor], y: list[Tensor], *, place: torch.device) -> nn.Linear:
    """The linear P with y = x + P(x), fitted on training rows [N, D], its ridge on validation."""
    equations = NormalEquations(x[0].shape[1], y[0].shape[1])
    equations.add(x[0], y[0] - x[0])
    fitted = fit(equations, x[1], y[1] - x[1])[0]
    return projector(x[0].shape[1], fitted.weight, fitted.bias).to(place)


def all_tokens(parts: Iterable[Tensor]) -> Tensor:
    """Tokens [N, D] of all buckets."""
    return torch.cat([part.flatten(0, 1) for part in parts])


def refit(job: Job, made: Collection[Plug], report: Reporter) -> None:
    """Fit every projector of the model that uses `made` again, in place, in depth order.

    Each gets what the smaller model gives it, students and the projectors in front of it included,
    and must give what the teacher has in its place: the closed form of the drift-correcting sweep
    (METHOD section 6). One that does better on held-out samples as it is stays.
    """
    shell, pools = job.shell, (job.training, job.validation)
    students = {p.first: p for p in made if p.kind == "span"}
    kept = survivors(len(job.blocks), [Span(p.first, p.last) for p in students.values()])
    row = plugs.assemble(job.blocks, made)
    teacher = own = [pool.push(shell, [], None, batch=_BATCH) for pool in pools]
    begin = 0
    for i, block in enumerate(kept):
        report.progress(block, len(job.blocks), f"fitting layer {block} again")
        last = students[block].last if block in students else block
        whole = students[block].module if block in students else job.blocks[block]
        stretch = job.blocks[block : last + 1]
        behind = [
            p.push(shell, stretch, s, batch=_BATCH) for p, s in zip(pools, teacher, strict=True)
        ]
        for linear, wanted in _wanted(job, row[i], whole, last, teacher, behind):
            given = [
                _given(job, linear, pool, row[begin : i + 1], states)
                for pool, states in zip(pools, own, strict=True)
            ]
            fitted = residual_map(given, wanted, place=shell.device)
            if _missed(fitted, given[1], wanted[1]) < _missed(linear, given[1], wanted[1]):
                linear.load_state_dict(fitted.state_dict())
        teacher = behind
        # Inside a text group a layer needs its head in the same pass, so the pass begins there.
        if i + 1 == len(row) or not _has_no_text(row[i + 1]):
            own = [
                pool.push(shell, row[begin : i + 1], states, batch=_BATCH)
                for pool, states in zip(pools, own, strict=True)
            ]
            begin = i + 1


def _wanted(
    job: Job,
    module: nn.Module,
    whole: nn.Module,
    last: int,
    front: list[list[States]],
    behind: list[list[States]],
) -> list[tuple[nn.Linear, list[Tensor]]]:
    """The projectors of one layer, in the order in which it uses them, and what each must give."""
    narrow = _inside(module)
    if not isinstance(narrow, NarrowBlock):
        return []
    streams = job.shell.read_later(last)
    after = {name: [all_tokens(s[name] for s in part) for part in behind] for name in streams}
    found = []
    if narrow.text is not None:
        pools = (job.training, job.validation)
        seen = [look_inside(job.shell, whole, p, s) for p, s in zip(pools, front, strict=True)]
        texts = [all_tokens(i.modulated_text for i in part) for part in seen]
        found.append((narrow.text["txt_proj"], texts))
        if "ehs_proj" in narrow.text:
            found.append((narrow.text["ehs_proj"], after["text"]))
    if narrow.ffn is not None:
        found.append((narrow.ffn["img_ffn_proj"], after["image"]))
        if narrow.text is None and "text" in streams:
            found.append((narrow.ffn["txt_ffn_proj"], after["text"]))
    return found


@torch.no_grad()
def _missed(linear: nn.Linear, x: Tensor, y: Tensor) -> float:
    """Unexplained variance of y [N, D] where x + P(x) stands for it."""
    return unexplained(x + linear(x.to(device.of(linear))).cpu(), y)


@torch.no_grad()
def _given(
    job: Job, linear: nn.Linear, pool: Pool, modules: list[nn.Module], states: list[States]
) -> Tensor:
    """What `linear` is given in `modules`, tokens [N, D] of the whole pool."""
    seen: list[Tensor] = []
    handle = linear.register_forward_pre_hook(lambda _module, args: seen.append(args[0].cpu()))
    try:
        pool.push(job.shell, modules, states, batch=_BATCH)
    finally:
        handle.remove()
    return all_tokens(seen)


def _has_no_text(module: nn.Module) -> bool:
    narrow = _inside(module)
    return isinstance(narrow, NarrowBlock) and narrow.text is not None


def _inside(module: nn.Module) -> nn.Module:
    return module.block if isinstance(module, GroupHead) else module
