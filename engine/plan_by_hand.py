"""Plans edited by hand: what is in plan.json becomes the choice, and is priced and used as such."""

from __future__ import annotations

import sys
from pathlib import Path

import msgspec
from msgspec import structs

from engine.contents import digest_of_file
from engine.errors import EngineError
from engine.plan import Plan, validate
from engine.project import Marker, Project, read_json
from engine.settings import Settings

FILE = "plan.json"


class _Table(msgspec.Struct, frozen=True):
    """Of probe/table.json, what tells how deep the model is."""

    num_blocks: int
    format: int = 1


def digest(project: Project) -> str:
    """What plan.json holds; "" where there is none."""
    file = project.folder / FILE
    return digest_of_file(file) if file.is_file() else ""


def num_blocks(project: Project) -> int:
    """How deep the model is; as deep as can be before it was probed."""
    file = project.folder / "probe" / "table.json"
    return read_json(file, _Table).num_blocks if file.is_file() else sys.maxsize


def taken_over(project: Project, settings: Settings) -> Settings:
    """`settings` with the spans, text groups and feed-forwards of a plan.json that was edited.

    So the stage plan runs again with them, and all behind it follows. Raises EngineError for a plan
    of another model and for one that cannot be carried out.
    """
    marker = project.folder / "stages" / Path(FILE).name
    now = digest(project)
    made = read_json(marker, Marker).plan_digest if marker.is_file() else ""
    if not now or not made or made == now:
        return settings
    plan = read_json(project.folder / FILE, Plan)
    depth = num_blocks(project)
    if plan.model != project.header.model or plan.num_blocks != depth:
        raise EngineError(
            "other_model",
            f"plan.json was made for {plan.model} with {plan.num_blocks} blocks, "
            f"not for {project.header.model} with {depth}.",
            hint="Nothing was changed. Delete it and run the stage plan again.",
        )
    validate(plan)
    narrow = settings.narrow
    if plan.text_groups:
        narrow = structs.replace(narrow, text_groups=plan.text_groups)
    if plan.ffn:
        narrow = structs.replace(narrow, ffn=plan.ffn)
    return structs.replace(
        settings, plan=structs.replace(settings.plan, spans=plan.spans), narrow=narrow
    )
