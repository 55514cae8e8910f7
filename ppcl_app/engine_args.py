"""What the engine is told to do: one function a verb, returning its arguments."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from engine.plan import Span
from engine.settings import EFFORTS, Settings
from ppcl_app.base_model import BUILT_IN
from ppcl_app.project_model import ProjectModel

_BATCHES = {
    "distill": "batch", "narrow": "batch", "finetune": "batch", "evaluate": "timing_batch"
}  # fmt: skip
FINDING_STAGES = ("calibrate", "probe", "plan")


@dataclass(frozen=True, slots=True)
class Work:
    """What a compression is to be: of which model, how thorough, and what is fixed by hand."""

    folder: Path
    source: str = BUILT_IN
    effort: str = "quick"
    spans: tuple[Span, ...] | None = None
    is_narrowed: bool = True
    prompts_file: str = ""
    seed: int = 0
    threads: int = 2
    batches: tuple[tuple[str, int], ...] = ()


def work_of(
    project: ProjectModel,
    *,
    effort: str,
    is_narrowed: bool,
    batches: Mapping[str, int] | None = None,
) -> Work:
    """The present project's work: what it was made with stays, so that nothing is done twice.

    `batches` are other numbers of samples at a time, by "stage.setting".
    """
    header, settings = project.header, project.settings
    is_same = header is not None and header.effort == effort
    kept = other_batches(settings, effort) if settings is not None and is_same else {}
    return Work(
        folder=project.folder,
        source=project.source,
        effort=effort,
        spans=settings.plan.spans if settings is not None else None,
        is_narrowed=is_narrowed,
        prompts_file=(settings.calibrate.prompts_file or "") if settings is not None else "",
        seed=header.seed if header is not None else 0,
        threads=header.threads if header is not None else 2,
        batches=tuple({**kept, **(batches or {})}.items()),
    )


def batch_of(settings: Settings, stage: str) -> tuple[str, int] | None:
    """The setting that says how much a stage holds in memory at a time; None where none does."""
    name = _BATCHES.get(stage)
    return (f"{stage}.{name}", getattr(getattr(settings, stage), name)) if name else None


def other_batches(settings: Settings, effort: str) -> dict[str, int]:
    """Batches that were chosen for this machine, so that going on does not undo the choice."""
    usual = dict(filter(None, (batch_of(EFFORTS[effort], stage) for stage in _BATCHES)))
    now = dict(filter(None, (batch_of(settings, stage) for stage in _BATCHES)))
    return {key: value for key, value in now.items() if value != usual[key]}


def compress_args(work: Work) -> tuple[str, ...]:
    """Everything, from the first picture of the original to the measured sizes."""
    model = ("--demo",) if work.source == BUILT_IN else ("--model", work.source)
    fixed = ("--seed", str(work.seed), "--threads", str(work.threads))
    prompts = ("--prompts", work.prompts_file) if work.prompts_file else ()
    return (
        "compress", *model, "--out", str(work.folder), "--effort", work.effort,
        *fixed, *prompts, *_settings(work), "--events",
    )  # fmt: skip


def find_args(work: Work) -> tuple[str, ...]:
    """Only look: which layers do the same job, and which of them to merge."""
    changes = _settings(work)
    if work.prompts_file:
        changes += ("--set", f"calibrate.prompts_file={work.prompts_file}")
    return (
        "run", str(work.folder), *FINDING_STAGES, "--effort", work.effort, *changes, "--events",
    )  # fmt: skip


def plan_args(folder: Path, spans: Sequence[Span] | None) -> tuple[str, ...]:
    """Make the plan of these spans, or the engine's own again where there are none given."""
    return ("run", str(folder), "plan", "--set", f"plan.spans={_json(spans)}", "--events")


def export_args(
    folder: Path, tier: int, out: Path, *, target: str = "diffusers", precision: str = "auto"
) -> tuple[str, ...]:
    return (
        "export", str(folder), "--tier", str(tier), "--out", str(out), "--to", target,
        "--precision", precision, "--events",
    )  # fmt: skip


def pictures_args(folder: Path, out: Path) -> tuple[str, ...]:
    """What the comparison sheet shows, as single files."""
    return ("pictures", str(folder), "--out", str(out), "--events")


def _settings(work: Work) -> tuple[str, ...]:
    changes: list[str] = []
    if work.spans is not None:
        changes += ["--set", f"plan.spans={_json(work.spans)}"]
    if not work.is_narrowed:
        changes += ["--set", "narrow.num_ffn=0", "--set", "narrow.num_text_groups=0"]
    for key, value in work.batches:
        changes += ["--set", f"{key}={value}"]
    return tuple(changes)


def _json(spans: Sequence[Span] | None) -> str:
    return msgspec.json.encode(spans).decode()
