"""Running out of memory, told as an error that the user can act on."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Iterator

from engine.errors import EngineError

_OF_THE_PROCESSOR = ("not enough memory", "can't allocate memory")


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
