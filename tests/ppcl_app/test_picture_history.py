"""Pictures that stay in the project, with what they were made of."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pytestqt.qtbot import QtBot

from ppcl_app.live_scheduler import Painted, Wish
from ppcl_app.picture_history import PictureHistory
from ppcl_app.picture_recipe import CHUNK, Recipe, image_of, png_of, read_picture, read_recipe
from ppcl_app.project_model import ProjectModel

PIXELS = bytes(range(3 * 5 * 4))
PICTURE = Painted(PIXELS, 5, 4, 1.25, 0.9, (2,) * 8)
MIXED = Painted(PIXELS, 5, 4, 1.25, 0.8, (0, 0, 3, 3))


@pytest.fixture
def open_history(finished_project: Path) -> Callable[[], PictureHistory]:
    """As a window does it after a start."""

    def make() -> PictureHistory:
        project = ProjectModel(finished_project)
        project.reload()
        history = PictureHistory(project, project)
        history.load()
        history.keeps_project = project  # type: ignore[attr-defined]
        return history

    return make


def test_png_carries_the_recipe_and_the_very_pixels(tmp_path: Path) -> None:
    recipe = Recipe(prompt='a sign "Ä"', seed=3, steps=8, tiers=(2,) * 8, seconds=1.25, haarpsi=0.9)
    file = tmp_path / "one.png"
    file.write_bytes(png_of(image_of(PICTURE), recipe))
    assert read_recipe(file) == recipe
    assert read_picture(file, recipe) == PICTURE
    with Image.open(file) as image:  # other programs see it too
        assert image.convert("RGB").tobytes() == PIXELS
        assert json.loads(image.text[CHUNK])["seed"] == 3


def test_pictures_of_the_engine_are_understood(tmp_path: Path) -> None:
    """As `ppcl generate` writes them."""
    chunk, file = PngInfo(), tmp_path / "engine.png"
    recipe = {"prompt": "a fox", "seed": 4, "steps": 3, "tiers": (0, 0, 2), "model": "pocket"}
    chunk.add_text("ppcl", json.dumps(recipe))
    Image.new("RGB", (8, 8)).save(file, pnginfo=chunk)
    found = read_recipe(file)
    assert found is not None
    assert (found.prompt, found.seed, found.tiers) == ("a fox", 4, (0, 0, 2))
    assert found.wish == Wish("a fox", 4, 2, 3)
    assert found.is_mixed


@pytest.mark.parametrize("content", [b"", b"no picture", None])
def test_other_files_have_no_recipe(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "other.png"
    if content is None:
        Image.new("RGB", (8, 8)).save(file)
    else:
        file.write_bytes(content)
    assert read_recipe(file) is None


def test_pictures_survive_a_restart(open_history: Callable[[], PictureHistory]) -> None:
    history = open_history()
    history.add(PICTURE, Wish("a fox", 3, 2), 8)
    history.add(MIXED, Wish("a fox", 3, 0, take=1), 4)
    history.settle()
    again = open_history()
    assert [entry.recipe.tiers for entry in again.entries] == [(0, 0, 3, 3), (2,) * 8]
    assert again.prompts == ["a fox"]
    assert again.recall(Wish("a fox", 3, 2)) == PICTURE
    assert again.thumbnail(again.entries[0]).width() == 5
    assert again.picture(again.entries[0]) == MIXED


def test_mixed_picture_stands_in_for_no_tier(open_history: Callable[[], PictureHistory]) -> None:
    history = open_history()
    history.add(MIXED, Wish("a fox", 3, 0, take=1), 4)
    assert not any(
        history.has(Wish("a fox", 3, tier, steps)) for tier in (0, 3) for steps in (0, 4)
    )


def test_pictures_of_other_sizes_are_shown_but_not_used(
    open_history: Callable[[], PictureHistory], finished_project: Path
) -> None:
    history = open_history()
    history.add(PICTURE, Wish("a fox", 3, 2), 8)
    history.settle()
    table = finished_project / "tiers.json"
    table.write_text(table.read_text().replace('"Tier 1"', '"Other 1"'))
    again = open_history()
    assert len(again.entries) == 1
    assert not again.has(Wish("a fox", 3, 2))


def test_file_that_is_gone_is_painted_again(open_history: Callable[[], PictureHistory]) -> None:
    history = open_history()
    entry = history.add(PICTURE, Wish("a fox", 3, 2), 8)
    history.settle()
    entry.file.unlink()
    assert history.recall(Wish("a fox", 3, 2)) is None
    assert not history.has(Wish("a fox", 3, 2))


def test_full_disk_is_told_and_the_picture_is_not_said_to_be_kept(
    qtbot: QtBot, open_history: Callable[[], PictureHistory], finished_project: Path
) -> None:
    history = open_history()
    (finished_project / "pictures").write_bytes(b"")  # nothing can be written into a file
    with qtbot.waitSignal(history.problem_found, timeout=5_000):
        history.add(PICTURE, Wish("a fox", 3, 2), 8)
    assert history.entries == []
    assert not history.has(Wish("a fox", 3, 2))


def test_numbers_go_on_after_the_newest_file(open_history: Callable[[], PictureHistory]) -> None:
    history = open_history()
    first = history.add(PICTURE, Wish("a fox", 3, 2), 8)
    history.settle()
    again = open_history()
    second = again.add(PICTURE, Wish("a fox", 3, 2), 8)
    again.settle()
    assert first.file.name.startswith("000001-a-fox-seed-3-tier-2")
    assert second.file.name.startswith("000002-")
    shutil.rmtree(again.folder)
