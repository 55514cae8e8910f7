"""Runs that a project remembers."""

from __future__ import annotations

import json
import os
from pathlib import Path

from engine import protocol
from ppcl_app.job_record import record_of, story_of
from ppcl_app.run_history import events_of, runs_of


def make_run(project: Path, name: str, *, pid: int = 0, outcome: str = "") -> Path:
    folder = project / "runs" / name
    folder.mkdir(parents=True)
    (folder / "job.json").write_text(
        json.dumps({"format": 1, "verb": "compress", "effort": "quick", "pid": pid})
    )
    events = (
        protocol.Stage(name="distill", index=3, total=8, time_s=2.0),
        protocol.Metric(series="distill/3-5/loss", step=10, value=0.5, time_s=3.0),
        protocol.Notice(text="Something was skipped.", time_s=4.0),
        protocol.Done(),
    )
    (folder / "events.jsonl").write_bytes(b"".join(map(protocol.encode, events)) + b'{"event":"st')
    if outcome:
        (folder / "exit.json").write_text(json.dumps({"format": 1, "outcome": outcome}))
    return folder


def test_newest_run_is_first_and_a_cut_off_one_is_told_from_a_running_one(tmp_path: Path) -> None:
    make_run(tmp_path, "20260131-100000-1-compress", outcome="done")
    make_run(tmp_path, "20260131-110000-2-compress", pid=2**22 + 7)
    make_run(tmp_path, "20260131-120000-3-compress", pid=os.getpid())
    (tmp_path / "runs" / "rubbish").mkdir()
    runs = runs_of(tmp_path)
    assert [run.outcome for run in runs] == ["running", "cut_off", "done"]


def test_runs_that_began_within_a_second_are_in_order(tmp_path: Path) -> None:
    for name in ("100000.250000-9-run", "100000.750000-1-run", "100000.500000-5-run"):
        make_run(tmp_path, f"20260131-{name}")
    newest_first = [run.folder.name.split("-")[2] for run in runs_of(tmp_path)]
    assert newest_first == ["1", "5", "9"]


def test_torn_last_line_is_left_out(tmp_path: Path) -> None:
    folder = make_run(tmp_path, "20260131-100000-1-compress")
    assert len(list(events_of(folder))) == 4
    assert list(events_of(tmp_path)) == []


def test_record_says_stages_values_and_notices(tmp_path: Path) -> None:
    lines = record_of(make_run(tmp_path, "20260131-100000-1-compress")).splitlines()
    assert "Teach the merged layers" in lines[0]
    assert lines[1].strip() == "Layers 3\N{EN DASH}5 loss: 0.5 at 10"
    assert "Something was skipped." in lines[2]
    assert lines[3].split()[:2] == ["4", "s"]


def test_story_says_how_long_stages_took_and_how_close_what_learned_came(tmp_path: Path) -> None:
    folder = make_run(tmp_path, "20260131-100000-1-compress")
    events = (
        protocol.Notice(text="Before all else.", time_s=0.5),
        protocol.Stage(name="probe", index=1, total=8, time_s=1.0),
        protocol.Metric(series="probe/text", step=3, value=0.5, time_s=20.0),
        protocol.Artifact(kind="table", path="probe/table.json", time_s=21.0),
        protocol.Stage(name="distill", index=3, total=8, time_s=21.0),
        protocol.Metric(series="distill/3-5/loss", step=10, value=0.5, time_s=30.0),
        protocol.Metric(series="distill/3-5/validation", step=10, value=0.4, time_s=31.0),
        protocol.Metric(series="distill/3-5/validation", step=20, value=0.0312, time_s=96.0),
        protocol.Failed(code="disk_full", message="It is full.", hint="Make room."),
    )
    (folder / "events.jsonl").write_bytes(b"".join(map(protocol.encode, events)))
    assert [
        line.replace("\N{NARROW NO-BREAK SPACE}", " ") for line in story_of(folder).split("\n")
    ] == [
        "    Before all else.",
        "Find layers that do the same job · 20 s",
        "Teach the merged layers · 1 min 15 s",
        "    Layers 3\N{EN DASH}5: difference 0.031 after step 20",
        "    It is full. Make room.",
    ]
