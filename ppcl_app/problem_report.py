"""The report about a problem: versions, computer, settings and log, with nothing private in it."""

from __future__ import annotations

import getpass
import os
import platform
import re
from pathlib import Path

import msgspec
import PySide6
from PySide6.QtCore import QSysInfo
from PySide6.QtWidgets import QApplication

import engine
from ppcl_app import figures, machine
from ppcl_app.outcome import Failure, redact
from ppcl_app.project_model import ProjectModel
from ppcl_app.settings import Preferences

_EVERYBODY = {"root", "user", "admin", "administrator", "ubuntu", "home"}
_SHORTEST_NAME = 3


def report_of(failure: Failure, *, project: ProjectModel, preferences: Preferences) -> str:
    """What a failure card can pass on, for people to read before they do."""
    words = "\n".join(filter(None, (failure.cause, failure.safe, failure.hint)))
    parts = {
        "What happened": words + (f"\ncode: {failure.code}" if failure.code else ""),
        "Program": about_program(),
        "Computer": about_computer(project.folder),
        "Project": about_project(project),
        "Preferences": _lines(_without_paths(preferences)),
        "Last lines of the engine": failure.details or "(none)",
    }
    return anonymous("\n\n".join(f"== {title}\n{text}" for title, text in parts.items()) + "\n")


def about_program() -> str:
    return "\n".join(
        (
            f"PPCL Studio {QApplication.applicationVersion()}, engine {engine.__version__}",
            f"Python {platform.python_version()}, PySide6 {PySide6.__version__}",
        )
    )


def about_computer(folder: Path) -> str:
    """The machine as far as it can be asked without loading anything."""
    memory, free = machine.memory(), machine.free_disk(folder)
    lines = [f"{QSysInfo.prettyProductName()}, {platform.machine()}, {os.cpu_count()} processors"]
    if memory is not None:
        total, left = figures.data_size(memory.total), figures.data_size(memory.free)
        lines.append(f"memory: {left} of {total} free")
    if free is not None:
        lines.append(f"disk of the project: {figures.data_size(free)} free")
    return "\n".join(lines)


def about_project(project: ProjectModel) -> str:
    """What the project is made of, without the names of folders."""
    header, settings, table = project.header, project.settings, project.table
    if header is None:
        return "(nothing has been begun)"
    lines = [
        f"model: {project.model.title}",
        f"effort {header.effort}, seed {header.seed}, {header.threads} threads",
    ]
    if table is not None:
        lines.append(f"{len(table.tiers)} sizes, measured on: {table.device or 'nothing yet'}")
    if settings is not None:
        stages: dict[str, object] = msgspec.to_builtins(settings)
        lines += [f"{name}: {values}" for name, values in stages.items()]
    return "\n".join(lines)


def anonymous(text: str) -> str:
    """`text` without the home folder, access tokens, and the names of the user and the computer."""
    text = redact(text)
    for name, stands_for in ((_user(), "[user]"), (platform.node(), "[computer]")):
        if len(name) >= _SHORTEST_NAME and name.lower() not in _EVERYBODY:
            text = re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", stands_for, text)
    return text


def _user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # no entry for this user anywhere
        return Path.home().name


def _without_paths(preferences: Preferences) -> dict[str, object]:
    private = ("project", "recent", "models", "export_folder", "stage_seconds", "exports")
    known: dict[str, object] = msgspec.to_builtins(preferences)
    return {key: value for key, value in known.items() if key not in private}


def _lines(values: dict[str, object]) -> str:
    return "\n".join(f"{key}: {value}" for key, value in values.items())
