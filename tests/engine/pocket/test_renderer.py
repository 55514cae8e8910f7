"""Pictures of scenes."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from engine.pocket import grammar, renderer
from engine.pocket.grammar import Scene, Thing
from engine.pocket.renderer import (
    CELL_PX,
    CELLS,
    COLOR_CLASSES,
    CONTENTS,
    PICTURE_PX,
    cell_truth,
    lay_out,
    render,
)


def scenes(num: int) -> list[Scene]:
    return list(
        itertools.islice(grammar.training_scenes(3, shares=dict.fromkeys(grammar.KINDS, 1.0)), num)
    )


def test_same_scene_and_seed_are_the_same_picture() -> None:
    for scene in scenes(12):
        assert np.array_equal(render(scene, seed=4), render(scene, seed=4))


def test_picture_lies_on_its_background() -> None:
    for seed, scene in enumerate(scenes(60)):
        picture = render(scene, seed=seed)
        assert picture.shape == (PICTURE_PX, PICTURE_PX, 3)
        assert picture.dtype == np.uint8
        assert picture[0, 0].tolist() == list(grammar.BACKGROUNDS[scene.bg])
        assert (picture != picture[0, 0]).any(axis=2).mean() > 0.02, "something stands there"


def test_everything_stands_inside_the_picture() -> None:
    for seed, scene in enumerate(scenes(400)):
        layout = lay_out(scene, seed=seed)
        expected = scene.things[0].n if scene.kind == "count" else len(scene.things)
        assert len(layout.placements) == expected
        for p in layout.placements:
            assert p.x >= 0
            assert p.x + p.size_px <= PICTURE_PX
            assert p.y >= 0
            assert p.y + p.size_px <= PICTURE_PX


def test_relation_is_where_things_stand() -> None:
    for rel, axis in (("left", "x"), ("above", "y")):
        first, second = lay_out(
            Scene("pair", "mint", (Thing("cat"), Thing("dog")), rel=rel), seed=0
        ).placements
        assert getattr(first, axis) < getattr(second, axis)
        assert (first.name, second.name) == ("cat", "dog")


@pytest.mark.parametrize("word", ["GO", "FOX", "STAR", "HELLO"])
@pytest.mark.parametrize("kind", ["sign", "label"])
def test_every_letter_has_a_cell_of_its_own_in_order(kind: str, word: str) -> None:
    scene = Scene(
        kind,
        "white",
        (Thing("sign" if kind == "sign" else "cat", "red" if kind == "sign" else None),),
        rel=None if kind == "sign" else "above",
        text=word,
        text_color="black" if kind == "label" else "white",
    )
    content, color = cell_truth(scene, seed=0)
    letters = [
        (r, c) for r, c in itertools.product(range(CELLS), repeat=2) if 1 <= content[r, c] <= 26
    ]
    assert [CONTENTS[content[cell]] for cell in letters] == list(word)
    assert {r for r, _ in letters} == {letters[0][0]}
    assert {COLOR_CLASSES[color[cell]] for cell in letters} == {scene.text_color}
    picture = render(scene).astype(int)
    for r, c in letters:
        cell = picture[r * CELL_PX : (r + 1) * CELL_PX, c * CELL_PX : (c + 1) * CELL_PX]
        assert np.ptp(cell.reshape(-1, 3), axis=0).max() > 100, "ink on ground"


def test_truth_names_what_fills_the_cells() -> None:
    content, color = cell_truth(Scene("one", "white", (Thing("circle", "blue"),)), seed=0)
    assert CONTENTS[content[2, 2]] == "circle"
    assert COLOR_CLASSES[color[2, 2]] == "blue"
    assert content[0, 0] == color[0, 0] == 0
    assert len(set(CONTENTS)) == len(CONTENTS)


def test_every_sprite_can_be_drawn() -> None:
    for name in (*grammar.OBJECTS, *grammar.SHAPES):
        tile = renderer.sprite(
            name, "red" if name in grammar.TINTED or grammar.is_shape(name) else None, 32
        )
        assert tile.shape == (32, 32, 4)
        assert 0.1 < tile[..., 3].mean() < 1
