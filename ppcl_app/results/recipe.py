"""How a project was made: as a JSON file, and as the command that makes it again."""

from __future__ import annotations

import shlex

import msgspec

import engine
from engine.plan import Plan
from engine.project import Header
from engine.settings import EFFORTS, Settings
from engine.tiers import TierTable
from ppcl_app.base_model import BUILT_IN
from ppcl_app.project_model import ProjectModel

FORMAT = 1


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """`command` makes the same in a terminal; the rest is what it was made with and became."""

    format: int = FORMAT
    engine_version: str
    command: str
    project: Header
    settings: Settings
    plan: Plan | None = None
    sizes: TierTable | None = None


def recipe_of(project: ProjectModel) -> Recipe:
    """Raises ValueError as long as nothing has been begun."""
    header, settings = project.header, project.settings
    if header is None or settings is None:
        raise ValueError("nothing has been begun")
    return Recipe(
        engine_version=engine.__version__,
        command=command_of(header, settings, out=f"{project.name}.ppcl"),
        project=header,
        settings=settings,
        plan=project.plan,
        sizes=project.table if project.tiers else None,
    )


def as_json(recipe: Recipe) -> bytes:
    return msgspec.json.format(msgspec.json.encode(recipe), indent=2) + b"\n"


def command_of(header: Header, settings: Settings, *, out: str) -> str:
    """The `ppcl` command with every setting that is not the effort's own."""
    words = ["ppcl", "compress"]
    words += ["--demo"] if header.model == BUILT_IN else ["--model", header.model]
    words += ["--out", out, "--effort", header.effort]
    words += ["--seed", str(header.seed), "--threads", str(header.threads)]
    if settings.calibrate.prompts_file:
        words += ["--prompts", settings.calibrate.prompts_file]
    usual: dict[str, dict[str, object]] = msgspec.to_builtins(EFFORTS[header.effort])
    now: dict[str, dict[str, object]] = msgspec.to_builtins(settings)
    for stage, values in now.items():
        for name, value in values.items():
            if name != "prompts_file" and value != usual[stage][name]:
                words += ["--set", f"{stage}.{name}={msgspec.json.encode(value).decode()}"]
    return shlex.join(words)
