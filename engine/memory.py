"""Memory that is freed and taken again; running out of it, told as an error to act on."""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Iterator

from engine.errors import EngineError

_OF_THE_PROCESSOR = ("not enough memory", "can't allocate memory")
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # of mallopt(3)
_KEPT = 256 << 20
_LARGE = 32 << 20  # the most that mallopt takes; larger blocks still go back at once


def keep_freed() -> bool:
    """Let this process keep memory that tensors free for the next ones. False: not possible here.

    GNU's C library gives blocks of some megabytes back to the system, which clears and maps every
    page of the next one anew: a fifth of a forward pass of Pocket with 64 samples.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    return mallopt is not None and bool(
        mallopt(_MMAP_THRESHOLD, _LARGE) and mallopt(_TRIM_THRESHOLD, _KEPT)
    )


@contextlib.contextmanager
def memory_errors() -> Iterator[None]:
    """Turn what Python and PyTorch raise into a sentence; PyTorch is not imported for it."""
    try:
        yield
    except (MemoryError, RuntimeError) as error:
        message = _message(error)
        if not message:
            raise
        raise EngineError(
            "out_of_memory",
            message,
            hint="What was finished before is safe. Go on with a smaller batch, or close other "
            "programs that use much memory, and run the same again.",
        ) from error


def _message(error: BaseException) -> str:
    """Which memory is used up; empty if the error is about something else."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(error, torch.OutOfMemoryError):
        return "The graphics card ran out of memory."
    is_ours = isinstance(error, MemoryError) or any(w in str(error) for w in _OF_THE_PROCESSOR)
    return "The computer ran out of memory." if is_ours else ""
