# SPDX-License-Identifier: Apache-2.0
"""Loads Qwen-Image transformers that PPCL Studio made narrower; needs torch and diffusers only.

A narrowed block lacks its text stream, its feed-forwards, or both. Three lists of block numbers in
config.json say which: `single_stream_index` (no text stream), `ffn_proj_index` (no feed-forwards)
and `ehs_proj_index` (last of a row without text stream, where the text is read again later).
"""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from diffusers import QwenImageTransformer2DModel
from diffusers.configuration_utils import register_to_config
from diffusers.models.transformers.transformer_qwenimage import QwenImageTransformerBlock
from torch import Tensor, nn

_FLOAT16_MAX = 65504


class KeptText:
    """The modulated text of a whole block, kept for the blocks behind it that have none."""

    def __init__(self) -> None:
        self.modulated: Tensor | None = None

    def keep(self, _attention: nn.Module, _args: object, arguments: dict[str, Tensor]) -> None:
        """Forward pre-hook of the whole block's attention."""
        self.modulated = arguments["encoder_hidden_states"]


class PPCLQwenImageTransformerBlock(QwenImageTransformerBlock):
    """A Qwen-Image block with linear maps in place of its text stream or feed-forwards."""

    def __init__(
        self,
        dim: int,
        num_attention_heads: int,
        attention_head_dim: int,
        *,
        has_text: bool = True,
        has_ffn: bool = True,
        has_ehs_proj: bool = False,
    ) -> None:
        super().__init__(dim, num_attention_heads, attention_head_dim)
        self.has_text, self.has_ffn, self.has_ehs_proj = has_text, has_ffn, has_ehs_proj
        self.kept: KeptText | None = None
        if not has_text:
            del self.txt_mod, self.txt_mlp
            self.txt_proj = nn.Linear(dim, dim)
        if has_ehs_proj:
            self.ehs_proj = nn.Linear(dim, dim)
        for stream in ("img", "txt") if has_text else ("img",):
            if not has_ffn:
                getattr(self, f"{stream}_mod")[1] = nn.Linear(dim, 3 * dim)
                delattr(self, f"{stream}_mlp")
                setattr(self, f"{stream}_ffn_proj", nn.Linear(dim, dim))

    def forward(
        self,
        hidden_states: Tensor,
        encoder_hidden_states: Tensor,
        encoder_hidden_states_mask: Tensor | None,
        temb: Tensor,
        image_rotary_emb: tuple[Tensor, Tensor] | None = None,
        joint_attention_kwargs: dict[str, Any] | None = None,
        modulate_index: None = None,
    ) -> tuple[Tensor, Tensor]:
        """Same arguments and results as the stock block."""
        image, words = hidden_states, encoder_hidden_states
        image_first, *image_second = self.img_mod(temb).split(3 * self.dim, dim=-1)
        image_in, image_gate = _modulated(self.img_norm1(image), image_first)
        if self.has_text:
            text_first, *text_second = self.txt_mod(temb).split(3 * self.dim, dim=-1)
            text_in, text_gate = _modulated(self.txt_norm1(words), text_first)
        else:
            kept = self.kept.modulated.to(image.device)  # a model can be spread over devices
            text_in = kept + self.txt_proj(kept)
        image_out, text_out = self.attn(
            hidden_states=image_in,
            encoder_hidden_states=text_in,
            encoder_hidden_states_mask=encoder_hidden_states_mask,
            image_rotary_emb=image_rotary_emb,
            **(joint_attention_kwargs or {}),
        )
        image = self._behind_attention("img", image + image_gate * image_out, image_second)
        if self.has_text:
            words = self._behind_attention("txt", words + text_gate * text_out, text_second)
        elif self.has_ehs_proj:
            words = words + self.ehs_proj(words)
        return _clipped(words), _clipped(image)

    def _behind_attention(self, stream: str, x: Tensor, parameters: list[Tensor]) -> Tensor:
        """The feed-forward of one stream, or the linear map in its place; x [B, L, D]."""
        if not self.has_ffn:
            return x + getattr(self, f"{stream}_ffn_proj")(x)
        modulated, gate = _modulated(getattr(self, f"{stream}_norm2")(x), parameters[0])
        return x + gate * getattr(self, f"{stream}_mlp")(modulated)


class PPCLQwenImageTransformer2DModel(QwenImageTransformer2DModel):
    """The stock model with some of its blocks narrowed; `ppcl` and `auto_map` are only kept."""

    _no_split_modules: ClassVar = ["QwenImageTransformerBlock", "PPCLQwenImageTransformerBlock"]
    _repeated_blocks: ClassVar = ["QwenImageTransformerBlock", "PPCLQwenImageTransformerBlock"]

    @register_to_config
    def __init__(
        self,
        patch_size: int = 2,
        in_channels: int = 64,
        out_channels: int | None = 16,
        num_layers: int = 60,
        attention_head_dim: int = 128,
        num_attention_heads: int = 24,
        joint_attention_dim: int = 3584,
        guidance_embeds: bool = False,
        axes_dims_rope: tuple[int, int, int] = (16, 56, 56),
        zero_cond_t: bool = False,
        use_additional_t_cond: bool = False,
        use_layer3d_rope: bool = False,
        single_stream_index: tuple[int, ...] = (),
        ffn_proj_index: tuple[int, ...] = (),
        ehs_proj_index: tuple[int, ...] = (),
        ppcl: dict[str, Any] | None = None,
        auto_map: dict[str, str] | None = None,
    ) -> None:
        if zero_cond_t:
            raise ValueError("Narrowed blocks do not know zero_cond_t, the second time embedding.")
        if 0 in single_stream_index:
            raise ValueError("Block 0 cannot lack its text stream: there is none before it.")
        if not set(ehs_proj_index) <= set(single_stream_index):
            raise ValueError("Only a block without text stream can have an ehs_proj.")
        newer = {
            "use_additional_t_cond": use_additional_t_cond,
            "use_layer3d_rope": use_layer3d_rope,
        }
        super().__init__(
            patch_size=patch_size,
            in_channels=in_channels,
            out_channels=out_channels,
            num_layers=num_layers,
            attention_head_dim=attention_head_dim,
            num_attention_heads=num_attention_heads,
            joint_attention_dim=joint_attention_dim,
            guidance_embeds=guidance_embeds,
            axes_dims_rope=axes_dims_rope,
            **{name: value for name, value in newer.items() if value},
        )
        for number in sorted({*single_stream_index, *ffn_proj_index}):
            self.transformer_blocks[number] = PPCLQwenImageTransformerBlock(
                self.inner_dim,
                num_attention_heads,
                attention_head_dim,
                has_text=number not in single_stream_index,
                has_ffn=number not in ffn_proj_index,
                has_ehs_proj=number in ehs_proj_index,
            )
        self._share_text(single_stream_index)

    def _share_text(self, without_text: tuple[int, ...]) -> None:
        """Show every block without text stream what the last block before it with one has kept."""
        for number in sorted(without_text):
            before = self.transformer_blocks[number - 1]
            if number - 1 in without_text:
                kept = before.kept
            else:
                kept = KeptText()
                before.attn.register_forward_pre_hook(kept.keep, with_kwargs=True)
            self.transformer_blocks[number].kept = kept


def _modulated(x: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
    """x * (1 + scale) + shift and the gate [B, 1, D]; x [B, L, D], parameters [B, 3D]."""
    shift, scale, gate = parameters.unsqueeze(1).chunk(3, dim=-1)
    return x * (1 + scale) + shift, gate


def _clipped(x: Tensor) -> Tensor:
    """What float16 can hold, as the stock block does it."""
    return x.clip(-_FLOAT16_MAX, _FLOAT16_MAX) if x.dtype == torch.float16 else x
