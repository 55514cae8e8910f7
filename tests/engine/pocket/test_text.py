"""Words to states, as the stock pipeline makes them."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
import torch
from diffusers import QwenImagePipeline
from transformers import AutoTokenizer, PreTrainedTokenizerFast

from engine.pocket import grammar, text
from engine.pocket.latents import MAX_TOKENS


@pytest.fixture(scope="module")
def tokenizer() -> PreTrainedTokenizerFast:
    return text.build_tokenizer()


def captions(num: int) -> list[str]:
    shares = dict.fromkeys(grammar.KINDS, 1.0)
    return [s.caption for s in itertools.islice(grammar.training_scenes(1, shares=shares), num)]


def test_template_is_the_pipelines_and_its_prefix_34_tokens(
    pipeline: QwenImagePipeline, tokenizer: PreTrainedTokenizerFast
) -> None:
    assert pipeline.prompt_template_encode == text.PREFIX + "{}" + text.SUFFIX
    assert pipeline.prompt_template_encode_start_idx == text.NUM_PREFIX_TOKENS == 34
    prefix, suffix = (tokenizer(part)["input_ids"] for part in (text.PREFIX, text.SUFFIX))
    assert len(prefix) == 34
    assert tokenizer.unk_token_id not in prefix
    assert len(suffix) == 1
    assert tokenizer(text.PREFIX + "a fox" + text.SUFFIX)["input_ids"][:34] == prefix


def test_every_caption_is_known_words_and_fits(tokenizer: PreTrainedTokenizerFast) -> None:
    held = [
        s.caption
        for reason in ("caption", "word", "count")
        for s in grammar.test_scenes(100, reason=reason)
    ]
    for caption in [*captions(2000), *held]:
        ids = text.prompt_ids(tokenizer, caption)
        assert tokenizer.unk_token_id not in ids, caption
        assert tokenizer.pad_token_id not in ids
        assert len(ids) <= MAX_TOKENS


def test_every_word_of_the_grammar_is_known(tokenizer: PreTrainedTokenizerFast) -> None:
    names = [*grammar.OBJECTS, *grammar.SHAPES]
    words = [
        *names,
        *map(grammar.plural, names),
        *grammar.COLORS,
        *grammar.NUMBERS[1:],
        *grammar.SIZES,
    ]
    assert all(len(text.prompt_ids(tokenizer, w)) == 2 for w in words)
    assert all(tokenizer.unk_token_id not in text.prompt_ids(tokenizer, w) for w in words)


def test_different_captions_have_different_tokens(tokenizer: PreTrainedTokenizerFast) -> None:
    every = set(captions(3000))
    assert len({tuple(text.prompt_ids(tokenizer, c)) for c in every}) == len(every)


def test_quoted_words_are_spelt(tokenizer: PreTrainedTokenizerFast) -> None:
    ids = text.prompt_ids(
        tokenizer, 'a red sign that says "HELLO" in blue letters on a mint background'
    )
    tokens = tokenizer.convert_ids_to_tokens(ids)
    assert tokens[2:7] == list("HELLO")
    assert len(tokens) == 10


def test_unknown_words_become_unknown_tokens_and_articles_nothing(
    tokenizer: PreTrainedTokenizerFast,
) -> None:
    ids = text.prompt_ids(tokenizer, "a unicorn near an apple")
    assert [t == tokenizer.unk_token_id for t in ids] == [True, True, False, False]


def test_empty_prompt_is_the_suffix_alone(tokenizer: PreTrainedTokenizerFast) -> None:
    assert text.prompt_ids(tokenizer, text.EMPTY_PROMPT) == tokenizer(text.SUFFIX)["input_ids"]


def test_stored_tokenizer_is_the_built_one(
    tokenizer: PreTrainedTokenizerFast, tmp_path: Path
) -> None:
    tokenizer.save_pretrained(tmp_path)
    again = AutoTokenizer.from_pretrained(tmp_path)
    for caption in captions(50):
        assert text.prompt_ids(again, caption) == text.prompt_ids(tokenizer, caption)


@torch.no_grad()
def test_prefix_that_ran_once_gives_the_full_passs_states(
    pipeline: QwenImagePipeline, tokenizer: PreTrainedTokenizerFast
) -> None:
    prefix = torch.tensor(tokenizer(text.PREFIX)["input_ids"])
    for prompts in (["a fox", "a cat"], ["a red star above a fox on a navy background"], [" "]):
        ids = torch.tensor([text.prompt_ids(tokenizer, p) for p in prompts])
        states = text.encode_ids(pipeline.text_encoder, prefix, ids)
        wanted, mask = pipeline.encode_prompt(prompts)
        assert mask is None
        torch.testing.assert_close(states, wanted, atol=1e-5, rtol=1e-4)


def test_gradient_reaches_the_prefix_and_the_prompt(tokenizer: PreTrainedTokenizerFast) -> None:
    encoder = text.build_text_encoder()
    prefix = torch.tensor(tokenizer(text.PREFIX)["input_ids"])
    ids = torch.tensor([text.prompt_ids(tokenizer, "a fox")])
    text.encode_ids(encoder, prefix, ids).square().sum().backward()
    moved = encoder.model.language_model.embed_tokens.weight.grad.abs().sum(dim=1)
    assert (moved[prefix] > 0).all()
    assert (moved[ids[0]] > 0).all()
    assert float(moved[tokenizer.pad_token_id]) == 0


def test_vocabulary_has_every_token_once_and_is_small() -> None:
    tokens = text.vocabulary()
    assert len(tokens) == len(set(tokens)) < 500
    assert tokens[0] == "<|pad|>", "0 fills the rows of the training set"
