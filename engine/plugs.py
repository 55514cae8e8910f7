"""Plugs: what replaces blocks, where they are stored, how a set of them becomes a block list."""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import torch
from torch import Tensor, nn

from engine import device, tensors
from engine.errors import EngineError
from engine.plan import Plan, Span, TextGroup, survivors, validate
from engine.teacher.narrow_block import GroupHead, NarrowBlock, TextGroupState, projector

FORMAT = "1"


@dataclass(frozen=True, slots=True)
class Plug:
    """One replacement. `module` holds its weights: a student block, or projectors by name.

    kind "span": `first`..`last` become `module`, a stock block.
    kind "ffn": the feed-forwards of block `first` become module["img_ffn_proj"], ["txt_ffn_proj"].
    kind "text": in blocks `first`..`last`, module["23"]["txt_proj"] serves block 23, and the last
    survivor has an "ehs_proj" where anything reads the text later.
    `requires` names the span plugs whose students it was fitted on.
    """

    kind: str
    first: int
    last: int
    module: nn.Module
    requires: frozenset[str] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        if self.kind == "ffn":
            return f"ffn-{self.first}"
        return f"{self.kind}-{self.first}-{self.last}"


def assemble(blocks: list[nn.Module], plugs: Collection[Plug]) -> list[nn.Module]:
    """The block list of a model that uses `plugs`, in depth order.

    Raises EngineError if a plug's requirement is not among them, or if it fits no such place.
    """
    _check_places(plugs, num_blocks=len(blocks))
    names = {p.name for p in plugs}
    for plug in plugs:
        if not plug.requires <= names:
            missing = ", ".join(sorted(plug.requires - names))
            raise EngineError(
                "missing_plug",
                f"{plug.name} was made for a model that also uses {missing}.",
                hint="Use both or neither; nothing was changed.",
            )
    spans = {p.first: p for p in plugs if p.kind == "span"}
    kept = survivors(len(blocks), [Span(p.first, p.last) for p in spans.values()])
    ffn = {p.first: p.module for p in plugs if p.kind == "ffn"}
    modules = {b: spans[b].module if b in spans else blocks[b] for b in kept}
    narrowed: dict[int, tuple[Plug, TextGroupState]] = {}
    heads: dict[int, TextGroupState] = {}
    for plug in (p for p in plugs if p.kind == "text"):
        members = _members(plug, kept)
        if len(members) > 1:
            heads[members[0]] = state = TextGroupState()
            narrowed |= dict.fromkeys(members[1:], (plug, state))
    for block in kept:
        whole = modules[block]
        if block in narrowed:
            plug, state = narrowed[block]
            text = plug.module[str(block)]
            modules[block] = NarrowBlock(whole, ffn=ffn.get(block), text=text, group=state)
        elif block in ffn:
            modules[block] = NarrowBlock(whole, ffn=ffn[block])
        if block in heads:
            modules[block] = GroupHead(modules[block], heads[block])
    return [modules[b] for b in kept]


def _check_places(plugs: Collection[Plug], *, num_blocks: int) -> None:
    """Refuse plugs that overlap, cut each other or lie outside the model, and strangers' text."""
    spans = tuple(Span(p.first, p.last) for p in plugs if p.kind == "span")
    groups = tuple(plan_groups(plugs))
    ffn = tuple(p.first for p in plugs if p.kind == "ffn")
    validate(Plan(model="", num_blocks=num_blocks, spans=spans, text_groups=groups, ffn=ffn))
    kept = survivors(num_blocks, spans)
    for plug in (p for p in plugs if p.kind == "text"):
        wanted = [str(block) for block in _members(plug, kept)[1:]]
        stored = list(plug.module)
        closing = [block for block in stored if "ehs_proj" in plug.module[block]]
        if sorted(stored) != sorted(wanted) or not set(closing) <= set(wanted[-1:]):
            raise EngineError(
                "other_model",
                f"{plug.name} was made for a model with other layers: "
                f"it serves {_listed(stored)} instead of {_listed(wanted)}.",
                hint="Nothing was changed. "
                "Run `ppcl run PROJECT narrow --again`, then `ppcl compress PROJECT`.",
            )


def _members(plug: Plug, kept: Collection[int]) -> list[int]:
    """The blocks that a text plug is about: its head, then those that lose their text stream."""
    return [block for block in kept if plug.first <= block <= plug.last]


def _listed(blocks: Collection[str]) -> str:
    return f"layer {', '.join(sorted(blocks, key=int))}" if blocks else "none"


def save(plug: Plug, folder: Path, *, fingerprint: str) -> Path:
    """Write `plug` to `folder`/NAME.safetensors in one step.

    `fingerprint` says what it was made from.
    """
    metadata = {
        "format": FORMAT, "kind": plug.kind, "first": str(plug.first), "last": str(plug.last),
        "requires": ",".join(sorted(plug.requires)), "fingerprint": fingerprint,
    }  # fmt: skip
    file = folder / f"{plug.name}.safetensors"
    tensors.save(file, plug.module.state_dict(), metadata)
    return file


def stored_fingerprint(file: Path) -> str | None:
    """What the plug in `file` was made from; None if there is no whole plug there."""
    return tensors.metadata(file).get("fingerprint")


def load(file: Path, *, template: nn.Module) -> Plug:
    """Read a plug; `template` is any block of its model. Raises EngineError if it is broken."""
    stage = file.parent.name.partition("-")[0]
    hint = (
        f"Delete it and run `ppcl run PROJECT {stage} --again`, then `ppcl compress "
        "PROJECT`: no other plug is made again."
    )
    state, metadata = tensors.load(file, what="The plug", hint=hint)
    with tensors.contents_of(file, what="The plug", hint=hint):
        kind, first, last = metadata["kind"], int(metadata["first"]), int(metadata["last"])
        requires = frozenset(filter(None, metadata["requires"].split(",")))
    try:
        module = student_like(template) if kind == "span" else _projectors(state)
        module.to(device.of(template))
        module.load_state_dict(state)
        module.requires_grad_(False)
        return Plug(kind, first, last, module, requires)
    except RuntimeError as error:
        raise EngineError(
            "other_model", f"The plug {file} does not fit this model.", hint=hint
        ) from error


def student_like(block: nn.Module) -> nn.Module:
    """A copy of `block` whose weights can be trained."""
    return copy.deepcopy(block).requires_grad_(True)


def projectors(names: Collection[str], width: int) -> nn.ModuleDict:
    """Zero projectors [width -> width] by name."""
    return nn.ModuleDict({name: projector(width) for name in names})


def _projectors(state: Mapping[str, Tensor]) -> nn.ModuleDict:
    """Empty projectors shaped for `state`; keys "name.weight" or "block.name.weight"."""
    tree = nn.ModuleDict()
    for key, tensor in state.items():
        *path, name, kind = key.split(".")
        if kind != "weight":
            continue
        place = tree
        for part in path:
            if part not in place:
                place[part] = nn.ModuleDict()
            place = place[part]
        place[name] = projector(tensor.shape[0])
    return tree


def plan_groups(plugs: Collection[Plug]) -> list[TextGroup]:
    return [TextGroup(p.first, p.last) for p in plugs if p.kind == "text"]


@torch.no_grad()
def same_weights(a: Plug, b: Plug) -> bool:
    """Whether two plugs are equal to the bit."""
    first, second = a.module.state_dict(), b.module.state_dict()
    return first.keys() == second.keys() and all(torch.equal(first[k], second[k]) for k in first)
