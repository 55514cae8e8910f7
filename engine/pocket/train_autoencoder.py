"""Training recipe of the Pocket VAE: `python -m engine.pocket.train_autoencoder OUT --steps N`."""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import time
from pathlib import Path

import numpy as np
import torch
from diffusers import AutoencoderKLQwenImage
from torch import Tensor

from engine.pocket import autoencoder, grammar
from engine.pocket.ranks import average_gradients, run_ranks
from engine.pocket.renderer import PICTURE_PX, render

BATCH = 32
CROP_PX = 48
SHARES = {"one": 1.0, "shape": 0.5, "count": 1.0, "pair": 1.0, "sign": 2.0, "label": 2.0}
FULL_PICTURE_FROM = 0.9
SAVE_EVERY = 250


def train(rank: int, num_ranks: int, out: Path, num_steps: int, seed: int) -> None:
    """Train for `num_steps` and write `out`/twin.pt; continues from it when it is there."""
    twin = autoencoder.planar_twin(seed)
    matrices = [p for p in twin.parameters() if p.dim() == 2 and min(p.shape) >= 16]
    others = [p for p in twin.parameters() if not any(p is m for m in matrices)]
    optimizers = [
        torch.optim.Muon(matrices, lr=2e-3, weight_decay=0.0, adjust_lr_fn="match_rms_adamw"),
        torch.optim.AdamW(others, lr=2e-3, weight_decay=0.0),
    ]
    base_rates = [group["lr"] for o in optimizers for group in o.param_groups]
    state_file = out / "twin.pt"
    start = 0
    if state_file.exists():
        state = torch.load(state_file, weights_only=True)
        twin.load_state_dict(state["twin"])
        for optimizer, saved in zip(optimizers, state["optimizers"], strict=True):
            optimizer.load_state_dict(saved)
        start = state["step"]
    began = time.monotonic()
    for step in range(start, num_steps):
        rate = min(1, (step + 1) / 50) * (1 - step / num_steps) ** 0.8
        for group, base in zip(
            (g for o in optimizers for g in o.param_groups), base_rates, strict=True
        ):
            group["lr"] = base * rate
        crop = CROP_PX if step < FULL_PICTURE_FROM * num_steps else PICTURE_PX
        size = BATCH // num_ranks if crop == CROP_PX else BATCH // num_ranks // 2
        pictures = batch(f"{seed} {step} {rank}", size=size, crop_px=crop)
        loss, error = reconstruction_loss(twin, pictures)
        loss.backward()
        average_gradients(twin.parameters())
        for optimizer in optimizers:
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        if rank == 0 and (step + 1) % 50 == 0:
            psnr = -10 * float(torch.log10(error / 4))
            print(
                f"step {step + 1} psnr {psnr:.2f} dB {time.monotonic() - began:.0f} s", flush=True
            )
        if rank == 0 and ((step + 1) % SAVE_EVERY == 0 or step + 1 == num_steps):
            saved = {
                "twin": twin.state_dict(),
                "optimizers": [o.state_dict() for o in optimizers],
                "step": step + 1,
            }
            torch.save(saved, state_file.with_suffix(".tmp"))
            os.replace(state_file.with_suffix(".tmp"), state_file)


def reconstruction_loss(vae: AutoencoderKLQwenImage, x: Tensor) -> tuple[Tensor, Tensor]:
    """L1 + 0.5 gradient-L1 + 0.5 MSE + 1e-4 KL on pictures [B, 3, H, W] in -1..1; also the MSE."""
    mean, log_variance = autoencoder.encode(vae, x)
    latents = mean + torch.exp(0.5 * log_variance) * torch.randn_like(mean)
    y = autoencoder.decode(vae, latents)
    kl = 0.5 * (mean**2 + log_variance.exp() - 1 - log_variance).sum(dim=1).mean()
    edges = sum((torch.diff(y, dim=d) - torch.diff(x, dim=d)).abs().mean() for d in (2, 3))
    mse = (y - x).square().mean()
    return (y - x).abs().mean() + 0.5 * edges + 0.5 * mse + 1e-4 * kl, mse.detach()


def batch(seed: str, *, size: int, crop_px: int) -> Tensor:
    """Pictures [size, 3, crop_px, crop_px] in -1..1; crops prefer detail over plain background."""
    rng = random.Random(seed)
    scenes = itertools.islice(grammar.training_scenes(rng.getrandbits(32), shares=SHARES), size)
    pictures = []
    for scene in scenes:
        picture = render(scene, seed=rng.getrandbits(32))
        corners = range(0, PICTURE_PX - crop_px + 1, 8)
        crops = [
            picture[y : y + crop_px, x : x + crop_px]
            for y, x in ((rng.choice(corners), rng.choice(corners)) for _ in range(3))
        ]
        pictures.append(max(crops, key=lambda c: float(c.std(axis=(0, 1)).sum())))
    stacked = torch.from_numpy(np.stack(pictures)).permute(0, 3, 1, 2)
    return (stacked.float() / 127.5 - 1).contiguous(memory_format=torch.channels_last)


@torch.no_grad()
def finish(out: Path, *, num_pictures: int = 2000) -> None:
    """Measure latent mean and spread per channel, and write the stock VAE to `out`/vae."""
    twin = autoencoder.planar_twin()
    twin.load_state_dict(torch.load(out / "twin.pt", weights_only=True)["twin"])
    latents = torch.cat(
        [
            autoencoder.encode(twin, batch(f"statistics {i}", size=100, crop_px=PICTURE_PX))[0]
            for i in range(num_pictures // 100)
        ]
    )
    twin.register_to_config(
        latents_mean=[round(v, 4) for v in latents.mean(dim=(0, 2, 3)).tolist()],
        latents_std=[round(v, 4) for v in latents.std(dim=(0, 2, 3)).tolist()],
    )
    x = batch("hold-out", size=100, crop_px=PICTURE_PX)
    y = autoencoder.decode(twin, autoencoder.encode(twin, x)[0]).clamp(-1, 1)
    vae = autoencoder.folded(twin)
    stock = vae.decode(vae.encode(x[:4].unsqueeze(2)).latent_dist.mode()).sample.squeeze(2)
    difference = float((stock.clamp(-1, 1) - y[:4]).abs().max())
    psnr = -10 * float(torch.log10((y - x).square().mean() / 4))
    print(json.dumps({"psnr_db": round(psnr, 2), "stock_minus_twin": difference}))
    assert difference < 1e-3, "the folded VAE does not compute what was trained"
    vae.to(torch.bfloat16).save_pretrained(out / "vae")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    run_ranks(train, options.out, options.steps, options.seed, num_ranks=options.ranks)
    finish(options.out)
