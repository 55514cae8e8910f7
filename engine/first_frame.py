"""A picture out of a decoder that is made for films, without the frames that are not there.

Such a decoder looks back over time: before a first frame it puts empty ones, and multiplies them.
What is left is a plane convolution with the newest slice of the weights, which takes a third.
"""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Iterator

import torch
from torch import Tensor, nn
from torch.nn import functional


def looks_back(module: nn.Module) -> bool:
    """Whether it convolves over time and pads the past alone; diffusers' classes keep `_padding`.

    That is (left, right, top, bottom, before, behind).
    """
    padding = getattr(module, "_padding", ())
    return isinstance(module, nn.Conv3d) and len(padding) == 6 and padding[5] == 0


@contextlib.contextmanager
def first_frames_only(decoder: nn.Module) -> Iterator[None]:
    """In here, `decoder` takes the short way wherever it is given a first frame."""
    found = [module for module in decoder.modules() if looks_back(module)]
    for module in found:
        module.forward = functools.partial(_forward, module)  # type: ignore[method-assign]
    try:
        yield
    finally:
        for module in found:
            del module.forward


def _forward(conv: nn.Conv3d, frames: Tensor, cache_x: Tensor | None = None) -> Tensor:
    if cache_x is not None or frames.shape[2] != 1:
        return type(conv).forward(conv, frames, cache_x)
    padded = functional.pad(frames[:, :, 0], conv._padding[:4])
    plane = functional.conv2d(padded, conv.weight[:, :, -1], conv.bias, conv.stride[1:])
    return torch.unsqueeze(plane, 2)
