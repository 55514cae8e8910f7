"""Base models: loaded whole, or refused with a sentence before anything is made of them."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from engine.errors import EngineError
from engine.teacher.loading import check_model, family_of, load_pipeline

Damage = Callable[[Path], object]
WEIGHTS = "transformer/diffusion_pytorch_model.safetensors"


def changed(file: Path, content: bytes) -> None:
    """Other content for a file that shares its bytes with the good model."""
    file.unlink()
    file.write_bytes(content)


def change_config(folder: Path, **values: object) -> None:
    file = folder / "transformer" / "config.json"
    changed(file, json.dumps({**json.loads(file.read_text()), **values}).encode())


def truncate(folder: Path) -> None:
    content = (folder / WEIGHTS).read_bytes()
    changed(folder / WEIGHTS, content[: len(content) // 2])


def corrupt(folder: Path) -> None:
    content = bytearray((folder / WEIGHTS).read_bytes())
    content[4:40] = bytes(36)
    changed(folder / WEIGHTS, bytes(content))


DAMAGES: dict[str, tuple[Damage, str]] = {
    "no model": (shutil.rmtree, "no_model"),
    "no transformer": (lambda f: shutil.rmtree(f / "transformer"), "no_model"),
    "config no json": (lambda f: changed(f / "transformer" / "config.json", b"{"), "broken_model"),
    "other family": (lambda f: change_config(f, _class_name="UNet2DModel"), "unsupported_family"),
    "no class": (lambda f: changed(f / "transformer" / "config.json", b"{}"), "unsupported_family"),
    "nonsense size": (lambda f: change_config(f, num_layers="many"), "broken_model"),
    "no weights": (lambda f: (f / WEIGHTS).unlink(), "missing_weights"),
    "no vae weights": (lambda f: shutil.rmtree(f / "vae"), "missing_weights"),
    "empty weights": (lambda f: changed(f / WEIGHTS, b""), "broken_weights"),
    "truncated": (truncate, "broken_weights"),
    "corrupt": (corrupt, "broken_weights"),
    "too few blocks": (lambda f: change_config(f, num_layers=5), "broken_weights"),
    "too many blocks": (lambda f: change_config(f, num_layers=7), "broken_weights"),
    "other width": (lambda f: change_config(f, num_attention_heads=8), "broken_weights"),
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


def test_pipeline_with_a_missing_part_is_refused(model_folder: Path, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(model_folder, folder, copy_function=os.link)
    shutil.rmtree(folder / "scheduler")
    with pytest.raises(EngineError) as excinfo:
        load_pipeline(folder)
    assert excinfo.value.code == "broken_model"


def test_whole_model_is_loaded_frozen_in_float32(model_folder: Path) -> None:
    check_model(model_folder)
    pipeline = load_pipeline(model_folder)
    for part in (pipeline.transformer, pipeline.vae, pipeline.text_encoder):
        assert not part.training
        assert {p.dtype for p in part.parameters()} == {torch.float32}
        assert not any(p.requires_grad for p in part.parameters())
    assert len(pipeline.transformer.transformer_blocks) == 6
