"""Tests of engine.pocket.grammar.scene_from_caption, which lets a user's own prompt be scored."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.pocket import grammar


@given(st.integers(0, 2**32), st.sampled_from(grammar.KINDS))
def test_every_scene_is_read_back_from_its_caption(seed: int, kind: str) -> None:
    scene = grammar.sample_scene(random.Random(seed), kind=kind)
    assert grammar.scene_from_caption(scene.caption) == scene


@pytest.mark.parametrize(
    "caption",
    [
        "",
        "a cat",
        "a cat in a hat",
        "a red pizza on a white background",
        "a fox on a red background",
        "an fox on a white background",
        "three foxs on a white background",
        "a circle on a white background",
        "two small foxes on a white background",
        "two foxes above a dog on a white background",
        "a fox below a dog on a white background",
        "a red sign on a white background",
        'a fox that says "HI" in red letters on a white background',
        'a red sign that says "hi" in white letters on a white background',
        'a red sign that says "TOOLONG" in white letters on a white background',
    ],
)
def test_what_pocket_cannot_say_is_no_scene(caption: str) -> None:
    assert grammar.scene_from_caption(caption) is None
