"""Runs: one at a time, watched, stopped, and ended in writing."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
from pathlib import Path

import msgspec
import pytest

from engine import protocol, runs
from engine.errors import Cancelled, EngineError
from engine.project import Header, Project, read_json, write_json
from engine.reporting import Reporter


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project.create(tmp_path / "p.ppcl", Header(model="pocket"))


def ending(project: Project) -> str:
    outcome: str = json.loads((runs.latest(project) / "exit.json").read_text())["outcome"]
    return outcome


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "done"),
        (EngineError("x", "No."), "failed"),
        (Cancelled(), "stopped"),
        (ZeroDivisionError(), "crashed"),
    ],
)
def test_end_is_written_down(project: Project, error: Exception | None, outcome: str) -> None:
    expected = contextlib.nullcontext() if error is None else pytest.raises(type(error))
    with expected, runs.started(project, verb="compress"):
        assert not (runs.latest(project) / "exit.json").exists()
        if error is not None:
            raise error
    assert ending(project) == outcome


def test_events_are_kept_and_can_be_watched_later(project: Project) -> None:
    with runs.started(project, verb="compress") as run:
        report = Reporter(run)
        report.stage("probe", index=1, total=8)
        report.metric("probe/text", 0, 0.5)
        report.artifact("table", "probe/table.json")
    lines = list(runs.watch(runs.latest(project)))
    assert [type(protocol.decode_event(line)).__name__ for line in lines] == [
        "Stage",
        "Metric",
        "Artifact",
    ]
    assert list(runs.watch(runs.latest(project), start=2)) == lines[2:]


def test_watcher_hears_a_run_to_its_end(project: Project) -> None:
    heard: list[bytes] = []
    with runs.started(project, verb="compress") as run:
        folder = runs.latest(project)
        watcher = threading.Thread(target=lambda: heard.extend(runs.watch(folder)))
        watcher.start()
        for number in range(5):
            run(protocol.Metric(series="s", step=number, value=0.0), b"")
    watcher.join(timeout=300)
    assert [protocol.decode_event(line).step for line in heard] == list(range(5))  # type: ignore[union-attr]


def test_progress_is_thinned_out_but_its_end_is_kept(project: Project) -> None:
    with runs.started(project, verb="compress") as run:
        for done in range(2001):
            run(protocol.Progress(stage="s", done=done, total=2000), b"")
    lines = list(runs.watch(runs.latest(project)))
    assert len(lines) < 1500
    last = protocol.decode_event(lines[-1])
    assert isinstance(last, protocol.Progress)
    assert last.done == 2000


def test_second_run_is_refused_while_the_first_holds_the_project(project: Project) -> None:
    with runs.started(project, verb="compress"), pytest.raises(EngineError) as excinfo:
        runs.started(project, verb="evaluate").__enter__()
    assert excinfo.value.code == "busy"
    with runs.started(project, verb="evaluate"):
        pass


def test_run_is_asked_to_stop(project: Project) -> None:
    with pytest.raises(Cancelled), runs.started(project, verb="compress") as run:  # noqa: PT012
        report = Reporter(run, should_stop=run.should_stop)
        report.progress(0, 2)
        runs.ask_to_stop(runs.latest(project))
        report.progress(1, 2)
    assert ending(project) == "stopped"


def test_project_that_never_ran_has_no_run(project: Project) -> None:
    with pytest.raises(EngineError) as excinfo:
        runs.latest(project)
    assert excinfo.value.code == "no_run"


@pytest.mark.parametrize("discard", [False, True])
def test_stop_keeps_unfinished_work_or_throws_it_away(project: Project, discard: bool) -> None:
    checkpoint = project.path("checkpoints", "distill-span-1-2.safetensors")
    checkpoint.write_bytes(b"half")
    plug = project.path("plugs", "distill", "span-3-4.safetensors")
    plug.write_bytes(b"whole")
    with pytest.raises(Cancelled), runs.started(project, verb="compress") as run:  # noqa: PT012
        runs.ask_to_stop(runs.find(project.folder), discard=discard)
        Reporter(run, should_stop=run.should_stop).progress(0, 2)
    assert checkpoint.exists() != discard
    assert plug.exists()


def test_run_is_found_by_its_own_folder_and_by_its_project(project: Project) -> None:
    for verb in ("compress", "run"):
        with runs.started(project, verb=verb, name=f"2026-{verb}"):
            pass
    folder = project.folder / "runs" / "2026-compress"
    assert runs.find(folder) == folder
    assert runs.find(project.folder).name == "2026-run"
    with pytest.raises(EngineError) as excinfo:
        runs.find(project.folder / "runs")
    assert excinfo.value.code == "no_project"


def test_later_runs_have_later_names_whatever_the_number_of_their_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    numbers = iter((900, 1000, 20))
    monkeypatch.setattr(runs.os, "getpid", lambda: next(numbers))
    names = [runs.new_name(verb) for verb in ("run", "compress", "run")]
    assert names == sorted(names)


def test_run_that_has_ended_or_was_killed_cannot_be_stopped(project: Project) -> None:
    with runs.started(project, verb="compress"):
        folder = runs.latest(project)
        assert runs.is_running(folder)
    with pytest.raises(EngineError) as excinfo:
        runs.ask_to_stop(folder)
    assert excinfo.value.code == "not_running"
    (folder / "exit.json").unlink()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    job = read_json(folder / "job.json", runs.RunJob)
    write_json(folder / "job.json", msgspec.structs.replace(job, pid=gone.pid))
    assert not runs.is_running(folder)


def test_run_that_a_full_disk_kept_from_beginning_leaves_no_folder(small_disk: Path) -> None:
    project = Project.create(small_disk / "p.ppcl", Header(model="pocket"))
    (project.folder / "runs").mkdir()
    with contextlib.suppress(OSError), (small_disk / "full").open("wb", buffering=0) as rest:
        while True:
            rest.write(bytes(512))
    with pytest.raises(EngineError) as excinfo, runs.started(project, verb="compress"):
        pytest.fail("it began")
    assert excinfo.value.code == "disk_full"
    assert not list((project.folder / "runs").iterdir())
