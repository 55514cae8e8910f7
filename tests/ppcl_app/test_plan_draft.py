"""The choice of layers while it is being made."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pytestqt.qtbot import QtBot

from engine.plan import Plan, Span, validate
from ppcl_app.plan_draft import PlanDraft, new_gesture

SPANS = (Span(3, 5), Span(8, 9), Span(12, 14))


def draft() -> PlanDraft:
    made = PlanDraft()
    made.begin(24, SPANS)
    return made


def test_edge_stops_at_its_neighbours_and_at_two_layers(qtbot: QtBot) -> None:
    made = draft()
    made.move_edge(1, "first", 0)
    assert made.spans[1] == Span(6, 9)
    made.move_edge(1, "last", 23)
    assert made.spans[1] == Span(6, 11)
    made.move_edge(1, "last", 0)
    assert made.spans[1] == Span(6, 7)
    made.move_edge(2, "last", 99)
    assert made.spans[2] == Span(12, 23)


def test_a_drag_is_undone_as_one_step(qtbot: QtBot) -> None:
    made = draft()
    gesture = new_gesture()
    for layer in (6, 7, 7):
        made.move_edge(0, "last", layer, gesture=gesture)
    assert made.spans[0] == Span(3, 7)
    made.move_edge(0, "last", 4)
    made.stack.undo()
    assert made.spans[0] == Span(3, 7)
    made.stack.undo()
    assert made.spans == SPANS
    assert not made.stack.canUndo()
    made.stack.redo()
    assert made.spans[0] == Span(3, 7)


def test_drag_back_to_where_it_began_leaves_nothing_to_undo(qtbot: QtBot) -> None:
    made = draft()
    gesture = new_gesture()
    made.move_edge(0, "last", 7, gesture=gesture)
    made.move_edge(0, "last", 5, gesture=gesture)
    assert made.spans == SPANS
    assert not made.stack.canUndo()


def test_added_run_is_at_the_nearest_free_place_and_chosen(qtbot: QtBot) -> None:
    made = draft()
    assert made.add(13)
    assert made.spans[made.selected] in (Span(10, 11), Span(15, 16))
    made.remove(made.selected)
    made.stack.undo()
    assert len(made.spans) == 4
    made.restore()
    assert made.spans == SPANS
    assert not made.is_changed


def test_full_model_takes_no_more_runs(qtbot: QtBot) -> None:
    made = PlanDraft()
    made.begin(4, (Span(0, 1), Span(2, 3)))
    assert not made.add(0)


@given(
    st.lists(
        st.tuples(st.sampled_from(["first", "last", "add", "remove"]), st.integers(-3, 30)),
        max_size=25,
    )
)
def test_whatever_is_done_the_plan_can_be_carried_out(steps: list[tuple[str, int]]) -> None:
    made = draft()
    for what, layer in steps:
        if what == "add":
            made.add(layer)
        elif what == "remove":
            made.remove(layer % max(1, len(made.spans)))
        elif made.spans:
            made.move_edge(layer % len(made.spans), what, layer)  # type: ignore[arg-type]
        validate(Plan(model="m", num_blocks=24, spans=made.spans))
        assert list(made.spans) == sorted(made.spans)
    while made.stack.canUndo():
        made.stack.undo()
    assert made.spans == SPANS
