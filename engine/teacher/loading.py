"""Load a base model from a diffusers folder, and refuse anything that is not whole."""

from __future__ import annotations

import json
from pathlib import Path

import diffusers
import torch
from accelerate import init_empty_weights
from diffusers import DiffusionPipeline
from safetensors import SafetensorError, safe_open
from torch import nn

from engine import families
from engine.errors import EngineError
from engine.families import Family

POCKET = Path(__file__).resolve().parents[2] / "resources" / "pocket"


def model_folder(model: str) -> Path:
    """The folder of `model`: "pocket" for the built-in one, else a path."""
    return POCKET if model == "pocket" else Path(model)


def family_of(folder: Path) -> Family:
    """The family of the model in `folder`. Raises EngineError if none is supported."""
    try:
        config = json.loads((folder / "transformer" / "config.json").read_text())
    except (FileNotFoundError, NotADirectoryError) as error:
        raise EngineError(
            "no_model",
            f"There is no diffusers model in {folder}.",
            hint="Choose a folder that has model_index.json and transformer/ in it.",
        ) from error
    except ValueError as error:
        raise EngineError(
            "broken_model",
            f"{folder / 'transformer' / 'config.json'} cannot be read.",
            hint="Download the model again.",
        ) from error
    name = config.get("_class_name", "?")
    family = families.by_transformer_class(name)
    if family is None:
        known = ", ".join(f.title for f in families.FAMILIES)
        raise EngineError(
            "unsupported_family",
            f"Models of the class {name} are not supported.",
            hint=f"Supported: {known}.",
        )
    return family


def check_model(folder: Path) -> None:
    """Refuse what is no whole model of a supported family, not loading it. Raises EngineError."""
    family = family_of(folder)
    for part in ("transformer", "vae", "text_encoder"):
        _check_weights(folder / part)
    _check_depth(folder, family)


def load_pipeline(folder: Path) -> DiffusionPipeline:
    """The whole model in float32, frozen. Raises EngineError for missing or broken parts."""
    check_model(folder)
    try:
        pipeline = DiffusionPipeline.from_pretrained(
            folder, dtype=torch.float32, local_files_only=True
        )
    except (OSError, ValueError, SafetensorError, RuntimeError) as error:
        raise EngineError(
            "broken_model",
            f"The model in {folder} cannot be loaded: {_first_line(error)}",
            hint="Nothing was changed. Download the model again.",
        ) from error
    pipeline.set_progress_bar_config(disable=True)
    for part in (pipeline.transformer, pipeline.vae, pipeline.text_encoder):
        part.requires_grad_(False).eval()
    return pipeline


def _check_weights(folder: Path) -> None:
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise EngineError(
            "missing_weights",
            f"There are no weights in {folder}.",
            hint="Nothing was changed. Download the model again.",
        )
    for file in files:
        try:
            with safe_open(file, framework="pt") as reader:
                reader.keys()
        except SafetensorError as error:
            raise EngineError(
                "broken_weights",
                f"{file} is truncated or corrupt.",
                hint="Nothing was changed. Download the model again.",
            ) from error


def _check_depth(folder: Path, family: Family) -> None:
    """A wrong num_layers or a missing tensor is silent in diffusers: compare names and shapes."""
    kind = getattr(diffusers, family.transformer_class)
    try:
        with init_empty_weights():
            transformer: nn.Module = kind.from_config(kind.load_config(folder / "transformer"))
    except (OSError, TypeError, ValueError) as error:
        raise EngineError(
            "broken_model",
            f"{folder / 'transformer' / 'config.json'} cannot be used: {_first_line(error)}",
            hint="Nothing was changed. Download the model again.",
        ) from error
    stored: dict[str, list[int]] = {}
    for file in (folder / "transformer").glob("*.safetensors"):
        with safe_open(file, framework="pt") as reader:
            stored |= {name: reader.get_slice(name).get_shape() for name in reader.keys()}  # noqa: SIM118
    wanted = {name: list(tensor.shape) for name, tensor in transformer.state_dict().items()}
    if stored != wanted:
        odd = sorted(
            name for name in stored.keys() | wanted.keys() if stored.get(name) != wanted.get(name)
        )
        raise EngineError(
            "broken_weights",
            f"The weights in {folder / 'transformer'} do not fit its config.json "
            f"(first: {odd[0]}).",
            hint="Nothing was changed. Download the model again.",
        )


def _first_line(error: Exception) -> str:
    """The first line of what a library says, as the end of a sentence."""
    line = str(error).strip().partition("\n")[0] or type(error).__name__
    return line.rstrip(".") + "."
