"""Choosing spans: the paper's first-difference rule and the optimum by dynamic programming."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.plan import Span

Table = Sequence[Sequence[float | None]]


def first_difference(cka: Table) -> list[Span]:
    """Spans by the paper's rule (PPCL eq. 3 to 5), left to right.

    delta(u, k) = cka(u, k-1) - cka(u, k); from u, a span ends at k - 1 for the first k with
    delta(u, k) > delta(u, k-1), k from u + 2; the next one starts behind it. One-block spans are
    left out: they remove nothing.
    """
    num_blocks, spans, u = len(cka), [], 0
    while u < num_blocks:
        last = num_blocks - 1
        for k in range(u + 2, num_blocks):
            if _drop(cka, u, k) > _drop(cka, u, k - 1):
                last = k - 1
                break
        if last > u:
            spans.append(Span(u, last))
        u = last + 1
    return spans


def cheapest(spans: Sequence[Span], cost: Mapping[Span, float], *, remove: int) -> list[Span]:
    """Of disjoint `spans`, the cheapest per removed block until `remove` blocks are gone."""
    chosen: list[Span] = []
    for span in sorted(spans, key=lambda s: (cost[s] / s.removes, s)):
        if sum(s.removes for s in chosen) >= remove:
            break
        chosen.append(span)
    return sorted(chosen)


def optimal(cost: Mapping[Span, float], *, num_blocks: int) -> dict[int, list[Span]]:
    """The cheapest disjoint spans for EVERY number of removed blocks that can be reached.

    A shortest path over (block, removed): at each block either keep it or take one of the spans
    that begin there; costs add up. O(num_blocks * removed * spans).
    """
    starting: dict[int, list[Span]] = {}
    for span in sorted(cost):
        starting.setdefault(span.first, []).append(span)
    best: list[dict[int, tuple[float, tuple[Span, ...]]]] = [{} for _ in range(num_blocks + 1)]
    best[0][0] = (0.0, ())
    for block in range(num_blocks):
        for removed, (price, spans) in best[block].items():
            _improve(best[block + 1], removed, (price, spans))
            for span in starting.get(block, ()):
                path = (price + cost[span], (*spans, span))
                _improve(best[span.last + 1], removed + span.removes, path)
    return {removed: list(spans) for removed, (_, spans) in sorted(best[num_blocks].items())}


def _improve(
    place: dict[int, tuple[float, tuple[Span, ...]]],
    removed: int,
    path: tuple[float, tuple[Span, ...]],
) -> None:
    if removed not in place or path < place[removed]:
        place[removed] = path


def _drop(cka: Table, u: int, k: int) -> float:
    before, after = cka[u][k - 1], cka[u][k]
    assert before is not None and after is not None
    return before - after
