"""Narrowed Qwen-Image blocks: without their text stream, without their feed-forwards, or both.

PPCL section on width pruning, eq. 8 and 9. A narrowed block borrows attention and modulation from
the block that it narrows and owns its projectors only, so a plug is small and the block behind it
can go on learning.
"""

from __future__ import annotations

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

_FLOAT16_MAX = torch.finfo(torch.float16).max


class TextGroupState:
    """What the head of a text group hands to the later blocks of the group in one forward pass."""

    def __init__(self) -> None:
        self.modulated: Tensor | None = None


class GroupHead(nn.Module):
    """First block of a text group: itself unchanged, its modulated text is kept for the group."""

    def __init__(self, block: nn.Module, group: TextGroupState) -> None:
        super().__init__()
        self.block = block
        self._group = group

    def forward(self, *args: Any, **kwargs: Any) -> tuple[Tensor, Tensor]:
        def keep(_module: nn.Module, _args: object, arguments: dict[str, Tensor]) -> None:
            self._group.modulated = arguments["encoder_hidden_states"]

        handle = attention_of(self.block).register_forward_pre_hook(keep, with_kwargs=True)
        try:
            outputs: tuple[Tensor, Tensor] = self.block(*args, **kwargs)
        finally:
            handle.remove()
        return outputs


class NarrowBlock(nn.Module):
    """`source` with replaced parts; projectors given are used, named as in the published layout.

    `ffn`: linears "img_ffn_proj" and, where the text stream stays, "txt_ffn_proj" on the attention
    residual g, h = g + P(g) (eq. 9). `text`: "txt_proj" gives the text attention input
    z = z_a + P_z(z_a) from the group head's z_a, and "ehs_proj", where present, the group's text
    output h_a + P_h(h_a) (eq. 8).
    """

    def __init__(
        self,
        source: nn.Module,
        *,
        ffn: nn.ModuleDict | None = None,
        text: nn.ModuleDict | None = None,
        group: TextGroupState | None = None,
    ) -> None:
        super().__init__()
        self._source = [source]
        self._group = group
        self.ffn = ffn
        self.text = text

    @property
    def source(self) -> nn.Module:
        """The whole block that this one borrows from; not one of its submodules on purpose."""
        return self._source[0]

    @property
    def attn(self) -> nn.Module:
        return self.source.attn

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
        source = self.source
        image_first, image_second = self._modulation("img_mod", temb)
        image_in, image_gate = _modulated(source.img_norm1(hidden_states), image_first)
        if self.text is None:
            text_first, text_second = self._modulation("txt_mod", temb)
            text_in, text_gate = _modulated(source.txt_norm1(encoder_hidden_states), text_first)
        else:
            assert self._group is not None and self._group.modulated is not None
            kept = self._group.modulated
            text_in = kept + self.text["txt_proj"](kept)
        image_out, text_out = source.attn(
            hidden_states=image_in,
            encoder_hidden_states=text_in,
            encoder_hidden_states_mask=encoder_hidden_states_mask,
            image_rotary_emb=image_rotary_emb,
            **(joint_attention_kwargs or {}),
        )
        image = hidden_states + image_gate * image_out
        if self.ffn is not None:
            image = image + self.ffn["img_ffn_proj"](image)
        else:
            image = _fed_forward(image, source.img_norm2, source.img_mlp, image_second)
        if self.text is not None:
            words = encoder_hidden_states
            if "ehs_proj" in self.text:
                words = words + self.text["ehs_proj"](words)
            return _clipped(words), _clipped(image)
        words = encoder_hidden_states + text_gate * text_out
        if self.ffn is not None:
            words = words + self.ffn["txt_ffn_proj"](words)
        else:
            words = _fed_forward(words, source.txt_norm2, source.txt_mlp, text_second)
        return _clipped(words), _clipped(image)

    def _modulation(self, name: str, temb: Tensor) -> tuple[Tensor, Tensor | None]:
        """Shift, scale and gate [B, 3D] of norm1, and of norm2 where the feed-forward is there."""
        linear = getattr(self.source, name)[1]
        rows = linear.weight.shape[0] // 2 if self.ffn is not None else linear.weight.shape[0]
        values = F.linear(F.silu(temb), linear.weight[:rows], linear.bias[:rows])
        if self.ffn is not None:
            return values, None
        first, second = values.chunk(2, dim=-1)
        return first, second


def attention_of(block: nn.Module) -> nn.Module:
    """The joint attention of a stock, narrowed or head block."""
    if isinstance(block, GroupHead):
        return attention_of(block.block)
    attention: nn.Module = block.attn
    return attention


def published_state(block: nn.Module) -> dict[str, Tensor]:
    """Tensors of any kind of block under the names of the published width checkpoints.

    A block without feed-forward keeps the first half of its modulation rows; a text-narrowed one
    has no txt_mod and no txt_mlp.
    """
    if isinstance(block, GroupHead):
        return published_state(block.block)
    if not isinstance(block, NarrowBlock):
        return dict(block.state_dict())
    state = {}
    for key, tensor in block.source.state_dict().items():
        part = key.split(".")[0]
        if block.text is not None and part in ("txt_mod", "txt_mlp"):
            continue
        if block.ffn is not None and part in ("img_mlp", "txt_mlp"):
            continue
        if block.ffn is not None and part in ("img_mod", "txt_mod"):
            tensor = tensor[: len(tensor) // 2]
        state[key] = tensor
    for projectors in (block.ffn, block.text):
        if projectors is not None:
            names = projectors.state_dict()
            if block.text is not None:
                names = {k: v for k, v in names.items() if not k.startswith("txt_ffn_proj")}
            state.update(names)
    return state


def num_parameters(block: nn.Module) -> int:
    """Parameters of any kind of block as it is stored."""
    return sum(t.numel() for t in published_state(block).values())


def projector(width: int, weight: Tensor | None = None, bias: Tensor | None = None) -> nn.Linear:
    """A linear map [width -> width] that starts at zero or at weight [in, out] and bias [out]."""
    linear = nn.Linear(width, width)
    with torch.no_grad():
        linear.weight.zero_() if weight is None else linear.weight.copy_(weight.T)
        linear.bias.zero_() if bias is None else linear.bias.copy_(bias)
    return linear


def _modulated(x: Tensor, parameters: Tensor) -> tuple[Tensor, Tensor]:
    """x * (1 + scale) + shift and the gate [B, 1, D]; x [B, L, D], parameters [B, 3D]."""
    shift, scale, gate = parameters.unsqueeze(1).chunk(3, dim=-1)
    return x * (1 + scale) + shift, gate


def _fed_forward(x: Tensor, norm: nn.Module, mlp: nn.Module, parameters: Tensor | None) -> Tensor:
    assert parameters is not None
    modulated, gate = _modulated(norm(x), parameters)
    return x + gate * mlp(modulated)


def _clipped(x: Tensor) -> Tensor:
    """What float16 can hold, as the stock block does it; in other types nothing overflows."""
    return x.clip(-_FLOAT16_MAX, _FLOAT16_MAX) if x.dtype == torch.float16 else x
