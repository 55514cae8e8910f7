"""The closed world: captions, truths, and what is held out."""

from __future__ import annotations

import itertools
import random
import re

import pytest

from engine.pocket import grammar
from engine.pocket.grammar import Scene, Thing

EVEN = dict.fromkeys(grammar.KINDS, 1.0)
REASONS = ("caption", "color", "count", "pair", "word")


def training(num: int) -> list[Scene]:
    return list(itertools.islice(grammar.training_scenes(5, shares=EVEN), num))


def test_training_scenes_are_held_out_for_no_reason() -> None:
    scenes = training(3000)
    assert {s.kind for s in scenes} == set(grammar.KINDS)
    assert not any(grammar.held_out_by(s) for s in scenes)


@pytest.mark.parametrize("reason", REASONS)
def test_test_scenes_are_held_out_for_exactly_their_reason(reason: str) -> None:
    scenes = grammar.test_scenes(200, reason=reason)
    assert len({s.caption for s in scenes}) == 200
    assert all(set(grammar.held_out_by(s)) == {reason} for s in scenes)


def test_captions_of_tests_never_occur_in_training() -> None:
    tests = {s.caption for reason in REASONS for s in grammar.test_scenes(200, reason=reason)}
    assert not tests & {s.caption for s in training(8000)}


def test_about_one_caption_in_ten_is_held_out() -> None:
    rng = random.Random(0)
    captions = {
        grammar.sample_scene(rng, kind=kind).caption for kind in grammar.KINDS for _ in range(800)
    }
    share = sum(grammar._held(c) for c in captions) / len(captions)
    assert share == pytest.approx(0.1, abs=0.02)


def test_test_captions_hold_every_kind_equally() -> None:
    kinds = [s.kind for s in grammar.test_scenes(60)]
    assert {kind: kinds.count(kind) for kind in grammar.KINDS} == dict.fromkeys(grammar.KINDS, 10)


def test_scenes_depend_on_their_seed_only() -> None:
    assert training(50) == training(50)
    assert grammar.test_scenes(20) == grammar.test_scenes(20)
    other = list(itertools.islice(grammar.training_scenes(6, shares=EVEN), 50))
    assert other != training(50)


def test_grammar_is_no_toy() -> None:
    assert len(grammar.OBJECTS) >= 24
    assert len(grammar.BACKGROUNDS) == 8
    assert set(grammar.TINTED) <= set(grammar.OBJECTS)
    words = {s.text for s in training(4000) if s.text}
    assert {len(w) for w in words} == {2, 3, 4, 5}
    assert all(re.fullmatch("[A-Z]+", w) for w in words)
    share = sum(w in grammar.WORDS for w in words) / len(words)
    assert share < 0.5, "most words must not be on a list"


@pytest.mark.parametrize(
    ("scene", "caption"),
    [
        (Scene("one", "navy", (Thing("owl"),)), "an owl on a navy background"),
        (
            Scene("one", "mint", (Thing("fox", "red"),), size="large"),
            "a large red fox on a mint background",
        ),
        (Scene("count", "white", (Thing("bus", None, 3),)), "three buses on a white background"),
        (
            Scene("pair", "gray", (Thing("cat"), Thing("ring", "blue")), rel="left"),
            "a cat to the left of a blue ring on a gray background",
        ),
        (
            Scene("pair", "gray", (Thing("cat"), Thing("ring", "blue")), rel="above"),
            "a cat above a blue ring on a gray background",
        ),
        (
            Scene("sign", "cream", (Thing("sign", "orange"),), text="GO", text_color="black"),
            'an orange sign that says "GO" in black letters on a cream background',
        ),
        (
            Scene("label", "cream", (Thing("pig"),), rel="below", text="HI", text_color="red"),
            'a pig below the word "HI" in red letters on a cream background',
        ),
    ],
)
def test_caption_says_the_truth_in_words(scene: Scene, caption: str) -> None:
    assert scene.caption == caption


def test_caption_tells_scenes_apart() -> None:
    scenes = set(training(5000))
    assert len({s.caption for s in scenes}) == len(scenes)


def test_things_stand_out_from_their_background() -> None:
    for scene in training(2000):
        ground = grammar.BACKGROUNDS[scene.bg]
        for thing in scene.things:
            if thing.color:
                assert grammar.contrast(grammar.COLORS[thing.color], ground) > 100
        if scene.text_color:
            board = grammar.COLORS[scene.things[0].color or ""] if scene.kind == "sign" else ground
            assert grammar.luminance_ratio(grammar.COLORS[scene.text_color], board) > 3


def test_contrast_ratio_is_that_of_the_standard() -> None:
    assert grammar.luminance_ratio((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert grammar.luminance_ratio((119, 119, 119), (255, 255, 255)) == pytest.approx(
        4.48, abs=0.01
    )
