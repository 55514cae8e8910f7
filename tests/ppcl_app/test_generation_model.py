"""Pictures on their way to the screen."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ppcl_app.generation_model import EngineState, GenerationModel
from ppcl_app.studio import Studio


@pytest.fixture
def make_generation(
    make_studio: Callable[..., Studio], finished_project: Path
) -> Callable[..., GenerationModel]:
    def make(behaviour: str = "normal:0.001") -> GenerationModel:
        generation: GenerationModel = make_studio(behaviour, folder=finished_project).generation
        return generation

    return make


def test_generate_paints_every_size(
    qtbot: QtBot, make_generation: Callable[..., GenerationModel]
) -> None:
    generation = make_generation()
    assert generation.num_tiers == 6
    generation.generate("a star", 3)
    assert generation.is_painting
    qtbot.waitUntil(lambda: all(map(generation.is_painted, range(6))), timeout=20_000)
    assert not generation.is_painting
    pane = generation.pane(2)
    assert pane.picture is not None
    assert not pane.is_stale
    assert pane.picture.seconds > 0
    assert pane.picture.haarpsi == pytest.approx(1 - 0.021 * 2)


def test_painted_size_is_shown_at_once(
    qtbot: QtBot, make_generation: Callable[..., GenerationModel]
) -> None:
    generation = make_generation()
    generation.generate("a star", 3)
    qtbot.waitUntil(lambda: all(map(generation.is_painted, range(6))), timeout=20_000)
    for tier in (5, 1, 4, 0, 2):
        began = time.thread_time()
        generation.set_tier(tier)
        pane = generation.pane(tier)
        assert time.thread_time() - began < 0.05
        assert pane.picture is not None
        assert not pane.is_stale
        assert not pane.is_painting


def test_newest_slider_position_is_painted_first(
    qtbot: QtBot, make_generation: Callable[..., GenerationModel]
) -> None:
    generation = make_generation("normal:0.03")
    generation.generate("a star", 3)
    qtbot.waitUntil(lambda: generation.is_painted(0), timeout=20_000)
    for tier in (1, 2, 4, 5):
        generation.set_tier(tier)
    qtbot.waitUntil(lambda: generation.is_painted(5), timeout=5_000)
    assert not any(generation.is_painted(tier) for tier in (1, 2, 4))


def test_previews_come_before_the_picture(
    qtbot: QtBot, make_generation: Callable[..., GenerationModel]
) -> None:
    generation = make_generation("normal:0.03")
    seen: list[int] = []
    generation.pictures_changed.connect(lambda: seen.append(generation.pane(0).step))
    generation.generate("a star", 3)
    qtbot.waitUntil(lambda: generation.is_painted(0), timeout=20_000)
    assert len({step for step in seen if 0 < step < 8}) >= 4


def test_old_picture_stays_dimmed_until_the_new_one_is_there(
    qtbot: QtBot, make_generation: Callable[..., GenerationModel]
) -> None:
    generation = make_generation("normal:0.01")
    generation.generate("a star", 3)
    qtbot.waitUntil(lambda: generation.is_painted(generation.tier), timeout=20_000)
    old = generation.pane(generation.tier).picture
    generation.generate("a fox", 3)
    pane = generation.pane(generation.tier)
    assert pane.picture is old
    assert pane.is_stale


def test_stop_keeps_what_is_painted(
    qtbot: QtBot, make_generation: Callable[..., GenerationModel]
) -> None:
    generation = make_generation("normal:0.02")
    generation.generate("a star", 3)
    qtbot.waitUntil(lambda: generation.is_painted(0), timeout=20_000)
    generation.stop()
    assert not generation.is_painting
    qtbot.wait(400)
    assert not generation.is_painted(generation.tier)
    assert generation.is_painted(0)
    assert generation.state is EngineState.READY


def test_refused_prompt_is_explained_and_the_engine_lives_on(
    qtbot: QtBot, make_generation: Callable[..., GenerationModel]
) -> None:
    generation = make_generation()
    generation.generate("something unknown", 3)
    qtbot.waitUntil(lambda: generation.failure is not None, timeout=10_000)
    assert generation.failure is not None
    assert generation.failure.cause == "This word is unknown."
    qtbot.wait(300)
    assert generation._scheduler._number <= generation.num_tiers  # each once, none again
    generation.generate("a star", 3)
    assert generation.failure is None
    qtbot.waitUntil(lambda: generation.is_painted(0), timeout=10_000)


def test_killed_engine_shows_a_failure_and_starts_again(
    qtbot: QtBot, make_generation: Callable[..., GenerationModel]
) -> None:
    generation = make_generation("normal:0.01")
    generation.generate("a star", 3)
    qtbot.waitUntil(lambda: generation.is_painted(0), timeout=20_000)
    os.kill(generation._process.process_id, signal.SIGKILL)
    qtbot.waitUntil(lambda: generation.failure is not None, timeout=5_000)
    assert generation.state is EngineState.OFF
    assert generation.pane(0).picture is not None  # pictures stay
    generation.generate("a star", 3)
    qtbot.waitUntil(lambda: generation.is_painted(generation.tier), timeout=20_000)


def test_engine_that_dies_while_painting_is_not_asked_for_ever(
    qtbot: QtBot, make_generation: Callable[..., GenerationModel]
) -> None:
    generation = make_generation("kill:0.001")
    generation.generate("a star", 3)
    qtbot.waitUntil(lambda: generation.failure is not None, timeout=10_000)
    assert not generation.is_painting
    qtbot.wait(300)
    assert generation.state is EngineState.OFF


def test_new_sizes_make_old_pictures_worthless(
    qtbot: QtBot, make_studio: Callable[..., Studio], finished_project: Path
) -> None:
    studio = make_studio("normal:0.001", folder=finished_project)
    studio.generation.generate("a star", 3)
    qtbot.waitUntil(lambda: studio.generation.is_painted(0), timeout=20_000)
    table = finished_project / "tiers.json"
    table.write_text(table.read_text().replace('"Tier 1"', '"Other 1"'))
    studio.project.reload()
    assert not studio.generation.is_painted(0)
    qtbot.waitUntil(lambda: studio.generation.state is EngineState.OFF, timeout=5_000)
