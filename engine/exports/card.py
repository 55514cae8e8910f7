"""The model card of an export: where it comes from, what was measured, how to load it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import msgspec

from engine.exports.recipe import Recipe
from engine.generation import DEFAULTS_FILE, Defaults
from engine.project import read_json
from engine.tiers import Tier, TierTable

FILE = "README.md"
_COLUMNS = """\
Output error: squared error of the predicted velocity relative to the base model's. Likeness: mean
HaarPSI to the base model's pictures at equal seeds. Score: share of what the prompts ask for that
is in the pictures."""

COMFYUI = """\
Copy `{file}` into the folder `models` of ComfyUI, below the same folder name, and choose it in the
node *Load Diffusion Model*. Text encoder and VAE are those of {base}, unchanged."""


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """What the card tells beyond the recipe. `tier` is the name of the exported one in `table`.

    `base` is how people call the base model; `license` stays empty to carry over what the base
    model's own card says.
    """

    base: str
    tier: str
    table: TierTable | None = None
    license: str = ""


def readme(card: Card, recipe: Recipe, *, base_folder: Path, loading: str = "") -> str:
    """README.md in the Hub's form: a header for machines, then text.

    `loading` says how to load it where that is not by diffusers.
    """
    license_name = card.license or license_of(base_folder) or "other"
    header = ["---", f"license: {license_name}"]
    if not loading:
        header.append("library_name: diffusers")
    if re.fullmatch(r"[\w.-]+/[\w.-]+", card.base):
        header += ["base_model:", f"- {card.base}"]
    sections = [
        "\n".join([*header, "pipeline_tag: text-to-image", "tags:", "- ppcl", "- pruned", "---"]),
        f"# {card.base}, {card.tier}",
        _summary(card, recipe),
        "## Licence\n\n" + _license_sentence(card, license_name),
        "## Load it\n\n" + (loading or _loading(recipe, base_folder)),
        *([_table(card)] if card.table else []),
        "## Recipe\n\n" + _recipe(recipe),
    ]
    return "\n\n".join(sections) + "\n"


def license_of(folder: Path) -> str:
    """The licence named in the header of a model card; empty if there is none."""
    file = folder / FILE
    header = file.read_text(encoding="utf-8").split("---")[1:2] if file.is_file() else []
    found = re.search(r"^license:\s*(\S+)\s*$", "".join(header), flags=re.MULTILINE)
    return found[1] if found else ""


def _summary(card: Card, recipe: Recipe) -> str:
    removed = recipe.num_base_blocks - len(recipe.blocks)
    narrowed = len({*recipe.single_stream_index, *recipe.ffn_proj_index})
    text = (
        f"{card.base} made smaller with PPCL Studio: {recipe.parameters / 1e6:,.1f} million "
        f"parameters in the transformer, {len(recipe.blocks)} blocks of {recipe.num_base_blocks} "
        f"({removed} removed, {narrowed} narrowed). Weights are {recipe.dtype}. "
    )
    return (
        text + "Method: *Pluggable Pruning with Contiguous Layer Distillation* (arXiv 2511.16156)."
    )


def _license_sentence(card: Card, license_name: str) -> str:
    if license_name == "other":
        return f"The licence of the base model, {card.base}, applies."
    return f"That of the base model, {card.base}: {license_name}."


def _loading(recipe: Recipe, base_folder: Path) -> str:
    more = ", trust_remote_code=True" if recipe.is_narrowed else ""
    imports = ["from diffusers import DiffusionPipeline"]
    if recipe.dtype != "float32":
        imports.insert(0, "import torch")
        more += f", torch_dtype=torch.{recipe.dtype}"
    lines = [
        *imports,
        "",
        f'pipeline = DiffusionPipeline.from_pretrained("PATH OF THIS FOLDER"{more})',
        f"picture = pipeline({_arguments(base_folder)}).images[0]",
        'picture.save("picture.png")',
    ]
    note = (
        "Narrowed blocks need `transformer/ppcl_transformer.py`, which is in this folder; read it "
        "first, it runs on your machine. Made for diffusers 0.42."
        if recipe.is_narrowed
        else "The classes are those of diffusers; nothing else is needed."
    )
    return "```python\n" + "\n".join(lines) + "\n```\n\n" + note


def _arguments(base_folder: Path) -> str:
    """Arguments of the pipeline's call; models of ours say themselves how they like to be run."""
    file = base_folder / DEFAULTS_FILE
    if not file.is_file():
        return '"a prompt"'
    d = read_json(file, Defaults)
    return (
        f'"a prompt", negative_prompt="{d.negative_prompt}", width={d.width}, height={d.height}, '
        f"num_inference_steps={d.steps}, true_cfg_scale={d.guidance}"
    )


def _table(card: Card) -> str:
    assert card.table is not None
    columns = ["tier", "parameters", "blocks", "output error", "likeness", "speed-up", "score"]
    rows = [columns, ["---"] * len(columns)]
    rows += [_row(tier, bold=tier.name == card.tier) for tier in card.table.tiers]
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    prompts = f" on {card.table.captions} prompts that nothing was chosen by" * bool(
        card.table.captions
    )
    note = f"Measured{prompts}; device: {card.table.device or 'unknown'}. {_COLUMNS}"
    return "## Tiers\n\n" + "\n".join(lines) + "\n\n" + note


def _row(tier: Tier, *, bold: bool) -> list[str]:
    values = [
        tier.name,
        f"{tier.parameters / 1e6:,.1f} M ({tier.parameters_ratio:.0%})",
        str(tier.blocks),
        "" if tier.output_error is None else f"{tier.output_error:.4f}",
        "" if tier.haarpsi is None else f"{tier.haarpsi:.3f}",
        "" if tier.speedup is None else f"{tier.speedup:.2f}",
        "" if tier.score is None else f"{tier.score:.0%}",
    ]
    return [f"**{v}**" if bold and v else v for v in values]


def _recipe(recipe: Recipe) -> str:
    lines = [f'  "{k}": {json.dumps(v)}' for k, v in msgspec.to_builtins(recipe).items()]
    text = "{\n" + ",\n".join(lines) + "\n}"
    note = "Block numbers are those of the base model, except in the three index lists."
    return f"{note}\n\n```json\n{text}\n```"
