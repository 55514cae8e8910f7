"""Models are looked at without being loaded, and what is wrong with one is said in words."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from ppcl_app.base_model import BUILT_IN, folder_of, is_model_folder, look_at
from ppcl_app.weights_header import BrokenWeights, read_header


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A copy of the built-in model that may be broken."""
    return Path(shutil.copytree(folder_of(BUILT_IN), tmp_path / "My model"))


def test_built_in_model_is_whole() -> None:
    found = look_at(BUILT_IN)
    assert found.is_usable, found.problem
    assert found.num_layers == 24
    assert len(set(found.layer_parameters)) == 1
    assert sum(found.layer_parameters) < found.parameters < found.memory_bytes / 4


def test_folder_is_as_good_as_the_built_in_model(model: Path) -> None:
    found = look_at(str(model))
    assert found.is_usable
    assert found.title == "My model"
    assert found.parameters == look_at(BUILT_IN).parameters
    assert is_model_folder(model)
    assert not is_model_folder(model.parent)


def test_other_folder_says_what_is_wanted(tmp_path: Path) -> None:
    found = look_at(str(tmp_path))
    assert "no image model" in found.problem
    assert "model_index.json" in found.hint


def test_cut_off_weights_are_found(model: Path) -> None:
    file = next((model / "vae").glob("*.safetensors"))
    file.write_bytes(file.read_bytes()[:-1])
    found = look_at(str(model))
    assert file.name in found.problem
    assert "cut off" in found.problem
    with pytest.raises(BrokenWeights):
        read_header(file)


def test_missing_weights_are_named(model: Path) -> None:
    for file in (model / "text_encoder").glob("*.safetensors"):
        file.unlink()
    assert "text_encoder" in look_at(str(model)).problem


def test_unknown_kind_names_those_that_are_known(model: Path) -> None:
    change(model, _class_name="OtherTransformer")
    found = look_at(str(model))
    assert "cannot be made smaller yet" in found.problem
    assert "Qwen-Image" in found.hint
    assert "OtherTransformer" in found.hint


def test_other_number_of_layers_is_told(model: Path) -> None:
    change(model, num_layers=25)
    problem = look_at(str(model)).problem
    assert "24" in problem
    assert "25" in problem


@pytest.mark.parametrize("content", ["{", "[]", ""])
def test_broken_description_is_told(model: Path, content: str) -> None:
    (model / "transformer" / "config.json").write_text(content)
    assert "cannot be read" in look_at(str(model)).problem


def change(model: Path, **values: object) -> None:
    file = model / "transformer" / "config.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | values))
