"""What the engine is told; the engine's own command line must understand it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from engine.cli_base import settings_for
from engine.plan import Span
from ppcl_app.engine_args import Work, compress_args, find_args, plan_args, work_of
from ppcl_app.project_model import ProjectModel


def changes(args: tuple[str, ...]) -> list[str]:
    return [value for key, value in pairwise(args) if key == "--set"]


def test_choice_by_hand_is_not_lost_when_everything_is_made(chosen_project: Path) -> None:
    project = ProjectModel(chosen_project)
    project.reload()
    assert work_of(project, effort="quick", is_narrowed=True).spans is None
    args = compress_args(Work(chosen_project, spans=(Span(3, 5), Span(8, 9))))
    assert changes(args) == ["plan.spans=[[3,5],[8,9]]"]


def test_engine_understands_every_setting(tmp_path: Path) -> None:
    work = Work(tmp_path, spans=(Span(3, 5),), is_narrowed=False)
    for args in (compress_args(work), find_args(work)):
        settings = settings_for("quick", None, changes(args))
        assert settings.plan.spans == (Span(3, 5),)
        assert settings.narrow.num_ffn == settings.narrow.num_text_groups == 0
    back = settings_for("quick", None, changes(plan_args(tmp_path, None)))
    assert back.plan.spans is None


def test_own_model_is_named_by_its_folder(tmp_path: Path) -> None:
    args = compress_args(Work(tmp_path, source="/models/mine", seed=3, threads=1))
    assert args[:3] == ("compress", "--model", "/models/mine")
    assert args[args.index("--seed") + 1] == "3"
    assert args[args.index("--threads") + 1] == "1"
    assert "--demo" in compress_args(Work(tmp_path))
