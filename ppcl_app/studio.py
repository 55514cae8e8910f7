"""All models, made once and tied together. Windows show them; menus and pages call the verbs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QFile, QObject, Signal

from engine.errors import EngineError
from engine.plan import Span
from engine.project import Header, Project
from ppcl_app import engine_args, price
from ppcl_app.base_model import BUILT_IN, title_of
from ppcl_app.charts.loader import ChartLoader
from ppcl_app.download_model import DownloadModel
from ppcl_app.engine_args import batch_of
from ppcl_app.engine_process import EngineCommand, EngineProcess
from ppcl_app.generation_model import EngineState, GenerationModel
from ppcl_app.hub_model import HubModel
from ppcl_app.machine import folder_size
from ppcl_app.outcome import Outcome
from ppcl_app.plan_draft import PlanDraft
from ppcl_app.project_lock import ProjectLock
from ppcl_app.project_model import ProjectModel
from ppcl_app.run_history import events_of, runs_of
from ppcl_app.run_model import RunModel
from ppcl_app.settings import Exported, Settings
from ppcl_app.theme.appearance import Appearance
from ppcl_app.time_left import expected_seconds
from ppcl_app.vocabulary import STAGES
from ppcl_app.what_if_model import WhatIfModel

translate = QCoreApplication.translate  # lupdate knows this name
_PAST_RUNS = 8


class Studio(QObject):
    """Owns settings, appearance, the project and the engine processes of the window."""

    place_asked = Signal(int)  # a way on from a failure leads to another page

    def __init__(
        self,
        settings: Settings,
        appearance: Appearance,
        command: EngineCommand,
        project: Path | None = None,
    ) -> None:
        super().__init__()
        remembered = settings.preferences.project
        usual = _folder_in(settings.projects_folder, "Pocket")
        folder = project or (Path(remembered) if remembered else usual)
        self.settings = settings
        self.appearance = appearance
        self.charts = ChartLoader(self)
        self.project = ProjectModel(folder, self, lock=ProjectLock(settings.folder / "open"))
        self.project.reload()
        self.draft = PlanDraft(self)
        self.run = RunModel(EngineProcess(command, self), parent=self)
        self.export = RunModel(EngineProcess(command, self), parent=self)
        self.generation = GenerationModel(EngineProcess(command, self), self.project, parent=self)
        self.what_if = WhatIfModel(EngineProcess(command, self), self.project, self)
        self.generation.state_changed.connect(self._on_generation_state)
        self.hub = HubModel(EngineProcess(command, self), settings, self)
        self.download = DownloadModel(self.hub, settings, self)
        self.speak_anew()
        self._effort = ""
        self._discards = False
        self._exported_size = ""
        self.run.artifact_made.connect(self._on_artifact)
        self.run.ended.connect(self._on_run_ended)
        self.export.ended.connect(self._on_export_ended)
        self.project.plan_changed.connect(self._on_plan_changed)
        self._on_plan_changed()

    def speak_anew(self) -> None:
        """Say in the language of now what is safe when something goes wrong."""
        self.run.safe = translate(
            "Studio", "Nothing is lost: what was finished is kept, and it can go on from there."
        )
        self.export.safe = translate(
            "Studio", "Your project is unharmed, and nothing half-written was left behind."
        )
        self.generation.safe = self.what_if.safe = translate(
            "Studio", "Your model is unharmed, and pictures that were painted stay here."
        )

    # What can be done now; each returns the reason why not, or nothing.

    def why_not_run(self) -> str:
        if self.run.is_active:
            return translate("Studio", "It runs already")
        if self.project.is_read_only:
            return translate("Studio", "Another window has this project open")
        if self.export.is_active:
            return translate("Studio", "A model is being written; wait for it")
        if not self.project.model.is_usable:
            return translate("Studio", "The chosen model cannot be used; choose another one")
        return ""

    def why_not_look(self) -> str:
        """Pictures of the original without some layers need the engine for themselves."""
        if self.run.is_active:
            return translate("Studio", "Pictures can be painted once the running work has ended.")
        return ""

    def why_not_export(self) -> str:
        if self.export.is_active:
            return translate("Studio", "A model is being written already")
        if self.run.is_active:
            return translate("Studio", "Wait until the running work has ended, or pause it")
        if not self.project.tiers:
            return translate("Studio", "There are no smaller sizes yet; make them first")
        return ""

    def why_not_switch(self) -> str:
        """Another project or model cannot be chosen while this one is being worked on."""
        if self.run.is_active or self.export.is_active:
            return translate("Studio", "Wait until the running work has ended, or pause it")
        return ""

    # The verbs.

    def find(self) -> None:
        """Only look which layers do the same job, and what to merge."""
        if self.why_not_run():
            return
        preferences = self.settings.preferences
        work = engine_args.work_of(
            self.project, effort=preferences.effort, is_narrowed=preferences.is_narrowed
        )
        if self.project.header is None:
            header = Header(
                model=work.source, seed=work.seed, threads=work.threads, effort=work.effort
            )
            Project.create(self.project.folder, header)  # raises EngineError
            self.project.reload()
        self._start(engine_args.find_args(work), engine_args.FINDING_STAGES)

    def apply_plan(self, spans: Sequence[Span] | None) -> None:
        """Merge these runs of layers and no others; None brings the suggestion back."""
        if not self.why_not_run():
            self._start(engine_args.plan_args(self.project.folder, spans), ("plan",))

    def shrink(self, *, batches: Mapping[str, int] | None = None) -> None:
        """Start the whole compression of the chosen model, or go on with it."""
        if self.why_not_run():
            return
        preferences = self.settings.preferences
        work = engine_args.work_of(
            self.project,
            effort=preferences.effort,
            is_narrowed=preferences.is_narrowed,
            batches=batches,
        )
        self._start(engine_args.compress_args(work), STAGES)

    def smaller_batch(self) -> tuple[str, int, int] | None:
        """Where memory ran out: the setting, how much it is now, and half of that."""
        settings = self.project.settings
        found = batch_of(settings, self.run.failed_stage) if settings is not None else None
        return (*found, found[1] // 2) if found is not None and found[1] > 1 else None

    def go_on_with_less_memory(self) -> None:
        """Half as many samples at a time in the stage that failed."""
        smaller = self.smaller_batch()
        if smaller is not None:
            self.shrink(batches={smaller[0]: smaller[2]})

    def try_built_in(self) -> None:
        """For whoever wants to see it all at once: the built-in model, quickly."""
        if self.why_not_switch():
            return
        if self.project.source != BUILT_IN:
            self.choose_model(BUILT_IN)
        if not self.project.tiers:
            self.shrink()

    def pause(self) -> None:
        """End at the next step and keep everything, so that it can go on; twice ends it at once."""
        if self.run.is_active:
            self.run.stop()
        else:
            self.download.pause()

    def cancel(self) -> None:
        """Like pause, but what has not finished learning is thrown away."""
        if self.run.is_active:
            self._discards = True
            self.run.stop()

    def export_tier(self, tier: int, parent: Path, *, target: str = "diffusers") -> Path:
        """Write one size as a model into a new folder inside `parent`; returns that folder."""
        out = self.export_folder(tier, parent)
        self.settings.change(export_folder=str(parent))
        precision = self.settings.preferences.export_precision
        self._exported_size = self.project.tiers[tier].name
        self.export.start(
            engine_args.export_args(
                self.project.folder, tier, out, target=target, precision=precision
            )
        )
        return out

    def export_pictures(self, parent: Path) -> Path:
        """Paint every size's pictures of the comparison sheet into a new folder in `parent`."""
        out = _new_folder(parent, f"{self.project.name.lower()}-pictures")
        self.generation.stop_engine()  # one device, one owner
        self.export.start(engine_args.pictures_args(self.project.folder, out))
        return out

    def export_folder(self, tier: int, parent: Path) -> Path:
        """Where `export_tier` would write: a folder that is not there yet."""
        name = self.project.tiers[tier].name.lower().replace(" ", "-")
        return _new_folder(parent, f"{self.project.name.lower()}-{name}")

    def open_project(self, folder: Path, *, read_only: bool = False) -> None:
        """Raises EngineError where `folder` holds no project, or work is going on."""
        self._refuse_while_busy()
        self.project.open(folder, read_only=read_only)
        self._use_opened(folder)

    def choose_folder(self, folder: Path) -> None:
        """Keep the next run in `folder`; in a new one inside it if it holds other things."""
        source = self.project.source
        is_project = (folder / "project.json").is_file()
        if not is_project and folder.is_dir() and any(folder.iterdir()):
            folder = folder / f"{title_of(source)}.ppcl"
        self.project.use(folder, source=source)
        if is_project:
            self._use_opened(folder)
        else:
            self.run.forget()

    def choose_model(self, source: str) -> None:
        """Work on this model: in its project if it has one, else in a new one.

        Raises EngineError while work is going on.
        """
        self._refuse_while_busy()
        if source != BUILT_IN:
            self.settings.remember_model(source)
        if self.project.header is not None and self.project.source == source:
            return
        folder = _project_for(source, self.settings.projects_folder)
        self.project.use(folder, source=source)
        if self.project.header is not None:
            self._use_opened(folder)
        else:
            self.run.forget()

    def new_project(self, folder: Path) -> None:
        """Begin again in another folder, with the same model."""
        self._refuse_while_busy()
        self.choose_folder(folder)

    def choose_appearance(self, choice: str) -> None:
        self.appearance.choose(choice)  # type: ignore[arg-type]  # one of its own choices
        self.settings.change(appearance=choice)

    def load_history(self) -> None:
        """Draw the curves of earlier runs again; after the window is there, as it reads files."""
        past = [run for run in runs_of(self.project.folder) if run.outcome != "running"]
        events = (events_of(run.folder) for run in reversed(past[:_PAST_RUNS]))
        self.run.show_past(str(self.project.folder), events)

    def seconds_of(self, stages: Sequence[str], effort: str = "") -> float:
        """What stages that are not done yet may take, by what they took here before."""
        effort = effort or self.settings.preferences.effort
        header = self.project.header
        is_same = header is not None and header.effort == effort
        left = [name for name in stages if not (is_same and self.project.is_done(name))]
        return self._time_of(left, effort)[0]

    def price_of(self, stages: Sequence[str]) -> price.Price:
        """What the stages that are not done yet take, at the effort of now."""
        project, effort = self.project, self.settings.preferences.effort
        header, settings = project.header, project.settings
        is_same = header is not None and header.effort == effort
        left = [name for name in stages if not (is_same and project.is_done(name))]
        seconds, basis = self._time_of(left, effort)
        disk, memory = price.bytes_of(
            project.plan,
            effort=effort,
            layer_parameters=project.model.layer_parameters,
            model_bytes=project.model.memory_bytes,
            pool_bytes=folder_size(project.folder / "calibration"),
            pool_samples=settings.calibrate.num_samples if settings is not None else 0,
        )
        return price.Price(price.around(seconds, basis), basis, disk, memory)

    def _time_of(self, stages: Sequence[str], effort: str) -> tuple[float, price.Basis]:
        header = self.project.header
        return price.time_of(
            stages,
            effort,
            known=self.settings.preferences.stage_seconds.get(effort),
            past=self.run.past_seconds,
            past_effort=header.effort if header is not None else effort,
            is_built_in=self.project.source == BUILT_IN,
        )

    def shut_down(self) -> None:
        """End every engine; called once, when the window is gone."""
        for owner in (self.run, self.export, self.generation, self.what_if, self.hub):
            owner.shut_down()
        self.project.shut_down()
        self.charts.wait(5.0)

    def _start(self, args: Sequence[str], stages: Sequence[str]) -> None:
        self.generation.stop_engine()  # one device, one owner
        self.what_if.stop()
        self.charts.start()  # half a second of import while the engine loads for longer
        self._effort, self._discards = self.settings.preferences.effort, False
        self.settings.remember_project(self.project.folder)
        known = self.settings.preferences.stage_seconds.get(self._effort)
        expected = expected_seconds(self._effort, known, stages)
        work = str(self.project.folder)
        self.run.start(args, stages=stages, expected_s=expected, work=work)

    def _refuse_while_busy(self) -> None:
        why = self.why_not_switch()
        if why:
            raise EngineError("busy", f"{why}.")

    def _use_opened(self, folder: Path) -> None:
        self.run.forget()
        self.settings.remember_project(folder)
        self.load_history()

    def _on_generation_state(self) -> None:
        if self.generation.state is EngineState.STARTING:
            self.what_if.stop()  # one device, one owner

    def _on_artifact(self, kind: str, _path: str) -> None:
        if kind in ("table", "plan", "tiers"):
            self.project.reload()

    def _on_run_ended(self, outcome: Outcome) -> None:
        if self._discards and outcome.kind == "stopped":
            for file in (self.project.folder / "checkpoints").glob("*.safetensors"):
                if not QFile(str(file)).moveToTrash():
                    file.unlink(missing_ok=True)
        self._discards = False
        self.project.reload()
        is_built_in = self.project.source == BUILT_IN
        if outcome.kind == "done" and len(self.run.stage_seconds) > 1 and is_built_in:
            known = dict(self.settings.preferences.stage_seconds)
            known[self._effort] = known.get(self._effort, {}) | self.run.stage_seconds
            self.settings.change(stage_seconds=known)

    def _on_export_ended(self, outcome: Outcome) -> None:
        args = self.export.args
        if outcome.kind != "done" or args[0] != "export":
            return
        found = self.export.metrics.findings.get("export/difference", {})
        self.settings.remember_export(
            Exported(
                project=str(self.project.folder),
                size=self._exported_size,
                folder=args[args.index("--out") + 1],
                difference=found.get(0),
            )
        )

    def _on_plan_changed(self) -> None:
        plan = self.project.plan
        names = tuple(span.name for span in plan.spans) if plan is not None else ()
        if plan is not None:
            self.run.metrics.keep_spans(names)
            self.draft.begin(plan.num_blocks, plan.spans)
        else:
            self.draft.begin(0, ())


def _new_folder(parent: Path, name: str) -> Path:
    """A folder that is not there yet, with a number behind its name if need be."""
    out, number = parent / name, 2
    while out.exists():
        out, number = parent / f"{name}-{number}", number + 1
    return out


def _project_for(source: str, parent: Path) -> Path:
    """The model's usual project folder; with a number behind it if another model lives there."""
    name, number = title_of(source), 2
    folder = _folder_in(parent, name)
    while (folder / "project.json").is_file():
        try:
            if Project(folder).header.model == source:
                break
        except EngineError:
            pass  # broken: leave it alone
        folder, number = _folder_in(parent, f"{name} {number}"), number + 1
    return folder


def _folder_in(parent: Path, name: str) -> Path:
    return parent / f"{name}.ppcl"
