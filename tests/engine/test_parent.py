"""A process that was told whose child it is ends with that parent, even where it cannot look."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from engine.parent import PARENT
from tests.processes import ends, is_alive

LIMIT_S = 5.0
# Says its number, then holds Python's lock for ever, as loading a big library does.
CHILD = """
import ctypes, os, sys
from engine.parent import end_with_parent
end_with_parent()
print(os.getpid(), os.environ.get("PPCL_PARENT"), flush=True)
ctypes.PyDLL(None).sleep(600)
"""
# Starts the child with more in its environment, and waits.
STARTER = f"""
import os, subprocess, sys, time
subprocess.Popen([sys.executable, "-c", {CHILD!r}], env=os.environ | eval(sys.argv[1]))
time.sleep(600)
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux does this")


def start(environment: str) -> tuple[subprocess.Popen[str], int, str]:
    starter = subprocess.Popen(
        [sys.executable, "-c", STARTER, environment], stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    pid, inherits = starter.stdout.readline().split()
    return starter, int(pid), inherits


def kill(starter: subprocess.Popen[str]) -> None:
    starter.kill()
    starter.wait()
    assert starter.stdout is not None
    starter.stdout.close()


def test_child_that_holds_the_lock_ends_with_its_parent() -> None:
    starter, pid, inherits = start('{"PPCL_PARENT": str(os.getpid())}')
    assert inherits == "None"  # its own background runs may live on
    assert is_alive(pid)
    kill(starter)
    assert ends(pid, within_s=LIMIT_S)


def test_child_that_nobody_told_lives_on() -> None:
    starter, pid, _ = start("{}")
    kill(starter)
    assert not ends(pid, within_s=0.5)
    os.kill(pid, signal.SIGKILL)


def test_child_whose_parent_is_gone_already_ends_at_once() -> None:
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    done = subprocess.run(
        [sys.executable, "-c", CHILD], env=os.environ | {PARENT: str(gone.pid)}, timeout=300,
        capture_output=True, text=True,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (130, "")
