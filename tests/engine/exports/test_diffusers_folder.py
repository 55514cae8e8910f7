"""Export to a diffusers folder: what comes back is the live tier, and failures leave nothing."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import AutoModel, QwenImageTransformer2DModel
from safetensors import safe_open

from engine.errors import Cancelled, EngineError
from engine.exports import diffusers_folder
from engine.exports.card import Card
from engine.exports.diffusers_folder import export_tier
from engine.exports.published import load_transformer
from engine.exports.recipe import Recipe
from engine.generation import Defaults, Painter
from engine.plugs import assemble
from engine.project import read_json
from engine.reporting import Reporter
from engine.teacher.narrow_block import num_parameters
from tests.tiny import tiny_inputs

CARD = Card(base="Tiny", tier="tier 1")
PROMPT = "three red circles on a white background"

# Loads both exports as a user would, where nothing of ours can be imported, and paints with them.
PLAIN_DIFFUSERS = """
import sys

class Blocked:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("engine", "ppcl_app", "tests"):
            raise ImportError(name)

sys.meta_path.insert(0, Blocked())
import numpy, torch
torch.set_num_threads(1)
from diffusers import DiffusionPipeline
for folder, trusted in ((sys.argv[1], {}), (sys.argv[2], {"trust_remote_code": True})):
    pipeline = DiffusionPipeline.from_pretrained(folder, **trusted)
    picture = pipeline(
        sys.argv[3], negative_prompt=" ", width=80, height=80, num_inference_steps=4,
        true_cfg_scale=2.5, output_type="np", generator=torch.Generator().manual_seed(0),
    ).images[0]
    numpy.save(folder + ".npy", picture)
    print(type(pipeline.transformer).__module__.partition(".")[0])
"""


def tiers(made):
    """Plugs of one tier for every kind of export."""
    return {
        "spans": [made.span(1, 2), made.span(5, 7)],
        "ffn": [made.ffn(2)],
        "text read later": [made.text(1, 4, narrowed=[2, 3, 4], read_later=True)],
        "text to the end": [made.text(5, 7, narrowed=[6, 7], read_later=False)],
        "everything": [
            made.span(0, 1), made.span(4, 5), made.ffn(3), made.ffn(4), made.ffn(0), made.ffn(7),
            made.text(2, 5, narrowed=[3, 4], read_later=True),
            made.text(6, 7, narrowed=[7], read_later=False),
        ],
    }  # fmt: skip


def loaded(folder: Path):
    own = (folder / "transformer" / "ppcl_transformer.py").is_file()
    trusted = {"trust_remote_code": True} if own else {}
    model = AutoModel.from_pretrained(str(folder / "transformer"), **trusted)
    return model.eval()


@torch.no_grad()
def velocity(model, inputs):
    return model(
        hidden_states=inputs.hidden, encoder_hidden_states=inputs.text, timestep=inputs.sigma,
        img_shapes=[[inputs.shape]] * len(inputs), return_dict=False,
    )[0]  # fmt: skip


KINDS = ["spans", "ffn", "text read later", "text to the end", "everything"]


@pytest.mark.parametrize("kind", KINDS)
def test_export_loaded_again_computes_what_the_live_tier_does(kind, shell, made, base, tmp_path):
    plugs = tiers(made)[kind]
    folder = export_tier(shell, plugs=plugs, out=tmp_path / "out", base_folder=base, card=CARD)
    inputs = tiny_inputs(3, text_dim=128)
    live = shell.velocity(inputs, assemble(shell.blocks, plugs))
    assert torch.equal(velocity(loaded(folder), inputs), live)
    assert (live - shell.velocity(inputs, shell.blocks)).norm() > 1e-3 * live.norm()


@pytest.mark.parametrize("kind", ["text read later", "everything"])
def test_our_own_reader_takes_what_we_export(kind, shell, made, base, tmp_path):
    plugs = tiers(made)[kind]
    folder = export_tier(shell, plugs=plugs, out=tmp_path / "out", base_folder=base, card=CARD)
    inputs = tiny_inputs(3, text_dim=128)
    live = shell.velocity(inputs, assemble(shell.blocks, plugs))
    assert torch.equal(velocity(load_transformer(folder), inputs), live)


def test_spans_alone_make_a_stock_folder(shell, made, base, tmp_path):
    plugs = tiers(made)["spans"]
    folder = export_tier(shell, plugs=plugs, out=tmp_path / "out", base_folder=base, card=CARD)
    config = json.loads((folder / "transformer" / "config.json").read_text())
    assert (config["_class_name"], config["num_layers"]) == ("QwenImageTransformer2DModel", 5)
    index = json.loads((folder / "model_index.json").read_text())
    assert index == json.loads((base / "model_index.json").read_text())
    assert not list(folder.rglob("*.py"))
    assert type(loaded(folder)) is QwenImageTransformer2DModel


def test_narrowed_export_has_the_published_layout(shell, made, base, tmp_path):
    plugs = tiers(made)["everything"]
    folder = export_tier(shell, plugs=plugs, out=tmp_path / "out", base_folder=base, card=CARD)
    config = json.loads((folder / "transformer" / "config.json").read_text())
    # Base blocks 0 2 3 4 6 7 are now 0 1 2 3 4 5.
    assert config["single_stream_index"] == [2, 3, 5]
    assert config["ffn_proj_index"] == [0, 2, 3, 5]
    assert config["ehs_proj_index"] == [3]
    index = json.loads((folder / "model_index.json").read_text())
    assert index["transformer"] == ["ppcl_transformer", "PPCLQwenImageTransformer2DModel"]
    with safe_open(folder / "transformer" / "diffusion_pytorch_model.safetensors", "pt") as file:
        shapes = {k: file.get_slice(k).get_shape() for k in file.keys()}  # noqa: SIM118
    dim = shell.transformer.inner_dim
    assert shapes["transformer_blocks.0.txt_mod.1.weight"] == [3 * dim, dim]
    assert shapes["transformer_blocks.3.ehs_proj.weight"] == [dim, dim]
    of_last = {k.split(".")[2] for k in shapes if k.startswith("transformer_blocks.5.")}
    assert of_last == {"attn", "img_mod", "img_ffn_proj", "txt_proj"}


def test_recipe_is_in_the_folder_the_configuration_and_the_weights(shell, made, base, tmp_path):
    plugs = tiers(made)["everything"]
    folder = export_tier(
        shell, plugs=plugs, out=tmp_path / "out", base_folder=base, card=CARD, made_with={"seed": 7}
    )
    recipe = read_json(folder / "ppcl.json", Recipe)
    plain = json.loads((folder / "ppcl.json").read_text())
    weights = folder / "transformer" / "diffusion_pytorch_model.safetensors"
    with safe_open(weights, "pt") as file:
        assert json.loads(file.metadata()["ppcl"]) == plain
    config = json.loads((folder / "transformer" / "config.json").read_text())
    assert config["ppcl"] == plain | {"made_with": {}}
    assert recipe.made_with == {"seed": 7}
    assert [tuple(s.blocks()) for s in recipe.spans] == [(0, 1), (4, 5)]
    assert recipe.blocks == (0, 2, 3, 4, 6, 7)
    of_blocks = sum(map(num_parameters, assemble(shell.blocks, plugs)))
    of_teacher = sum(map(num_parameters, shell.blocks))
    whole = sum(p.numel() for p in shell.transformer.parameters())
    assert recipe.parameters == whole - of_teacher + of_blocks


def test_rest_of_the_pipeline_and_the_licence_are_carried_over(shell, made, base, tmp_path):
    folder = export_tier(
        shell, plugs=[made.span(1, 2)], out=tmp_path / "out", base_folder=base, card=CARD
    )
    for part in ("vae", "text_encoder", "tokenizer", "scheduler", "LICENSE"):
        files = [base / part] if (base / part).is_file() else (base / part).rglob("*")
        for file in files:
            assert (folder / file.relative_to(base)).read_bytes() == file.read_bytes()
    assert "license: mit" in (folder / "README.md").read_text()


def test_float32_export_of_a_bfloat16_base_has_a_float32_text_encoder(
    shell, made, base, pipeline, tmp_path
):
    half = tmp_path / "half"
    pipeline.save_pretrained(half)
    encoder = type(pipeline.text_encoder).from_pretrained(base / "text_encoder")
    encoder.to(torch.bfloat16).save_pretrained(half / "text_encoder")
    folder = export_tier(
        shell, plugs=[made.span(1, 2)], out=tmp_path / "out", base_folder=half, card=CARD
    )
    again = type(encoder).from_pretrained(folder / "text_encoder", dtype="auto")
    assert again.dtype == torch.float32
    name = "model.language_model.layers.0.mlp.up_proj.weight"
    assert torch.equal(again.state_dict()[name], encoder.state_dict()[name].float())


def test_bfloat16_export_is_compared_at_its_own_precision(shell, made, base, tmp_path):
    plugs = tiers(made)["everything"]
    before = [p.clone() for m in assemble(shell.blocks, plugs) for p in m.parameters()]
    folder = export_tier(
        shell, plugs=plugs, out=tmp_path / "out", base_folder=base, card=CARD, dtype=torch.bfloat16
    )
    weights = folder / "transformer" / "diffusion_pytorch_model.safetensors"
    with safe_open(weights, "pt") as file:
        assert file.get_tensor("proj_out.weight").dtype == torch.bfloat16
    after = [p for m in assemble(shell.blocks, plugs) for p in m.parameters()]
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))


def test_plain_diffusers_without_the_engine_paints_the_same_pictures(
    shell, made, base, pipeline, tmp_path
):
    folders = {}
    for kind in ("spans", "everything"):
        folders[kind] = export_tier(
            shell, plugs=tiers(made)[kind], out=tmp_path / kind, base_folder=base, card=CARD
        )
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = subprocess.run(
        [sys.executable, "-I", "-c", PLAIN_DIFFUSERS, *map(str, folders.values()), PROMPT],
        cwd=elsewhere, capture_output=True, text=True, check=False,
        env=os.environ | {"HF_MODULES_CACHE": str(tmp_path / "plain cache"), "HF_HUB_OFFLINE": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["diffusers", "diffusers_modules"]
    live = Painter(pipeline, Defaults(width=80, height=80, steps=4, guidance=2.5))
    for kind, folder in folders.items():
        shell.rebind(assemble(shell.blocks, tiers(made)[kind]))
        (picture,) = live.paint([PROMPT], [0])
        shell.rebind(shell.blocks)
        assert np.abs(255 * np.load(f"{folder}.npy").astype(float) - picture).max() <= 1


def test_model_that_comes_back_different_is_not_kept(shell, made, base, tmp_path, monkeypatch):
    state_of = diffusers_folder._state

    def swapped(*args):
        state = state_of(*args)
        first, second = (f"transformer_blocks.{n}.attn.to_q.weight" for n in (0, 1))
        return state | {first: state[second], second: state[first]}

    monkeypatch.setattr(diffusers_folder, "_state", swapped)
    with pytest.raises(EngineError, match="not the same") as caught:
        export_tier(
            shell, plugs=[made.span(1, 2)], out=tmp_path / "out", base_folder=base, card=CARD
        )
    assert caught.value.code == "export_differs"
    assert not list(tmp_path.glob("*out*"))


def test_cancelled_export_leaves_the_one_before(shell, made, base, tmp_path):
    out = tmp_path / "out"
    export_tier(shell, plugs=[made.span(1, 2)], out=out, base_folder=base, card=CARD)
    asked = iter([False, False, True])
    report = Reporter(should_stop=lambda: next(asked))
    with pytest.raises(Cancelled):
        export_tier(shell, plugs=[], out=out, base_folder=base, card=CARD, report=report)
    assert len(read_json(out / "ppcl.json", Recipe).spans) == 1
    assert [p.name for p in tmp_path.glob("*out*")] == ["out"]


def test_export_takes_the_place_of_an_older_one(shell, made, base, tmp_path):
    out = tmp_path / "out"
    export_tier(shell, plugs=tiers(made)["ffn"], out=out, base_folder=base, card=CARD)
    export_tier(shell, plugs=[], out=out, base_folder=base, card=CARD)
    assert not read_json(out / "ppcl.json", Recipe).is_narrowed
    assert not list(out.rglob("*.py"))


def test_folder_with_other_things_is_not_touched(shell, base, tmp_path):
    (tmp_path / "letters.txt").write_text("dear")
    with pytest.raises(EngineError, match="not an export"):
        export_tier(shell, plugs=[], out=tmp_path, base_folder=base, card=CARD)
    assert (tmp_path / "letters.txt").read_text() == "dear"


def test_too_small_a_disk_is_noticed_before_writing(shell, base, tmp_path, monkeypatch):
    free = type("Usage", (), {"free": 1_000_000})
    monkeypatch.setattr(diffusers_folder.shutil, "disk_usage", lambda _place: free)
    with pytest.raises(EngineError, match=r"needs 0\.0\d GB") as caught:
        export_tier(shell, plugs=[], out=tmp_path / "out", base_folder=base, card=CARD)
    assert caught.value.code == "disk_full"
    assert not list(tmp_path.glob("*out*"))


def test_narrowed_model_with_two_time_embeddings_is_refused(shell, made, base, tmp_path):
    other = tmp_path / "edit"
    (other / "transformer").mkdir(parents=True)
    config = json.loads((base / "transformer" / "config.json").read_text())
    (other / "transformer" / "config.json").write_text(json.dumps(config | {"zero_cond_t": True}))
    (other / "model_index.json").write_text((base / "model_index.json").read_text())
    with pytest.raises(EngineError, match="zero_cond_t"):
        export_tier(shell, plugs=[made.ffn(2)], out=tmp_path / "out", base_folder=other, card=CARD)
    assert not list(tmp_path.glob("*out*"))
