"""One window a project: a lock that the system gives back when its owner has crashed."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from PySide6.QtCore import QLockFile


class ProjectLock:
    """Holds the lock of one project at a time, in a folder of its own, not in the project."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: tuple[Path, QLockFile] | None = None

    def claim(self, project: Path) -> bool:
        """False where another program has it open; what was held before is then still held."""
        project = project.resolve()
        if self._held is not None and self._held[0] == project:
            return True
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            return True  # nothing can be kept there, so nobody else is there either
        name = hashlib.sha256(str(project).encode()).hexdigest()[:16]
        lock = QLockFile(str(self._folder / f"{name}.lock"))
        lock.setStaleLockTime(0)  # work goes on for days; only a dead owner's lock is taken over
        if not lock.tryLock(0) and lock.error() == QLockFile.LockError.LockFailedError:
            owner = lock.getLockInfo()
            if isinstance(owner, tuple) and owner[0] != os.getpid():
                return False
        self.release()
        self._held = project, lock
        return True

    def release(self) -> None:
        if self._held is not None:
            self._held[1].unlock()
        self._held = None
