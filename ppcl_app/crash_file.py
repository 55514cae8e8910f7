"""What is left of a window that crashed: a file that Python fills while the process dies.

Every window has a file of its own, empty as long as all is well and gone when it ends in order.
"""

from __future__ import annotations

import faulthandler
import os
from pathlib import Path

from ppcl_app.run_history import is_alive

_PREFIX = "window-"
_MAX_BYTES = 64 << 10


class CrashFile:
    """`earlier` is what windows that are gone have left behind; empty if nothing went wrong."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / f"{_PREFIX}{os.getpid()}.txt"
        self.earlier = ""
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.earlier = _collect(folder)
            self._stream = self._file.open("wb")
        except OSError:  # nowhere to write: then crashes are told by the system alone
            return
        faulthandler.enable(self._stream)

    def close(self) -> None:
        """The window ends in order."""
        if faulthandler.is_enabled():
            faulthandler.disable()
        if hasattr(self, "_stream"):
            self._stream.close()
        self._file.unlink(missing_ok=True)


def _collect(folder: Path) -> str:
    """The texts of all crashed windows, the newest last; their files are taken away."""
    texts = []
    for file in sorted(folder.glob(f"{_PREFIX}*.txt"), key=lambda f: f.stat().st_mtime):
        number = file.stem.removeprefix(_PREFIX)
        if number.isdecimal() and is_alive(int(number)) and int(number) != os.getpid():
            continue
        with file.open("rb") as stream:
            text = stream.read(_MAX_BYTES).decode("utf-8", "replace").strip()
        file.unlink(missing_ok=True)
        if text:
            texts.append(text)
    return "\n\n".join(texts)
