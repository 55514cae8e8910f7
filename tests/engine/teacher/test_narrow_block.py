"""Narrowed blocks against the stock block that they borrow from."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from engine import plugs
from engine.teacher.narrow_block import (
    GroupHead,
    NarrowBlock,
    TextGroupState,
    attention_of,
    num_parameters,
    projector,
    published_state,
)
from engine.teacher.shell import Shell
from tests.tiny import WIDTH, tiny_inputs, tiny_shell


@pytest.fixture
def shell() -> Shell:
    return tiny_shell()


def step(shell: Shell, block: nn.Module, *, batch: int = 2) -> dict[str, Tensor]:
    inputs = tiny_inputs(batch)
    return shell.states(inputs, [block], states=shell.states(inputs, shell.blocks[:2]))


@torch.no_grad()
def test_block_with_nothing_replaced_is_its_source_bit_for_bit(shell: Shell) -> None:
    whole, narrow = step(shell, shell.blocks[2]), step(shell, NarrowBlock(shell.blocks[2]))
    assert all(torch.equal(whole[name], narrow[name]) for name in shell.streams)


@torch.no_grad()
def test_head_of_a_group_is_its_block_bit_for_bit_and_keeps_its_modulated_text(
    shell: Shell,
) -> None:
    state, seen = TextGroupState(), []
    attention_of(shell.blocks[2]).register_forward_pre_hook(
        lambda _m, _args, kwargs: seen.append(kwargs["encoder_hidden_states"]), with_kwargs=True
    )
    whole, head = step(shell, shell.blocks[2]), step(shell, GroupHead(shell.blocks[2], state))
    assert all(torch.equal(whole[name], head[name]) for name in shell.streams)
    assert state.modulated is not None
    assert torch.equal(state.modulated, seen[0])


@torch.no_grad()
def test_narrowed_head_hands_on_the_same_text(shell: Shell) -> None:
    plain, narrowed = TextGroupState(), TextGroupState()
    ffn = plugs.projectors(("img_ffn_proj", "txt_ffn_proj"), WIDTH)
    step(shell, GroupHead(shell.blocks[2], plain))
    step(shell, GroupHead(NarrowBlock(shell.blocks[2], ffn=ffn), narrowed))
    assert plain.modulated is not None
    assert narrowed.modulated is not None
    torch.testing.assert_close(narrowed.modulated, plain.modulated)


@torch.no_grad()
def test_empty_feed_forward_is_replaced_by_zero_projectors(shell: Shell) -> None:
    block = shell.blocks[2]
    for mlp in (block.img_mlp, block.txt_mlp):
        nn.init.zeros_(mlp.net[-1].weight)
        nn.init.zeros_(mlp.net[-1].bias)
    ffn = plugs.projectors(("img_ffn_proj", "txt_ffn_proj"), WIDTH)
    whole, narrow = step(shell, block), step(shell, NarrowBlock(block, ffn=ffn))
    for name in shell.streams:
        torch.testing.assert_close(narrow[name], whole[name])


@torch.no_grad()
def test_text_passes_a_narrowed_block_unchanged_unless_it_has_the_groups_output(
    shell: Shell,
) -> None:
    state = TextGroupState()
    state.modulated = torch.randn(2, 7, WIDTH, generator=torch.Generator().manual_seed(0))
    front = shell.states(tiny_inputs(2), shell.blocks[:2])
    passing = plugs.projectors(("txt_proj",), WIDTH)
    after = step(shell, NarrowBlock(shell.blocks[2], text=passing, group=state))
    assert torch.equal(after["text"], front["text"])
    last = plugs.projectors(("txt_proj", "ehs_proj"), WIDTH)
    nn.init.constant_(last["ehs_proj"].bias, 0.5)
    after = step(shell, NarrowBlock(shell.blocks[2], text=last, group=state))
    torch.testing.assert_close(after["text"], front["text"] + 0.5)


def test_projector_starts_as_the_given_map() -> None:
    draw = torch.Generator().manual_seed(0)
    x, weight = torch.randn(4, 3, generator=draw), torch.randn(3, 3, generator=draw)
    bias = torch.randn(3, generator=draw)
    torch.testing.assert_close(projector(3, weight, bias)(x), x @ weight + bias)
    assert torch.equal(projector(3)(x), torch.zeros(4, 3))


def test_narrowed_block_owns_its_projectors_only(shell: Shell) -> None:
    narrow = NarrowBlock(
        shell.blocks[2], ffn=plugs.projectors(("img_ffn_proj", "txt_ffn_proj"), WIDTH)
    )
    assert {n.split(".")[0] for n, _ in narrow.named_parameters()} == {"ffn"}


def test_stored_parameters_are_counted(shell: Shell) -> None:
    block, d = shell.blocks[2], WIDTH
    whole = sum(p.numel() for p in block.parameters())
    modulation, mlp, linear = 6 * d * d + 6 * d, 8 * d * d + 5 * d, d * d + d
    ffn = plugs.projectors(("img_ffn_proj", "txt_ffn_proj"), d)
    text, last = plugs.projectors(("txt_proj",), d), plugs.projectors(("txt_proj", "ehs_proj"), d)
    state = TextGroupState()
    assert num_parameters(block) == num_parameters(GroupHead(block, state)) == whole
    # Without feed-forwards: both mlps and the second half of both modulations go.
    assert num_parameters(NarrowBlock(block, ffn=ffn)) == whole - 2 * mlp - modulation + 2 * linear
    assert (
        num_parameters(NarrowBlock(block, text=text, group=state))
        == whole - mlp - modulation + linear
    )
    assert (
        num_parameters(NarrowBlock(block, text=last, group=state))
        == whole - mlp - modulation + 2 * linear
    )
    # Both: of the text stream nothing but attention is left, so its ffn projector is not stored.
    narrow = NarrowBlock(block, ffn=ffn, text=text, group=state)
    assert num_parameters(narrow) == whole - 2 * mlp - modulation - modulation // 2 + 2 * linear
    assert "txt_ffn_proj.weight" not in published_state(narrow)


@torch.no_grad()
@pytest.mark.parametrize("kind", ["nothing", "ffn", "text", "text with output"])
def test_float16_is_clipped_like_the_stock_blocks(shell: Shell, kind: str) -> None:
    """What a block adds last takes its states over the end of float16."""
    block = copy.deepcopy(shell.blocks[2]).half()
    for mod, mlp in ((block.img_mod[1], block.img_mlp), (block.txt_mod[1], block.txt_mlp)):
        nn.init.zeros_(mod.weight)
        nn.init.zeros_(mod.bias)
        mod.bias.view(6, WIDTH)[5] = 1.0  # the gate of the feed-forward
        nn.init.zeros_(mlp.net[2].weight)
        nn.init.constant_(mlp.net[2].bias, 32_000)
    ffn = plugs.projectors(("img_ffn_proj", "txt_ffn_proj"), WIDTH).half()
    names = ("txt_proj", "ehs_proj") if kind == "text with output" else ("txt_proj",)
    text = plugs.projectors(names, WIDTH).half()
    for linear in (*ffn.values(), *([text["ehs_proj"]] if len(names) > 1 else [])):
        nn.init.constant_(linear.bias, 32_000)
    group = TextGroupState()
    group.modulated = torch.zeros(1, 7, WIDTH, dtype=torch.float16)
    parts = {
        "nothing": {}, "ffn": {"ffn": ffn}, "text": {"text": text, "group": group},
        "text with output": {"text": text, "group": group},
    }[kind]  # fmt: skip
    narrow = NarrowBlock(block, **parts)
    given = dict(
        hidden_states=torch.full((1, 4, WIDTH), 40_000.0, dtype=torch.float16),
        encoder_hidden_states=torch.full((1, 7, WIDTH), 40_000.0, dtype=torch.float16),
        encoder_hidden_states_mask=None,
        temb=torch.zeros(1, WIDTH, dtype=torch.float16),
    )
    text_out, image_out = narrow(**given)
    assert (image_out == 65504).all()
    assert (text_out == (40_000 if kind == "text" else 65504)).all()
    if kind == "nothing":
        assert all(torch.equal(a, b) for a, b in zip(narrow(**given), block(**given), strict=True))
