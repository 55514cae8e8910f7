"""What an exported tier is made of: written into ppcl.json, config.json and the weights' header."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import msgspec
from torch import nn

from engine.plan import Span, TextGroup, survivors
from engine.plugs import Plug
from engine.teacher.narrow_block import GroupHead, NarrowBlock

FORMAT = 1
FILE = "ppcl.json"


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """Enough to build the same tier again from the base model and the plugs.

    `spans`, `text_groups` and `ffn` are in the base's block numbers, and `blocks` tells for every
    exported block which one of the base it is or stands for. The three index lists are those of
    the published width checkpoints, in exported numbers. `made_with` is how the plugs were made.
    """

    format: int = FORMAT
    base: str
    tier: str
    num_base_blocks: int
    spans: tuple[Span, ...]
    text_groups: tuple[TextGroup, ...]
    ffn: tuple[int, ...]
    blocks: tuple[int, ...]
    single_stream_index: tuple[int, ...]
    ffn_proj_index: tuple[int, ...]
    ehs_proj_index: tuple[int, ...]
    parameters: int
    dtype: str
    made_with: dict[str, Any] = {}

    @property
    def is_narrowed(self) -> bool:
        return bool(self.single_stream_index or self.ffn_proj_index)


def recipe_of(
    modules: Sequence[nn.Module],
    *,
    plugs: Collection[Plug],
    num_base_blocks: int,
    base: str,
    tier: str,
    parameters: int,
    dtype: str,
    made_with: dict[str, Any],
) -> Recipe:
    """The recipe of the block list `modules`, which `plugs` made out of a base model."""
    spans = sorted(Span(p.first, p.last) for p in plugs if p.kind == "span")
    groups = sorted(TextGroup(p.first, p.last) for p in plugs if p.kind == "text")
    narrow = {i: b for i, b in enumerate(map(_inside, modules)) if isinstance(b, NarrowBlock)}
    return Recipe(
        base=base,
        tier=tier,
        num_base_blocks=num_base_blocks,
        spans=tuple(spans),
        text_groups=tuple(groups),
        ffn=tuple(sorted(p.first for p in plugs if p.kind == "ffn")),
        blocks=tuple(survivors(num_base_blocks, spans)),
        single_stream_index=tuple(i for i, b in narrow.items() if b.text is not None),
        ffn_proj_index=tuple(i for i, b in narrow.items() if b.ffn is not None),
        ehs_proj_index=tuple(i for i, b in narrow.items() if b.text and "ehs_proj" in b.text),
        parameters=parameters,
        dtype=dtype,
        made_with=made_with,
    )


def _inside(block: nn.Module) -> nn.Module:
    return block.block if isinstance(block, GroupHead) else block
