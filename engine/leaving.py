"""The end of a process of ours: at once, for all that is kept is stored by then.

Python would first take apart what the process holds. With torch and a model loaded that lasts up to
a second, in which a window that has paused still waits and the memory is not free.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sys
from collections.abc import Callable


def run_and_leave(main: Callable[[], object]) -> None:
    """Run `main`; with its exit code the process ends as soon as threads and exit handlers have.

    To be called before anything else is imported: handlers run in reverse order, so ours is last.
    """
    code = 1  # that of an error that nobody caught, which Python still prints

    def leave() -> None:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(OSError, ValueError):  # nobody reads it any more
                stream.flush()
        os._exit(code)

    atexit.register(leave)
    try:
        main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
        raise
