"""A process ends at once, with its exit code, and with all that it still had to say."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

# What takes long to take apart: an object that is still there when Python clears its modules.
PROGRAM = """
import sys
from engine.leaving import run_and_leave

class Heavy:
    def __del__(self):
        print("taken apart", flush=True)

heavy = Heavy()

def main():
    import atexit, threading, time
    atexit.register(lambda: print("handler"))
    threading.Thread(target=lambda: (time.sleep(0.2), print("thread"))).start()
    {end}

run_and_leave(main)
"""


def run(end: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", PROGRAM.format(end=end)],
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


# What pip makes of an entry point.
COMMAND = """
import sys

class Heavy:
    def __del__(self):
        print("taken apart", flush=True)

heavy = Heavy()
from {module} import {function}
sys.exit({function}())
"""


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("pass", 0), ("sys.exit(130)", 130), ("sys.exit()", 0), ("sys.exit('a sentence')", 1),
        ("raise ValueError('a mistake')", 1),
    ],
)  # fmt: skip
def test_exit_code_is_kept_and_nothing_is_taken_apart(end: str, code: int) -> None:
    done = run(end)
    assert done.returncode == code
    assert done.stdout.split() == ["thread", "handler"]


def test_installed_command_leaves_at_once_as_well() -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]["ppcl"]
    module, function = declared.split(":")
    done = subprocess.run(
        [sys.executable, "-c", COMMAND.format(module=module, function=function), "size", "--help"],
        capture_output=True, text=True, timeout=60, check=False, cwd=ROOT,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert "Usage" in done.stdout
    assert "taken apart" not in done.stdout


def test_error_that_nobody_caught_is_printed() -> None:
    assert "ValueError: a mistake" in run("raise ValueError('a mistake')").stderr
    assert run("sys.exit('a sentence')").stderr == "a sentence\n"
