"""What this machine has: main memory, a graphics card, free disk."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import psutil

_ASK_GPU = (
    "nvidia-smi",
    "--query-gpu=name,memory.total,driver_version",
    "--format=csv,noheader,nounits",
)


@dataclass(frozen=True, slots=True)
class Machine:
    """Bytes of main memory in all and free now; name, memory and driver of the first card."""

    memory_bytes: int
    available_bytes: int
    gpu: str = ""
    gpu_bytes: int = 0
    driver: str = ""


def look() -> Machine:
    memory = psutil.virtual_memory()
    return Machine(memory.total, memory.available, *_gpu())


def free_disk(folder: Path) -> tuple[int, Path]:
    """Free bytes where `folder` is or will be, and the folder above it that exists already."""
    folder = folder.absolute()
    place = next(p for p in (folder, *folder.parents) if p.is_dir())
    return shutil.disk_usage(place).free, place


def _gpu() -> tuple[str, int, str]:
    try:
        answer = subprocess.run(_ASK_GPU, capture_output=True, text=True, timeout=5, check=True)
        name, mebibytes, driver = answer.stdout.splitlines()[0].rsplit(",", 2)
        return name.strip(), int(mebibytes) << 20, driver.strip()
    except (OSError, subprocess.SubprocessError, IndexError, ValueError):
        return "", 0, ""
