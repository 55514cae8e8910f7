"""The loader file as a model that others go on working with."""

from __future__ import annotations

import copy

import pytest
import torch

from engine.exports.loader.ppcl_transformer import PPCLQwenImageTransformer2DModel
from tests.tiny import TEXT_DIM, tiny_inputs


@pytest.fixture
def model():
    torch.manual_seed(0)
    return PPCLQwenImageTransformer2DModel(
        num_layers=5,
        attention_head_dim=16,
        num_attention_heads=2,
        joint_attention_dim=TEXT_DIM,
        axes_dims_rope=(4, 6, 6),
        single_stream_index=(1, 2, 4),
        ffn_proj_index=(1, 3),
        ehs_proj_index=(2,),
    )


def run(model, inputs):
    return model(
        hidden_states=inputs.hidden, encoder_hidden_states=inputs.text, timestep=inputs.sigma,
        img_shapes=[[inputs.shape]] * len(inputs), return_dict=False,
    )[0]  # fmt: skip


def test_copy_keeps_its_own_text(model):
    twin = copy.deepcopy(model)
    inputs, others = tiny_inputs(2, seed=1), tiny_inputs(2, seed=2)
    with torch.no_grad():
        alone = run(twin, inputs)
        model.transformer_blocks[0].txt_mod[1].weight.mul_(3)
        assert not torch.equal(run(model, others), alone)
        assert torch.equal(run(twin, inputs), alone)


def test_gradient_checkpointing_gives_the_same_gradients(model):
    inputs = tiny_inputs(2)
    run(model, inputs).square().mean().backward()
    plain = {n: p.grad.clone() for n, p in model.named_parameters() if p.grad is not None}
    model.zero_grad()
    model.train().enable_gradient_checkpointing()
    run(model, inputs).square().mean().backward()
    again = {n: p.grad for n, p in model.named_parameters() if p.grad is not None}
    assert plain.keys() == again.keys()
    for name, gradient in plain.items():
        torch.testing.assert_close(again[name], gradient)


def test_float16_overflow_is_clipped_as_in_the_stock_block(model):
    block = model.half().transformer_blocks[3]
    with torch.no_grad():
        block.img_ffn_proj.bias.fill_(60000)
        image = torch.full((1, 4, 32), 60000.0, dtype=torch.float16)
        words = torch.zeros(1, 3, 32, dtype=torch.float16)
        _, out = block(image, words, None, torch.zeros(1, 32, dtype=torch.float16))
    assert torch.isfinite(out).all()


def test_configuration_keeps_the_lists(model):
    assert model.config["single_stream_index"] == (1, 2, 4)
    assert model.config["num_layers"] == 5
    again = PPCLQwenImageTransformer2DModel.from_config(model.config)
    assert again.state_dict().keys() == model.state_dict().keys()
