"""Projectors fitted again to what a smaller model gives them."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from engine import plugs, projectors
from engine.job import Job
from engine.numerics.least_squares import unexplained
from engine.plan import Span, survivors
from engine.plugs import Plug
from engine.pool import Pool
from engine.reporting import SILENT
from engine.teacher.narrow_block import GroupHead, NarrowBlock


def spoilt(job: Job) -> dict[str, Plug]:
    """All plugs; the students drift away from the teacher, so what comes behind them does too."""
    made = job.plugs("distill") | job.plugs("narrow")
    torch.manual_seed(0)
    with torch.no_grad():
        for plug in made.values():
            if plug.kind == "span":
                for p in plug.module.parameters():
                    p.add_(1.0 * p.abs().mean() * torch.randn_like(p))
    return made


def narrow_layer(row: list[nn.Module], kind: str) -> tuple[int, NarrowBlock]:
    """Place and block of the first layer that has a projector of this kind."""
    for i, module in enumerate(row):
        block = module.block if isinstance(module, GroupHead) else module
        if isinstance(block, NarrowBlock) and getattr(block, kind) is not None:
            return i, block
    raise AssertionError("the finished project has no such layer")


def given_to(job: Job, row: list[nn.Module], linear: nn.Linear, pool: Pool | None = None) -> Tensor:
    """Tokens that `linear` gets when the whole smaller model runs, by default held-out ones."""
    seen: list[Tensor] = []
    handle = linear.register_forward_pre_hook(lambda _m, args: seen.append(args[0]))
    (pool or job.validation).push(job.shell, row, None, batch=64)
    handle.remove()
    return torch.cat([x.flatten(0, 1) for x in seen])


def teachers(job: Job, last: int, stream: str, pool: Pool | None = None) -> Tensor:
    states = (pool or job.validation).push(job.shell, job.blocks[: last + 1], None, batch=64)
    return torch.cat([s[stream].flatten(0, 1) for s in states])


def test_feed_forward_gets_the_smaller_models_states_and_gives_the_teachers(job: Job) -> None:
    made = spoilt(job)
    name, plug = next((n, p) for n, p in made.items() if p.kind == "ffn")
    row = plugs.assemble(job.blocks, list(made.values()))
    _, block = narrow_layer(row, "ffn")
    linear = plug.module["img_ffn_proj"]
    students = {p.first: p.last for p in made.values() if p.kind == "span"}
    truth = teachers(job, students.get(plug.first, plug.first), "image")
    old = given_to(job, row, linear)
    error_before = unexplained(old + linear(old), truth)
    projectors.refit(job, list(made.values()), SILENT)
    x = given_to(job, row, linear)
    error = unexplained(x + linear(x), truth)
    assert error < error_before, name
    assert block.ffn is not None
    assert block.ffn["img_ffn_proj"] is linear, "in place"


def test_feed_forward_is_the_least_squares_map_from_its_own_states(job: Job) -> None:
    """In the last layer, where the students in front of it have moved the states."""
    made = {n: p for n, p in spoilt(job).items() if p.kind == "span"}
    spans = [Span(p.first, p.last) for p in made.values()]
    block = survivors(len(job.blocks), spans)[-1]
    names, width = ("img_ffn_proj", "txt_ffn_proj"), job.blocks[0].img_mod[1].in_features
    plug = Plug("ffn", block, block, plugs.projectors(names, width))
    made[plug.name] = plug
    linear = plug.module["img_ffn_proj"]
    linear.requires_grad_(False)
    linear.weight.normal_()
    row = plugs.assemble(job.blocks, list(made.values()))
    projectors.refit(job, list(made.values()), SILENT)
    last = {p.first: p.last for p in made.values() if p.kind == "span"}.get(plug.first, plug.first)
    pools = (job.training, job.validation)
    x = [given_to(job, row, linear, pool) for pool in pools]
    y = [teachers(job, last, "image", pool) for pool in pools]
    wanted = projectors.residual_map(x, y, place=torch.device("cpu"))
    difference = (linear.weight - wanted.weight).norm() / wanted.weight.norm()
    assert difference < 1e-2


def test_what_broken_projectors_held_before_does_not_matter(job: Job) -> None:
    first, second = spoilt(job), spoilt(job)
    for made, seed in ((first, 1), (second, 2)):
        torch.manual_seed(seed)
        for plug in made.values():
            if plug.kind != "span":
                for p in plug.module.parameters():
                    p.data.normal_()
    row = plugs.assemble(job.blocks, list(first.values()))
    broken = job.test.output_error(job.shell, row, batch=64)
    for made in (first, second):
        projectors.refit(job, list(made.values()), SILENT)
    assert job.test.output_error(job.shell, row, batch=64) < 0.1 * broken
    for name, plug in first.items():
        for key, value in plug.module.state_dict().items():
            if "txt_ffn" not in key:  # left alone where nothing reads the text
                assert torch.equal(value, second[name].module.state_dict()[key]), (name, key)


def test_projectors_that_are_better_as_they_are_stay(job: Job) -> None:
    made = job.plugs("distill") | job.plugs("narrow")
    projectors.refit(job, list(made.values()), SILENT)
    before = {n: {k: v.clone() for k, v in p.module.state_dict().items()} for n, p in made.items()}
    projectors.refit(job, list(made.values()), SILENT)
    for name, plug in made.items():
        for key, value in plug.module.state_dict().items():
            assert torch.equal(value, before[name][key]), (name, key)


def test_students_and_the_teacher_are_not_changed(job: Job) -> None:
    made = spoilt(job)
    before = {n: {k: v.clone() for k, v in p.module.state_dict().items()} for n, p in made.items()}
    teacher = {n: p.clone() for n, p in job.pipeline.transformer.state_dict().items()}
    projectors.refit(job, list(made.values()), SILENT)
    for name, plug in made.items():
        if plug.kind == "span":
            state = plug.module.state_dict()
            assert all(torch.equal(before[name][k], v) for k, v in state.items()), name
    assert all(torch.equal(teacher[n], p) for n, p in job.pipeline.transformer.state_dict().items())
