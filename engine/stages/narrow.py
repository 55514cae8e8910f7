"""Stage narrow: replace feed-forwards and text streams of the shortened model by linear maps.

PPCL eq. 8 and 9. Everything is fitted to the block that will run, on the teacher's states in front
of it: least squares over the whole pool first, then a short distillation of the projectors alone.
What is replaced is what costs least held-out output error per parameter saved. So there are two
walks over the layers, one that fits every candidate and one that trains those that were chosen.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import msgspec
import torch
import torch.nn.functional as F
from torch import Tensor, nn

from engine import device, plugs, training
from engine.capture import Inside, look_inside
from engine.job import Job
from engine.numerics.losses import direction
from engine.plan import Plan, TextGroup, survivors, validate
from engine.plugs import Plug
from engine.project import fingerprint
from engine.projectors import all_tokens, residual_map
from engine.reporting import Reporter, Tally
from engine.settings import Narrow
from engine.teacher.narrow_block import NarrowBlock, TextGroupState, num_parameters
from engine.teacher.shell import States
from engine.workers import Workers

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

    def kept_text(self) -> _Text:
        """What the later blocks of a text group need of this one, its head."""
        training, validation = (
            [(i.modulated_text, i.output["text"]) for i in part] for part in self.inside
        )
        return training, validation


# Modulated text z_a and text output h_a [N, T, D] of a head: per split, per bucket.
_Text = tuple[list[tuple[Tensor, Tensor]], list[tuple[Tensor, Tensor]]]


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
    kept = survivors(len(job.blocks), plan.spans)
    ffn, groups = _wanted_ffn(settings, kept), _wanted_groups(settings, kept)
    chosen: list[Plug] = []
    if ffn or groups:
        spans = list(job.plugs("distill").values())
        chosen = _chosen(job, spans, _candidates(job, spans, ffn, groups, report), report)
        _train_all(job, spans, chosen, report)
    for file in folder.glob("*.safetensors"):
        if file.stem not in {p.name for p in chosen}:
            file.unlink()
    for file in (job.project.folder / "checkpoints").glob("narrow-*.safetensors"):
        file.unlink()  # of plugs that were chosen once


def _wanted_ffn(settings: Narrow, kept: list[int]) -> list[int]:
    """Blocks whose feed-forward may be replaced: those named by hand, or all that are left."""
    if settings.ffn is not None:
        return [block for block in kept if block in settings.ffn]
    return kept if settings.num_ffn else []


def _wanted_groups(settings: Narrow, kept: list[int]) -> list[list[int]]:
    """Text groups that may be made, as the blocks that are left of each, its head first."""
    if settings.text_groups is not None:
        groups = [[block for block in kept if block in group] for group in settings.text_groups]
        return [group for group in groups if len(group) > 1]
    sizes = range(2, settings.max_group + 1) if settings.num_text_groups else ()
    return [
        kept[start : start + size] for start in range(len(kept)) for size in sizes
        if start + size <= len(kept)
    ]  # fmt: skip


def _walk(
    job: Job, spans: list[Plug], blocks: set[int], visit: Callable[[_Layer], None], report: Reporter
) -> None:
    """Walk the teacher and visit these blocks, students on the teacher's input.

    States of one layer are alive at a time: a pool of them can be as large as the model.
    """
    shell, pools = job.shell, (job.training, job.validation)
    students = {p.first: p for p in spans}
    states = tuple(pool.push(shell, [], None, batch=_BATCH) for pool in pools)
    for block in survivors(len(job.blocks), job.plan().spans):
        if block > max(blocks):
            return
        report.progress(block, len(job.blocks), f"looking into layer {block}")
        plug = students.get(block)
        last = plug.last if plug else block
        stretch = job.blocks[block : last + 1]
        after = tuple(
            p.push(shell, stretch, s, batch=_BATCH) for p, s in zip(pools, states, strict=True)
        )
        if block in blocks:
            visit(_looked_into(job, block, plug, states, after))
        states = after


def _looked_into(
    job: Job,
    block: int,
    plug: Plug | None,
    fronts: tuple[list[States], ...],
    targets: tuple[list[States], ...],
) -> _Layer:
    module, last = (plug.module, plug.last) if plug else (job.blocks[block], block)
    inside = [
        look_inside(job.shell, module, pool, states)
        for pool, states in zip((job.training, job.validation), fronts, strict=True)
    ]
    return _Layer(
        block=block,
        last=last,
        module=module,
        requires=frozenset({plug.name} if plug else ()),
        reads_text="text" in job.shell.read_later(last),
        fronts=(fronts[0], fronts[1]),
        targets=(targets[0], targets[1]),
        inside=(inside[0], inside[1]),
    )


def _candidates(
    job: Job, spans: list[Plug], ffn: list[int], groups: list[list[int]], report: Reporter
) -> list[Plug]:
    """Every plug that may be made, its projectors fitted by least squares as the walk goes by."""
    found: list[Plug] = []
    heads: dict[int, _Text] = {}
    requires: dict[int, frozenset[str]] = {}
    inputs: dict[tuple[int, int], nn.Linear] = {}  # (head, block) -> its txt_proj

    def visit(layer: _Layer) -> None:
        block = layer.block
        requires[block] = layer.requires
        if block in ffn:
            found.append(_ffn_plug(layer))
        for head in sorted({g[0] for g in groups if block in g[1:]}):
            inputs[head, block] = _text_input(heads[head], layer)
        for group in (g for g in groups if g[-1] == block):
            module = nn.ModuleDict(
                {str(b): nn.ModuleDict({"txt_proj": inputs[group[0], b]}) for b in group[1:]}
            )
            if layer.reads_text:
                module[str(block)]["ehs_proj"] = _text_output(heads[group[0]], layer)
            needs = frozenset().union(*(requires[b] for b in group))
            found.append(Plug("text", group[0], layer.last, module, needs))
        if any(g[0] == block for g in groups):
            heads[block] = layer.kept_text()
        for head in [h for h in heads if all(g[-1] <= block for g in groups if g[0] == h)]:
            del heads[head]

    _walk(job, spans, {*ffn, *(b for g in groups for b in g)}, visit, report)
    return found


def _ffn_plug(layer: _Layer) -> Plug:
    """h = g + P(g) for both streams; a text output never read needs no projector's quality."""
    module = nn.ModuleDict()
    for stream, name in (("image", "img_ffn_proj"), ("text", "txt_ffn_proj")):
        g, h = ([all_tokens(i.residual[stream] for i in part) for part in layer.inside],
                [all_tokens(i.output[stream] for i in part) for part in layer.inside])  # fmt: skip
        module[name] = residual_map(g, h, place=device.of(layer.module))
    return Plug("ffn", layer.block, layer.block, module, layer.requires)


def _text_input(head: _Text, layer: _Layer) -> nn.Linear:
    """P_z with z = z_a + P_z(z_a), z the modulated text of the block that will run."""
    z_head = [all_tokens(z for z, _ in part) for part in head]
    z = [all_tokens(i.modulated_text for i in part) for part in layer.inside]
    return residual_map(z_head, z, place=device.of(layer.module))


def _text_output(head: _Text, layer: _Layer) -> nn.Linear:
    """P_h with the teacher's text behind the group = h_a + P_h(h_a)."""
    h_head = [all_tokens(h for _, h in part) for part in head]
    h = [all_tokens(s["text"] for s in part) for part in layer.targets]
    return residual_map(h_head, h, place=device.of(layer.module))


def _chosen(job: Job, spans: list[Plug], found: list[Plug], report: Reporter) -> list[Plug]:
    """The candidates that cost least output error per parameter saved, or those named by hand."""
    settings = job.settings.narrow
    pool = job.validation.head(job.settings.plan.num_samples)
    base = pool.output_error(job.shell, plugs.assemble(job.blocks, spans), batch=_BATCH)
    whole = _size(job, spans)
    workers, tally = Workers(job), Tally(len(found))
    students = workers.own(lambda _worker: plugs.twins(spans))

    def price_of(worker: Job, report: Reporter, plug: Plug) -> float:
        report.part(tally, plug.name, 1).progress(1, 1, f"trying {plug.name}")
        used = [*students(worker), plug]
        error = pool.output_error(worker.shell, plugs.assemble(worker.blocks, used), batch=_BATCH)
        return max(error - base, 0.0) / (whole - _size(worker, used))

    prices = workers.each(price_of, found, report=report)
    price = {plug.name: price for plug, price in zip(found, prices, strict=True)}
    ranked = sorted(found, key=lambda p: (price[p.name], p.name))
    ffn = [p for p in ranked if p.kind == "ffn"]
    text = [p for p in ranked if p.kind == "text"]
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


def _train_all(job: Job, spans: list[Plug], chosen: list[Plug], report: Reporter) -> None:
    """Train and store the plugs that are not there yet, in a second walk."""
    folder = job.plug_folder("narrow")
    work = {p.name: _work(job, p) for p in chosen}
    files = {p.name: folder / f"{p.name}.safetensors" for p in chosen}
    todo = [p for p in chosen if plugs.stored_fingerprint(files[p.name]) != work[p.name]]
    heads: dict[str, _Text] = {}

    def visit(layer: _Layer) -> None:
        for plug in (p for p in todo if p.first <= layer.block <= p.last):
            if plug.kind == "text" and layer.block == plug.first:
                heads[plug.name] = layer.kept_text()
                continue
            _train(job, plug, layer, heads.get(plug.name), work[plug.name], report)
            if layer.last == plug.last or plug.kind == "ffn":
                heads.pop(plug.name, None)
                plug.module.requires_grad_(False)
                plugs.save(plug, folder, fingerprint=work[plug.name])
                report.artifact("plug", str(files[plug.name].relative_to(job.project.folder)))

    if todo:
        needed = {b for p in todo for b in range(p.first, p.last + 1)}
        _walk(job, spans, needed, visit, report)


def _work(job: Job, plug: Plug) -> str:
    """The fingerprint of all that a plug is made from."""
    return fingerprint("narrow", job.project.header, job.settings.calibrate, job.settings.distill,
                       job.plan(), job.settings.narrow, plug.name)  # fmt: skip


def _train(
    job: Job, plug: Plug, layer: _Layer, head: _Text | None, work: str, report: Reporter
) -> None:
    """Distil the projectors of `plug` in one layer, on the teacher's states in front of it.

    The loss is the direction loss of the block's output plus the MSE of the projectors' own.
    """
    settings = job.settings.narrow
    module = plug.module if plug.kind == "ffn" else plug.module[str(layer.block)]
    name = plug.name if len(plug.module) == 1 or head is None else f"{plug.name}-{layer.block}"

    def loss_on(split: int, bucket: int, rows: Tensor | slice) -> Tensor:
        return _width_loss(job, module, layer, head, split, bucket, rows)

    def loss_at(step: int) -> Tensor:
        generator = job.generator("narrow", plug.name, step)
        return loss_on(0, *job.training.draw(settings.batch, generator=generator))

    @torch.no_grad()
    def held_out() -> float:
        parts = [
            (r.stop - r.start, float(loss_on(1, i, r))) for i, r in job.validation.batches(_BATCH)
        ]
        return sum(n * loss for n, loss in parts) / len(job.validation)

    training.fit(
        dict(module.named_parameters()), loss_at, held_out,
        schedule=training.Schedule(
            steps=settings.steps, learning_rate=settings.learning_rate, check_every=50, patience=3,
        ),
        checkpoint=job.project.path("checkpoints", f"narrow-{name}.safetensors"),
        fingerprint=work, series=f"narrow/{name}", report=report,
    )  # fmt: skip


def _width_loss(
    job: Job,
    module: nn.Module,
    layer: _Layer,
    head: _Text | None,
    split: int,
    bucket: int,
    rows: Tensor | slice,
) -> Tensor:
    """`head` is that of the text group; without one, `module` replaces feed-forwards."""
    pool = (job.training, job.validation)[split]
    inside, target = layer.inside[split][bucket], layer.targets[split][bucket]

    def chosen(x: Tensor) -> Tensor:
        return x[rows].to(job.shell.device)

    front = {name: x[rows] for name, x in layer.fronts[split][bucket].items()}
    if head is None:
        block = NarrowBlock(layer.module, ffn=module)
        pairs = [
            (g + module[name](g), chosen(inside.output[stream]))
            for stream, name in (("image", "img_ffn_proj"), ("text", "txt_ffn_proj"))
            for g in (chosen(inside.residual[stream]),)
            if stream == "image" or layer.reads_text
        ]
        streams = ["image", "text"] if layer.reads_text else ["image"]
    else:
        z, h = map(chosen, head[split][bucket])
        state = TextGroupState()
        state.modulated = z
        block = NarrowBlock(layer.module, text=module, group=state)
        pairs = [(z + module["txt_proj"](z), chosen(inside.modulated_text))]
        streams = ["image"]
        if "ehs_proj" in module:
            pairs.append((h + module["ehs_proj"](h), chosen(target["text"])))
    given = job.shell.states(pool.buckets[bucket].inputs(rows), [block], states=front)
    loss = torch.stack([direction(given[s], chosen(target[s])) for s in streams]).sum()
    own = [F.mse_loss(a, b) / b.square().mean().clamp(min=1e-12) for a, b in pairs]
    return loss + torch.stack(own).sum()
