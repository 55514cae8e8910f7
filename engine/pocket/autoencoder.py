"""The Pocket VAE: a stock AutoencoderKLQwenImage, trained as the 2-D network it is on pictures."""

from __future__ import annotations

import torch
from diffusers import AutoencoderKLQwenImage
from diffusers.models.autoencoders.autoencoder_kl_qwenimage import QwenImageCausalConv3d
from torch import Tensor, nn

CONFIG = dict(
    base_dim=16,
    z_dim=16,
    dim_mult=[1, 2, 4, 4],
    num_res_blocks=1,
    attn_scales=[],
    temperal_downsample=[False, True, True],
)


class PlanarConv(nn.Module):
    """A convolution on single frames, its weight kept as the matrix [out, in * k * k].

    Of a causal 3-D convolution only the last temporal tap ever meets a single frame, so only that
    tap is here. A matrix is the form that Muon orthogonalises.
    """

    def __init__(self, conv: nn.Conv2d | QwenImageCausalConv3d) -> None:
        super().__init__()
        causal = isinstance(conv, QwenImageCausalConv3d)
        kernel = conv.weight.detach()[:, :, -1] if causal else conv.weight.detach()
        self.kernel_shape = kernel.shape
        self.weight = nn.Parameter(kernel.flatten(1).clone())
        assert conv.bias is not None
        self.bias = nn.Parameter(conv.bias.detach().clone())
        self.padding = conv._padding[0] if causal else conv.padding
        self.stride = 1 if causal else conv.stride

    def forward(self, x: Tensor, cache: None = None) -> Tensor:
        kernel = self.weight.view(self.kernel_shape)
        if x.dim() == 4:
            return torch.conv2d(x, kernel, self.bias, self.stride, self.padding)
        y = torch.conv2d(x.squeeze(2), kernel, self.bias, self.stride, self.padding)
        return y.unsqueeze(2)


def planar_twin(seed: int = 0) -> AutoencoderKLQwenImage:
    """A fresh VAE whose causal convolutions are planar; takes [B, C, 1, H, W] as the original."""
    torch.manual_seed(seed)
    vae = AutoencoderKLQwenImage(**CONFIG)
    for parent in list(vae.modules()):
        for name, child in list(parent.named_children()):
            if isinstance(child, (nn.Conv2d, QwenImageCausalConv3d)) and name != "time_conv":
                setattr(parent, name, PlanarConv(child))
    return vae


def folded(twin: AutoencoderKLQwenImage) -> AutoencoderKLQwenImage:
    """The stock VAE that computes what `twin` computes; unused taps and time_conv are zero."""
    vae = AutoencoderKLQwenImage(**{**CONFIG, **_statistics(twin)})
    planar = dict(twin.named_modules())
    state = twin.state_dict()
    with torch.no_grad():
        for name, parameter in vae.named_parameters():
            module = name.rpartition(".")[0]
            if "time_conv" in name:
                parameter.zero_()
            elif isinstance(planar.get(module), PlanarConv) and name.endswith("weight"):
                kernel = state[name].view(planar[module].kernel_shape)
                if parameter.dim() == 5:
                    parameter.zero_()
                    parameter[:, :, -1].copy_(kernel)
                else:
                    parameter.copy_(kernel)
            else:
                parameter.copy_(state[name])
    return vae


def encode(vae: AutoencoderKLQwenImage, pictures: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and log-variance [B, z, H/8, W/8] of pictures [B, 3, H, W] in -1..1."""
    moments = vae.quant_conv(vae.encoder(pictures.unsqueeze(2))).squeeze(2)
    mean, log_variance = moments.chunk(2, dim=1)
    return mean, log_variance.clamp(-30, 20)


def decode(vae: AutoencoderKLQwenImage, latents: Tensor) -> Tensor:
    """Pictures [B, 3, H, W] in about -1..1 from raw latents [B, z, H/8, W/8]."""
    return vae.decoder(vae.post_quant_conv(latents.unsqueeze(2))).squeeze(2)


def _statistics(vae: AutoencoderKLQwenImage) -> dict[str, list[float]]:
    return {"latents_mean": vae.config.latents_mean, "latents_std": vae.config.latents_std}
