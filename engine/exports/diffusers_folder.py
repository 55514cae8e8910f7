"""A tier as a diffusers folder: stock classes where they can hold it, else our loader file inside.

"Runs everywhere" is a tier of spans only: whole blocks, numbered anew. "Smallest" has narrowed
blocks in the layout of the published width checkpoints, and a loader file. Either is loaded again
and compared with the live tier before it takes its place.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
import torch
from huggingface_hub import split_torch_state_dict_into_shards
from safetensors.torch import load_file
from torch import Tensor, nn

from engine import tensors
from engine.errors import EngineError
from engine.exports import card as model_card
from engine.exports.card import Card
from engine.exports.comparison import check_same, loaded_folder
from engine.exports.recipe import FILE as RECIPE_FILE
from engine.exports.recipe import Recipe, recipe_of
from engine.families import Family
from engine.generation import DEFAULTS_FILE
from engine.plugs import Plug, assemble
from engine.project import disk_errors, replacing, write_json
from engine.reporting import SILENT, Reporter
from engine.teacher.loading import family_of
from engine.teacher.narrow_block import published_state
from engine.teacher.shell import Shell

LOADER = Path(__file__).parent / "loader" / "ppcl_transformer.py"
LOADER_CLASS = "PPCLQwenImageTransformer2DModel"
WEIGHTS = "diffusion_pytorch_model"
SMALL_BYTES = 10**9
_MAX_SHARD = "10GB"
_LEGAL_FILES = ("LICENSE*", "LICENCE*", "NOTICE*")


def export_tier(
    shell: Shell,
    *,
    plugs: Collection[Plug],
    out: Path,
    base_folder: Path,
    card: Card,
    made_with: Mapping[str, Any] | None = None,
    dtype: torch.dtype | None = None,
    report: Reporter = SILENT,
) -> Path:
    """Write to `out` the tier that `plugs` make of the model in `shell`, which is `base_folder`'s.

    `dtype` is that of the stored weights: by default float32 for transformers under 1 GB, so that
    pictures stay the same, and bfloat16 above. A folder in the place of `out` is replaced if it is
    an export. Raises EngineError, leaving nothing, where the tier cannot be written or does not
    come back the same.
    """
    check_free(out)
    family = family_of(base_folder)
    written = weights_of(
        shell, plugs=plugs, family=family, card=card, made_with=made_with or {}, dtype=dtype
    )
    recipe, dtype = written.recipe, written.dtype
    config = _config(base_folder, recipe, family)
    live_dtype = shell.transformer.dtype
    others = sum(f.stat().st_size for f in _files_of_parts(base_folder))
    check_space(out, num_bytes=written.num_bytes + others)
    with disk_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        with replacing(out) as folder:
            folder.mkdir()
            _copy_rest(base_folder, folder, recipe, dtype=dtype, report=report)
            _write_transformer(folder / "transformer", written, config, report)
            write_json(folder / RECIPE_FILE, recipe)
            text = model_card.readme(card, recipe, base_folder=base_folder)
            (folder / model_card.FILE).write_text(text, encoding="utf-8")
            report.progress(0, 1, "loading it again")
            difference = check_same(
                lambda: loaded_folder(folder, dtype=live_dtype, own_code=recipe.is_narrowed),
                shell=shell,
                modules=written.modules,
                dtype=dtype,
            )
            report.metric("export/difference", 0, difference)
    return out


@dataclass(frozen=True, slots=True)
class Written:
    """What of a tier is written: tensors under their stored names, and how they came about."""

    modules: list[nn.Module]
    state: dict[str, Tensor]
    dtype: torch.dtype
    recipe: Recipe

    @property
    def num_bytes(self) -> int:
        return self.recipe.parameters * self.dtype.itemsize

    @property
    def metadata(self) -> dict[str, str]:
        return {"format": "pt", "ppcl": msgspec.json.encode(self.recipe).decode()}


def weights_of(
    shell: Shell,
    *,
    plugs: Collection[Plug],
    family: Family,
    card: Card,
    made_with: Mapping[str, Any],
    dtype: torch.dtype | None,
) -> Written:
    """The weights of the tier that `plugs` make; see `export_tier` for `dtype`."""
    modules = assemble(shell.blocks, plugs)
    state = _state(shell.transformer, modules, family)
    num_parameters = sum(t.numel() for t in state.values())
    if dtype is None:
        dtype = torch.float32 if 4 * num_parameters < SMALL_BYTES else torch.bfloat16
    recipe = recipe_of(
        modules,
        plugs=plugs,
        num_base_blocks=len(shell.blocks),
        base=card.base,
        tier=card.tier,
        parameters=num_parameters,
        dtype=str(dtype).removeprefix("torch."),
        made_with=dict(made_with),
    )
    return Written(modules, state, dtype, recipe)


def check_free(out: Path) -> None:
    """Never replace a folder that is not an export."""
    holds_other_things = out.is_dir() and any(out.iterdir()) and not (out / RECIPE_FILE).is_file()
    if holds_other_things or out.is_file():
        raise EngineError(
            "not_empty",
            f"{out} is in use and is not an export of PPCL Studio.",
            hint="Choose an empty or new folder; nothing was changed.",
        )


def check_space(out: Path, *, num_bytes: int) -> None:
    """Raise EngineError where `num_bytes` do not fit."""
    place = next(p for p in out.absolute().parents if p.is_dir())
    free = shutil.disk_usage(place).free
    if num_bytes > free:
        raise EngineError(
            "disk_full",
            f"The export needs {num_bytes / 1e9:.2f} GB, {free / 1e9:.2f} GB are free in {place}.",
            hint="Nothing was written. Make room or choose another folder.",
        )


def _state(
    transformer: nn.Module, modules: Sequence[nn.Module], family: Family
) -> dict[str, Tensor]:
    """Live tensors under the names that they are stored by, blocks numbered anew."""
    prefix = f"{family.blocks}."
    state = {k: v for k, v in transformer.state_dict().items() if not k.startswith(prefix)}
    for number, module in enumerate(modules):
        state |= {f"{prefix}{number}.{k}": v for k, v in published_state(module).items()}
    return state


def _config(base_folder: Path, recipe: Recipe, family: Family) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((base_folder / "transformer" / "config.json").read_text())
    config.pop("_name_or_path", None)
    # The stock class prints keys that it does not know at every loading, so this one stays short.
    short = msgspec.structs.replace(recipe, made_with={})
    config |= {family.depth: len(recipe.blocks), "ppcl": msgspec.to_builtins(short)}
    if not recipe.is_narrowed:
        return config
    if config.get("zero_cond_t"):
        raise EngineError(
            "unsupported_model",
            "Narrowed blocks cannot be exported for a model with zero_cond_t.",
            hint="Export a tier that only removes blocks; nothing was written.",
        )
    return config | {
        "_class_name": LOADER_CLASS,
        "auto_map": {"AutoModel": f"{LOADER.stem}.{LOADER_CLASS}"},
        "single_stream_index": list(recipe.single_stream_index),
        "ffn_proj_index": list(recipe.ffn_proj_index),
        "ehs_proj_index": list(recipe.ehs_proj_index),
    }


def _copy_rest(
    base_folder: Path, folder: Path, recipe: Recipe, *, dtype: torch.dtype, report: Reporter
) -> None:
    """Everything of the pipeline but the transformer."""
    index = _model_index(base_folder)
    index.pop("_name_or_path", None)
    if recipe.is_narrowed:
        index["transformer"] = [LOADER.stem, LOADER_CLASS]
    write_json(folder / "model_index.json", index)
    parts = _parts(base_folder)
    for number, part in enumerate(parts):
        report.progress(number, len(parts), f"copying {part}")
        _copy_folder(base_folder / part, folder / part)
        if dtype == torch.float32:
            _widen(folder / part)
    copy_legal_files(base_folder, folder)
    if (base_folder / DEFAULTS_FILE).is_file():
        shutil.copyfile(base_folder / DEFAULTS_FILE, folder / DEFAULTS_FILE)


def copy_legal_files(base_folder: Path, folder: Path) -> None:
    """The licence goes wherever the weights go."""
    for pattern in _LEGAL_FILES:
        for file in base_folder.glob(pattern):
            shutil.copyfile(file, folder / file.name)


def _copy_folder(source: Path, target: Path) -> None:
    """Like shutil.copytree, whose own kind of error would hide that the disk is full."""
    for file in sorted(source.rglob("*")):
        if file.is_file():
            place = target / file.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)


def _widen(part: Path) -> None:
    """Store a text encoder's weights in float32 beside a float32 transformer.

    Loaded without a dtype, transformers keeps the stored one and diffusers does not, and a bfloat16
    prompt does not fit a float32 transformer.
    """
    config_file = part / "config.json"
    config = json.loads(config_file.read_text()) if config_file.is_file() else {}
    named = {"dtype", "torch_dtype"} & config.keys()
    if not named or all(config[key] == "float32" for key in named):
        return
    for file in part.glob("*.safetensors"):
        wide = {k: v.float() if v.is_floating_point() else v for k, v in load_file(file).items()}
        tensors.save(file, wide, {"format": "pt"})
    write_json(config_file, config | dict.fromkeys(named, "float32"))


def _write_transformer(
    folder: Path, written: Written, config: dict[str, Any], report: Reporter
) -> None:
    recipe, state, dtype = written.recipe, written.state, written.dtype
    folder.mkdir()
    write_json(folder / "config.json", config)
    if recipe.is_narrowed:
        shutil.copyfile(LOADER, folder / LOADER.name)
    split = split_torch_state_dict_into_shards(
        state, filename_pattern=WEIGHTS + "{suffix}.safetensors", max_shard_size=_MAX_SHARD
    )
    for number, (name, keys) in enumerate(split.filename_to_tensors.items()):
        report.progress(number, len(split.filename_to_tensors), "writing weights")
        shard = {k: state[k].detach().to("cpu", dtype) for k in keys}
        tensors.save(folder / name, shard, written.metadata)
    if split.is_sharded:
        total = {"total_size": recipe.parameters * dtype.itemsize}
        index = {"metadata": total, "weight_map": split.tensor_to_filename}
        write_json(folder / f"{WEIGHTS}.safetensors.index.json", index)


def _files_of_parts(base_folder: Path) -> list[Path]:
    found = (f for part in _parts(base_folder) for f in (base_folder / part).rglob("*"))
    return [f for f in found if f.is_file()]


def _parts(base_folder: Path) -> list[str]:
    """Components of the pipeline that have a folder, without the transformer."""
    index = _model_index(base_folder)
    named = {name for name, value in index.items() if isinstance(value, list) and None not in value}
    return sorted(named - {"_class_name", "transformer"})


def _model_index(base_folder: Path) -> dict[str, Any]:
    index: dict[str, Any] = json.loads((base_folder / "model_index.json").read_text())
    return index
