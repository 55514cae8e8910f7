"""Parameter arithmetic against the published counts and against real models."""

from __future__ import annotations

import pytest
import torch

from engine.errors import EngineError
from engine.families import QWEN_IMAGE
from engine.families.size import size
from engine.plugs import Plug, assemble, projectors, student_like
from engine.teacher.narrow_block import num_parameters
from tests.tiny import WIDTH, tiny_transformer

SPANS = [
    [3, 4], [5, 7], [8, 10], [11, 12], [15, 24], [25, 27], [29, 30], [42, 43], [45, 47], [48, 49],
    [52, 53], [54, 55], [56, 57],
]  # fmt: skip
TEXT = [37, 41, 51, 52, 54, 56, 58, 59]
FFN = [2, 58, 59]


def test_full_model_has_the_published_count():
    full = size(QWEN_IMAGE)
    assert (full.parameters, full.blocks, full.bytes_bf16) == (20_430_401_088, 60, 40_860_802_176)


def test_published_spans_give_the_published_count():
    assert size(QWEN_IMAGE, spans=SPANS).parameters == 11_934_618_688
    assert size(QWEN_IMAGE, spans=SPANS).blocks == 35


def test_spans_and_width_give_the_published_count_in_either_layout():
    given = dict(spans=SPANS, text=TEXT, ffn=FFN)
    assert size(QWEN_IMAGE, **given).parameters == 10_603_653_184
    assert size(QWEN_IMAGE, **given, layout="own").parameters == 10_594_212_928


def test_size_is_what_a_real_model_of_another_configuration_has():
    model = tiny_transformer(6)
    blocks = list(model.transformer_blocks)
    text = torch.nn.ModuleDict(
        {"3": projectors(["txt_proj"], WIDTH), "4": projectors(["txt_proj", "ehs_proj"], WIDTH)}
    )
    plugs = [
        Plug("span", 0, 1, student_like(blocks[0])),
        Plug("text", 2, 4, text),
        Plug("ffn", 4, 4, projectors(["img_ffn_proj", "txt_ffn_proj"], WIDTH)),
    ]
    tier = assemble(blocks, plugs)
    whole = sum(p.numel() for p in model.parameters())
    shell = whole - sum(map(num_parameters, blocks))
    computed = size(QWEN_IMAGE, spans=[[0, 1]], text=[3, 4], ffn=[4], config=dict(model.config))
    assert size(QWEN_IMAGE, config=dict(model.config)).parameters == whole
    assert computed.parameters == shell + sum(map(num_parameters, tier))
    assert computed.blocks == len(tier) == 5


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        (dict(spans=[[3, 5], [5, 7]]), "overlap"),
        (dict(spans=[[58, 60]]), "does not fit"),
        (dict(spans=[[4, 4]]), "fewer than two"),
        (dict(spans=[[1, 2, 3]]), "first and its last"),
        (dict(text=[60]), "no block 60"),
        (dict(text=[0]), "no text before it"),
        (dict(spans=[[3, 5]], text=[4]), "inside a span"),
        (dict(spans=[[3, 5]], ffn=[4]), "inside a span"),
        (dict(ffn=[-1]), "no block -1"),
    ],
)
def test_what_cannot_be_carried_out_is_refused(given, sentence):
    with pytest.raises(EngineError, match=sentence) as caught:
        size(QWEN_IMAGE, **given)
    assert caught.value.code == "bad_plan"
