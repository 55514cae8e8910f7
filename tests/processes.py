"""Other processes, and the clock, on a machine that has more to do than these tests."""

from __future__ import annotations

import time
from pathlib import Path

_ROUND_S = 0.02
_OWN_WAITING = Path("/proc/thread-self/schedstat")


def is_alive(pid: int) -> bool:
    """Whether `pid` runs; a dead child that nobody has collected does not. Linux alone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):  # the second: it ended while we read
        return False


def ends(pid: int, *, within_s: float) -> bool:
    """Whether it ends in that time, which is counted in short rests: a held-up clock stands still.

    Where the processor is given to somebody else, our rests get longer like everything of `pid`.
    """
    for _ in range(round(within_s / _ROUND_S)):
        if not is_alive(pid):
            return True
        time.sleep(_ROUND_S)
    return not is_alive(pid)


def own_time_s() -> float:
    """A clock that stands still while this thread could go on, but others have the processor."""
    try:
        waited_ns = int(_OWN_WAITING.read_text().split()[1])
    except OSError:  # not Linux
        waited_ns = 0
    return time.perf_counter() - waited_ns / 1e9
