"""Write tensors to a file; a full disk is an OSError, which safetensors hides in an error of its own."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path

from safetensors import SafetensorError
from safetensors import torch as safetensors_torch
from torch import Tensor


def save_file(
    tensors: Mapping[str, Tensor], file: Path, metadata: Mapping[str, str] | None = None
) -> None:
    """`safetensors.torch.save_file`, but what the system refused is raised as OSError."""
    try:
        safetensors_torch.save_file(dict(tensors), file, metadata=dict(metadata or {}))
    except SafetensorError as error:
        number = re.search(r"os error (\d+)", str(error))
        if number is None:
            raise
        raise OSError(int(number[1]), os.strerror(int(number[1])), str(file)) from error
