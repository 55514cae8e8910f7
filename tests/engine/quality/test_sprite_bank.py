"""Tests of engine.quality.sprite_bank."""

from __future__ import annotations

import numpy as np
import pytest

from engine.pocket import grammar
from engine.pocket.grammar import Scene, Thing
from engine.pocket.renderer import render
from engine.quality.pocket_score import PocketScorer

_THINGS = [
    *((name, None) for name in grammar.OBJECTS),
    *((name, "brown") for name in grammar.TINTED),
    *((name, "blue") for name in grammar.SHAPES),
    *(("star", color) for color in grammar.SHAPE_COLORS),
]


@pytest.mark.parametrize("size", ["small", None, "large"])
def test_everything_drawable_is_named_by_its_picture(scorer: PocketScorer, size: str) -> None:
    for name, color in _THINGS:
        picture = render(Scene("one", "cream", (Thing(name, color),), size=size), seed=3)
        (match,) = scorer.find_things(picture)
        assert (match.name, match.color) == (name, color)


def test_a_blotch_is_named_after_nothing_but_keeps_its_colour(scorer: PocketScorer) -> None:
    picture = np.full((80, 80, 3), grammar.BACKGROUNDS["white"], np.uint8)
    for i in range(20, 60):
        picture[i, i : i + 5] = grammar.COLORS["red"]
    (match,) = scorer.find_things(picture)
    assert (match.name, match.color) == (None, "red")


def test_a_bar_is_no_square(scorer: PocketScorer) -> None:
    picture = render(Scene("shape", "white", (Thing("square", "red"),), size="large"))
    picture[:30] = picture[50:] = grammar.BACKGROUNDS["white"]
    (match,) = scorer.find_things(picture)
    assert match.name != "square"


def test_a_thing_is_told_with_its_middle(scorer: PocketScorer) -> None:
    pair = Scene("pair", "white", (Thing("star", "red"), Thing("ring", "blue")), rel="above")
    centers = {m.name: m.center for m in scorer.find_things(render(pair))}
    assert centers["star"] == pytest.approx((40, 20), abs=6)
    assert centers["ring"] == pytest.approx((40, 60), abs=6)
