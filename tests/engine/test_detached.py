"""Runs in the background, with the real command."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from engine import protocol, runs
from engine.job import Job
from engine.project import read_json
from engine.runs import RunExit


def ppcl(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "engine", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_detached_run_is_followed_and_ends_by_itself(job: Job) -> None:
    started = ppcl("run", job.project.folder, "order", "--again", "--detach")
    assert started.returncode == 0, started.stderr
    folder = Path(started.stdout.strip())
    watched = ppcl("watch", folder)
    events = [protocol.decode_event(line.encode()) for line in watched.stdout.splitlines()]
    assert isinstance(events[0], protocol.Stage)
    assert isinstance(events[-1], protocol.Done)
    assert read_json(folder / "exit.json", RunExit).outcome == "done"
    rest = ppcl("watch", folder, "--from", len(events) - 2).stdout
    assert rest.splitlines() == watched.stdout.splitlines()[-2:]


def test_detached_run_outlives_its_starter_and_is_stopped_by_name(job: Job) -> None:
    started = ppcl(
        "run", job.project.folder, "distill", "--set", "distill.steps=1000000",
        "--set", "distill.check_every=1000", "--detach",
    )  # fmt: skip
    assert started.returncode == 0, started.stderr
    folder = Path(started.stdout.strip())
    while "distill/" not in (folder / "events.jsonl").read_text():
        assert not (folder / "exit.json").exists(), (folder / "run.log").read_text()
        time.sleep(0.1)
    assert ppcl("stop", folder).returncode == 0
    list(ppcl("watch", folder).stdout)
    assert read_json(folder / "exit.json", RunExit).outcome == "stopped"
    assert list((job.project.folder / "checkpoints").glob("distill-*"))


def test_detached_run_that_cannot_begin_says_so_and_leaves_nothing(job: Job) -> None:
    with runs.started(job.project, verb="compress"):
        before = sorted((job.project.folder / "runs").iterdir())
        refused = ppcl("run", job.project.folder, "order", "--again", "--detach")
        assert refused.returncode == 2
        assert "Another run is at work" in refused.stderr
        assert sorted((job.project.folder / "runs").iterdir()) == before
