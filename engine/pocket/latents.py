"""The training set of the Pocket transformer: rendered scenes as latents, captions and truth.

`python -m engine.pocket.latents OUT --shards N` writes shards of 16,384 samples; one process a
core can make its own range of shards.
"""

from __future__ import annotations

import argparse
import itertools
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKLQwenImage
from safetensors.torch import load_file, save_file
from torch import Tensor

from engine.pocket import autoencoder, grammar, text
from engine.pocket.renderer import CELLS, cell_truth, render

SHARD = 16384
SHARES = {"one": 0.21, "shape": 0.11, "count": 0.20, "pair": 0.20, "sign": 0.11, "label": 0.17}
MAX_TOKENS = 12


def make_shard(out: Path, index: int, vae: AutoencoderKLQwenImage) -> None:
    """Write `out`/shard-INDEX.safetensors.

    Latents [N, 25, 64] fp16, ids [N, 12], truth [N, 2, 25].
    """
    tokenizer = text.build_tokenizer()
    scenes = grammar.training_scenes(1000 + index, shares=SHARES)
    latents, ids, truths = [], [], []
    for chunk in _chunks(itertools.islice(enumerate(scenes), SHARD), 128):
        pictures = torch.from_numpy(np.stack([render(s, seed=i) for i, s in chunk]))
        x = pictures.permute(0, 3, 1, 2).float() / 127.5 - 1
        with torch.no_grad():
            mean, _ = autoencoder.encode(vae, x.contiguous(memory_format=torch.channels_last))
        latents.append(packed(normalised(vae, mean)).half())
        for i, scene in chunk:
            prompt = text.prompt_ids(tokenizer, scene.caption)
            ids.append(torch.tensor(prompt + [0] * (MAX_TOKENS - len(prompt)), dtype=torch.int16))
            truths.append(torch.from_numpy(cell_truth(scene, seed=i)).flatten(1))
    tensors = {"latents": torch.cat(latents), "ids": torch.stack(ids), "truth": torch.stack(truths)}
    save_file(tensors, out / f"shard-{index}.tmp")
    (out / f"shard-{index}.tmp").replace(out / f"shard-{index}.safetensors")


def load_shards(folder: Path) -> dict[str, Tensor]:
    """All shards of `folder` in one; `length` [N] is the number of tokens of each caption."""
    shards = [load_file(f) for f in sorted(folder.glob("shard-*.safetensors"))]
    samples = {name: torch.cat([s[name] for s in shards]) for name in shards[0]}
    samples["length"] = (samples["ids"] != 0).sum(dim=1)
    return samples


def normalised(vae: AutoencoderKLQwenImage, raw: Tensor) -> Tensor:
    """Latents [B, z, h, w] with mean 0 and spread 1 per channel, as the pipeline holds them."""
    mean = torch.tensor(vae.config.latents_mean).view(1, -1, 1, 1)
    spread = torch.tensor(vae.config.latents_std).view(1, -1, 1, 1)
    return (raw - mean) / spread


def packed(latents: Tensor) -> Tensor:
    """[B, z, 2h, 2w] to tokens [B, h*w, 4z], channels in the pipeline's order."""
    b, z, _, _ = latents.shape
    cells = latents.reshape(b, z, CELLS, 2, CELLS, 2)
    return cells.permute(0, 2, 4, 1, 3, 5).reshape(b, CELLS * CELLS, 4 * z)


def _chunks(items: Iterator[tuple[int, grammar.Scene]], size: int) -> Iterator[list]:
    while chunk := list(itertools.islice(items, size)):
        yield chunk


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the folder with vae/")
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--shards", type=int, default=6)
    options = parser.parse_args()
    torch.set_num_threads(1)
    twin = autoencoder.planar_twin()
    twin.load_state_dict(torch.load(options.out / "twin.pt", weights_only=True)["twin"])
    stock = AutoencoderKLQwenImage.load_config(options.out / "vae")
    twin.register_to_config(latents_mean=stock["latents_mean"], latents_std=stock["latents_std"])
    (options.out / "latents").mkdir(exist_ok=True)
    for shard in range(options.first, options.first + options.shards):
        make_shard(options.out / "latents", shard, twin)
        print(f"shard {shard}", flush=True)
