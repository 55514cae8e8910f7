"""One file for ComfyUI: the tensors of the live tier under the names of the stock class."""

from __future__ import annotations

import json

import pytest
import torch
from diffusers import QwenImageTransformer2DModel
from safetensors import safe_open
from safetensors.torch import load_file

from engine import protocol
from engine.errors import EngineError
from engine.exports import single_file
from engine.exports.card import Card
from engine.exports.recipe import Recipe
from engine.exports.single_file import export_single_file
from engine.plugs import assemble
from engine.project import read_json
from engine.reporting import Reporter
from tests.tiny import tiny_inputs

CARD = Card(base="Tiny", tier="tier 1")


def test_file_holds_the_live_tier_with_blocks_numbered_anew(shell, made, base, tmp_path):
    plugs = [made.span(1, 2), made.span(5, 7)]
    said: list[protocol.Event] = []
    report = Reporter(lambda event, _: said.append(event))
    out = export_single_file(
        shell, plugs=plugs, out=tmp_path / "small", base_folder=base, card=CARD, report=report
    )
    file = out / "diffusion_models" / "small.safetensors"
    state = load_file(file)
    config = json.loads((base / "transformer" / "config.json").read_text())
    model = QwenImageTransformer2DModel.from_config(config | {"num_layers": 5})
    assert state.keys() == model.state_dict().keys()  # no prefix, no gap, nothing else
    live = assemble(shell.blocks, plugs)
    for number, block in enumerate(live):
        for name, tensor in block.state_dict().items():
            assert torch.equal(state[f"transformer_blocks.{number}.{name}"], tensor)
    model.load_state_dict(state)
    inputs = tiny_inputs(3, text_dim=128)
    with torch.no_grad():
        again = model.eval()(
            hidden_states=inputs.hidden, encoder_hidden_states=inputs.text, timestep=inputs.sigma,
            img_shapes=[[inputs.shape]] * 3, return_dict=False,
        )[0]  # fmt: skip
    assert torch.equal(again, shell.velocity(inputs, live))
    figures = [e.value for e in said if isinstance(e, protocol.Metric)]
    assert len(figures) == 1
    assert figures[0] <= 1e-5


def test_recipe_licence_and_how_to_load_it_lie_beside_the_weights(shell, made, base, tmp_path):
    out = export_single_file(
        shell, plugs=[made.span(1, 2)], out=tmp_path / "small", base_folder=base, card=CARD
    )
    recipe = read_json(out / "ppcl.json", Recipe)
    with safe_open(out / "diffusion_models" / "small.safetensors", "pt") as file:
        assert json.loads(file.metadata()["ppcl"]) == json.loads((out / "ppcl.json").read_text())
    assert [tuple(span.blocks()) for span in recipe.spans] == [(1, 2)]
    text = (out / "README.md").read_text()
    assert "ComfyUI" in text
    assert "from_pretrained" not in text
    assert (out / "LICENSE").read_bytes() == (base / "LICENSE").read_bytes()


def test_half_precision_is_compared_at_its_own_precision(shell, made, base, tmp_path):
    out = export_single_file(
        shell, plugs=[made.span(1, 2)], out=tmp_path / "small", base_folder=base, card=CARD,
        dtype=torch.bfloat16,
    )  # fmt: skip
    state = load_file(out / "diffusion_models" / "small.safetensors")
    assert {t.dtype for t in state.values()} == {torch.bfloat16}


def test_narrowed_tier_is_refused(shell, made, base, tmp_path):
    with pytest.raises(EngineError, match="ComfyUI cannot load") as caught:
        export_single_file(
            shell, plugs=[made.ffn(2)], out=tmp_path / "small", base_folder=base, card=CARD
        )
    assert caught.value.code == "needs_loader"
    assert not list(tmp_path.glob("*small*"))


def test_file_that_comes_back_different_is_not_kept(shell, made, base, tmp_path, monkeypatch):
    def torn(file):
        state = load_file(file)
        state["proj_out.weight"][0, 0] += 1e-3
        return state

    monkeypatch.setattr(single_file, "load_file", torn)
    with pytest.raises(EngineError, match="does not hold") as caught:
        export_single_file(
            shell, plugs=[made.span(1, 2)], out=tmp_path / "small", base_folder=base, card=CARD
        )
    assert caught.value.code == "export_differs"
    assert not list(tmp_path.glob("*small*"))
