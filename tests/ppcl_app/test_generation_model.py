"""Pictures on their way to the screen."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from engine import protocol
from ppcl_app.generation_model import EngineState, GenerationModel
from ppcl_app.live_scheduler import Wish
from ppcl_app.outcome import OUT_OF_MEMORY
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
    before = painted_in_turn(generation)
    assert 5 not in before
    for tier in (1, 2, 4, 5):
        generation.set_tier(tier)
    qtbot.waitUntil(lambda: generation.is_painted(5), timeout=5_000)
    behind = painted_in_turn(generation)[len(before) :]
    assert 5 in behind[:2]  # at most the one that was under way comes first


def painted_in_turn(generation: GenerationModel) -> list[int]:
    return [entry.recipe.tiers[-1] for entry in reversed(generation.history.entries)]


def test_previews_come_before_the_picture(
    qtbot: QtBot, make_generation: Callable[..., GenerationModel]
) -> None:
    generation = make_generation("normal:0.2")
    seen: list[int] = []
    generation.pictures_changed.connect(lambda: seen.append(generation.pane(0).step))
    generation.generate("a star", 3)
    qtbot.waitUntil(lambda: generation.is_painted(0), timeout=20_000)
    assert len({step for step in seen if 0 < step < 8}) >= 2  # a busy machine shows fewer than 7


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
    generation = make_generation("normal:0.1")
    generation.pictures_changed.connect(
        lambda: generation.is_painted(0) and generation.is_painting and generation.stop()
    )
    generation.generate("a star", 3)
    qtbot.waitUntil(lambda: generation.is_painted(0), timeout=20_000)
    assert not generation.is_painting
    qtbot.wait(1_200)  # a picture takes 800
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


@pytest.mark.parametrize("behaviour", ["small_memory", "small_memory_kills"])
def test_smaller_size_is_tried_without_the_original_that_did_not_fit(
    qtbot: QtBot,
    make_generation: Callable[..., GenerationModel],
    monkeypatch: pytest.MonkeyPatch,
    behaviour: str,
) -> None:
    generation = make_generation(f"{behaviour}:0.001")
    generation.set_tier(0)
    generation.generate("a star", 3)
    qtbot.waitUntil(lambda: generation.failure is not None, timeout=20_000)
    assert generation.failure is not None
    assert generation.failure.code == OUT_OF_MEMORY
    assert not generation.is_painting
    asked: list[int] = []
    send = generation._process.send

    def spy(command: protocol.Command) -> None:
        if isinstance(command, protocol.Generate):
            asked.append(command.tier)
        send(command)

    monkeypatch.setattr(generation._process, "send", spy)
    generation.paint_smaller()
    assert generation.failure is None
    qtbot.waitUntil(lambda: generation.is_painted(1), timeout=20_000)
    assert asked[0] == 1
    assert 0 not in asked
    assert not generation.is_painting, "nobody waits for the original"


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


def test_slider_switches_the_tier_while_it_paints(
    qtbot: QtBot, make_generation: Callable[..., GenerationModel]
) -> None:
    generation = make_generation("normal:0.1")
    generation.switches_while_painting = True
    generation.set_tier(0)
    generation.generate("a star", 3)
    qtbot.waitUntil(
        lambda: generation.front_pane().wish.take > 0 and generation.front_pane().step >= 2,
        timeout=20_000,
    )
    number = generation._scheduler._number
    generation.set_tier(4)
    qtbot.waitUntil(lambda: not generation.is_painting, timeout=20_000)
    picture = generation.front_pane().picture
    assert picture is not None
    assert picture.is_mixed
    assert picture.tiers[0] == 0
    assert picture.tiers[-1] == 4
    assert len(picture.tiers) == 8
    assert generation._scheduler._number <= number + 1  # the same request went on
    assert generation.pane(0).picture is not picture  # the original stays what it is
    assert not generation.pane(0).picture.is_mixed  # type: ignore[union-attr]
    newest = generation.history.entries[0].recipe
    assert newest.tiers == picture.tiers
    qtbot.waitUntil(lambda: generation.is_painted(4), timeout=20_000)
    assert generation.pane(4).picture is not picture
    assert generation.front_pane().picture is picture  # until the slider moves
    generation.set_tier(3)
    assert generation.front_pane().wish.take == 0


def test_picture_that_nobody_switched_is_an_ordinary_one(
    qtbot: QtBot, make_generation: Callable[..., GenerationModel]
) -> None:
    generation = make_generation()
    generation.switches_while_painting = True
    generation.generate("a star", 3)
    qtbot.waitUntil(lambda: generation.is_painted(generation.tier), timeout=20_000)
    assert generation.front_pane().wish.take == 0
    assert generation.front_pane().picture is generation.pane(generation.tier).picture


def test_pictures_of_yesterday_are_there_without_painting(
    qtbot: QtBot, make_studio: Callable[..., Studio], finished_project: Path
) -> None:
    first = make_studio(folder=finished_project).generation
    first.generate("a star", 3)
    qtbot.waitUntil(lambda: all(map(first.is_painted, range(6))), timeout=20_000)
    first.shut_down()
    second = make_studio(folder=finished_project).generation
    second.history.load()
    second.generate("a star", 3)
    assert all(map(second.is_painted, range(6)))
    assert second.pane(2).picture == first.pane(2).picture
    qtbot.waitUntil(lambda: second.state is EngineState.READY, timeout=10_000)
    qtbot.wait(100)
    assert second._scheduler._number == 0


def test_size_that_yesterday_lacks_is_compared_with_an_original_of_today(
    qtbot: QtBot, make_studio: Callable[..., Studio], finished_project: Path
) -> None:
    """The engine tells likeness to what it has painted itself."""
    first = make_studio(folder=finished_project).generation
    first.generate("a star", 3)
    qtbot.waitUntil(lambda: all(map(first.is_painted, range(6))), timeout=20_000)
    first.shut_down()
    lost = next(e for e in first.history.entries if e.recipe.tiers[0] == 3)
    lost.file.unlink()
    second = make_studio(folder=finished_project).generation
    second.history.load()
    assert not second.is_painted(3)
    second.set_tier(3)
    second.generate("a star", 3)
    qtbot.waitUntil(lambda: second.is_painted(3), timeout=20_000)
    painted = [entry.recipe.tiers[0] for entry in second.history.entries[:2]]
    assert painted == [3, 0]


def test_other_steps_are_other_pictures(
    qtbot: QtBot, make_generation: Callable[..., GenerationModel]
) -> None:
    generation = make_generation()
    generation.generate("a star", 3)
    qtbot.waitUntil(lambda: generation.is_painted(0), timeout=20_000)
    assert generation.own_steps == 8
    generation.generate("a star", 3, steps=4)
    assert not generation.is_painted(0)
    qtbot.waitUntil(lambda: generation.is_painted(0), timeout=20_000)
    assert len(generation.pane(0).picture.tiers) == 4  # type: ignore[union-attr]
    generation.generate("a star", 3, steps=8)
    assert generation.is_painted(0)  # the model's own number, asked for by its name


def test_picture_of_the_history_brings_everything_back(
    qtbot: QtBot, make_generation: Callable[..., GenerationModel]
) -> None:
    generation = make_generation()
    generation.generate("a star", 3, steps=4)
    qtbot.waitUntil(lambda: generation.is_painted(generation.tier), timeout=20_000)
    tier = generation.tier
    entry = next(e for e in generation.history.entries if e.recipe.tiers[0] == tier)
    generation.generate("a fox", 9)
    generation.set_tier(1)
    generation.show(entry)
    assert (generation.prompt, generation.seed, generation.steps) == ("a star", 3, 4)
    assert generation.tier == tier
    assert generation.front_pane().picture is not None
    assert not generation.front_pane().is_stale


def test_wishes_of_the_grid_are_painted_in_the_background(
    qtbot: QtBot, make_generation: Callable[..., GenerationModel]
) -> None:
    generation = make_generation()
    wishes = [Wish("a fox", 3, tier) for tier in (0, 5)]
    generation.want_also(wishes)
    assert generation.is_painting
    qtbot.waitUntil(lambda: all(map(generation.has, wishes)), timeout=20_000)
