"""Runs in the background, with the real command."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from engine import detached, protocol, runs
from engine.job import Job
from engine.project import read_json, write_json
from engine.runs import RunExit, RunJob


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


def test_detached_run_that_is_done_before_anybody_looks_has_begun(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on a machine that holds the starter up for longer than the run takes."""

    class Quick:
        def __init__(self, command: Sequence[str], **_options: object) -> None:
            self.folder = job.project.folder / "runs" / command[-1]

        def poll(self) -> int:
            write_json(self.folder / "job.json", RunJob(verb="run", effort="quick", pid=1))
            return 0

    monkeypatch.setattr(detached.subprocess, "Popen", Quick)
    folder = detached.start(job.project, ["run", "PROJECT", "order", "--detach"])
    assert (folder / "job.json").is_file()


def test_detached_run_that_cannot_begin_says_so_and_leaves_nothing(job: Job) -> None:
    with runs.started(job.project, verb="compress"):
        before = sorted((job.project.folder / "runs").iterdir())
        refused = ppcl("run", job.project.folder, "order", "--again", "--detach")
        assert refused.returncode == 2
        assert "Another run is at work" in refused.stderr
        assert sorted((job.project.folder / "runs").iterdir()) == before
