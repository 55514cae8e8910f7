"""What this machine can do: what was found, what is wrong with it, which models will run here."""

from __future__ import annotations

import importlib.util
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Literal

import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from engine import families
from engine.families import Family
from engine.hub.facts import Facts
from engine.hub.fit import fits, size
from engine.hub.folder import scan
from engine.hub.machine import Machine, free_disk, look
from engine.protocol import Fit, Part

_LITTLE_MEMORY = 4 * 10**9
_LITTLE_DISK = 2 * 10**9
_VERDICTS = {"yes": "yes", "tight": "only just", "no": "no", "unknown": "?"}
_WINDOW_PARTS = ("QtWidgets.abi3.so", "Qt/plugins/platforms/libqxcb.so")


class Finding(msgspec.Struct, frozen=True, kw_only=True):
    """One thing about the machine; where it is not good, `hint` says what to do."""

    what: str
    verdict: Literal["good", "note", "bad"]
    text: str
    hint: str = ""


class Outlook(msgspec.Struct, frozen=True, kw_only=True):
    """Which steps of one model will run here."""

    model: str
    fits: tuple[Fit, ...]


class Examination(msgspec.Struct, frozen=True, kw_only=True):
    """What `ppcl doctor --json` prints."""

    findings: tuple[Finding, ...]
    models: tuple[Outlook, ...]


def examine(folder: Path) -> Examination:
    """Look at this machine; `folder` is where projects and models would go."""
    machine = look()
    findings = (
        _python(),
        _processor(machine),
        _disk(folder),
        _card(machine),
        _window(),
        _keyring(),
    )
    return Examination(findings=findings, models=tuple(_outlooks(machine, folder)))


def show(found: Examination, console: Console) -> None:
    """For a person: problems with what to do about them, then the models."""
    for finding in found.findings:
        color = {"good": "green", "note": "yellow", "bad": "red"}[finding.verdict]
        console.print(Text(f"{finding.what:>13}  ", style=color), end="")
        console.print(Text(f"{finding.text} {finding.hint}".strip()), soft_wrap=True)
    for model in found.models:
        view = Table("", "runs here", "", title=model.model, title_justify="left")
        for fit in model.fits:
            view.add_row(fit.step, _VERDICTS[fit.verdict], fit.text)
        console.print(view)


def _python() -> Finding:
    import torch

    build = f"CUDA {torch.version.cuda}" if torch.version.cuda else "CPU"
    text = f"Python {platform.python_version()}, torch {torch.__version__} ({build} build)."
    return Finding(what="software", verdict="good", text=text)


def _processor(machine: Machine) -> Finding:
    text = (
        f"{os.cpu_count()} processor cores, {size(machine.memory_bytes)} of memory, "
        f"{size(machine.available_bytes)} of it free."
    )
    if machine.available_bytes < _LITTLE_MEMORY:
        hint = "Close other programs: the built-in model needs about 2 GB."
        return Finding(what="processor", verdict="note", text=text, hint=hint)
    return Finding(what="processor", verdict="good", text=text)


def _disk(folder: Path) -> Finding:
    free, place = free_disk(folder)
    text = f"{size(free)} free in {place}."
    if free < _LITTLE_DISK:
        hint = "Make room, or work in another folder."
        return Finding(what="disk", verdict="bad", text=text, hint=hint)
    return Finding(what="disk", verdict="good", text=text)


def _card(machine: Machine) -> Finding:
    from engine.device import why_not_cuda

    why = why_not_cuda()
    if not machine.gpu and why:
        text = "No NVIDIA card was found; everything runs on the processor."
        return Finding(what="graphics card", verdict="note", text=text)
    text = f"{machine.gpu or 'A card'} with {size(machine.gpu_bytes)}"
    text += f", driver {machine.driver}" if machine.driver else ""
    if not why:
        return Finding(what="graphics card", verdict="good", text=f"{text}; torch computes on it.")
    return Finding(
        what="graphics card", verdict="bad", text=f"{text}, but it is not used: {why}.",
        hint="Run `python3 packaging/start.py setup --cuda`, or bring the driver up to date.",
    )  # fmt: skip


def _window() -> Finding:
    found = importlib.util.find_spec("PySide6")
    if found is None or found.origin is None:
        hint = "Run `python3 packaging/start.py setup`."
        return Finding(what="window", verdict="bad", text="Qt is not installed.", hint=hint)
    if not sys.platform.startswith("linux"):
        return Finding(what="window", verdict="good", text="Qt is there.")
    missing = _missing_libraries([Path(found.origin).parent / part for part in _WINDOW_PARTS])
    if missing:
        hint = "`python3 packaging/start.py` says how to install them; commands work without."
        text = f"The window needs system libraries that are missing: {', '.join(missing)}."
        return Finding(what="window", verdict="bad", text=text, hint=hint)
    if not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
        text = "Qt is there, but there is no display here; commands work without."
        return Finding(what="window", verdict="note", text=text)
    return Finding(what="window", verdict="good", text="Qt and its libraries are there.")


def _missing_libraries(files: list[Path]) -> list[str]:
    """What the dynamic linker does not find for `files`; nothing where it cannot be asked."""
    if not shutil.which("ldd"):
        return []
    answer = subprocess.run(
        ["ldd", *map(str, files)], capture_output=True, text=True, errors="replace", check=False
    )
    return sorted(set(re.findall(r"^\s*(\S+) => not found", answer.stdout, re.MULTILINE)))


def _keyring() -> Finding:
    import keyring
    from keyring.backends import fail

    if isinstance(keyring.get_keyring(), fail.Keyring):
        text = "This system has no keyring, so an access token is kept for one session only."
        hint = "A token in the variable HF_TOKEN works as well."
        return Finding(what="keyring", verdict="note", text=text, hint=hint)
    return Finding(what="keyring", verdict="good", text="Access tokens are kept in the keyring.")


def _outlooks(machine: Machine, folder: Path) -> list[Outlook]:
    from engine.teacher.loading import POCKET

    built_in = scan(POCKET, request=0, machine=machine)
    found = [Outlook(model="Pocket, the built-in model", fits=built_in.fits)]
    for family in families.FAMILIES:
        known = _facts(family)
        download = 2 * sum(part.parameters for part in known.parts)
        answers = fits(known, machine, download_bytes=download, folder=folder)
        found.append(Outlook(model=family.title, fits=answers))
    return found


def _facts(family: Family) -> Facts:
    """What is known of a family's published model without its files."""
    heads, width = family.config["num_attention_heads"], family.config["attention_head_dim"]
    others = family.other_parameters
    return Facts(
        family=family.name,
        layers=int(str(family.config[family.depth])),
        parameters=family.parameters,
        width=int(str(heads)) * int(str(width)),
        image_tokens=64 * 64,
        parts=(
            Part(name="transformer", class_name="", parameters=family.parameters, num_bytes=0),
            Part(name="others", class_name="", parameters=others, num_bytes=0),
        ),
        problems=(),
    )
