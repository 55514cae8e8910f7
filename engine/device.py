"""The one decision where the model computes: on the graphics card if that works, else the CPU.

The pool, checkpoints and everything drawn at random stay in main memory; batches go to the model's
device when they are used.
"""

from __future__ import annotations

import functools
import os

import torch
from torch import nn

from engine.errors import EngineError
from engine.settings import DEVICE_VARIABLE


@functools.cache
def chosen(wish: str | None = None) -> torch.device:
    """`wish` or PPCL_DEVICE: "cpu", "cuda", "cuda:1"; without one, CUDA where it works.

    Raises EngineError where the wish cannot be met.
    """
    wish = wish or os.environ.get(DEVICE_VARIABLE, "")
    if wish == "cpu":
        return torch.device("cpu")
    device, problem = torch.device(wish or "cuda"), why_not_cuda()
    if not problem and (device.index or 0) >= torch.cuda.device_count():
        problem = f"there are {torch.cuda.device_count()} cards"
    if wish and problem:
        raise EngineError(
            "no_device",
            f"The device {wish} cannot be used: {problem}.",
            hint="Leave it out or choose cpu; `ppcl doctor` says more. Nothing was changed.",
        )
    return torch.device("cpu") if problem else device


def why_not_cuda() -> str:
    """The end of a sentence; "" where a CUDA card computes."""
    if torch.version.cuda is None:
        return "this build of torch is for the CPU only"
    if not torch.cuda.is_available():
        return f"torch {torch.__version__} finds no card that its CUDA {torch.version.cuda} can use"
    try:
        torch.ones(2, 2, device="cuda").matmul(torch.ones(2, 2, device="cuda")).sum().item()
    except RuntimeError as error:  # a card too old for this build, or one without free memory
        return f"the card does not compute ({str(error).splitlines()[0]})"
    return ""


def of(module: nn.Module) -> torch.device:
    """Where `module` computes."""
    return next(module.parameters()).device


def title(device: torch.device) -> str:
    """What people call it: "cpu", or the card's name."""
    return torch.cuda.get_device_name(device) if device.type == "cuda" else device.type
