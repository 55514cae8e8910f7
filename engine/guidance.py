"""Both questions of a guided step, for the prompt and for the negative one, in a single call.

A small call costs what starting its operations costs, and two samples cost as much as one. Large
calls keep a machine busy as they are, and would take twice the memory.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

FEW_TOKENS = 1024  # image and text, both questions; with more, nothing is gained on two cores
Words = tuple[Tensor, Tensor]  # states [B, T, D] and their mask [B, T]


def is_small(num_image_tokens: int, prompt: Words, negative: Words) -> bool:
    """Whether both questions fit into one call; `num_image_tokens` of all pictures of a batch."""
    num_words = 2 * len(prompt[0]) * max(prompt[0].shape[1], negative[0].shape[1])
    return 2 * num_image_tokens + num_words <= FEW_TOKENS


@contextlib.contextmanager
def at_once(transformer: nn.Module, prompt: Words, negative: Words) -> Iterator[None]:
    """In here, a pipeline's call for `prompt` also answers the one for `negative` behind it."""
    before = transformer.__dict__.get("forward")  # where weights are streamed, a hook's
    transformer.forward = _Both(transformer.forward, prompt, negative)
    try:
        yield
    finally:
        del transformer.forward
        if before is not None:
            transformer.forward = before


class _Both:
    def __init__(self, forward: Callable[..., tuple[Tensor]], prompt: Words, negative: Words):
        self._forward = forward
        longest = max(prompt[0].shape[1], negative[0].shape[1])
        self._states, self._mask = (
            torch.cat([_padded(words, longest) for words in parts])
            for parts in zip(prompt, negative, strict=True)
        )
        self._asked: Tensor | None = None
        self._answer: Tensor | None = None

    def __call__(
        self,
        *,
        hidden_states: Tensor,
        timestep: Tensor,
        img_shapes: list[Any],
        encoder_hidden_states: Tensor,
        encoder_hidden_states_mask: Tensor,
        **others: Any,
    ) -> tuple[Tensor]:
        if self._answer is not None and hidden_states is self._asked:
            answer, self._answer = self._answer, None
            return (answer,)
        both = self._forward(
            hidden_states=torch.cat([hidden_states, hidden_states]),
            timestep=torch.cat([timestep, timestep]),
            img_shapes=img_shapes * 2,
            encoder_hidden_states=self._states,
            encoder_hidden_states_mask=self._mask,
            **others,
        )[0]
        self._asked = hidden_states
        answer, self._answer = both.chunk(2)
        return (answer,)


def _padded(words: Tensor, length: int) -> Tensor:
    """`words` [B, T, ...] with zeros up to `length`, which the mask keeps from being looked at."""
    filling = [0, 0] * (words.ndim - 2) + [0, length - words.shape[1]]
    return functional.pad(words, filling)
