"""How large a model is with a plan carried out: parameter arithmetic without any weights."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

import diffusers
import msgspec
import torch
from accelerate import init_empty_weights
from torch import nn

from engine.errors import EngineError
from engine.families import Family
from engine.plan import Plan, Span, survivors, validate
from engine.plugs import Plug, assemble, projectors
from engine.teacher.narrow_block import num_parameters

BYTES_BF16 = 2
Layout = Literal["published", "own"]


class Size(msgspec.Struct, frozen=True, kw_only=True):
    """What `ppcl size --json` prints: the transformer's parameters, blocks and bytes in bf16."""

    parameters: int
    blocks: int
    bytes_bf16: int


def size(
    family: Family,
    *,
    spans: Iterable[Sequence[int] | Span] = (),
    text: Iterable[int] = (),
    ffn: Iterable[int] = (),
    config: Mapping[str, object] | None = None,
    layout: Layout = "published",
) -> Size:
    """Size of a model of `family` whose blocks are replaced as given, in the base's block numbers.

    `text` names the blocks that lose their text stream, `ffn` those that lose their feed-forwards;
    a span stands for its student by its first block. `config` is that of the family's base model
    unless given. The published layout stores the text output of every group; our own leaves it out
    where nothing reads it, behind the last block. Raises EngineError where that is impossible.
    """
    config = family.config if config is None else config
    num_blocks = int(str(config[family.depth]))
    transformer = _empty(family, {**config, family.depth: 1})
    block = getattr(transformer, family.blocks)[0]
    chosen = _spans(spans)
    replaced = tuple(sorted(set(ffn)))
    validate(Plan(model=family.name, num_blocks=num_blocks, spans=chosen, ffn=replaced))
    groups = _text_groups(set(text), survivors(num_blocks, chosen), num_blocks=num_blocks)
    width, ends = block.img_mod[1].in_features, {s.first: s.last for s in chosen}
    plugs = [Plug("span", s.first, s.last, block) for s in chosen]
    with torch.device("meta"):
        plugs += [_ffn_plug(b, width) for b in replaced]
        for group in groups:
            read = layout == "published" or group[-1] != survivors(num_blocks, chosen)[-1]
            plugs.append(_text_plug(group, width, last=ends.get(group[-1], group[-1]), read=read))
    blocks = assemble([block] * num_blocks, plugs)
    shell = _count(transformer) - _count(block)
    parameters = shell + sum(num_parameters(b) for b in blocks)
    return Size(parameters=parameters, blocks=len(blocks), bytes_bf16=BYTES_BF16 * parameters)


def _empty(family: Family, config: Mapping[str, object]) -> nn.Module:
    """The real class without memory for its weights."""
    with init_empty_weights(include_buffers=False):
        model: nn.Module = getattr(diffusers, family.transformer_class)(**config)
    return model


def _spans(given: Iterable[Sequence[int] | Span]) -> tuple[Span, ...]:
    spans = []
    for span in given:
        if isinstance(span, Span):
            spans.append(span)
        elif len(span) == 2:
            spans.append(Span(*span))
        else:
            raise EngineError(
                "bad_plan",
                f"A span is its first and its last block, not {list(span)}.",
                hint="For example [[3, 4], [5, 7]].",
            )
    return tuple(sorted(spans))


def _text_groups(narrowed: set[int], kept: list[int], *, num_blocks: int) -> list[list[int]]:
    """Every run of narrowed blocks among those that are left, behind the head that serves it."""
    for block in sorted(narrowed):
        if not 0 <= block < num_blocks:
            problem = f"There is no block {block}: the model has blocks 0 to {num_blocks - 1}."
        elif block not in kept:
            problem = f"Block {block} is inside a span, so it has no text stream to leave out."
        elif block == kept[0]:
            problem = f"Block {block} is the first: there is no text before it to go on with."
        else:
            continue
        raise EngineError("bad_plan", problem, hint="Leave it out; nothing was changed.")
    groups: list[list[int]] = []
    for head, block in itertools.pairwise(kept):
        if block not in narrowed:
            continue
        if head in narrowed:
            groups[-1].append(block)
        else:
            groups.append([head, block])
    return groups


def _ffn_plug(block: int, width: int) -> Plug:
    return Plug("ffn", block, block, projectors(("img_ffn_proj", "txt_ffn_proj"), width))


def _text_plug(group: list[int], width: int, *, last: int, read: bool) -> Plug:
    """Projectors for `group`, its head first, which reaches to the base's block `last`.

    `read`: anything reads its text output later.
    """
    tree = nn.ModuleDict()
    for block in group[1:]:
        closes = block == group[-1] and read
        tree[str(block)] = projectors(("txt_proj", "ehs_proj") if closes else ("txt_proj",), width)
    return Plug("text", group[0], last, tree)


def _count(module: nn.Module) -> int:
    return sum(p.numel() for p in module.parameters())
