"""Plan arithmetic."""

from __future__ import annotations

import itertools

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.plan import Plan, Span, TextGroup, check_disjoint, survivors, validate


@st.composite
def tilings(draw: st.DrawFn) -> tuple[int, list[Span]]:
    """A number of blocks and disjoint spans of at least two of them."""
    lengths = draw(st.lists(st.integers(1, 5), min_size=1, max_size=12))
    ends = list(itertools.accumulate(lengths))
    spans = [Span(end - n, end - 1) for n, end in zip(lengths, ends, strict=True) if n > 1]
    return ends[-1], [s for s in spans if draw(st.booleans())]


def every_span(num_blocks: int) -> list[Span]:
    return [Span(u, v) for u in range(num_blocks) for v in range(u + 1, num_blocks)]


def plan(num_blocks: int, **parts: object) -> Plan:
    return Plan(model="m", num_blocks=num_blocks, **parts)  # type: ignore[arg-type]


def refused(wrong: Plan) -> str:
    with pytest.raises(EngineError) as excinfo:
        validate(wrong)
    assert excinfo.value.code == "bad_plan"
    return excinfo.value.message


@given(tilings())
def test_disjoint_spans_are_accepted_and_remove_what_they_say(case: tuple[int, list[Span]]) -> None:
    num_blocks, spans = case
    accepted = plan(num_blocks, spans=tuple(spans))
    validate(accepted)
    kept = survivors(num_blocks, spans)
    assert len(kept) == num_blocks - accepted.removes
    assert kept == sorted(set(kept))
    assert all(s.first in kept and not set(s.blocks()[1:]) & set(kept) for s in spans)


@given(tilings(), st.randoms())
def test_order_of_spans_does_not_matter(case: tuple[int, list[Span]], random: object) -> None:
    num_blocks, spans = case
    shuffled = spans.copy()
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    validate(plan(num_blocks, spans=tuple(shuffled)))
    assert survivors(num_blocks, shuffled) == survivors(num_blocks, spans)


def test_two_spans_are_refused_exactly_if_they_share_a_block() -> None:
    for first, second in itertools.product(every_span(7), repeat=2):
        proposed = plan(7, spans=(first, second))
        if set(first.blocks()) & set(second.blocks()):
            assert "overlap" in refused(proposed)
        else:
            validate(proposed)


@pytest.mark.parametrize("span", [Span(3, 3), Span(4, 2)])
def test_span_of_fewer_than_two_blocks_is_refused(span: Span) -> None:
    assert "fewer than two" in refused(plan(8, spans=(span,)))


@pytest.mark.parametrize("span", [Span(-1, 2), Span(6, 8), Span(8, 9)])
def test_span_outside_the_model_is_refused(span: Span) -> None:
    assert "does not fit" in refused(plan(8, spans=(span,)))


def test_span_may_reach_the_last_block() -> None:
    validate(plan(8, spans=(Span(0, 3), Span(4, 7))))


def test_text_group_that_holds_a_part_of_a_span_is_refused() -> None:
    for span, other in itertools.product(every_span(7), repeat=2):
        group = TextGroup(other.first, other.last)
        shared = set(span.blocks()) & set(group.blocks())
        proposed = plan(7, spans=(span,), text_groups=(group,))
        if shared and shared != set(span.blocks()):
            assert "cuts" in refused(proposed)
        else:
            validate(proposed)


def test_overlapping_text_groups_are_refused() -> None:
    assert "overlap" in refused(plan(9, text_groups=(TextGroup(1, 3), TextGroup(3, 5))))


def test_feed_forward_inside_a_span_is_refused_but_not_that_of_its_student() -> None:
    validate(plan(9, spans=(Span(3, 5),), ffn=(2, 3, 6)))
    assert "inside a span" in refused(plan(9, spans=(Span(3, 5),), ffn=(4,)))
    assert "no block 9" in refused(plan(9, ffn=(9,)))


def test_published_recipe_removes_25_of_60_blocks() -> None:
    pairs = [(3, 4), (5, 7), (8, 10), (11, 12), (15, 24), (25, 27), (29, 30), (42, 43), (45, 47),
             (48, 49), (52, 53), (54, 55), (56, 57)]  # fmt: skip
    groups = [(13, 14), (31, 32), (33, 34), (36, 37), (40, 41), (50, 59)]
    published = plan(
        60, spans=tuple(Span(*p) for p in pairs), text_groups=tuple(TextGroup(*g) for g in groups),
        ffn=(2, 58, 59),
    )  # fmt: skip
    validate(published)
    assert published.removes == 25
    assert len(survivors(60, published.spans)) == 35


def test_plan_is_read_back_as_it_was_written() -> None:
    made = plan(
        9,
        spans=(Span(0, 1), Span(3, 5)),
        text_groups=(TextGroup(6, 8),),
        ffn=(2,),
        predicted=(0.1, 0.2),
    )
    assert msgspec.json.decode(msgspec.json.encode(made), type=Plan) == made


def test_check_names_what_it_checks() -> None:
    with pytest.raises(EngineError, match="text group"):
        check_disjoint([TextGroup(1, 1)], num_blocks=9, what="text group")
