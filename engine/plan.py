"""Which blocks are replaced by what: pure arithmetic on spans, text groups and FFN blocks."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from engine.errors import EngineError

FORMAT = 1


class Span(msgspec.Struct, frozen=True, order=True, array_like=True, forbid_unknown_fields=True):
    """Blocks `first`..`last`, both included, replaced by one student (removes last - first)."""

    first: int
    last: int

    @property
    def removes(self) -> int:
        return self.last - self.first

    @property
    def name(self) -> str:
        return f"{self.first}-{self.last}"

    def blocks(self) -> range:
        return range(self.first, self.last + 1)

    def __contains__(self, block: int) -> bool:
        return self.first <= block <= self.last


class TextGroup(
    msgspec.Struct, frozen=True, order=True, array_like=True, forbid_unknown_fields=True
):
    """Blocks `first`..`last`: the first keeps its text stream, later survivors only attention."""

    first: int
    last: int

    @property
    def name(self) -> str:
        return f"text-{self.first}-{self.last}"

    def blocks(self) -> range:
        return range(self.first, self.last + 1)

    def __contains__(self, block: int) -> bool:
        return self.first <= block <= self.last


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be replaced in a model of `num_blocks` blocks, in the numbering of the base model.

    `ffn` names blocks, or first blocks of spans (their students). `rule` and `cost` say how the
    spans were chosen, `predicted` what each was expected to cost (same order as `spans`).
    """

    format: int = FORMAT
    model: str
    num_blocks: int
    spans: tuple[Span, ...] = ()
    text_groups: tuple[TextGroup, ...] = ()
    ffn: tuple[int, ...] = ()
    rule: str = "by hand"
    cost: str = ""
    predicted: tuple[float, ...] = ()

    @property
    def removes(self) -> int:
        return sum(span.removes for span in self.spans)


def validate(plan: Plan) -> None:
    """Raise EngineError where the plan cannot be carried out.

    Spans must have at least two blocks, lie inside the model and not overlap; a span lies wholly
    inside or wholly outside a text group; text groups do not overlap.
    """
    check_disjoint(plan.spans, num_blocks=plan.num_blocks, what="span")
    check_disjoint(plan.text_groups, num_blocks=plan.num_blocks, what="text group")
    for group in plan.text_groups:
        for span in plan.spans:
            whole = group.first <= span.first and span.last <= group.last
            if not whole and span.first <= group.last and group.first <= span.last:
                raise EngineError(
                    "bad_plan",
                    f"Text group {_range(group)} cuts span {_range(span)} in two.",
                    hint="Let the group hold the whole span or none of it.",
                )
    removed = {b for span in plan.spans for b in span.blocks() if b != span.first}
    for block in plan.ffn:
        if not 0 <= block < plan.num_blocks:
            raise EngineError(
                "bad_plan",
                f"There is no block {block}: the model has blocks 0 to {plan.num_blocks - 1}.",
                hint="Leave it out; nothing was changed.",
            )
        if block in removed:
            raise EngineError(
                "bad_plan",
                f"Block {block} is inside a span, so it has no feed-forward to replace.",
                hint="Name the first block of the span; nothing was changed.",
            )


def check_disjoint(spans: Iterable[Span | TextGroup], *, num_blocks: int, what: str) -> None:
    """Raise EngineError for a range of one block, outside the model, or overlapping another."""
    previous: Span | TextGroup | None = None
    for span in sorted(spans, key=lambda s: (s.first, s.last)):
        if span.last <= span.first:
            raise EngineError(
                "bad_plan",
                f"The {what} {_range(span)} has fewer than two blocks, so it removes nothing.",
                hint="Give the first and the last block, the last one larger.",
            )
        if span.first < 0 or span.last >= num_blocks:
            raise EngineError(
                "bad_plan",
                f"The {what} {_range(span)} does not fit: "
                f"the model has blocks 0 to {num_blocks - 1}.",
                hint="Choose blocks that the model has; nothing was changed.",
            )
        if previous is not None and span.first <= previous.last:
            raise EngineError(
                "bad_plan",
                f"The {what}s {_range(previous)} and {_range(span)} overlap.",
                hint="Every block can belong to one of them only.",
            )
        previous = span


def survivors(num_blocks: int, spans: Iterable[Span]) -> list[int]:
    """Blocks that remain, a span standing for its student by its first block."""
    removed = {b for span in spans for b in span.blocks() if b != span.first}
    return [b for b in range(num_blocks) if b not in removed]


def _range(span: Span | TextGroup) -> str:
    return f"[{span.first}, {span.last}]"
