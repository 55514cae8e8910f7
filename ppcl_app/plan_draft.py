"""The choice of layers while it is being made: runs of layers, with undo for every gesture."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count
from typing import Literal

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QUndoCommand, QUndoStack

from engine.plan import Span

Edge = Literal["first", "last"]
_gestures = count(1)


class PlanDraft(QObject):
    """`spans` are always disjoint, inside the model and of two layers at least."""

    changed = Signal()
    selected_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.stack = QUndoStack(self)
        self.num_layers = 0
        self.spans: tuple[Span, ...] = ()
        self._applied: tuple[Span, ...] = ()
        self._selected = -1

    @property
    def is_changed(self) -> bool:
        """Other than the plan that the project has."""
        return self.spans != self._applied

    @property
    def selected(self) -> int:
        return self._selected if self._selected < len(self.spans) else -1

    def begin(self, num_layers: int, spans: Sequence[Span]) -> None:
        """Take the project's plan; what was changed before is forgotten."""
        self.num_layers = num_layers
        self.spans = self._applied = tuple(sorted(spans))
        self._selected = -1
        self.stack.clear()
        self.changed.emit()
        self.selected_changed.emit()

    def select(self, index: int) -> None:
        index = index if 0 <= index < len(self.spans) else -1
        if index != self._selected:
            self._selected = index
            self.selected_changed.emit()

    def span_at(self, layer: int) -> int:
        """Which span holds the layer, -1 if none."""
        return next((i for i, span in enumerate(self.spans) if layer in span), -1)

    def move_edge(self, index: int, edge: Edge, layer: int, *, gesture: int | None = None) -> None:
        """Put one end of a span on `layer`, or as near as its neighbours allow.

        Calls with the same `gesture` are undone as one.
        """
        span = self.spans[index]
        low = self.spans[index - 1].last + 1 if index else 0
        is_last = index == len(self.spans) - 1
        high = self.num_layers - 1 if is_last else self.spans[index + 1].first - 1
        if edge == "first":
            moved = Span(min(max(layer, low), span.last - 1), span.last)
        else:
            moved = Span(span.first, max(min(layer, high), span.first + 1))
        spans = (*self.spans[:index], moved, *self.spans[index + 1 :])
        self._push(self.tr("change of a run of layers"), spans, gesture)

    def add(self, layer: int) -> bool:
        """A new span of two layers at `layer` or at the nearest free place; False if none is."""
        taken = {block for span in self.spans for block in span.blocks()}
        free = [
            block for block in range(self.num_layers - 1) if not taken & {block, block + 1}
        ]  # fmt: skip
        if not free:
            return False
        first = min(free, key=lambda block: abs(block - layer))
        span = Span(first, first + 1)
        self._push(self.tr("new run of layers"), tuple(sorted((*self.spans, span))), None)
        self.select(self.spans.index(span))
        return True

    def remove(self, index: int) -> None:
        if 0 <= index < len(self.spans):
            spans = (*self.spans[:index], *self.spans[index + 1 :])
            self._push(self.tr("removal of a run of layers"), spans, None)
            self.select(min(index, len(self.spans) - 1))

    def restore(self) -> None:
        """Back to the project's plan; can be undone too."""
        self._push(self.tr("return to the plan"), self._applied, None)

    def _push(self, text: str, spans: tuple[Span, ...], gesture: int | None) -> None:
        if spans != self.spans:
            number = next(_gestures) if gesture is None else gesture
            self.stack.push(_Change(self, text, self.spans, spans, number))

    def put(self, spans: tuple[Span, ...]) -> None:
        """For the undo stack alone."""
        self.spans = spans
        if self._selected >= len(spans):
            self._selected = -1
            self.selected_changed.emit()
        self.changed.emit()


def new_gesture() -> int:
    """A number for all steps of one drag."""
    return next(_gestures)


class _Change(QUndoCommand):
    def __init__(
        self,
        draft: PlanDraft,
        text: str,
        before: tuple[Span, ...],
        after: tuple[Span, ...],
        gesture: int,
    ) -> None:
        super().__init__(text)
        self._draft, self._before, self._after, self._gesture = draft, before, after, gesture

    def id(self) -> int:
        return self._gesture

    def mergeWith(self, other: QUndoCommand) -> bool:
        assert isinstance(other, _Change)
        self._after = other._after
        self.setObsolete(self._after == self._before)
        return True

    def redo(self) -> None:
        self._draft.put(self._after)

    def undo(self) -> None:
        self._draft.put(self._before)
