"""Base models: loaded whole, or refused with a sentence before anything is made of them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save

from engine.errors import EngineError
from engine.teacher.loading import check_model, family_of, load_pipeline

Damage = Callable[[Path], object]
WEIGHTS = "transformer/diffusion_pytorch_model.safetensors"
VAE = "vae/diffusion_pytorch_model.safetensors"
ENCODER = "text_encoder/model.safetensors"


def changed(file: Path, content: bytes) -> None:
    """Other content for a file that shares its bytes with the good model."""
    file.unlink()
    file.write_bytes(content)


def change_config(folder: Path, part: str = "transformer", **values: object) -> None:
    file = folder / part / "config.json"
    changed(file, json.dumps({**json.loads(file.read_text()), **values}).encode())


def truncate(folder: Path, file: str = WEIGHTS) -> None:
    content = (folder / file).read_bytes()
    changed(folder / file, content[: len(content) // 2])


def lose_a_tensor(folder: Path, file: str) -> None:
    stored = load_file(folder / file)
    del stored[sorted(stored)[3]]
    changed(folder / file, save(stored, {"format": "pt"}))


def change_text(folder: Path, **values: object) -> None:
    file = folder / "text_encoder" / "config.json"
    config = json.loads(file.read_text())
    config["text_config"].update(values)
    changed(file, json.dumps(config).encode())


def change_index(folder: Path, **values: object) -> None:
    file = folder / "model_index.json"
    changed(file, json.dumps({**json.loads(file.read_text()), **values}).encode())


def corrupt(folder: Path) -> None:
    content = bytearray((folder / WEIGHTS).read_bytes())
    content[4:40] = bytes(36)
    changed(folder / WEIGHTS, bytes(content))


def spoil(folder: Path, file: str) -> None:
    """As many bytes as before; some numbers are none."""
    stored = load_file(folder / file)
    stored[max(stored)].view(-1)[-1] = torch.nan
    changed(folder / file, save(stored, {"format": "pt"}))


def hide_weights(folder: Path) -> None:
    (folder / WEIGHTS).unlink()
    (folder / WEIGHTS).mkdir()


DAMAGES: dict[str, tuple[Damage, str]] = {
    "no model": (shutil.rmtree, "no_model"),
    "no transformer": (lambda f: shutil.rmtree(f / "transformer"), "no_model"),
    "config no json": (lambda f: changed(f / "transformer" / "config.json", b"{"), "broken_model"),
    "config a list": (
        lambda f: changed(f / "transformer" / "config.json", b"[1]"),
        "broken_model",
    ),
    "other family": (lambda f: change_config(f, _class_name="UNet2DModel"), "unsupported_family"),
    "no class": (lambda f: changed(f / "transformer" / "config.json", b"{}"), "unsupported_family"),
    "nonsense size": (lambda f: change_config(f, num_layers="many"), "broken_model"),
    "no weights": (lambda f: (f / WEIGHTS).unlink(), "missing_weights"),
    "no vae weights": (lambda f: shutil.rmtree(f / "vae"), "missing_weights"),
    "empty weights": (lambda f: changed(f / WEIGHTS, b""), "broken_weights"),
    "truncated": (truncate, "broken_weights"),
    "corrupt": (corrupt, "broken_weights"),
    "weights a folder": (hide_weights, "broken_weights"),
    "too few blocks": (lambda f: change_config(f, num_layers=5), "broken_weights"),
    "too many blocks": (lambda f: change_config(f, num_layers=7), "broken_weights"),
    "other width": (lambda f: change_config(f, num_attention_heads=8), "broken_weights"),
    "odd axes": (lambda f: change_config(f, axes_dims_rope=[4, 6, 6]), "broken_model"),
    "no index": (lambda f: (f / "model_index.json").unlink(), "no_model"),
    "index no json": (lambda f: changed(f / "model_index.json", b"{"), "broken_model"),
    "index a list": (lambda f: changed(f / "model_index.json", b"[]"), "broken_model"),
    "index without vae": (lambda f: change_index(f, vae=None), "broken_model"),
    "strange vae": (lambda f: change_index(f, vae=["diffusers", "NoSuchVAE"]), "broken_model"),
    "other pipeline": (
        lambda f: change_index(f, _class_name="QwenImageEditPipeline"),
        "unsupported_family",
    ),
    "vae truncated": (lambda f: truncate(f, VAE), "broken_weights"),
    "vae without a tensor": (lambda f: lose_a_tensor(f, VAE), "broken_weights"),
    "vae without config": (lambda f: (f / "vae" / "config.json").unlink(), "broken_model"),
    "vae config no json": (lambda f: changed(f / "vae" / "config.json", b"{"), "broken_model"),
    "vae of other size": (lambda f: change_config(f, "vae", base_dim=64), "broken_weights"),
    "vae of no size": (lambda f: change_config(f, "vae", base_dim="wide"), "broken_model"),
    "vae of other means": (lambda f: change_config(f, "vae", latents_mean=[0]), "broken_model"),
    "text encoder truncated": (lambda f: truncate(f, ENCODER), "broken_weights"),
    "text encoder without a tensor": (lambda f: lose_a_tensor(f, ENCODER), "broken_weights"),
    "text encoder without config": (
        lambda f: (f / "text_encoder" / "config.json").unlink(),
        "broken_model",
    ),
    "text encoder config no json": (
        lambda f: changed(f / "text_encoder" / "config.json", b"{"),
        "broken_model",
    ),
    "text encoder of other size": (lambda f: change_text(f, intermediate_size=32), "broken_model"),
    "text encoder of more layers": (
        lambda f: change_text(f, num_hidden_layers=9),
        "broken_model",
    ),
    "text encoder of no size": (lambda f: change_text(f, hidden_size="wide"), "broken_model"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damaged_model_is_refused_with_a_sentence(
    model_folder: Path, tmp_path: Path, damage: str
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_folder, folder, copy_function=os.link)
    break_it, code = DAMAGES[damage]
    break_it(folder)
    with pytest.raises(EngineError) as excinfo:
        check_model(folder)
    assert excinfo.value.code == code
    assert excinfo.value.message.endswith(".")


def test_file_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").touch()
    with pytest.raises(EngineError) as excinfo:
        family_of(tmp_path / "model.safetensors")
    assert excinfo.value.code == "no_model"


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda f: shutil.rmtree(f / "scheduler"), "broken_model"),
        (lambda f: changed(f / "scheduler" / "scheduler_config.json", b"{"), "broken_model"),
        (lambda f: shutil.rmtree(f / "tokenizer"), "broken_model"),
        (lambda f: changed(f / "tokenizer" / "tokenizer.json", b"{}"), "broken_model"),
        (lambda f: spoil(f, WEIGHTS), "broken_weights"),
        (lambda f: spoil(f, VAE), "broken_weights"),
        (lambda f: spoil(f, ENCODER), "broken_weights"),
    ],
    ids=["no scheduler", "scheduler no json", "no tokenizer", "empty tokenizer",
         "transformer corrupt", "vae corrupt", "text encoder corrupt"],
)  # fmt: skip
def test_pipeline_with_a_broken_part_is_refused(
    model_folder: Path, tmp_path: Path, damage: Damage, code: str
) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_folder, folder, copy_function=os.link)
    damage(folder)
    with pytest.raises(EngineError) as excinfo:
        load_pipeline(folder)
    assert excinfo.value.code == code


def test_whole_model_is_loaded_frozen_in_float32(model_folder: Path) -> None:
    assert check_model(model_folder) == 6
    pipeline = load_pipeline(model_folder)
    for part in (pipeline.transformer, pipeline.vae, pipeline.text_encoder):
        assert not part.training
        assert {p.dtype for p in part.parameters()} == {torch.float32}
        assert not any(p.requires_grad for p in part.parameters())
    assert len(pipeline.transformer.transformer_blocks) == 6
