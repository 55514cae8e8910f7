"""The `ppcl` verbs about models rather than projects."""

from __future__ import annotations

import platform
import shutil
from pathlib import Path

import typer

from engine.cli import Json, app


@app.command()
def doctor(json: Json = False) -> None:
    """What this machine can do."""
    import msgspec
    import torch

    facts = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "cuda": torch.cuda.get_device_name(0) if torch.cuda.is_available() else "none",
        "threads": torch.get_num_threads(),
        "free_disk_bytes": shutil.disk_usage(Path.cwd()).free,
    }
    if json:
        print(msgspec.json.encode(facts).decode())
    else:
        for name, value in facts.items():
            typer.echo(f"{name:>16}  {value}")
