"""The project that is open: its folder, how far it is, its plan and its table of sizes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import msgspec
from PySide6.QtCore import QObject, Signal

from engine import tiers as tier_file
from engine.errors import EngineError
from engine.plan import Plan
from engine.project import Project, read_json
from engine.tiers import Tier, TierTable

_T = TypeVar("_T", bound=msgspec.Struct)


class Progress(StrEnum):
    """How far a project is."""

    NEW = "new"
    STARTED = "started"
    FINISHED = "finished"


class ProjectModel(QObject):
    """Reads the project's files; the engine alone writes them."""

    project_changed = Signal()
    tiers_changed = Signal()
    plan_changed = Signal()

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder
        self._table: TierTable | None = None
        self._plan: Plan | None = None
        self.problem = ""

    @property
    def folder(self) -> Path:
        return self._folder

    @property
    def name(self) -> str:
        return self._folder.stem

    @property
    def progress(self) -> Progress:
        if self.tiers:
            return Progress.FINISHED
        return Progress.STARTED if (self._folder / "project.json").is_file() else Progress.NEW

    @property
    def table(self) -> TierTable | None:
        return self._table

    @property
    def tiers(self) -> tuple[Tier, ...]:
        """The sizes, once they are measured; while a run goes on the table is only a draft."""
        return self._table.tiers if self._table is not None and self._table.device else ()

    @property
    def plan(self) -> Plan | None:
        return self._plan

    @property
    def comparison_sheet(self) -> Path | None:
        file = self._folder / "comparison.png"
        return file if file.is_file() else None

    def open(self, folder: Path) -> None:
        """Open an existing project. Raises EngineError where there is none, or a broken one."""
        Project(folder)
        self.use(folder)

    def use(self, folder: Path) -> None:
        """Make `folder` the project, whether it exists already or will be made by a run."""
        self._folder = folder
        self.reload()
        self.project_changed.emit()

    def reload(self) -> None:
        """Look at the files again; signals only what is different."""
        table = self._read(tier_file.FILE, TierTable)
        plan = self._read("plan.json", Plan)
        if plan != self._plan:
            self._plan = plan
            self.plan_changed.emit()
        before, self._table = self._table, table
        if table != before:
            self.tiers_changed.emit()

    def _read(self, name: str, kind: type[_T]) -> _T | None:
        file = self._folder / name
        if not file.is_file():
            return None
        try:
            return read_json(file, kind)
        except EngineError as error:
            self.problem = str(error)
            return None
