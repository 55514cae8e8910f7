"""Stage narrow: replace feed-forwards and text streams of the shortened model by linear maps.

PPCL eq. 8 and 9. Everything is fitted to the block that will run, on the teacher's states in front
of it: least squares over the whole pool first, then a short distillation of the projectors alone.
What is replaced is what costs least held-out output error per parameter saved.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import msgspec
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine import plugs, training
from engine.capture import Inside, look_inside
from engine.job import Job
from engine.numerics.least_squares import AffineMap, NormalEquations, fit
from engine.numerics.losses import direction
from engine.plan import Plan, TextGroup, survivors, validate
from engine.plugs import Plug
from engine.project import fingerprint
from engine.reporting import Reporter
from engine.teacher.narrow_block import NarrowBlock, TextGroupState, num_parameters, projector
from engine.teacher.shell import States

NEEDS = ("distill",)
_BATCH = 64


@dataclass(frozen=True, slots=True)
class _Layer:
    """One block of the smaller model with the teacher's states around it, training and validation.

    It stands for the teacher's blocks `block`..`last`.
    """

    block: int
    last: int
    module: nn.Module
    requires: frozenset[str]
    reads_text: bool
    fronts: tuple[list[States], list[States]]
    targets: tuple[list[States], list[States]]
    inside: tuple[list[Inside], list[Inside]]


def run(job: Job, report: Reporter) -> None:
    """Write plugs/narrow/ffn-B.safetensors and text-A-B.safetensors."""
    settings = job.settings.narrow
    folder = job.plug_folder("narrow")
    plan = job.plan()
    validate(
        msgspec.structs.replace(
            plan, text_groups=settings.text_groups or (), ffn=settings.ffn or ()
        )
    )
    wanted: list[Plug] = []
    if settings.num_ffn or settings.num_text_groups or settings.ffn or settings.text_groups:
        spans = list(job.plugs("distill").values())
        layers = _layers(job, spans, report)
        wanted = _chosen(job, spans, _candidates(job, layers, report), report)
        by_block = {layer.block: layer for layer in layers}
        for number, plug in enumerate(wanted):
            report.progress(number, len(wanted), f"training {plug.name}")
            _train(job, plug, by_block, report)
    for file in folder.glob("*.safetensors"):
        if file.stem not in {p.name for p in wanted}:
            file.unlink()


def _layers(job: Job, spans: list[Plug], report: Reporter) -> list[_Layer]:
    """Walk the teacher; look inside every block that survives, students on the teacher's input."""
    shell, pools = job.shell, (job.training, job.validation)
    students = {p.first: p for p in spans}
    kept = survivors(len(job.blocks), job.plan().spans)
    states = tuple(pool.push(shell, [], None, batch=_BATCH) for pool in pools)
    layers = []
    for block in kept:
        report.progress(block, len(job.blocks), f"looking into layer {block}")
        plug = students.get(block)
        last = plug.last if plug else block
        module = plug.module if plug else job.blocks[block]
        stretch = job.blocks[block : last + 1]
        after = tuple(
            p.push(shell, stretch, s, batch=_BATCH) for p, s in zip(pools, states, strict=True)
        )
        inside = tuple(look_inside(shell, module, p, s) for p, s in zip(pools, states, strict=True))
        layers.append(
            _Layer(
                block=block,
                last=last,
                module=module,
                requires=frozenset({plug.name} if plug else ()),
                reads_text="text" in shell.read_later(last),
                fronts=(states[0], states[1]),
                targets=(after[0], after[1]),
                inside=(inside[0], inside[1]),
            )
        )
        states = after
    return layers


def _candidates(job: Job, layers: list[_Layer], report: Reporter) -> list[Plug]:
    """Every FFN plug and text plug that the settings allow, fitted by least squares."""
    settings = job.settings.narrow
    found = []
    if settings.num_ffn or settings.ffn:
        found += [_ffn_plug(layer) for layer in layers]
    if settings.num_text_groups or settings.text_groups:
        for start in range(len(layers)):
            report.progress(start, len(layers), "fitting projectors")
            for size in range(2, settings.max_group + 1):
                members = layers[start : start + size]
                if len(members) == size:
                    found.append(_text_plug(members))
    for group in settings.text_groups or ():
        members = [layer for layer in layers if layer.block in group]
        if len(members) > 1 and not any(p.name == group.name for p in found):
            found.append(_text_plug(members))
    return found


def _ffn_plug(layer: _Layer) -> Plug:
    """h = g + P(g) for both streams; a text output never read needs no projector's quality."""
    module = nn.ModuleDict()
    for stream, name in (("image", "img_ffn_proj"), ("text", "txt_ffn_proj")):
        g, h = ([_rows(i.residual[stream] for i in part) for part in layer.inside],
                [_rows(i.output[stream] for i in part) for part in layer.inside])  # fmt: skip
        module[name] = _residual_map(g, h)
    return Plug("ffn", layer.block, layer.block, module, layer.requires)


def _text_plug(members: list[_Layer]) -> Plug:
    """z = z_a + P_z(z_a) for every later block; behind the last, h_a + P_h(h_a)."""
    head, later = members[0], members[1:]
    module = nn.ModuleDict()
    z_head = [_rows(i.modulated_text for i in part) for part in head.inside]
    for layer in later:
        z = [_rows(i.modulated_text for i in part) for part in layer.inside]
        module[str(layer.block)] = nn.ModuleDict({"txt_proj": _residual_map(z_head, z)})
    if later[-1].reads_text:
        h_head = [_rows(i.output["text"] for i in part) for part in head.inside]
        h_last = [_rows(s["text"] for s in part) for part in later[-1].targets]
        module[str(later[-1].block)]["ehs_proj"] = _residual_map(h_head, h_last)
    requires = frozenset().union(*(layer.requires for layer in members))
    return Plug("text", head.block, later[-1].last, module, requires)


def _residual_map(x: list[Tensor], y: list[Tensor]) -> nn.Linear:
    """The linear P with y = x + P(x), fitted on training rows [N, D], its ridge on validation."""
    equations = NormalEquations(x[0].shape[1], y[0].shape[1])
    equations.add(x[0], y[0] - x[0])
    fitted: AffineMap = fit(equations, x[1], y[1] - x[1])[0]
    return projector(x[0].shape[1], fitted.weight, fitted.bias)


def _rows(parts: Iterable[Tensor]) -> Tensor:
    return torch.cat([part.flatten(0, 1) for part in parts])


def _chosen(job: Job, spans: list[Plug], found: list[Plug], report: Reporter) -> list[Plug]:
    """The candidates that cost least output error per parameter saved, or those named by hand."""
    settings = job.settings.narrow
    pool = job.validation.head(job.settings.plan.num_samples)
    base = pool.output_error(job.shell, plugs.assemble(job.blocks, spans), batch=_BATCH)
    whole = _size(job, spans)
    price: dict[str, float] = {}
    for number, plug in enumerate(found):
        report.progress(number, len(found), f"trying {plug.name}")
        modules = plugs.assemble(job.blocks, [*spans, plug])
        error = pool.output_error(job.shell, modules, batch=_BATCH)
        price[plug.name] = max(error - base, 0.0) / (whole - _size(job, [*spans, plug]))
    ranked = sorted(found, key=lambda p: (price[p.name], p.name))
    ffn = [p for p in ranked if p.kind == "ffn"]
    text = [p for p in ranked if p.kind == "text"]
    if settings.ffn is not None:
        ffn = [p for p in ffn if p.first in settings.ffn]
    if settings.text_groups is not None:
        names = {g.name for g in settings.text_groups}
        text = [p for p in text if p.name in names]
    chosen = ffn if settings.ffn is not None else ffn[: settings.num_ffn]
    limit = len(text) if settings.text_groups is not None else settings.num_text_groups
    # Where the feed-forwards go anyway, a text group has little left to save.
    thin = {p.first for p in chosen} if settings.text_groups is None else set()
    groups: list[Plug] = []
    for plug in text:
        apart = all(plug.last < g.first or g.last < plug.first for g in groups)
        if len(groups) < limit and apart and not thin & set(range(plug.first + 1, plug.last + 1)):
            groups.append(plug)
    chosen = [*chosen, *groups]
    validate(_as_plan(job, chosen))
    return chosen


def _as_plan(job: Job, chosen: list[Plug]) -> Plan:
    plan = job.plan()
    groups = tuple(TextGroup(p.first, p.last) for p in chosen if p.kind == "text")
    ffn = tuple(sorted(p.first for p in chosen if p.kind == "ffn"))
    return Plan(
        model=plan.model, num_blocks=plan.num_blocks, spans=plan.spans, text_groups=groups, ffn=ffn
    )


def _size(job: Job, chosen: list[Plug]) -> int:
    return sum(num_parameters(m) for m in plugs.assemble(job.blocks, chosen))


def _train(job: Job, plug: Plug, layers: dict[int, _Layer], report: Reporter) -> None:
    """Distil the projectors: direction loss of the block's output plus MSE of their own output."""
    settings = job.settings.narrow
    name = fingerprint("narrow", job.project.header, job.settings.calibrate, job.settings.distill,
                       job.plan(), settings, plug.name)  # fmt: skip
    file = job.plug_folder("narrow") / f"{plug.name}.safetensors"
    if plugs.stored_fingerprint(file) == name:
        return
    members = [b for b in sorted(layers) if plug.first <= b <= plug.last]
    trained = members if plug.kind == "ffn" else members[1:]
    head = layers[members[0]]

    def loss_on(split: int, bucket: int, rows: Tensor | slice) -> Tensor:
        losses = [_width_loss(job, plug, layers[b], head, split, bucket, rows) for b in trained]
        return torch.stack(losses).mean()

    def loss_at(step: int) -> Tensor:
        generator = job.generator("narrow", plug.name, step)
        return loss_on(0, *job.training.draw(settings.batch, generator=generator))

    @torch.no_grad()
    def held_out() -> float:
        parts = [
            (r.stop - r.start, float(loss_on(1, i, r))) for i, r in job.validation.batches(_BATCH)
        ]
        return sum(n * loss for n, loss in parts) / len(job.validation)

    parameters = dict(plug.module.named_parameters())
    training.fit(
        parameters, loss_at, held_out,
        schedule=training.Schedule(
            steps=settings.steps, learning_rate=settings.learning_rate, check_every=50, patience=3,
        ),
        checkpoint=job.project.path("checkpoints", f"narrow-{plug.name}.safetensors"),
        fingerprint=name, series=f"narrow/{plug.name}", report=report,
    )  # fmt: skip
    plug.module.requires_grad_(False)
    plugs.save(plug, job.plug_folder("narrow"), fingerprint=name)
    report.artifact("plug", str(file.relative_to(job.project.folder)))


def _width_loss(
    job: Job, plug: Plug, layer: _Layer, head: _Layer, split: int, bucket: int, rows: Tensor | slice
) -> Tensor:
    pool = (job.training, job.validation)[split]
    inside, target = layer.inside[split][bucket], layer.targets[split][bucket]
    front = {name: x[rows] for name, x in layer.fronts[split][bucket].items()}
    if plug.kind == "ffn":
        block = NarrowBlock(layer.module, ffn=plug.module)
        pairs = [
            (g + plug.module[name](g), inside.output[stream][rows])
            for stream, name in (("image", "img_ffn_proj"), ("text", "txt_ffn_proj"))
            for g in (inside.residual[stream][rows],)
            if stream == "image" or layer.reads_text
        ]
        streams = ["image", "text"] if layer.reads_text else ["image"]
    else:
        state, text = TextGroupState(), plug.module[str(layer.block)]
        state.modulated = z = head.inside[split][bucket].modulated_text[rows]
        block = NarrowBlock(layer.module, text=text, group=state)
        pairs = [(z + text["txt_proj"](z), inside.modulated_text[rows])]
        streams = ["image"]
        if "ehs_proj" in text:
            h = head.inside[split][bucket].output["text"][rows]
            pairs.append((h + text["ehs_proj"](h), target["text"][rows]))
    given = job.shell.states(pool.buckets[bucket].inputs(rows), [block], states=front)
    loss = torch.stack([direction(given[s], target[s][rows]) for s in streams]).sum()
    own = [F.mse_loss(a, b) / b.square().mean().clamp(min=1e-12) for a, b in pairs]
    return loss + torch.stack(own).sum()
