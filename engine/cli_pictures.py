"""The `ppcl` verbs that paint: one picture, those of the sheet, or what a window asks for."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Annotated

import typer

from engine import protocol
from engine.cli_base import Device, Events, ProjectArgument, leave, with_reports
from engine.project import Project
from engine.reporting import Reporter

app = typer.Typer()

_ORPHAN_SECONDS = 2.0


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


def _until_gone(commands: IO[bytes]) -> Iterator[bytes]:
    """What a client says; once it is gone, a step that takes long does not keep us alive."""
    yield from commands
    leaving = threading.Timer(_ORPHAN_SECONDS, leave)
    leaving.daemon = True
    leaving.start()
