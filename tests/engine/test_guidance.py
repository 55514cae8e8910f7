"""Both questions of a guided step in one call."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import QwenImagePipeline

from engine import guidance
from engine.errors import Cancelled
from engine.generation import Painter

PROMPTS = ["a cat", "two red rings on a mint background, seen from far away"]


@pytest.fixture
def painter(pipeline: QwenImagePipeline, model_folder: Path) -> Painter:
    return Painter.of(pipeline, model_folder)


@pytest.fixture
def sizes(painter: Painter) -> list[int]:
    """How many samples every pass through the first block had."""
    seen: list[int] = []
    painter.pipeline.transformer.transformer_blocks[0].register_forward_pre_hook(
        lambda _block, _args, given: seen.append(len(given["hidden_states"])), with_kwargs=True
    )
    return seen


def alone(painter: Painter, prompts: list[str], monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    monkeypatch.setattr(guidance, "FEW_TOKENS", 0)
    return painter.latents(prompts, range(len(prompts)), steps=4).numpy()


def test_answers_are_those_of_two_calls(
    painter: Painter, sizes: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    together = painter.latents(PROMPTS, [0, 1], steps=4).numpy()
    assert sizes == [4] * 4
    sizes.clear()
    apart = alone(painter, PROMPTS, monkeypatch)
    assert sizes == [2] * 8
    assert np.abs(together - apart).max() <= 1e-4 * np.abs(apart).max()


@pytest.mark.parametrize("negative", ["", "a very long list of all that must not be in it"])
def test_shorter_words_are_filled_up_and_not_looked_at(
    painter: Painter, negative: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    painter.defaults = painter.defaults.__class__(
        width=32, height=32, steps=3, guidance=2.5, negative_prompt=negative
    )
    together = painter.latents(PROMPTS, [0, 1], steps=4).numpy()
    apart = alone(painter, PROMPTS, monkeypatch)
    assert np.abs(together - apart).max() <= 1e-4 * np.abs(apart).max()


def test_without_guidance_there_is_one_question(painter: Painter, sizes: list[int]) -> None:
    painter.defaults = painter.defaults.__class__(width=32, height=32, steps=3, guidance=1.0)
    painter.latents(PROMPTS, [0, 1], steps=3)
    assert sizes == [2] * 3


def test_larger_batches_have_calls_of_their_own() -> None:
    words = torch.zeros(1, 5, 8), torch.ones(1, 5)
    assert guidance.is_small(guidance.FEW_TOKENS // 2 - 5, words, words)
    assert not guidance.is_small(guidance.FEW_TOKENS // 2 - 4, words, words)


def test_the_model_is_itself_again_also_after_a_stop(painter: Painter, sizes: list[int]) -> None:
    transformer = painter.pipeline.transformer
    hook = transformer.forward  # as where weights are streamed: an attribute of its own
    transformer.forward = hook

    def stop(*_: object) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        painter.paint(["a cat"], [0], on_step=stop)
    assert transformer.__dict__["forward"] == hook
    del transformer.forward
    painter.paint(["a cat"], [0])
    assert "forward" not in transformer.__dict__
    assert sizes == [2] * 4
