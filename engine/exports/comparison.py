"""Whether an exported folder, loaded the way that users do, is the tier that it was made from."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import torch
from diffusers import AutoModel
from diffusers.utils import logging
from torch import nn

from engine.errors import EngineError
from engine.teacher.narrow_block import GroupHead, NarrowBlock
from engine.teacher.shell import Inputs, Shell, velocity

# Weights are equal, so only the order of additions can differ; a wrong block moves the output by
# far more than this.
TOLERANCE = 1e-5


@torch.no_grad()
def check_same(
    load: Callable[[], nn.Module],
    *,
    shell: Shell,
    modules: Sequence[nn.Module],
    dtype: torch.dtype,
) -> float:
    """How far the output of what `load` brings back is from that of the live tier `modules`.

    The relative Euclidean norm of the difference; raises EngineError where it is not the same.
    The live weights are rounded to `dtype`, that of the stored ones, for the comparison.
    """
    live = shell.transformer
    sample = _sample(live)
    with _rounded(live, modules, dtype):
        wanted = shell.velocity(sample, modules)
    again = load()
    problem = "some of its weights are missing"
    if not any(p.is_meta for p in again.parameters()):
        again.to(live.device).eval()
        given = velocity(again, sample)
        difference = float((given - wanted).float().norm() / wanted.float().norm().clamp(min=1e-30))
        if difference <= TOLERANCE:
            return difference
        problem = f"its output differs by {difference:.2g}"
    raise EngineError(
        "export_differs",
        f"The exported model is not the same as the tier: {problem}.",
        hint="Nothing was kept of it. Please report this with the log.",
    )


def loaded_folder(folder: Path, *, dtype: torch.dtype, own_code: bool) -> nn.Module:
    """The transformer as anyone loads it; `own_code`: the folder holds a loader file of its own.

    What diffusers says about our extra keys is left out.
    """
    trusted = {"trust_remote_code": True} if own_code else {}
    before = logging.get_verbosity()
    logging.set_verbosity_error()
    try:
        model: nn.Module = AutoModel.from_pretrained(
            str(folder / "transformer"), dtype=dtype, local_files_only=True, **trusted
        )
    finally:
        logging.set_verbosity(before)
    return model


def _sample(transformer: nn.Module) -> Inputs:
    """Two made-up calls of the transformer: a 4 x 4 picture, seven words, early and late."""
    config, draw = transformer.config, torch.Generator().manual_seed(0)
    place = {"device": transformer.device, "dtype": transformer.dtype}
    return Inputs(
        hidden=torch.randn(2, 16, config["in_channels"], generator=draw).to(**place),
        text=torch.randn(2, 7, config["joint_attention_dim"], generator=draw).to(**place),
        sigma=torch.tensor([0.9, 0.3]).to(**place),
        shape=(1, 4, 4),
    )


@contextlib.contextmanager
def _rounded(
    transformer: nn.Module, modules: Sequence[nn.Module], dtype: torch.dtype
) -> Iterator[None]:
    """The live weights as they are stored, put back to the very same tensors afterwards."""
    owners = [transformer, *(owner for module in modules for owner in _owners(module))]
    parameters = {id(p): p for owner in owners for p in owner.parameters()}
    before = {key: p.data for key, p in parameters.items()}
    try:
        for p in parameters.values():
            p.data = p.data.to(dtype).to(p.dtype)
        yield
    finally:
        for key, p in parameters.items():
            p.data = before[key]


def _owners(block: nn.Module) -> list[nn.Module]:
    """Modules whose parameters a block of any kind computes with."""
    if isinstance(block, GroupHead):
        return _owners(block.block)
    return [block.source, block] if isinstance(block, NarrowBlock) else [block]
