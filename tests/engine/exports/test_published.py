"""Reading the published width layouts, and refusing what is not whole."""

from __future__ import annotations

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from engine.errors import EngineError
from engine.exports.card import Card
from engine.exports.diffusers_folder import WEIGHTS, export_tier
from engine.exports.published import load_transformer
from engine.plugs import assemble
from tests.tiny import tiny_inputs

INPUTS = tiny_inputs(2, text_dim=128)


@pytest.fixture
def tier(shell, made):
    """A group to the very end with the text output that the authors' files have there."""
    return [made.span(0, 1), made.ffn(7), made.text(5, 7, narrowed=[6, 7], read_later=True)]


@pytest.fixture
def folder(shell, tier, base, tmp_path):
    card = Card(base="Tiny", tier="tier 1")
    return export_tier(shell, plugs=tier, out=tmp_path / "out", base_folder=base, card=card)


def velocity(model):
    with torch.no_grad():
        return model(
            hidden_states=INPUTS.hidden, encoder_hidden_states=INPUTS.text,
            timestep=INPUTS.sigma, img_shapes=[[INPUTS.shape]] * len(INPUTS), return_dict=False,
        )[0]  # fmt: skip


def change_config(folder, change):
    file = folder / "transformer" / "config.json"
    file.write_text(json.dumps(change(json.loads(file.read_text()))))


def change_weights(folder, change):
    file = folder / "transformer" / f"{WEIGHTS}.safetensors"
    save_file(change(load_file(file)), file)


def test_useless_text_output_of_the_last_block_is_accepted(shell, tier, folder):
    config = json.loads((folder / "transformer" / "config.json").read_text())
    assert config["ehs_proj_index"] == [6]
    live = shell.velocity(INPUTS, assemble(shell.blocks, tier))
    assert torch.equal(velocity(load_transformer(folder)), live)


def test_first_published_layout_has_projectors_without_residual(shell, made, base, tmp_path):
    tier = [made.text(5, 7, narrowed=[6, 7], read_later=False)]
    card = Card(base="Tiny", tier="tier 1")
    folder = export_tier(shell, plugs=tier, out=tmp_path / "out", base_folder=base, card=card)
    later = ("ffn_proj_index", "ehs_proj_index", "auto_map", "ppcl")
    change_config(folder, lambda c: {k: v for k, v in c.items() if k not in later})
    eye = torch.eye(shell.transformer.inner_dim)
    change_weights(folder, lambda s: {k: v + eye if "txt_proj.w" in k else v for k, v in s.items()})
    live = shell.velocity(INPUTS, assemble(shell.blocks, tier))
    torch.testing.assert_close(velocity(load_transformer(folder)), live)


def test_missing_tensor_is_refused(folder):
    change_weights(folder, lambda s: {k: v for k, v in s.items() if "txt_proj.bias" not in k})
    with pytest.raises(EngineError, match="do not fit"):
        load_transformer(folder)


def test_truncated_weights_are_refused(folder):
    file = folder / "transformer" / f"{WEIGHTS}.safetensors"
    file.write_bytes(file.read_bytes()[:5000])
    with pytest.raises(EngineError, match="missing or broken"):
        load_transformer(folder)


def test_base_model_is_not_taken_for_a_narrowed_one(base):
    with pytest.raises(EngineError, match="no narrowed blocks"):
        load_transformer(base)


@pytest.mark.parametrize(
    "odd", [{"single_stream_index": [0]}, {"ffn_proj_index": [99]}, {"zero_cond_t": True}]
)
def test_impossible_lists_are_refused(folder, odd):
    change_config(folder, lambda c: c | odd)
    with pytest.raises(EngineError, match="not known"):
        load_transformer(folder)
