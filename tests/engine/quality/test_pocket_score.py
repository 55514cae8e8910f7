"""Tests of engine.quality.pocket_score."""

from __future__ import annotations

import random

import cv2
import msgspec
import numpy as np
import pytest

from engine.pocket import grammar
from engine.pocket.grammar import Scene, Thing
from engine.pocket.renderer import render
from engine.quality.pocket_score import FIELDS, PocketScorer

_RED_FOX = Scene("one", "mint", (Thing("fox", "red"),))
_PAIR = Scene("pair", "white", (Thing("fox", "red"), Thing("pizza")), rel="left")
_COUNT = Scene("count", "lilac", (Thing("star", "blue", 4),))
_SIGN = Scene("sign", "gray", (Thing("sign", "red"),), text="QOXI", text_color="white")
_LABEL = Scene("label", "cream", (Thing("owl"),), rel="below", text="JAM", text_color="blue")
_EXAMPLES = (_RED_FOX, _PAIR, _COUNT, _SIGN, _LABEL)


def _scenes(num: int, *, seed: int) -> list[Scene]:
    rng = random.Random(seed)
    kinds = grammar.KINDS
    return [grammar.sample_scene(rng, kind=kinds[i % len(kinds)]) for i in range(num)]


def _pictures(scenes: list[Scene]) -> list[np.ndarray]:
    return [render(scene, seed=i) for i, scene in enumerate(scenes)]


def _truth(scene: Scene) -> Scene:
    return msgspec.structs.replace(scene, size=None)


def _wrong_fields(scorer: PocketScorer, asked: Scene, **changes: object) -> set[str]:
    """Fields that fail when the picture shows `asked` with `changes`."""
    drawn = render(msgspec.structs.replace(asked, **changes), seed=1)
    return {field for field, right in scorer.score(drawn, asked).items() if not right}


def test_perfect_pictures_are_right_in_nearly_every_field(scorer: PocketScorer) -> None:
    scenes = _scenes(60, seed=11)
    summary = scorer.score_all(_pictures(scenes), scenes)
    assert summary.score >= 0.985
    assert tuple(summary.fields) == FIELDS
    assert summary.num_pictures == 60


def test_no_picture_is_accepted_for_another_caption(scorer: PocketScorer) -> None:
    scenes = _scenes(60, seed=12)
    pictures = _pictures(scenes)
    for i, scene in enumerate(scenes):
        j = (i + len(grammar.KINDS)) % len(scenes)
        if _truth(scenes[j]) != _truth(scene):
            assert not all(scorer.score(pictures[j], scene).values()), scene.caption


def test_blurred_pictures_keep_most_of_their_score(scorer: PocketScorer) -> None:
    scenes = _scenes(36, seed=13)
    blurred = [cv2.GaussianBlur(picture, (0, 0), 2) for picture in _pictures(scenes)]
    assert scorer.score_all(blurred, scenes).score >= 0.95


@pytest.mark.parametrize("scene", _EXAMPLES, ids=lambda scene: scene.kind)
def test_a_wrong_background_is_wrong_in_that_field_only(scorer: PocketScorer, scene: Scene) -> None:
    assert _wrong_fields(scorer, scene, bg="peach") == {"background"}


def test_a_missing_thing_is_a_wrong_count_only(scorer: PocketScorer) -> None:
    assert _wrong_fields(scorer, _COUNT, things=(Thing("star", "blue", 5),)) == {"count"}


def test_another_object_of_the_stated_colour_is_a_wrong_object_only(scorer: PocketScorer) -> None:
    assert _wrong_fields(scorer, _RED_FOX, things=(Thing("car", "red"),)) == {"object"}


def test_the_natural_colour_is_not_the_stated_one(scorer: PocketScorer) -> None:
    assert _wrong_fields(scorer, _RED_FOX, things=(Thing("fox"),)) == {"color"}
    plain = Scene("one", "mint", (Thing("fox"),))
    assert _wrong_fields(scorer, plain, things=(Thing("fox", "red"),)) == {"color"}
    assert _wrong_fields(scorer, plain, things=(Thing("pizza"),)) == {"object", "color"}


def test_a_pair_that_changed_places_is_a_wrong_relation_only(scorer: PocketScorer) -> None:
    assert _wrong_fields(scorer, _PAIR, things=_PAIR.things[::-1]) == {"relation"}
    assert _wrong_fields(scorer, _PAIR, rel="above") == {"relation"}


def test_one_colour_of_a_pair_is_enough_to_be_wrong(scorer: PocketScorer) -> None:
    things = (Thing("fox", "blue"), Thing("pizza"))
    assert _wrong_fields(scorer, _PAIR, things=things) == {"color"}


def test_two_of_a_kind_are_told_apart_by_colour(scorer: PocketScorer) -> None:
    things = (Thing("fox", "red"), Thing("fox", "blue"))
    scene = msgspec.structs.replace(_PAIR, things=things)
    assert _wrong_fields(scorer, scene) == set()
    assert _wrong_fields(scorer, scene, things=things[::-1]) == {"color"}


def test_a_thing_alone_is_no_pair(scorer: PocketScorer) -> None:
    checks = scorer.score(render(Scene("one", "white", (Thing("fox", "red"),))), _PAIR)
    assert not any(checks[f] for f in ("object", "color", "relation"))


def test_a_word_on_the_wrong_side_is_a_wrong_relation_only(scorer: PocketScorer) -> None:
    assert _wrong_fields(scorer, _LABEL, rel="above") == {"relation"}


@pytest.mark.parametrize("rel", ["above", "below"])
@pytest.mark.parametrize("name", ["banana", "fish", "key", "ghost"])
def test_flat_things_do_not_hide_which_row_is_the_word(
    scorer: PocketScorer, name: str, rel: str
) -> None:
    scene = msgspec.structs.replace(_LABEL, things=(Thing(name),), rel=rel, text="HH")
    assert all(scorer.score(render(scene), scene).values())


@pytest.mark.parametrize("scene", [_SIGN, _LABEL], ids=lambda scene: scene.kind)
def test_words_and_their_colour_are_judged_apart(scorer: PocketScorer, scene: Scene) -> None:
    assert _wrong_fields(scorer, scene, text="ZEBRA") == {"text"}
    assert _wrong_fields(scorer, scene, text_color="black") == {"text_color"}


def test_a_board_of_another_colour_is_a_wrong_object_only(scorer: PocketScorer) -> None:
    assert _wrong_fields(scorer, _SIGN, things=(Thing("sign", "purple"),)) == {"object"}


def test_letters_in_the_colour_around_the_board_are_still_read(scorer: PocketScorer) -> None:
    scene = msgspec.structs.replace(_SIGN, bg="white")
    assert all(scorer.score(cv2.GaussianBlur(render(scene), (0, 0), 0.7), scene).values())


def test_a_thing_with_a_seam_of_background_is_one_thing(scorer: PocketScorer) -> None:
    scene = Scene("count", "peach", (Thing("bus", None, 5),))
    assert all(scorer.score(render(scene), scene).values())


def test_four_things_that_fill_the_border_do_not_hide_the_background(scorer: PocketScorer) -> None:
    scene = Scene("count", "navy", (Thing("robot", None, 4),))
    assert all(scorer.score(cv2.GaussianBlur(render(scene), (0, 0), 1), scene).values())


@pytest.mark.parametrize("value", [0, 128])
@pytest.mark.parametrize("scene", _EXAMPLES, ids=lambda scene: scene.kind)
def test_an_empty_picture_has_nothing_right(scorer: PocketScorer, scene: Scene, value: int) -> None:
    checks = scorer.score(np.full((80, 80, 3), value, np.uint8), scene)
    assert not any(checks.values())


def test_fields_that_the_scene_does_not_state_are_not_scored(scorer: PocketScorer) -> None:
    scenes = {
        ("background", "count", "object"): Scene("one", "white", (Thing("pizza"),)),
        ("background", "count", "object", "color"): _COUNT,
        ("background", "object", "text", "text_color"): _SIGN,
        FIELDS: _LABEL,
    }
    for fields, scene in scenes.items():
        assert tuple(scorer.score(render(scene), scene)) == fields


def test_the_summary_weighs_captions_alike_whatever_their_fields(scorer: PocketScorer) -> None:
    scenes = [Scene("one", "white", (Thing("pizza"),)), _LABEL]
    blank = np.full((80, 80, 3), 128, np.uint8)
    summary = scorer.score_all([render(scenes[0]), blank], scenes)
    assert summary.score == pytest.approx(0.5)
    assert summary.fields["object"] == pytest.approx(0.5)
    assert summary.fields["text"] == 0


def test_pictures_of_another_size_or_number_are_refused(scorer: PocketScorer) -> None:
    with pytest.raises(ValueError, match=r"\[64, 64, 3\]"):
        scorer.score(np.zeros((64, 64, 3), np.uint8), _RED_FOX)
    with pytest.raises(ValueError, match="argument 2"):
        scorer.score_all([render(_RED_FOX)], [_RED_FOX, _PAIR])
    with pytest.raises(ValueError, match="no picture"):
        scorer.score_all([], [])
