"""Words to states: the word-level tokenizer of Pocket and its small Qwen2.5-VL text tower."""

from __future__ import annotations

import re

import torch
from tokenizers import Regex, Tokenizer, models, pre_tokenizers
from torch import Tensor
from transformers import (
    DynamicCache,
    PreTrainedTokenizerFast,
    Qwen2_5_VLConfig,
    Qwen2_5_VLForConditionalGeneration,
)

from engine.pocket import grammar

# What QwenImagePipeline puts around a prompt. It drops the first 34 tokens of the result, so the
# vocabulary is made for the prefix to be exactly 34 tokens; the suffix is one.
PREFIX = (
    "<|im_start|>system\nDescribe the image by detailing the color, shape, size, texture, "
    "quantity, text, spatial relationships of the objects and background:<|im_end|>\n"
    "<|im_start|>user\n"
)
SUFFIX = "<|im_end|>\n<|im_start|>assistant\n"
NUM_PREFIX_TOKENS = 34
EMPTY_PROMPT = " "
STATE_DIM = 128

_PAD, _UNKNOWN = "<|pad|>", "<|unknown|>"
_VISION = ("<|image_pad|>", "<|video_pad|>", "<|vision_start|>", "<|vision_end|>")
_PHRASES = (
    *(f"on a {bg} background" for bg in grammar.BACKGROUNDS),
    *(f'" in {color} letters' for color in grammar.LETTER_COLORS),
    'sign that says "',
    'above the word "',
    'below the word "',
    "to the left of",
    "above",
)


def vocabulary() -> list[str]:
    """Every token; its place in the list is its id."""
    words = [*grammar.NUMBERS, *grammar.SIZES, *grammar.COLORS, *grammar.SHAPES, *grammar.OBJECTS]
    words += [grammar.plural(name) for name in (*grammar.SHAPES, *grammar.OBJECTS)]
    template = [SUFFIX, "<|im_start|>", "<|im_end|>", "\n", ",", ":"]
    template += re.findall(r"[A-Za-z]+", re.sub(r"<\|\w+\|>", " ", PREFIX))
    tokens = [_PAD, _UNKNOWN, *_VISION, *template, *_PHRASES, *words, *grammar.LETTERS]
    return list(dict.fromkeys(tokens))


def build_tokenizer() -> PreTrainedTokenizerFast:
    """Phrases and words as single tokens, letters of a quoted word one by one, articles dropped.

    What the grammar does not know becomes one unknown token a word.
    """
    ids = {token: i for i, token in enumerate(vocabulary())}
    specials = [re.escape(t) for t in (SUFFIX, "<|im_start|>", "<|im_end|>", "\n", ",", ":")]
    phrases = sorted(map(re.escape, _PHRASES), key=len, reverse=True)
    quoted_letter = '[A-Z](?=[A-Z]*")'
    word = r"\b(?!(?:an?|An?)\b)[A-Za-z]+"
    pattern = "|".join([*specials, "Describe", *phrases, quoted_letter, word])
    tokenizer = Tokenizer(models.WordLevel(ids, unk_token=_UNKNOWN))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex(pattern), behavior="removed", invert=True)
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token=_PAD, unk_token=_UNKNOWN, padding_side="right"
    )


def build_text_encoder(seed: int = 0) -> Qwen2_5_VLForConditionalGeneration:
    """The untrained text tower, 0.4 M parameters; its vision tower exists in name only."""
    torch.manual_seed(seed)
    ids = {token: i for i, token in enumerate(vocabulary())}
    special = {
        f"{name}_token_id": ids[f"<|{token}|>"]
        for name, token in (
            ("image", "image_pad"),
            ("video", "video_pad"),
            ("vision_start", "vision_start"),
            ("vision_end", "vision_end"),
        )
    }
    config = Qwen2_5_VLConfig(
        text_config=dict(
            vocab_size=len(ids),
            hidden_size=STATE_DIM,
            intermediate_size=2 * STATE_DIM,
            num_hidden_layers=2,
            num_attention_heads=4,
            num_key_value_heads=4,
            max_position_embeddings=2048,
            tie_word_embeddings=True,
            rope_parameters={
                "rope_type": "default",
                "rope_theta": 10000.0,
                "mrope_section": [4, 6, 6],
            },
            bos_token_id=ids["<|im_start|>"],
            eos_token_id=ids["<|im_end|>"],
            pad_token_id=ids[_PAD],
        ),
        vision_config=dict(
            depth=1, hidden_size=16, intermediate_size=16, num_heads=1, out_hidden_size=STATE_DIM
        ),
        tie_word_embeddings=True,
        **special,
    )
    encoder = Qwen2_5_VLForConditionalGeneration(config)
    encoder.generation_config.eos_token_id = ids["<|im_end|>"]
    return encoder


def prompt_ids(tokenizer: PreTrainedTokenizerFast, prompt: str) -> list[int]:
    """Token ids of `prompt` with the suffix and without the prefix: one for each text state."""
    ids: list[int] = tokenizer(PREFIX + prompt + SUFFIX)["input_ids"]
    return ids[NUM_PREFIX_TOKENS:]


def encode_ids(encoder: Qwen2_5_VLForConditionalGeneration, prefix: Tensor, ids: Tensor) -> Tensor:
    """Text states [B, T, 128] of prompts of equal length; ids [B, T], prefix ids [34].

    Equal to the full pass of the pipeline, but the constant prefix runs once for the whole batch.
    """
    model = encoder.model.language_model
    num_prefix, (num_prompts, num_tokens) = len(prefix), ids.shape
    cache = DynamicCache(config=encoder.config.get_text_config())
    positions = torch.arange(num_prefix + num_tokens).expand(3, 1, -1)
    model(
        input_ids=prefix[None],
        position_ids=positions[..., :num_prefix],
        past_key_values=cache,
        use_cache=True,
    )
    for layer in cache.layers:
        layer.keys = layer.keys.expand(num_prompts, -1, -1, -1)
        layer.values = layer.values.expand(num_prompts, -1, -1, -1)
    return model(
        input_ids=ids,
        position_ids=positions[..., num_prefix:].expand(3, num_prompts, -1),
        past_key_values=cache,
        use_cache=True,
    ).last_hidden_state
