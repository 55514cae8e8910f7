"""The `ppcl` command. Heavy modules are imported by the verb that needs them."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Annotated, Any

import msgspec
import typer

from engine import protocol
from engine.errors import Cancelled, EngineError
from engine.memory import memory_errors
from engine.outbox import Outbox
from engine.plan import check_disjoint
from engine.plan_by_hand import taken_over
from engine.project import Header, Project, read_json
from engine.reporting import Reporter
from engine.settings import DEVICE_VARIABLE, EFFORTS, Settings, of_project
from engine.tiers import FILE, TierTable

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)

# Libraries' own bars and chatter would tear the progress display; warnings and errors stay.
_QUIET = {
    "TQDM_DISABLE": "1",
    "KINETO_LOG_LEVEL": "99",
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "DIFFUSERS_VERBOSITY": "error",
    "TRANSFORMERS_VERBOSITY": "error",
}

_ORPHAN_SECONDS = 2.0

ProjectArgument = Annotated[Path, typer.Argument(help="The project folder.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
Events = Annotated[
    bool, typer.Option("--events", help="Speak the event protocol on standard output.")
]


def _set_device(wish: str | None) -> None:
    """Kept in the environment, so that processes that are started from here do the same."""
    if wish is None or wish == "auto":
        return
    if not re.fullmatch(r"cpu|cuda(:\d+)?", wish):
        raise EngineError(
            "no_device",
            f"There is no device {wish!r}.",
            hint="Choose auto, cpu, cuda, or cuda:1 for the second card.",
        )
    os.environ[DEVICE_VARIABLE] = wish


Device = Annotated[
    str | None,
    typer.Option("--device", callback=_set_device, help="auto, cpu, cuda or cuda:1."),
]


@app.command()
def compress(
    project: Annotated[Path | None, typer.Argument(help="A project to continue.")] = None,
    demo: Annotated[bool, typer.Option("--demo", help="Use the built-in model.")] = False,
    model: Annotated[str | None, typer.Option(help="A diffusers folder.")] = None,
    out: Annotated[
        Path | None, typer.Option(help="The project folder to make or continue.")
    ] = None,
    effort: Annotated[str | None, typer.Option(help="quick, normal (the default) or best.")] = None,
    prompts: Annotated[Path | None, typer.Option(help="A file with one prompt a line.")] = None,
    set_: Annotated[
        list[str] | None, typer.Option("--set", help="A setting, such as distill.loss=direction.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Same seed, same result.")] = 0,
    threads: Annotated[int, typer.Option(min=1, help="CPU threads; fixed for the project.")] = 2,
    _device: Device = None,
    json: Json = False,
    events: Events = False,
) -> None:
    """Make a model small: every stage that is not done, from prompts to measured tiers."""
    folder = out or project or (Path("pocket-demo.ppcl") if demo else None)
    if folder is None or (model is None and not demo and project is None):
        raise EngineError(
            "no_model",
            "There is nothing to compress.",
            hint="Give --demo, --model FOLDER or a project.",
        )
    if project is not None and model is None and not demo:
        opened = Project(project)
        settings = settings_for(effort, prompts, set_ or [], project=opened)
    else:
        source = "pocket" if demo else str(Path(model or "").resolve())
        there = Project(folder) if (folder / "project.json").is_file() else None
        settings = settings_for(effort, prompts, set_ or [], project=there)
        check_model(source, settings)
        effort = effort or (there.header.effort if there else "normal")
        opened = Project.create(
            folder, Header(model=source, seed=seed, threads=threads, effort=effort)
        )

    def work(report: Reporter) -> None:
        from engine.compress import run_stages
        from engine.job import Job

        run_stages(Job(opened, settings), report)

    with_reports(work, opened, verb="compress", events=events, quiet=json)
    show_tiers(opened.folder, json=json, events=events)


@app.command()
def tiers(project: ProjectArgument, json: Json = False) -> None:
    """Show the tiers of a project."""
    show_tiers(Project(project).folder, json=json, events=False)


@app.command()
def evaluate(
    project: ProjectArgument,
    captions: Annotated[int, typer.Option(min=1, help="How many held-out captions.")] = 200,
    _device: Device = None,
    json: Json = False,
    events: Events = False,
) -> None:
    """Measure every tier again, in full."""
    opened = Project(project)

    def work(report: Reporter) -> None:
        from engine.job import Job
        from engine.stages import evaluate as stage

        settings = settings_for(None, None, [f"evaluate.num_captions={captions}"], project=opened)
        report.stage("evaluate")
        stage.run(Job(opened, settings), report)

    with_reports(work, opened, verb="evaluate", events=events, quiet=json)
    show_tiers(opened.folder, json=json, events=events)


@app.command()
def generate(
    project: ProjectArgument,
    prompt: Annotated[str, typer.Option(help="What to paint.")],
    out: Annotated[Path, typer.Option(help="The PNG file to write.")],
    tier: Annotated[int, typer.Option(help="0 is the original.")] = 0,
    schedule: Annotated[str | None, typer.Option(help="Tier per step, such as 0x6,4x14.")] = None,
    steps: Annotated[int | None, typer.Option(min=1, help="Denoising steps.")] = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    _device: Device = None,
) -> None:
    """Paint one picture with a tier; the recipe is stored inside the PNG."""
    from engine.serve import paint_one

    paint_one(
        Project(project),
        prompt=prompt,
        tier=tier,
        schedule=schedule,
        steps=steps,
        seed=seed,
        out=out,
    )


@app.command()
def pictures(
    project: ProjectArgument,
    out: Annotated[Path, typer.Option(help="The folder to write the PNG files into.")],
    events: Events = False,
) -> None:
    """Paint what the comparison sheet shows as single pictures, each with its recipe inside."""
    opened = Project(project)

    def work(report: Reporter) -> None:
        from engine.pictures import save_all
        from engine.serve import open_job

        report.stage("pictures")
        save_all(open_job(opened), out, report)

    with_reports(work, opened, verb="pictures", events=events, quiet=False)


@app.command()
def serve(
    project: ProjectArgument,
    original: Annotated[
        bool, typer.Option("--original", help="The original alone, whether it has tiers or not.")
    ] = False,
    _device: Device = None,
) -> None:
    """Keep a model loaded: commands on standard input, events on standard output."""
    wire = protocol.claim_stdout()
    from engine.serve import serve as loop

    commands = _until_gone(sys.stdin.buffer)
    loop(Project(project), commands=commands, wire=wire, has_tiers=not original)


@app.command()
def plan(
    project: ProjectArgument,
    rule: Annotated[str | None, typer.Option(help="optimal or first_difference.")] = None,
    cost: Annotated[str | None, typer.Option(help="cka, residual or measured.")] = None,
    remove: Annotated[float | None, typer.Option(help="Share of the blocks to remove.")] = None,
    spans: Annotated[
        str | None, typer.Option(help='Spans by hand, such as "[[3,5],[8,9]]".')
    ] = None,
    text: Annotated[
        str | None, typer.Option(help='Text groups by hand, such as "[[10,12]]".')
    ] = None,
    ffn: Annotated[
        str | None, typer.Option(help='Feed-forwards to replace by hand, such as "[2,9]".')
    ] = None,
    json: Json = False,
) -> None:
    """Show the plan of a project, or make another one."""
    from engine.plan import Plan

    opened = Project(project)
    changes = [
        f"{key}={value}"
        for key, value in (
            ("plan.rule", rule),
            ("plan.cost", cost),
            ("plan.remove_share", remove),
            ("plan.spans", spans),
            ("narrow.text_groups", text),
            ("narrow.ffn", ffn),
        )
        if value is not None
    ]
    if changes:
        settings = settings_for(None, None, changes, project=opened)

        def work(report: Reporter) -> None:
            from engine.compress import run_stages
            from engine.job import Job

            run_stages(Job(opened, settings), report, names=["plan"])

        with_reports(work, opened, verb="plan", events=False, quiet=json)
    made = read_json(opened.folder / "plan.json", Plan)
    if json:
        print(msgspec.json.encode(made).decode())
        return
    print(f"{made.removes} of {made.num_blocks} blocks removed ({made.rule}, cost {made.cost})")
    for span, price in zip(made.spans, made.predicted, strict=True):
        print(f"  layers {span.first} to {span.last}: predicted cost {price:.4f}")
    for group in made.text_groups:
        print(f"  layers {group.first} to {group.last}: one text stream")
    if made.ffn:
        print(f"  feed-forward replaced in layers {', '.join(map(str, made.ffn))}")


def main() -> None:
    """Entry point: errors become one sentence and an exit code (2 theirs, 1 ours, 130 stopped)."""
    from engine import cli_models, cli_runs  # noqa: F401  (they register more verbs)

    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    try:
        app(standalone_mode=False)
    except EngineError as error:
        print(f"{error.message} {error.hint}".strip(), file=sys.stderr)
        sys.exit(2)
    except typer.Exit as leave:
        sys.exit(leave.exit_code)
    except (Cancelled, KeyboardInterrupt, typer.Abort):
        print(
            "Stopped. What is finished is kept; the same command goes on from here.",
            file=sys.stderr,
        )
        sys.exit(130)
    except Exception as error:
        if hasattr(error, "format_message"):  # a usage error of the command line
            print(error.format_message(), file=sys.stderr)
            sys.exit(2)
        raise


def settings_for(
    effort: str | None, prompts: Path | None, changes: list[str], *, project: Project | None = None
) -> Settings:
    """Settings with single values changed. Raises EngineError for odd ones.

    They start from an effort level, or, without one, from what the project last ran with.
    """
    if effort is not None and effort not in EFFORTS:
        raise EngineError(
            "bad_effort",
            f"There is no effort {effort!r}.",
            hint=f"Choose one of {', '.join(EFFORTS)}.",
        )
    start = EFFORTS[effort or "normal"] if effort or project is None else of_project(project)
    if project is not None:
        start = taken_over(project, start)
    tree: dict[str, Any] = msgspec.to_builtins(start)
    if prompts is not None:
        from engine.stages.calibrate import read_prompts

        read_prompts(prompts)
        tree["calibrate"]["prompts_file"] = str(prompts.resolve())
    for change in changes:
        key, equals, value = change.partition("=")
        stage, _, name = key.partition(".")
        if not equals or stage not in tree or name not in tree[stage]:
            raise EngineError(
                "bad_setting", f"There is no setting {key!r}.", hint="Write stage.name=value."
            )
        try:
            tree[stage][name] = msgspec.json.decode(value)
        except msgspec.DecodeError:
            tree[stage][name] = value
    try:
        settings = msgspec.convert(tree, Settings)
    except msgspec.ValidationError as error:
        raise EngineError(
            "bad_setting", f"That setting cannot be used: {error}.", hint="Nothing was changed."
        ) from error
    check_disjoint(settings.plan.spans or (), num_blocks=sys.maxsize, what="span")
    check_disjoint(settings.narrow.text_groups or (), num_blocks=sys.maxsize, what="text group")
    return settings


def check_model(source: str, settings: Settings) -> None:
    """Refuse what cannot be worked on here before a project is made of it."""
    from engine import device
    from engine.stages.calibrate import check_prompts
    from engine.teacher import loading

    device.chosen()
    loading.check_model(loading.model_folder(source))
    check_prompts(source, settings.calibrate)


def with_reports(
    work: Callable[[Reporter], None],
    project: Project,
    *,
    verb: str,
    events: bool,
    quiet: bool,
    name: str | None = None,
) -> None:
    """Run `work` as a run of `project`, reporting to a person or a program; signals stop it.

    `name` is that of the run's folder, where somebody waits for it.
    """
    from engine import runs

    stop = _StopFlag()
    with runs.started(project, verb=verb, name=name) as run:

        def should_stop() -> bool:
            return stop.is_set() or run.should_stop()

        if events:
            with Outbox(protocol.claim_stdout(), abandoned=_leave) as box:
                nobody = box.is_broken
                report = Reporter(
                    run,
                    box,
                    should_stop=lambda: should_stop() or nobody(),
                    should_finish=run.should_finish,
                )
                _reported(work, report)
            return
        from rich.console import Console

        from engine.terminal import TerminalView

        with _quiet_stdout(quiet), TerminalView(Console(stderr=True)) as view:
            report = Reporter(run, view, should_stop=should_stop, should_finish=run.should_finish)
            _reported(work, report)


def show_tiers(folder: Path, *, json: bool, events: bool) -> None:
    """The tier table for a person, or as the one JSON line of `--json`."""
    table = read_json(folder / FILE, TierTable)
    if json:
        print(msgspec.json.encode(table).decode())
    elif not events:
        from rich.console import Console

        from engine.terminal import tier_table

        console = Console()
        console.print(tier_table(table))
        console.print(f"Pictures of every tier: {folder / 'comparison.png'}")


def _until_gone(commands: IO[bytes]) -> Iterator[bytes]:
    """What a client says; once it is gone, a step that takes long does not keep us alive."""
    yield from commands
    leaving = threading.Timer(_ORPHAN_SECONDS, _leave)
    leaving.daemon = True
    leaving.start()


def _leave() -> None:
    """End now: every file is written in one step, so nothing is left half-done."""
    os._exit(130)


class _StopFlag:
    """Set by SIGTERM or SIGINT."""

    def __init__(self) -> None:
        self._set = False
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)

    def is_set(self) -> bool:
        return self._set

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._set = True


def _reported(work: Callable[[Reporter], None], report: Reporter) -> None:
    """The end of a run, well or not, is an event too."""
    try:
        with memory_errors():
            work(report)
    except EngineError as error:
        report.emit(protocol.Failed(code=error.code, message=error.message, hint=error.hint))
        raise
    except Cancelled:
        report.emit(protocol.Stopped())
        raise
    report.emit(protocol.Done())


@contextlib.contextmanager
def _quiet_stdout(active: bool) -> Iterator[None]:
    """Keep standard output clean for the one JSON line at the end."""
    if not active:
        yield
        return
    kept = os.dup(1)
    os.dup2(2, 1)
    try:
        yield
    finally:
        sys.stdout.flush()
        os.dup2(kept, 1)
        os.close(kept)
