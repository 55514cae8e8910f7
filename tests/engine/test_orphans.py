"""An engine whose window was killed is gone within five seconds, whatever it was doing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.processes import ends, is_alive

LIMIT_S = 5.0

# Starts an engine as the window does, tells its number once it speaks, and waits to be killed.
PARENT = """
import subprocess, sys, time
child = subprocess.Popen(
    [sys.executable, "-m", "engine", *sys.argv[1:]],
    stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True,
)
heard = b""
while b'"stage"' not in heard and b'"hello"' not in heard:
    line = child.stdout.readline()
    assert line, "it ended before it spoke"
    heard += line
print(child.pid, flush=True)
time.sleep(600)
"""

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


@pytest.mark.parametrize("verb", ["compress", "serve"])
def test_engine_ends_soon_after_its_window_was_killed(
    verb: str, finished: Path, tmp_path: Path
) -> None:
    args = ["compress", "--demo", "--out", str(tmp_path / "p.ppcl"), "--events"]
    if verb == "serve":  # still loading the model when the window goes
        args = ["serve", str(finished)]
    parent = subprocess.Popen([sys.executable, "-c", PARENT, *args], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    pid = int(parent.stdout.readline())
    try:
        os.kill(parent.pid, signal.SIGKILL)
        assert ends(pid, within_s=LIMIT_S)
    finally:
        parent.wait()
        parent.stdout.close()
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)
