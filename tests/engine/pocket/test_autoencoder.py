"""The VAE: planar while it is trained, stock when it is stored."""

from __future__ import annotations

import torch
from diffusers import AutoencoderKLQwenImage

from engine.pocket import autoencoder


def shaken_twin() -> AutoencoderKLQwenImage:
    twin = autoencoder.planar_twin()
    draw = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for p in twin.parameters():
            p.add_(torch.randn(p.shape, generator=draw), alpha=0.02)
    return twin


def pictures() -> torch.Tensor:
    return torch.rand(2, 3, 48, 32, generator=torch.Generator().manual_seed(1)) * 2 - 1


@torch.no_grad()
def test_stock_vae_computes_what_its_planar_twin_computes() -> None:
    twin = shaken_twin()
    stock = autoencoder.folded(twin)
    x = pictures()
    mean, log_variance = autoencoder.encode(twin, x)
    latents = stock.encode(x.unsqueeze(2)).latent_dist
    torch.testing.assert_close(latents.mean.squeeze(2), mean, atol=1e-4, rtol=1e-4)
    torch.testing.assert_close(latents.logvar.squeeze(2), log_variance, atol=1e-4, rtol=1e-4)
    decoded = autoencoder.decode(twin, mean)
    assert decoded.shape == x.shape
    again = stock.decode(mean.unsqueeze(2), return_dict=False)[0].squeeze(2)
    torch.testing.assert_close(again, decoded.clamp(-1, 1), atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_fresh_twin_computes_what_a_fresh_stock_vae_computes() -> None:
    torch.manual_seed(0)
    stock = AutoencoderKLQwenImage(**autoencoder.CONFIG)
    mean, _ = autoencoder.encode(autoencoder.planar_twin(seed=0), pictures())
    torch.testing.assert_close(
        stock.encode(pictures().unsqueeze(2)).latent_dist.mean.squeeze(2), mean
    )


def test_what_a_single_frame_never_meets_is_zero() -> None:
    stock = autoencoder.folded(shaken_twin())
    kernels = [p for p in stock.parameters() if p.dim() == 5 and p.shape[2] > 1]
    assert kernels
    assert not any(k[:, :, :-1].any() for k in kernels)
    assert not any(p.any() for n, p in stock.named_parameters() if "time_conv" in n)


def test_folded_vae_keeps_the_statistics_of_its_latents() -> None:
    twin = shaken_twin()
    twin.register_to_config(latents_mean=[0.5] * 16, latents_std=[2.0] * 16)
    stock = autoencoder.folded(twin)
    assert list(stock.config.latents_mean) == [0.5] * 16
    assert list(stock.config.latents_std) == [2.0] * 16
