"""The real engine, whose events carry the time of the whole system instead of that of its run.

So another process knows how old an event is.
"""

from __future__ import annotations

import time

from engine.__main__ import main
from engine.leaving import run_and_leave
from engine.reporting import Reporter

if __name__ == "__main__":
    Reporter._elapsed = lambda _self: time.monotonic()  # type: ignore[method-assign]
    run_and_leave(main)
