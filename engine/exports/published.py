"""Read narrowed checkpoints in the published layout: our own exports and the authors' files."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from accelerate import init_empty_weights
from torch import Tensor

from engine import tensors
from engine.errors import EngineError
from engine.exports.loader.ppcl_transformer import PPCLQwenImageTransformer2DModel

INDEX_KEYS = ("single_stream_index", "ffn_proj_index", "ehs_proj_index")
_HINT = "Nothing was changed. Download the model again."


def load_transformer(
    folder: Path, *, dtype: torch.dtype = torch.float32
) -> PPCLQwenImageTransformer2DModel:
    """The narrowed transformer in `folder`/transformer, frozen, its blocks in `transformer_blocks`.

    Raises EngineError where it is missing, broken, or not of this layout.
    """
    place = folder / "transformer"
    config = _config(place)
    try:
        with init_empty_weights(include_buffers=False):
            model = PPCLQwenImageTransformer2DModel.from_config(config)
    except (ValueError, IndexError, TypeError) as error:
        raise EngineError(
            "unsupported_model",
            f"The model in {place} has blocks of a kind that is not known: {error}",
            hint="It was not changed.",
        ) from error
    state = _weights(place)
    if "ehs_proj_index" not in config:
        _make_residual(state)
    try:
        model.load_state_dict({k: v.to(dtype) for k, v in state.items()}, strict=True, assign=True)
    except RuntimeError as error:
        raise EngineError(
            "broken_weights", f"The weights in {place} do not fit its config.json.", hint=_HINT
        ) from error
    return model.requires_grad_(False).eval()


def _config(place: Path) -> dict[str, Any]:
    file = place / "config.json"
    try:
        config: dict[str, Any] = json.loads(file.read_text())
    except FileNotFoundError as error:
        raise EngineError("no_model", f"There is no transformer in {place}.", hint=_HINT) from error
    except ValueError as error:
        raise EngineError("broken_model", f"{file} cannot be read.", hint=_HINT) from error
    if not any(key in config for key in INDEX_KEYS):
        raise EngineError(
            "unsupported_model",
            f"The model in {place} has no narrowed blocks.",
            hint="Open it as a base model.",
        )
    return config


def _weights(place: Path) -> dict[str, Tensor]:
    state: dict[str, Tensor] = {}
    for file in sorted(place.glob("*.safetensors")):
        state |= tensors.load(file, what="The weights file", hint=_HINT)[0]
    if not state:
        raise EngineError("missing_weights", f"There are no weights in {place}.", hint=_HINT)
    return state


def _make_residual(state: dict[str, Tensor]) -> None:
    """Bring the first published layout, txt_proj(m) without the + m, to the later one.

    Its configuration names the blocks without text stream and nothing else.
    """
    for name, weight in state.items():
        if name.endswith(".txt_proj.weight"):
            state[name] = weight.float() - torch.eye(len(weight))
