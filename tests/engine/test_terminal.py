"""What a person at a terminal sees."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from engine import protocol
from engine.project import read_json
from engine.terminal import PlainView, TerminalView, tier_table, view_on
from engine.tiers import FILE, TierTable


def test_stages_notices_and_their_end_are_shown() -> None:
    screen = io.StringIO()
    with TerminalView(Console(file=screen, force_terminal=True, width=100)) as view:
        view(protocol.Stage(name="probe", index=0, total=2), b"")
        view(protocol.Progress(stage="probe", done=1, total=6, what="fitting probes"), b"")
        view(protocol.Notice(text="Width was left out."), b"")
        view(protocol.Stage(name="plan", index=1, total=2), b"")
        view(protocol.Progress(stage="plan", done=0, total=0), b"")
        view(protocol.Done(), b"")
    shown = screen.getvalue()
    assert "probe" in shown
    assert "plan" in shown
    assert "Width was left out." in shown
    assert "100 %" in shown


def test_where_nobody_watches_there_is_a_line_a_stage_and_one_every_ten_seconds() -> None:
    said, now = io.StringIO(), [0.0]
    view = view_on(Console(file=said, force_terminal=False))
    assert isinstance(view, PlainView)
    view._clock = lambda: now[0]
    with view:
        view(protocol.Stage(name="probe", index=1, total=8), b"")
        for second in range(25):
            now[0] = float(second)
            view(protocol.Progress(stage="probe", done=second, total=25, what="fitting"), b"")
        view(protocol.Notice(text="Width was left out."), b"")
        view(protocol.Stage(name="plan", index=2, total=8), b"")
        view(protocol.Progress(stage="plan", done=0, total=0), b"")
        view(protocol.Done(), b"")
    assert said.getvalue().splitlines() == [
        "probe: stage 2 of 8 begins",
        "probe: 40% fitting",
        "probe: 80% fitting",
        "Width was left out.",
        "probe: done after 24 s",
        "plan: stage 3 of 8 begins",
        "plan: done after 0 s",
    ]


def test_tiers_are_a_table_also_before_they_are_measured(finished: Path) -> None:
    screen = io.StringIO()
    table = read_json(finished / FILE, TierTable)
    Console(file=screen, width=80).print(tier_table(table))
    shown = screen.getvalue()
    assert "parameters" in shown  # a heading that did not fit would be cut
    assert all(tier.name in shown for tier in table.tiers)
    assert "100%" in shown
    assert " - " in shown
