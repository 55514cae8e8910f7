"""Stage narrow: replace feed-forwards and text streams of the shortened model by linear maps.

PPCL eq. 8 and 9. Everything is fitted to the block that will run, on the teacher's states in front
of it: least squares first, then a short distillation of the projectors alone. What is replaced is
what costs least held-out output error per parameter saved. So there are two walks over the layers:
one that tries every candidate, and one that makes those that were chosen. Projectors are small, so
both walk with a part of the pool, the second with the larger one.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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
from engine.pool import Pool
from engine.project import fingerprint
from engine.projectors import all_tokens, residual_map
from engine.reporting import Reporter, Tally
from engine.settings import Narrow
from engine.teacher.narrow_block import NarrowBlock, TextGroupState, num_parameters
from engine.teacher.shell import States
from engine.workers import Workers

NEEDS = ("distill",)
_BATCH = 64
# Pocket has 7 to 12 words and 25 places in a sample; a projector has 96 columns.
_TRIAL_SAMPLES = 256
_SAMPLES = 1536


@dataclass(frozen=True, slots=True)
class _Place:
    """What may be replaced: the feed-forwards of one block, or the text streams behind a head.

    `blocks` are those of the smaller model that take part, a text group's head first; `last` is the
    last block of the teacher that they stand for.
    """

    kind: str
    blocks: tuple[int, ...]
    last: int

    @property
    def name(self) -> str:
        """That of the plug that is made for it."""
        first = self.blocks[0]
        return f"ffn-{first}" if self.kind == "ffn" else f"text-{first}-{self.last}"


@dataclass(frozen=True)
class _Layer:
    """One block of the smaller model with the teacher's states around it, training and validation.

    It stands for the teacher's blocks `block`..`last`. `own` are states of another pool in front of
    it, the smaller model's own.
    """

    job: Job
    block: int
    last: int
    module: nn.Module
    requires: frozenset[str]
    reads_text: bool
    pools: tuple[Pool, ...]
    fronts: tuple[list[States], ...]
    targets: tuple[list[States], ...]
    own: list[States]

    @functools.cached_property
    def inside(self) -> list[list[Inside]]:
        """Inner states, per split and bucket; looked into where they are used, and gone with it."""
        return [
            look_inside(self.job.shell, self.module, pool, states)
            for pool, states in zip(self.pools, self.fronts, strict=True)
        ]


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
    lasts = dict(zip(kept, [*(block - 1 for block in kept[1:]), len(job.blocks) - 1], strict=True))
    places = [
        *(_Place("ffn", (block,), block) for block in _wanted_ffn(settings, kept)),
        *(_Place("text", g, lasts[g[-1]]) for g in _wanted_groups(settings, kept)),
    ]
    chosen: set[str] = set()
    if places:
        spans = list(job.plugs("distill").values())
        found = _chosen(job, _priced(job, spans, places, report))
        _make_all(job, spans, found, report)
        chosen = {place.name for place in found}
    for file in folder.glob("*.safetensors"):
        if file.stem not in chosen:
            file.unlink()
    for file in (job.project.folder / "checkpoints").glob("narrow-*.safetensors"):
        file.unlink()  # of plugs that were chosen once


def _wanted_ffn(settings: Narrow, kept: list[int]) -> list[int]:
    """Blocks whose feed-forward may be replaced: those named by hand, or all that are left."""
    if settings.ffn is not None:
        return [block for block in kept if block in settings.ffn]
    return kept if settings.num_ffn else []


def _wanted_groups(settings: Narrow, kept: list[int]) -> list[tuple[int, ...]]:
    """Text groups that may be made, as the blocks that are left of each, its head first."""
    if settings.text_groups is not None:
        groups = [[block for block in kept if block in group] for group in settings.text_groups]
        return [tuple(group) for group in groups if len(group) > 1]
    sizes = range(2, settings.max_group + 1) if settings.num_text_groups else ()
    return [
        tuple(kept[start : start + size]) for start in range(len(kept)) for size in sizes
        if start + size <= len(kept)
    ]  # fmt: skip


def _walk(
    job: Job,
    workers: Workers,
    spans: list[Plug],
    places: Sequence[_Place],
    pools: tuple[Pool, ...],
    report: Reporter,
    *,
    watched: Pool | None = None,
) -> Iterator[tuple[_Place, list[_Layer]]]:
    """Walk the teacher; every place with its layers, once the last of them has been reached.

    Students are on the teacher's input, and on their own with the `watched` pool. Only layers of
    places that are not complete are alive: a pool of states can be as large as the model.
    """
    shell, students = job.shell, {p.first: p for p in spans}
    states = tuple(pool.push(shell, [], None, batch=_BATCH, report=report) for pool in pools)
    own = watched.push(shell, [], None, batch=_BATCH) if watched else []
    layers: dict[int, _Layer] = {}
    for block in survivors(len(job.blocks), job.plan().spans):
        ahead = [place for place in places if place.blocks[-1] >= block]
        if not ahead:
            return
        plug = students.get(block)
        last = plug.last if plug else block
        stretch = job.blocks[block : last + 1]
        after = tuple(
            workers.push(p, shell, stretch, s, batch=_BATCH, report=report)
            for p, s in zip(pools, states, strict=True)
        )
        module = plug.module if plug else job.blocks[block]
        layers[block] = _Layer(
            job=job, block=block, last=last, module=module,
            requires=frozenset({plug.name} if plug else ()),
            reads_text="text" in shell.read_later(last),
            pools=pools, fronts=states, targets=after, own=own,
        )  # fmt: skip
        for place in ahead:
            if place.blocks[-1] == block:
                yield place, [replace(layers[b]) for b in place.blocks]
        needed = min((place.blocks[0] for place in ahead), default=block)
        layers = {b: layer for b, layer in layers.items() if b >= needed}
        states = after
        own = watched.push(shell, [module], own, batch=_BATCH) if watched else []


def _fitted(place: _Place, layers: list[_Layer]) -> Plug:
    """The plug of `place`, its projectors by least squares on the pools of `layers`."""
    first, last = layers[0], layers[-1]
    if place.kind == "ffn":
        return Plug("ffn", first.block, first.block, _ffn_maps(first), first.requires)
    module = nn.ModuleDict(
        {str(x.block): nn.ModuleDict({"txt_proj": _text_input(first, x)}) for x in layers[1:]}
    )
    if last.reads_text:
        module[str(last.block)]["ehs_proj"] = _text_output(first, last)
    needs = frozenset().union(*(layer.requires for layer in layers))
    return Plug("text", first.block, last.last, module, needs)


def _ffn_maps(layer: _Layer) -> nn.ModuleDict:
    """h = g + P(g) for both streams; a text output never read needs no projector's quality."""
    module = nn.ModuleDict()
    for stream, name in (("image", "img_ffn_proj"), ("text", "txt_ffn_proj")):
        g, h = ([all_tokens(i.residual[stream] for i in part) for part in layer.inside],
                [all_tokens(i.output[stream] for i in part) for part in layer.inside])  # fmt: skip
        module[name] = residual_map(g, h, place=device.of(layer.module))
    return module


def _text_input(head: _Layer, layer: _Layer) -> nn.Linear:
    """P_z with z = z_a + P_z(z_a), z the modulated text of the block that will run."""
    z_head, z = (
        [all_tokens(i.modulated_text for i in part) for part in x.inside] for x in (head, layer)
    )
    return residual_map(z_head, z, place=device.of(layer.module))


def _text_output(head: _Layer, layer: _Layer) -> nn.Linear:
    """P_h with the teacher's text behind the group = h_a + P_h(h_a)."""
    h_head = [all_tokens(i.output["text"] for i in part) for part in head.inside]
    h = [all_tokens(s["text"] for s in part) for part in layer.targets]
    return residual_map(h_head, h, place=device.of(layer.module))


def _priced(
    job: Job, spans: list[Plug], places: list[_Place], report: Reporter
) -> dict[_Place, float]:
    """What every candidate costs: held-out output error, per parameter that it saves."""
    pools = (job.training.head(_TRIAL_SAMPLES), job.validation.head(_TRIAL_SAMPLES // 4))
    held = job.validation.head(job.settings.plan.num_samples)
    base = held.output_error(job.shell, plugs.assemble(job.blocks, spans), batch=_BATCH)
    whole, kept = _size(job, spans), survivors(len(job.blocks), job.plan().spans)

    def price(report: Reporter, task: tuple[_Place, list[_Layer]]) -> float:
        plug = _fitted(*task)
        report.progress(1, 1, f"trying {plug.name}")
        used, head = [*spans, plug], task[1][0]
        tail = plugs.assemble(job.blocks, used)[kept.index(head.block) :]
        error = held.output_error(job.shell, tail, head.own, batch=_BATCH)
        return max(error - base, 0.0) / (whole - _size(job, used))

    workers = Workers(job)
    tried: list[_Place] = []

    def tasks() -> Iterator[tuple[_Place, list[_Layer]]]:
        for task in _walk(job, workers, spans, places, pools, report, watched=held):
            tried.append(task[0])
            yield task

    prices = workers.each(price, tasks(), report=report, tally=Tally(len(places)))
    return dict(zip(tried, prices, strict=True))


def _chosen(job: Job, prices: dict[_Place, float]) -> list[_Place]:
    """The candidates that cost least, or those named by hand."""
    settings = job.settings.narrow
    ranked = sorted(prices, key=lambda place: (prices[place], place.name))
    ffn = [place for place in ranked if place.kind == "ffn"]
    text = [place for place in ranked if place.kind == "text"]
    chosen = ffn if settings.ffn is not None else ffn[: settings.num_ffn]
    limit = len(text) if settings.text_groups is not None else settings.num_text_groups
    # Where the feed-forwards go anyway, a text group has little left to save.
    thin = {b for p in chosen for b in p.blocks} if settings.text_groups is None else set()
    groups: list[_Place] = []
    for place in text:
        apart = all(not set(place.blocks) & set(other.blocks) for other in groups)
        if len(groups) < limit and apart and not thin & set(place.blocks[1:]):
            groups.append(place)
    return [*chosen, *groups]


def _size(job: Job, chosen: list[Plug]) -> int:
    return sum(num_parameters(m) for m in plugs.assemble(job.blocks, chosen))


def _make_all(job: Job, spans: list[Plug], chosen: list[_Place], report: Reporter) -> None:
    """Fit, train and store the plugs that are not there yet, in a second walk."""
    settings, folder = job.settings.narrow, job.plug_folder("narrow")
    _check(job, chosen)

    def is_stored(place: _Place) -> bool:
        file = folder / f"{place.name}.safetensors"
        return plugs.stored_fingerprint(file) == _work(job, place.name)

    def make(report: Reporter, task: tuple[_Place, list[_Layer]]) -> None:
        place, layers = task
        plug = _fitted(place, layers)
        work = _work(job, plug.name)
        for layer in layers[-1:] if place.kind == "ffn" else layers[1:]:
            _train(job, plug, layer, layers[0] if place.kind == "text" else None, work, report)
        plug.module.requires_grad_(False)
        file = plugs.save(plug, folder, fingerprint=work)
        report.artifact("plug", str(file.relative_to(job.project.folder)))

    todo = [place for place in chosen if not is_stored(place)]
    workers = Workers(job)
    workers.each(
        make,
        _walk(job, workers, spans, todo, (job.training.head(_SAMPLES), job.validation), report),
        report=report,
        tally=Tally(settings.steps * len(todo)),
        size=lambda _task: settings.steps,
    )


def _check(job: Job, chosen: list[_Place]) -> None:
    """Refuse what cannot be carried out together."""
    plan = job.plan()
    groups = tuple(TextGroup(p.blocks[0], p.last) for p in chosen if p.kind == "text")
    ffn = tuple(sorted(p.blocks[0] for p in chosen if p.kind == "ffn"))
    validate(
        Plan(
            model=plan.model, num_blocks=plan.num_blocks, spans=plan.spans, text_groups=groups,
            ffn=ffn,
        )
    )  # fmt: skip


def _work(job: Job, name: str) -> str:
    """The fingerprint of all that a plug is made from."""
    return fingerprint("narrow", job.project.header, job.settings.calibrate, job.settings.distill,
                       job.plan(), job.settings.narrow, name)  # fmt: skip


def _train(
    job: Job, plug: Plug, layer: _Layer, head: _Layer | None, work: str, report: Reporter
) -> None:
    """Distil the projectors of `plug` in one layer, on the teacher's states in front of it.

    The loss is the direction loss of the block's output plus the MSE of the projectors' own.
    """
    settings = job.settings.narrow
    module = plug.module if plug.kind == "ffn" else plug.module[str(layer.block)]
    name = plug.name if head is None or len(plug.module) == 1 else f"{plug.name}-{layer.block}"

    training_pool, validation = layer.pools

    def loss_on(split: int, bucket: int, rows: Tensor | slice) -> Tensor:
        return _width_loss(job, module, layer, head, split, bucket, rows)

    def loss_at(step: int) -> Tensor:
        generator = job.generator("narrow", plug.name, step)
        return loss_on(0, *training_pool.draw(settings.batch, generator=generator))

    @torch.no_grad()
    def held_out() -> float:
        parts = [(r.stop - r.start, float(loss_on(1, i, r))) for i, r in validation.batches(_BATCH)]
        return sum(n * loss for n, loss in parts) / len(validation)

    training.fit(
        dict(module.named_parameters()), loss_at, held_out,
        schedule=training.Schedule(
            steps=settings.steps, learning_rate=job.rate(settings.learning_rate), check_every=50,
            patience=3,
        ),
        checkpoint=job.project.path("checkpoints", f"narrow-{name}.safetensors"),
        fingerprint=work, series=f"narrow/{name}", report=report,
    )  # fmt: skip


def _width_loss(
    job: Job,
    module: nn.Module,
    layer: _Layer,
    head: _Layer | None,
    split: int,
    bucket: int,
    rows: Tensor | slice,
) -> Tensor:
    """`head` is that of the text group; without one, `module` replaces feed-forwards."""
    pool = layer.pools[split]
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
        first = head.inside[split][bucket]
        z, h = chosen(first.modulated_text), chosen(first.output["text"])
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
