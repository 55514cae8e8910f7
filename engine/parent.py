"""Ties a process to the one that started it: the system ends the child when the parent is gone.

A closed pipe says the same, but only to a program that looks: while libraries are imported, nobody
does. Linux alone can do this; elsewhere the pipe has to be enough.
"""

from __future__ import annotations

import os
import sys

PARENT = "PPCL_PARENT"  # the number of the process that nothing of ours may outlive
_PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Do so from now on, if whoever started us has asked for it; to be called before all else."""
    parent = os.environ.pop(PARENT, "")  # runs in the background, started by us, may live longer
    if sys.platform == "linux" and parent.isdigit():
        end_with(int(parent))


def end_with(parent: int) -> None:
    """End this process when its parent, or now if that is gone; on Linux."""
    import ctypes
    import signal

    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent and not is_alive(parent):  # gone before we asked
        os._exit(130)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
