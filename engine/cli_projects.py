"""The `ppcl` verbs about a whole project: make one, show and measure its tiers, change its plan."""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.cli_base import (
    Device,
    Events,
    Json,
    ProjectArgument,
    check_model,
    settings_for,
    show_tiers,
    with_reports,
)
from engine.errors import EngineError
from engine.plan import Plan
from engine.project import Header, Project, read_json
from engine.reporting import Reporter
from engine.settings import Settings

app = typer.Typer()

_DEMO = "pocket-demo.ppcl"


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
    is_continued = project is not None and model is None and not demo
    folder = project if is_continued else out or project or (Path(_DEMO) if demo else None)
    if folder is None or (model is None and not demo and project is None):
        raise EngineError(
            "no_model",
            "There is nothing to compress.",
            hint="Give --demo, --model FOLDER or a project.",
        )
    there = Project(folder) if is_continued or (folder / "project.json").is_file() else None
    settings = settings_for(effort, prompts, set_ or [], project=there)

    @functools.cache
    def opened() -> Project:
        if there is not None and is_continued:
            return there
        source = "pocket" if demo else str(Path(model or "").resolve())
        check_model(source, settings, is_new=there is None)
        level = effort or (there.header.effort if there else "normal")
        return Project.create(
            folder, Header(model=source, seed=seed, threads=threads, effort=level)
        )

    def work(report: Reporter) -> None:
        from engine.compress import run_stages
        from engine.job import Job

        run_stages(Job(opened(), settings), report)

    with_reports(work, opened, verb="compress", events=events, quiet=json)
    show_tiers(opened().folder, json=json, events=events)


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
    settings = settings_for(None, None, [f"evaluate.num_captions={captions}"], project=opened)

    def work(report: Reporter) -> None:
        from engine.job import Job
        from engine.stages import evaluate as stage

        report.stage("evaluate")
        stage.run(Job(opened, settings), report)

    with_reports(work, opened, verb="evaluate", events=events, quiet=json)
    show_tiers(opened.folder, json=json, events=events)


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
    settings = settings_for(None, None, changes, project=opened)
    if changes:
        _plan_anew(opened, settings, quiet=json)
    made = read_json(opened.folder / "plan.json", Plan)
    if json:
        print(msgspec.json.encode(made).decode())
    else:
        _show_plan(made)


def _plan_anew(project: Project, settings: Settings, *, quiet: bool) -> None:
    def work(report: Reporter) -> None:
        from engine.compress import run_stages
        from engine.job import Job

        run_stages(Job(project, settings), report, names=["plan"])

    with_reports(work, project, verb="plan", events=False, quiet=quiet)


def _show_plan(made: Plan) -> None:
    print(f"{made.removes} of {made.num_blocks} blocks removed ({made.rule}, cost {made.cost})")
    is_priced = len(made.predicted) == len(made.spans)  # not where it was edited by hand
    for number, span in enumerate(made.spans):
        price = f": predicted cost {made.predicted[number]:.4f}" if is_priced else ""
        print(f"  layers {span.first} to {span.last}{price}")
    for group in made.text_groups:
        print(f"  layers {group.first} to {group.last}: one text stream")
    if made.ffn:
        print(f"  feed-forward replaced in layers {', '.join(map(str, made.ffn))}")
