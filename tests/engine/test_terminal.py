"""What a person at a terminal sees."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console

from engine import protocol
from engine.project import read_json
from engine.terminal import TerminalView, tier_table
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


def test_tiers_are_a_table_also_before_they_are_measured(finished: Path) -> None:
    screen = io.StringIO()
    table = read_json(finished / FILE, TierTable)
    Console(file=screen, width=80).print(tier_table(table))
    shown = screen.getvalue()
    assert "parameters" in shown  # a heading that did not fit would be cut
    assert all(tier.name in shown for tier in table.tiers)
    assert "100%" in shown
    assert " - " in shown
