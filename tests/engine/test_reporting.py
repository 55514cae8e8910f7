"""What stages say, and being stopped."""

from __future__ import annotations

import pytest

from engine import protocol
from engine.errors import Cancelled
from engine.reporting import Reporter


def test_every_sink_hears_everything_in_order() -> None:
    first: list[protocol.Event] = []
    second: list[protocol.Event] = []
    report = Reporter(lambda e, _: first.append(e), lambda e, _: second.append(e))
    report.stage("probe", index=1, total=8)
    report.progress(2, 6, "fitting")
    report.metric("probe/text", 0, 0.5)
    report.artifact("table", "probe/table.json")
    report.notice("skipped")
    assert [type(e).__name__ for e in first] == [
        "Stage",
        "Progress",
        "Metric",
        "Artifact",
        "Notice",
    ]
    assert first == second
    assert isinstance(first[1], protocol.Progress)
    assert first[1].stage == "probe"
    times = [e.time_s for e in first]
    assert times == sorted(times)


def test_progress_ends_the_work_once_a_stop_is_asked_for() -> None:
    heard: list[protocol.Event] = []
    asked = False
    report = Reporter(lambda e, _: heard.append(e), should_stop=lambda: asked)
    report.progress(0, 2)
    asked = True
    report.notice("still said")
    with pytest.raises(Cancelled):
        report.progress(1, 2)
    assert len(heard) == 2


def test_picture_bytes_reach_the_sink() -> None:
    heard: list[bytes] = []
    Reporter(lambda _, payload: heard.append(payload)).emit(protocol.Ready(tiers=1), b"abc")
    assert heard == [b"abc"]
