"""Tests of engine.quality.word_reader."""

from __future__ import annotations

import random
import subprocess
import sys

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.errors import EngineError
from engine.pocket import grammar
from engine.pocket.renderer import render
from engine.quality.pocket_score import PocketScorer
from engine.quality.word_reader import WordReader, capital_letters, edit_distance, printed_line

_WORDS = st.text(alphabet="ABC", max_size=6)


def test_random_words_of_perfect_pictures_are_read_exactly(scorer: PocketScorer) -> None:
    rng = random.Random(5)
    misread = []
    for seed in range(20):
        word = "".join(rng.choices(grammar.LETTERS, k=rng.randint(2, 5)))
        scene = grammar.sample_scene(rng, kind=("sign", "label")[seed % 2])
        picture = render(msgspec.structs.replace(scene, text=word), seed=seed)
        if scorer.read_word(picture, kind=scene.kind) != word:
            misread.append(word)
    assert len(misread) <= 1, misread


def test_a_picture_without_a_board_has_no_word(scorer: PocketScorer) -> None:
    picture = np.full((80, 80, 3), 255, np.uint8)
    assert scorer.read_word(picture, kind="sign") == ""
    assert scorer.read_word(picture, kind="label") == ""


def test_gaps_between_letters_become_as_narrow_as_in_print() -> None:
    cover = np.zeros((16, 80), np.float32)
    cover[2:14, 3:5] = cover[2:14, 70:72] = 1
    line = printed_line(cover)
    assert line is not None
    assert line.shape[0] == 48
    assert line.shape[1] < 60
    assert line[24].min() < 50 < 200 < line[0].min()


def test_no_ink_is_no_line() -> None:
    assert printed_line(np.full((16, 80), 0.1, np.float32)) is None


def test_look_alikes_and_full_width_forms_are_letters_and_the_rest_is_dropped() -> None:
    assert capital_letters("\uff2cZ\uff2a l0 b5-é") == "LZJIOBS"


def test_workers_that_are_forked_later_find_the_libraries_loaded() -> None:
    script = """
import sys
from engine.quality.word_reader import WordReader
reader = WordReader()
before = set(sys.modules)
import numpy
reader.read(numpy.pad(numpy.ones((12, 2), numpy.float32), 3))
new = {name.partition(".")[0] for name in set(sys.modules) - before}
assert not new & {"onnxruntime", "cv2"}, new
"""
    subprocess.run([sys.executable, "-c", script], check=True, timeout=300)


def test_a_missing_ocr_package_is_said_with_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(EngineError, match="rapidocr") as caught:
        WordReader().read(np.eye(16, dtype=np.float32))
    assert caught.value.code == "ocr_missing"
    assert caught.value.hint


def test_edit_distance_of_known_words() -> None:
    assert edit_distance("KITTEN", "SITTING") == 3
    assert edit_distance("", "ABC") == 3


@given(_WORDS, _WORDS, _WORDS)
def test_edit_distance_is_a_distance(a: str, b: str, c: str) -> None:
    assert (edit_distance(a, b) == 0) == (a == b)
    assert edit_distance(a, b) == edit_distance(b, a)
    assert edit_distance(a, c) <= edit_distance(a, b) + edit_distance(b, c)
