"""Twins: copies of modules that share every tensor, for two threads that run them at a time.

Schedulers, VAEs, tokenizers, hooks and text groups remember where they are in a call, so two calls
need two objects; weights are only read.
"""

from __future__ import annotations

import copy
from typing import TypeVar

from diffusers import DiffusionPipeline
from torch import Tensor, nn

_Module = TypeVar("_Module", bound=nn.Module)


def twin_of_module(module: _Module) -> _Module:
    """The same module in objects of its own; parameters are the very same ones."""
    return copy.deepcopy(module, _tensors(module))


def twin_of_pipeline(pipeline: DiffusionPipeline) -> DiffusionPipeline:
    """The same pipeline in objects of its own."""
    parts = [part for part in pipeline.components.values() if isinstance(part, nn.Module)]
    twin = type(pipeline)(**copy.deepcopy(pipeline.components, _tensors(*parts)))
    twin.set_progress_bar_config(disable=True)
    return twin


def _tensors(*modules: nn.Module) -> dict[int, Tensor]:
    """What copy.deepcopy takes for copied already."""
    return {id(t): t for m in modules for t in (*m.parameters(), *m.buffers())}
