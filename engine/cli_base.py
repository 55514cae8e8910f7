"""What the `ppcl` verbs share: options, settings, and work that is reported.

Heavy modules are imported by whoever needs them, so that `ppcl --help` is there at once.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from engine import protocol
from engine.errors import Cancelled, EngineError
from engine.memory import memory_errors
from engine.outbox import Outbox
from engine.plan import Plan, validate
from engine.plan_by_hand import num_blocks, taken_over
from engine.project import Project, read_json
from engine.reporting import Reporter, Sink
from engine.settings import DEVICE_VARIABLE, EFFORTS, Settings, of_project
from engine.tiers import FILE, TierTable

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
    _check_plan(settings, depth=num_blocks(project) if project else sys.maxsize)
    return settings


def check_model(source: str, settings: Settings, *, is_new: bool) -> None:
    """Refuse what cannot be worked on here before a project is made of it.

    Every weight is looked at where it `is_new`; later on that is done when the model is loaded.
    """
    from engine import device
    from engine.stages.calibrate import check_prompts
    from engine.teacher import loading

    device.chosen()
    _check_plan(settings, depth=loading.check_model(loading.model_folder(source)))
    check_prompts(source, settings.calibrate)
    if is_new:
        loading.check_numbers(loading.model_folder(source))


def _check_plan(settings: Settings, *, depth: int) -> None:
    """Refuse spans, text groups and feed-forwards by hand that no plan can hold."""
    validate(
        Plan(
            model="",
            num_blocks=depth,
            spans=settings.plan.spans or (),
            text_groups=settings.narrow.text_groups or (),
            ffn=settings.narrow.ffn or (),
        )
    )


def with_reports(
    work: Callable[[Reporter], None],
    project: Project | Callable[[], Project],
    *,
    verb: str,
    events: bool,
    quiet: bool,
    name: str | None = None,
) -> None:
    """Run `work` as a run of `project`, reporting to a person or a program; signals stop it.

    A project that is made first may take its time: whoever listens hears that we are alive.
    `name` is that of the run's folder, where somebody waits for it.
    """
    from engine import runs

    stop = _StopFlag()
    with _listener(events=events, quiet=quiet) as (tell, is_gone), _end_told(tell):
        opened = project if isinstance(project, Project) else project()
        with runs.started(opened, verb=verb, name=name) as run:
            report = Reporter(
                run,
                tell,
                should_stop=lambda: stop.is_set() or run.should_stop() or is_gone(),
                should_finish=run.should_finish,
            )
            with _end_told(run), memory_errors():
                work(report)


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


def leave() -> None:
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


@contextlib.contextmanager
def _listener(*, events: bool, quiet: bool) -> Iterator[tuple[Sink, Callable[[], bool]]]:
    """Who hears what is said, and whether they are gone."""
    if events:
        with Outbox(protocol.claim_stdout(), abandoned=leave) as box:
            yield box, box.is_broken
        return
    from rich.console import Console

    from engine.terminal import view_on

    with _quiet_stdout(quiet), view_on(Console(stderr=True)) as view:
        yield view, lambda: False


@contextlib.contextmanager
def _end_told(tell: Sink) -> Iterator[None]:
    """The end of a run, well or not, is an event too."""
    try:
        yield
    except EngineError as error:
        tell(protocol.Failed(code=error.code, message=error.message, hint=error.hint), b"")
        raise
    except Cancelled:
        tell(protocol.Stopped(), b"")
        raise
    tell(protocol.Done(), b"")


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
