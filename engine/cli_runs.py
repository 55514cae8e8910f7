"""The `ppcl` verbs about runs: start one, follow it, end it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from engine.cli_base import Device, Events, ProjectArgument, settings_for, with_reports
from engine.project import Project
from engine.reporting import Reporter

app = typer.Typer()

RunArgument = Annotated[
    Path, typer.Argument(metavar="RUN", help="A run's folder, or a project for its newest run.")
]


@app.command()
def run(
    project: ProjectArgument,
    stages: Annotated[list[str], typer.Argument(help="Stages, in order.")],
    again: Annotated[bool, typer.Option("--again", help="Also where nothing changed.")] = False,
    effort: Annotated[str | None, typer.Option(help="quick, normal or best.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set")] = None,
    _device: Device = None,
    detach: Annotated[
        bool, typer.Option("--detach", help="Go on in the background; prints the run's folder.")
    ] = False,
    events: Events = False,
    name: Annotated[str | None, typer.Option("--as", hidden=True)] = None,
) -> None:
    """Run single stages of a project."""
    opened = Project(project)
    settings = settings_for(effort, None, set_ or [], project=opened)
    if detach:
        from engine.detached import start

        typer.echo(start(opened, sys.argv[1:]))
        return

    def work(report: Reporter) -> None:
        from engine.compress import run_stages
        from engine.job import Job

        run_stages(Job(opened, settings), report, names=stages, again=again)

    with_reports(work, opened, verb="run", events=events, quiet=False, name=name)


@app.command()
def watch(
    run: RunArgument,
    start: Annotated[int, typer.Option("--from", min=0, help="The first event to show.")] = 0,
) -> None:
    """Follow a run: its events from the first one, one JSON line each, until it ends."""
    from engine import runs

    for line in runs.watch(runs.find(run), start=start):
        sys.stdout.buffer.write(line)
        sys.stdout.buffer.flush()


@app.command()
def stop(
    run: RunArgument,
    discard: Annotated[
        bool,
        typer.Option("--discard/--keep", help="Also throw away what is being learned just now."),
    ] = False,
) -> None:
    """End a run at its next step. Stages that are finished are always kept."""
    from engine import runs

    runs.ask_to_stop(runs.find(run), discard=discard)
