"""Runs that outlive whoever started them, a terminal that is closed or a window."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from engine import runs
from engine.project import Project

LOG = "run.log"
_POLL_SECONDS = 0.1


def start(project: Project, arguments: Sequence[str]) -> Path:
    """Call `ppcl` with `arguments` once more, in a session of its own; returns the run's folder.

    Comes back once the run has begun. If it does not begin, its own words and exit code are ours.
    """
    name = runs.new_name("run")
    folder = project.path("runs", name, LOG).parent
    command = [sys.executable, "-m", "engine", *(a for a in arguments if a != "--detach")]
    with (folder / LOG).open("wb") as log:
        process = subprocess.Popen(
            [*command, "--as", name],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
    while True:
        code = process.poll()  # before we look: it may begin and be done between the two
        if (folder / "job.json").is_file():
            return folder
        if code is not None:
            print((folder / LOG).read_text(errors="replace").strip(), file=sys.stderr)
            shutil.rmtree(folder)
            sys.exit(code)
        time.sleep(_POLL_SECONDS)
