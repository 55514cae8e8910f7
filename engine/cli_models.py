"""The `ppcl` verbs about models rather than projects."""

from __future__ import annotations

import enum
import sys
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from engine.cli_base import Events, Json, ProjectArgument, with_reports
from engine.errors import EngineError
from engine.project import Project, read_json
from engine.reporting import Reporter
from engine.tiers import FILE, TierTable

app = typer.Typer()


@app.command()
def size(
    family: Annotated[str, typer.Argument(help="A model family, such as qwen-image.")],
    spans: Annotated[str, typer.Option(help='Spans of blocks, such as "[[3,4],[5,7]]".')] = "[]",
    text: Annotated[
        str, typer.Option(help='Blocks without text stream, such as "[37,41]".')
    ] = "[]",
    ffn: Annotated[str, typer.Option(help='Blocks without feed-forward, such as "[2,58]".')] = "[]",
    json: Json = False,
) -> None:
    """Parameters of a model with these blocks replaced; needs no weights."""
    from engine import families
    from engine.families.size import size as size_of

    known = families.by_name(family)
    if known is None:
        names = ", ".join(f.name for f in families.FAMILIES)
        raise EngineError(
            "unsupported_family", f"There is no family {family!r}.", hint=f"Known: {names}."
        )
    result = size_of(
        known,
        spans=_list(spans, list[tuple[int, int]], "--spans"),
        text=_list(text, list[int], "--text"),
        ffn=_list(ffn, list[int], "--ffn"),
    )
    if json:
        print(msgspec.json.encode(result).decode())
    else:
        typer.echo(
            f"{result.parameters:,} parameters, {result.blocks} blocks, "
            f"{result.bytes_bf16 / 1e9:.1f} GB in bf16"
        )


class Target(enum.StrEnum):
    """What `ppcl export` writes."""

    DIFFUSERS = "diffusers"
    COMFYUI = "comfyui"


class Precision(enum.StrEnum):
    """How exported weights are stored."""

    AUTO = "auto"
    FLOAT32 = "float32"
    BFLOAT16 = "bfloat16"


@app.command()
def export(
    project: ProjectArgument,
    tier: Annotated[int, typer.Option(help="Which tier.")],
    out: Annotated[Path, typer.Option(help="The folder to write.")],
    to: Annotated[
        Target, typer.Option(help="A diffusers folder, or one file for ComfyUI.")
    ] = Target.DIFFUSERS,
    precision: Annotated[
        Precision, typer.Option(help="auto: float32 below 1 GB, else bfloat16.")
    ] = Precision.AUTO,
    events: Events = False,
) -> None:
    """Write a tier for other programs, loaded again and compared before it is called done."""
    opened = Project(project)

    def work(report: Reporter) -> None:
        _export(opened, tier, out, to, precision, report)

    with_reports(work, opened, verb="export", events=events, quiet=False)
    if not events:
        typer.echo(f"Written to {out}.")


def _export(
    project: Project, tier: int, out: Path, to: Target, precision: Precision, report: Reporter
) -> None:
    import torch

    from engine.exports.card import Card
    from engine.exports.diffusers_folder import export_tier
    from engine.exports.single_file import export_single_file
    from engine.serve import open_job

    job = open_job(project)
    table = read_json(project.folder / FILE, TierTable)
    if not 0 <= tier < len(table.tiers):
        raise EngineError(
            "no_tier",
            f"There is no tier {tier}; this project has 0 to {len(table.tiers) - 1}.",
            hint="Choose one of these; nothing was written.",
        )
    report.stage("export")
    write = export_tier if to is Target.DIFFUSERS else export_single_file
    write(
        job.shell,
        plugs=job.tier_plugs(table.tiers[tier]),
        out=out,
        base_folder=job.model_folder,
        card=Card(
            base=job.model,
            tier=table.tiers[tier].name,
            table=table,
            license="apache-2.0" if job.is_pocket else "",
        ),
        made_with=msgspec.to_builtins(job.settings),
        dtype=None if precision is Precision.AUTO else getattr(torch, precision.value),
        report=report,
    )


@app.command()
def download(
    model: Annotated[
        str, typer.Argument(help="A family, such as qwen-image, or OWNER/NAME on the Hub.")
    ],
    to: Annotated[Path | None, typer.Option(help="The folder to make; the model's name.")] = None,
    revision: Annotated[str, typer.Option(help="A branch, tag or commit.")] = "main",
    mirror: Annotated[str, typer.Option(help="The address of a mirror of the Hub.")] = "",
    describe: Annotated[
        bool, typer.Option("--describe", help="Only say what it is and whether it will run here.")
    ] = False,
    json: Json = False,
    events: Events = False,
) -> None:
    """Get a base model from the Hub, or go on with that; then `ppcl compress --model FOLDER`."""
    from engine.hub import access
    from engine.hub.terminal import download as work

    access.prepare(mirror)
    work(model, to=to, revision=revision, only_describe=describe, json=json, events=events)


@app.command(hidden=True)
def io(mirror: str = "") -> None:
    """Look at and fetch models for the window: commands on standard input, events on output."""
    from engine.hub.worker import main

    sys.exit(main(["--mirror", mirror]))


@app.command()
def doctor(json: Json = False) -> None:
    """What this machine can do, and what will run on it."""
    from engine.doctor import examine, show

    found = examine(Path.cwd())
    if json:
        print(msgspec.json.encode(found).decode())
        return
    from rich.console import Console

    show(found, Console())


def _list(text: str, kind: type, option: str):  # type: ignore[no-untyped-def]
    try:
        return msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError as error:
        raise EngineError(
            "bad_option",
            f"{option} {text!r} cannot be read: {error}.",
            hint="Write JSON, such as [[3,4],[5,7]].",
        ) from error
