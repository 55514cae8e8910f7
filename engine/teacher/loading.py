"""Load a base model from a diffusers folder, and refuse anything that is not whole."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import diffusers
import torch
import transformers
from accelerate import init_empty_weights
from diffusers import DiffusionPipeline
from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError, safe_open
from torch import nn

from engine import families
from engine.errors import EngineError
from engine.families import Family

_HINT = "Nothing was changed. Download the model again."
# What the libraries raise for files that are missing, broken or of another kind.
_BROKEN = (
    OSError, ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError,
    SafetensorError, StrictDataclassError,
)  # fmt: skip
_AT_ONCE = 1 << 24  # weights that are looked at
_PARTS = ("transformer", "vae", "text_encoder")  # those with weights
POCKET = Path(__file__).resolve().parents[2] / "resources" / "pocket"


def model_folder(model: str) -> Path:
    """The folder of `model`: "pocket" for the built-in one, else a path."""
    return POCKET if model == "pocket" else Path(model)


def family_of(folder: Path) -> Family:
    """The family of the model in `folder`. Raises EngineError if none is supported."""
    try:
        config = json.loads((folder / "transformer" / "config.json").read_text())
        name = config.get("_class_name", "?")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise EngineError(
            "no_model",
            f"There is no diffusers model in {folder}.",
            hint="Choose a folder that has model_index.json and transformer/ in it.",
        ) from error
    except (ValueError, AttributeError, OSError) as error:
        raise EngineError(
            "broken_model",
            f"{folder / 'transformer' / 'config.json'} cannot be read.",
            hint="Download the model again.",
        ) from error
    family = families.by_transformer_class(name)
    if family is None:
        known = ", ".join(f.title for f in families.FAMILIES)
        raise EngineError(
            "unsupported_family",
            f"Models of the class {name} are not supported.",
            hint=f"Supported: {known}.",
        )
    return family


def check_model(folder: Path) -> int:
    """The number of blocks of a whole model of a supported family, which is not loaded.

    Raises EngineError for any other.
    """
    family = family_of(folder)
    parts = _parts(folder, family)
    for part in _PARTS:
        _check_weights(folder / part)
    for name, library in (("tokenizer", transformers), ("scheduler", diffusers)):
        _check_helper(folder, name, library, parts.get(name))
    transformer = _empty_model(folder / "transformer", family.transformer_class)
    vae = _empty_model(folder / "vae", parts["vae"])
    encoder = _empty_encoder(folder / "text_encoder", parts["text_encoder"])
    own = transformer.config
    fits = {
        "transformer/config.json has rotary axes that do not add up to a head": (
            sum(own.axes_dims_rope) == own.attention_head_dim
        ),
        "transformer and vae are not made for the same latents": (
            own.in_channels == vae.config.z_dim * own.patch_size**2
            and len(vae.config.latents_mean) == len(vae.config.latents_std) == vae.config.z_dim
        ),
        "transformer and text_encoder are not made for the same text states": (
            own.joint_attention_dim == encoder.config.get_text_config().hidden_size
        ),
    }
    for problem, is_fine in fits.items():
        if not is_fine:
            raise EngineError(
                "broken_model",
                f"The parts of the model in {folder} do not fit: {problem}.",
                hint=_HINT,
            )
    return len(getattr(transformer, family.blocks))


def check_numbers(folder: Path) -> None:
    """Raise EngineError where a weight is no number. All of them are read, which may take long."""
    for part in _PARTS:
        for file in sorted((folder / part).glob("*.safetensors")):
            with safe_open(file, framework="pt") as reader:
                for name in reader.keys():  # noqa: SIM118 - it is no dict
                    tensor = reader.get_tensor(name).flatten()
                    if not all(some.float().sum().isfinite() for some in tensor.split(_AT_ONCE)):
                        raise _no_numbers(folder / part)


def load_pipeline(folder: Path) -> DiffusionPipeline:
    """The whole model in float32, frozen. Raises EngineError for missing or broken parts."""
    check_model(folder)
    try:
        pipeline = DiffusionPipeline.from_pretrained(
            folder, dtype=torch.float32, local_files_only=True
        )
    except _BROKEN as error:
        raise EngineError(
            "broken_model",
            f"The model in {folder} cannot be loaded: {_first_line(error)}",
            hint=_HINT,
        ) from error
    pipeline.set_progress_bar_config(disable=True)
    for name in _PARTS:
        place, part = folder / name, getattr(pipeline, name).requires_grad_(False).eval()
        if not all(tensor.sum().isfinite() for tensor in part.parameters()):
            raise _no_numbers(place)
    return pipeline


def _no_numbers(place: Path) -> EngineError:
    return EngineError(
        "broken_weights",
        f"The weights in {place} are corrupt: some of them are no numbers.",
        hint=_HINT,
    )


def _check_weights(folder: Path) -> None:
    files = sorted(folder.glob("*.safetensors"))
    if not files:
        raise EngineError(
            "missing_weights",
            f"There are no weights in {folder}.",
            hint=_HINT,
        )
    for file in files:
        try:
            with safe_open(file, framework="pt") as reader:
                reader.keys()
        except (SafetensorError, OSError) as error:
            raise EngineError(
                "broken_weights",
                f"{file} is truncated or corrupt.",
                hint=_HINT,
            ) from error


def _check_helper(folder: Path, name: str, library: ModuleType, class_name: str | None) -> None:
    """What has no weights and is needed all the same: it takes no time, so it is loaded."""
    if class_name is None or not (folder / name).is_dir():
        raise EngineError("broken_model", f"The model in {folder} has no {name}.", hint=_HINT)
    try:
        with _silence():
            getattr(library, class_name).from_pretrained(folder / name, local_files_only=True)
    except _BROKEN as error:
        raise EngineError(
            "broken_model",
            f"The {name} of the model in {folder} cannot be used: {_first_line(error)}",
            hint=_HINT,
        ) from error


def _parts(folder: Path, family: Family) -> dict[str, str]:
    """The class of every part, from model_index.json."""
    file = folder / "model_index.json"
    try:
        index = json.loads(file.read_text(encoding="utf-8"))
        parts = {name: value[1] for name, value in index.items() if isinstance(value, list)}
        found = index["_class_name"], parts["vae"], parts["text_encoder"]
    except FileNotFoundError as error:
        raise EngineError(
            "no_model",
            f"{folder} has no model_index.json, so it is no whole diffusers model.",
            hint="Choose a folder that has model_index.json and transformer/ in it.",
        ) from error
    except (ValueError, KeyError, IndexError, AttributeError) as error:
        raise EngineError("broken_model", f"{file} cannot be read.", hint=_HINT) from error
    if found[0] != family.pipeline_class:
        raise EngineError(
            "unsupported_family",
            f"Pipelines of the class {found[0]} are not supported, only {family.pipeline_class}.",
            hint="Choose the model that paints from text alone.",
        )
    return parts


def _empty_model(folder: Path, class_name: str) -> nn.Module:
    """A part of diffusers' kind without memory for its weights, after comparing it with them.

    A wrong number of layers or a missing tensor is silent in diffusers: compare names and shapes.
    """
    try:
        kind = getattr(diffusers, class_name)
        with init_empty_weights():
            model: nn.Module = kind.from_config(kind.load_config(folder))
    except _BROKEN as error:
        raise _unusable(folder, error) from error
    stored: dict[str, list[int]] = {}
    for file in folder.glob("*.safetensors"):
        with safe_open(file, framework="pt") as reader:
            stored |= {name: reader.get_slice(name).get_shape() for name in reader.keys()}  # noqa: SIM118
    wanted = {name: list(tensor.shape) for name, tensor in model.state_dict().items()}
    _refuse_odd(
        folder,
        {name for name in stored.keys() | wanted.keys() if stored.get(name) != wanted.get(name)},
    )
    return model


def _empty_encoder(folder: Path, class_name: str) -> nn.Module:
    """A part of transformers' kind without memory for its weights, compared with them likewise.

    transformers renames tensors as it loads, so it must load them itself: onto no device at all.
    It would only warn of missing tensors, and go on with random ones.
    """
    try:
        kind = getattr(transformers, class_name)
        with _silence():
            model, found = kind.from_pretrained(
                folder, device_map="meta", output_loading_info=True, local_files_only=True
            )
    except _BROKEN as error:
        raise _unusable(folder, error) from error
    _refuse_odd(folder, {*found["missing_keys"], *(str(k) for k in found["mismatched_keys"])})
    return model  # type: ignore[no-any-return]


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """No bars and no reports from transformers: what is wrong is said in one sentence."""
    log = transformers.logging
    loudness, has_bars = log.get_verbosity(), log.is_progress_bar_enabled()
    log.set_verbosity_error()
    log.disable_progress_bar()
    try:
        yield
    finally:
        log.set_verbosity(loudness)
        if has_bars:
            log.enable_progress_bar()


def _unusable(folder: Path, error: Exception) -> EngineError:
    return EngineError(
        "broken_model",
        f"{folder / 'config.json'} cannot be used: {_first_line(error)}",
        hint=_HINT,
    )


def _refuse_odd(folder: Path, names: set[str]) -> None:
    if names:
        raise EngineError(
            "broken_weights",
            f"The weights in {folder} do not fit its config.json (first: {min(names)}).",
            hint=_HINT,
        )


def _first_line(error: Exception) -> str:
    """The first line of what a library says, as the end of a sentence."""
    line = str(error).strip().partition("\n")[0] or type(error).__name__
    return line.rstrip(".") + "."
