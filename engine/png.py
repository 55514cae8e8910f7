"""PNG files that carry the recipe of their picture."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from engine.project import disk_errors, replacing

CHUNK = "ppcl"


class PictureRecipe(msgspec.Struct, frozen=True, kw_only=True):
    """Enough to paint the same picture again; `tiers` has the tier of every step."""

    prompt: str
    seed: int
    steps: int
    tiers: tuple[int, ...]
    model: str


def save_png(picture: np.ndarray, recipe: PictureRecipe, out: Path) -> None:
    """Write uint8 [H, W, 3] with its recipe in a text chunk."""
    chunk = PngInfo()
    chunk.add_text(CHUNK, json.dumps(msgspec.to_builtins(recipe)))
    with disk_errors(out):
        out.parent.mkdir(parents=True, exist_ok=True)
        with replacing(out) as temporary:
            Image.fromarray(picture).save(temporary, format="PNG", pnginfo=chunk)
