"""A tier as one weights file for ComfyUI: keys as in diffusers, blocks numbered anew.

    OUT/diffusion_models/NAME.safetensors     goes into ComfyUI's models folder as it lies
    OUT/ppcl.json  OUT/README.md  OUT/LICENSE

ComfyUI counts the blocks and knows none that is narrowed, so only tiers of whole blocks are
written. Text encoder and VAE are the base model's. The file is read again, bit by bit and by the
names that the stock class has, and what it computes is compared with the live tier.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import torch
from accelerate import init_empty_weights
from diffusers import QwenImageTransformer2DModel
from safetensors.torch import load_file
from torch import nn

from engine import tensors
from engine.errors import EngineError
from engine.exports import card as model_card
from engine.exports.card import Card
from engine.exports.comparison import check_same
from engine.exports.diffusers_folder import (
    Written,
    check_free,
    check_space,
    copy_legal_files,
    weights_of,
)
from engine.exports.recipe import FILE as RECIPE_FILE
from engine.plugs import Plug
from engine.project import disk_errors, replacing, write_json
from engine.reporting import SILENT, Reporter
from engine.teacher.loading import family_of
from engine.teacher.shell import Shell

FOLDER = "diffusion_models"


def export_single_file(
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
    """Write the tier that `plugs` make into the folder `out`; `dtype` as for a diffusers folder.

    Raises EngineError, leaving nothing, for a tier with narrowed blocks, or one that does not come
    back the same.
    """
    check_free(out)
    family = family_of(base_folder)
    written = weights_of(
        shell, plugs=plugs, family=family, card=card, made_with=made_with or {}, dtype=dtype
    )
    if written.recipe.is_narrowed:
        raise EngineError(
            "needs_loader",
            f"{card.tier} has narrowed blocks, which ComfyUI cannot load.",
            hint="Export it as a diffusers folder, or choose a tier that only removes blocks; "
            "nothing was written.",
        )
    check_space(out, num_bytes=written.num_bytes)
    with disk_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        with replacing(out) as folder:
            folder.mkdir()
            file = folder / FOLDER / f"{out.name}.safetensors"
            report.progress(0, 2, "writing weights")
            stored = {k: v.detach().to("cpu", written.dtype) for k, v in written.state.items()}
            tensors.save(file, stored, written.metadata)
            write_json(folder / RECIPE_FILE, written.recipe)
            loading = model_card.COMFYUI.format(file=file.relative_to(folder), base=card.base)
            text = model_card.readme(card, written.recipe, base_folder=base_folder, loading=loading)
            (folder / model_card.FILE).write_text(text, encoding="utf-8")
            copy_legal_files(base_folder, folder)
            report.progress(1, 2, "loading it again")
            difference = check_same(
                lambda: _loaded(file, written, base_folder, dtype=shell.transformer.dtype),
                shell=shell,
                modules=written.modules,
                dtype=written.dtype,
            )
            report.metric("export/difference", 0, difference)
    return out


def _loaded(file: Path, written: Written, base_folder: Path, *, dtype: torch.dtype) -> nn.Module:
    """The stock class with the file's tensors in it, once they are the same bits as the tier's."""
    config = json.loads((base_folder / "transformer" / "config.json").read_text())
    depth = family_of(base_folder).depth
    with init_empty_weights(include_buffers=False):
        model = QwenImageTransformer2DModel.from_config(
            config | {depth: len(written.recipe.blocks)}
        )
    again = load_file(file)
    wanted = {k: v.detach().to("cpu", written.dtype) for k, v in written.state.items()}
    same_bits = again.keys() == wanted.keys() and all(
        torch.equal(again[k], wanted[k]) for k in wanted
    )
    if not same_bits or again.keys() != model.state_dict().keys():
        raise EngineError(
            "export_differs",
            "The written file does not hold the tensors of the tier.",
            hint="Nothing was kept of it. Please report this with the log.",
        )
    model.load_state_dict({k: v.to(dtype) for k, v in again.items()}, strict=True, assign=True)
    return model.requires_grad_(False)
