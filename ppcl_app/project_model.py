"""The project that is open: its model, how far it is, its findings, plan and table of sizes."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

import msgspec
from PySide6.QtCore import QCoreApplication, QObject, Signal

from engine import settings as engine_settings
from engine import tiers as tier_file
from engine.errors import EngineError
from engine.plan import Plan
from engine.project import Header, Project, read_json
from engine.tiers import Tier, TierTable
from ppcl_app.base_model import BUILT_IN, BaseModel, look_at
from ppcl_app.findings import Findings, read_findings
from ppcl_app.project_lock import ProjectLock
from ppcl_app.weights_header import BrokenWeights, read_header

translate = QCoreApplication.translate  # lupdate knows this name
IN_USE = "in_use"
_T = TypeVar("_T", bound=msgspec.Struct)


class Progress(StrEnum):
    """How far a project is."""

    NEW = "new"
    STARTED = "started"
    FINISHED = "finished"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """Learning that was cut short and can go on: what learns, and after how many steps."""

    name: str
    step: int


class _Steps(msgspec.Struct, frozen=True):
    step: int


class ProjectModel(QObject):
    """Reads the project's files; the engine alone writes them.

    `is_read_only`: another window has it open, and this one only looks at it.
    """

    project_changed = Signal()
    tiers_changed = Signal()
    plan_changed = Signal()
    findings_changed = Signal()

    def __init__(
        self, folder: Path, parent: QObject | None = None, *, lock: ProjectLock | None = None
    ) -> None:
        super().__init__(parent)
        self._folder, self._lock = folder, lock
        self.is_read_only = lock is not None and not lock.claim(folder)
        self._wanted = BUILT_IN
        self._looked_at: BaseModel | None = None
        self._header: Header | None = None
        self._settings: engine_settings.Settings | None = None
        self._table: TierTable | None = None
        self._plan: Plan | None = None
        self._findings: Findings | None = None
        self._findings_time = 0
        self.problem = ""

    @property
    def folder(self) -> Path:
        return self._folder

    @property
    def name(self) -> str:
        return self._folder.stem

    @property
    def header(self) -> Header | None:
        """None as long as nothing has been begun."""
        return self._header

    @property
    def settings(self) -> engine_settings.Settings | None:
        """What the stages last ran with."""
        return self._settings

    @property
    def source(self) -> str:
        """The model: that of the project, or the one that a new project will have."""
        return self._header.model if self._header is not None else self._wanted

    @property
    def model(self) -> BaseModel:
        """Looked at once; `choose_model` and `reload` look again where it is another."""
        if self._looked_at is None or self._looked_at.source != self.source:
            self._looked_at = look_at(self.source)
        return self._looked_at

    @property
    def progress(self) -> Progress:
        if self.tiers and not self.is_stale:
            return Progress.FINISHED
        return Progress.STARTED if self._header is not None else Progress.NEW

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
    def findings(self) -> Findings | None:
        return self._findings

    @property
    def is_stale(self) -> bool:
        """The sizes that are there were made of another choice of layers."""
        if self._plan is None or not self.tiers:
            return False
        planned = {span.name for span in self._plan.spans}
        names = {name.removeprefix("span-") for name in self.tiers[-1].plugs}
        merged = {name for name in names if name.replace("-", "").isdigit()}
        return not merged <= planned

    @property
    def comparison_sheet(self) -> Path | None:
        file = self._folder / "comparison.png"
        return file if file.is_file() else None

    @property
    def unfinished(self) -> Unfinished | None:
        """The newest learning that was cut short, by a pause, a crash or a power cut."""
        files = (self._folder / "checkpoints").glob("*.safetensors")
        for file in sorted(files, key=lambda f: f.stat().st_mtime, reverse=True):
            try:
                notes = read_header(file)[1]
                steps = msgspec.json.decode(notes.get("progress", ""), type=_Steps)
            except (OSError, BrokenWeights, msgspec.MsgspecError):
                continue
            return Unfinished(file.stem, steps.step)
        return None

    def is_done(self, stage: str) -> bool:
        """The stage ended well, and nothing before it has changed since."""
        return (self._folder / "stages" / f"{stage}.json").is_file()

    def open(self, folder: Path, *, read_only: bool = False) -> None:
        """Open an existing project. Raises EngineError where there is none, or a broken one.

        One that is open in another window is refused, unless it is only to be looked at.
        """
        Project(folder)
        self.use(folder, read_only=read_only)

    def use(self, folder: Path, *, source: str = BUILT_IN, read_only: bool = False) -> None:
        """Make `folder` the project; `source` is the model that it gets if it is new."""
        is_ours = self._lock is None or self._lock.claim(folder)
        if not is_ours and not read_only:
            text = translate("Project", "The project {name} is open in another window.")
            hint = translate("Project", "Go on there, or close it there first.")
            raise EngineError(IN_USE, text.format(name=folder.stem), hint=hint)
        if not is_ours and self._lock is not None:
            self._lock.release()
        self.is_read_only = not is_ours
        self._folder, self._wanted = folder, source
        self._looked_at = None
        self._findings_time = 0
        self.problem = ""
        self.reload()
        self.project_changed.emit()

    def shut_down(self) -> None:
        if self._lock is not None:
            self._lock.release()

    def reload(self) -> None:
        """Look at the files again; signals only what is different."""
        self._header = self._read("project.json", Header)
        self._settings = self._read(engine_settings.FILE, engine_settings.Settings)
        is_found_anew = self._read_findings()
        table = self._read(tier_file.FILE, TierTable)
        plan = self._read("plan.json", Plan)
        before, self._table = self._table, table
        is_other_plan, self._plan = plan != self._plan, plan
        if is_found_anew:
            self.findings_changed.emit()
        if is_other_plan:
            self.plan_changed.emit()
        if table != before:
            self.tiers_changed.emit()

    def _read_findings(self) -> bool:
        """The table is large, so it is read only where its files are newer."""
        times = [
            file.stat().st_mtime_ns
            for name in ("table.json", "costs.json")
            if (file := self._folder / "probe" / name).is_file()
        ]
        newest = max(times, default=0)
        if newest == self._findings_time and newest:
            return False
        had_any, self._findings_time = self._findings is not None, newest
        self._findings = read_findings(self._folder) if newest else None
        return had_any or self._findings is not None

    def _read(self, name: str, kind: type[_T]) -> _T | None:
        file = self._folder / name
        if not file.is_file():
            return None
        try:
            return read_json(file, kind)
        except EngineError as error:
            self.problem = str(error)
            return None
