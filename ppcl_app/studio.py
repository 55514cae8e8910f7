"""All models, made once and tied together. Windows show them; menus and pages call the verbs."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QObject, Signal

from engine.errors import EngineError
from ppcl_app.charts.loader import ChartLoader
from ppcl_app.engine_process import EngineCommand, EngineProcess
from ppcl_app.generation_model import GenerationModel
from ppcl_app.outcome import Outcome
from ppcl_app.project_model import ProjectModel
from ppcl_app.run_model import RunModel, compress_args, export_args
from ppcl_app.settings import Settings, default_project_folder
from ppcl_app.theme.appearance import Appearance
from ppcl_app.time_left import first_guess
from ppcl_app.vocabulary import STAGES

translate = QCoreApplication.translate  # lupdate knows this name


class Studio(QObject):
    """Owns settings, appearance, the project and the three engine processes of the window."""

    message = Signal(str)

    def __init__(
        self,
        settings: Settings,
        appearance: Appearance,
        command: EngineCommand,
        project: Path | None = None,
    ) -> None:
        super().__init__()
        remembered = settings.preferences.project
        folder = project or (Path(remembered) if remembered else default_project_folder())
        self.settings = settings
        self.appearance = appearance
        self.charts = ChartLoader(self)
        self.project = ProjectModel(folder, self)
        self.project.reload()
        safe = translate(
            "Studio", "Nothing is lost: what was finished is kept, and it can go on from there."
        )
        self.run = RunModel(EngineProcess(command, self), safe=safe, parent=self)
        safe = translate(
            "Studio", "Your project is unharmed, and nothing half-written was left behind."
        )
        self.export = RunModel(EngineProcess(command, self), safe=safe, parent=self)
        safe = translate(
            "Studio", "Your model is unharmed, and pictures that were painted stay here."
        )
        self.generation = GenerationModel(
            EngineProcess(command, self), self.project, safe=safe, parent=self
        )
        self._effort = ""
        self.run.artifact_made.connect(self._on_artifact)
        self.run.ended.connect(self._on_run_ended)
        self.project.plan_changed.connect(self._tell_parts)
        self._tell_parts()

    def shrink(self) -> None:
        """Start the whole compression of the built-in model, or go on with it."""
        if self.run.is_active:
            return
        self.generation.stop_engine()  # one device, one owner
        self.charts.start()  # half a second of import while the engine loads for longer
        self._effort = self.settings.preferences.effort
        self.settings.remember_project(self.project.folder)
        known = self.settings.preferences.stage_seconds.get(self._effort)
        self.run.start(
            compress_args(self.project.folder, self._effort),
            stages=STAGES,
            expected_s=first_guess(self._effort) | (known or {}),
        )

    def export_tier(self, tier: int, parent: Path) -> Path:
        """Write one size as a model into a new folder inside `parent`; returns that folder."""
        name = self.project.tiers[tier].name.lower().replace(" ", "-")
        base = f"{self.project.name.lower()}-{name}"
        out = parent / base
        number = 2
        while out.exists():
            out, number = parent / f"{base}-{number}", number + 1
        self.settings.change(export_folder=str(parent))
        self.export.start(export_args(self.project.folder, tier, out))
        return out

    def open_project(self, folder: Path) -> None:
        """Raises EngineError where `folder` holds no project, or a run is going on."""
        if self.run.is_active:
            text = translate(
                "Studio", "A model is being shrunk. Stop it before another project is opened."
            )
            raise EngineError("busy", text)
        self.project.open(folder)
        self._use_opened(folder)

    def choose_folder(self, folder: Path) -> None:
        """Keep the next run in `folder`; in a new one inside it if it holds other things."""
        is_project = (folder / "project.json").is_file()
        if not is_project and folder.is_dir() and any(folder.iterdir()):
            folder = folder / "Pocket.ppcl"
        self.project.use(folder)
        if is_project:
            self._use_opened(folder)

    def shut_down(self) -> None:
        """End every engine; called once, when the window is gone."""
        for owner in (self.run, self.export, self.generation):
            owner.shut_down()
        self.charts.wait(5.0)

    def _use_opened(self, folder: Path) -> None:
        self.run.forget()
        self.settings.remember_project(folder)

    def _on_artifact(self, kind: str, _path: str) -> None:
        if kind in ("plan", "tiers"):
            self.project.reload()

    def _on_run_ended(self, outcome: Outcome) -> None:
        self.project.reload()
        if outcome.kind == "done" and len(self.run.stage_seconds) > 1:
            known = dict(self.settings.preferences.stage_seconds)
            known[self._effort] = known.get(self._effort, {}) | self.run.stage_seconds
            self.settings.change(stage_seconds=known)

    def _tell_parts(self) -> None:
        plan = self.project.plan
        self.run.parts = (
            {"distill": tuple(span.name for span in plan.spans)} if plan is not None else {}
        )
