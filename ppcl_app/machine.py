"""Memory and disk of this computer, read from the system without any library."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Memory:
    """Main memory in bytes."""

    total: int
    free: int

    @property
    def used(self) -> int:
        return self.total - self.free


def memory() -> Memory | None:
    """None on systems that are not asked yet."""
    if sys.platform == "linux":
        return _linux_memory(Path("/proc/meminfo"))
    if sys.platform == "win32":
        return _windows_memory()
    return None


def free_disk(folder: Path) -> int | None:
    """Free bytes where `folder` is or would be; None where nobody can tell."""
    for place in (folder, *folder.parents):
        try:
            return shutil.disk_usage(place).free
        except OSError:
            continue
    return None


def folder_size(folder: Path) -> int:
    """Bytes of all files inside."""
    total = 0
    for file in folder.rglob("*"):
        try:
            total += file.stat().st_size if file.is_file() else 0
        except OSError:
            continue
    return total


def _linux_memory(file: Path) -> Memory | None:
    found: dict[str, int] = {}
    try:
        for line in file.read_text().splitlines():
            key, _, rest = line.partition(":")
            if key in ("MemTotal", "MemAvailable"):
                found[key] = int(rest.split()[0]) * 1024
    except (OSError, ValueError, IndexError):
        return None
    if len(found) < 2:
        return None
    return Memory(found["MemTotal"], found["MemAvailable"])


def _windows_memory() -> Memory | None:
    import ctypes

    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong), ("load", ctypes.c_ulong), ("total", ctypes.c_ulonglong),
            ("free", ctypes.c_ulonglong), ("rest", ctypes.c_ulonglong * 5),
        )  # fmt: skip

    status = Status(length=ctypes.sizeof(Status))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  (only there on Windows)
    if not kernel.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return Memory(int(status.total), int(status.free))
