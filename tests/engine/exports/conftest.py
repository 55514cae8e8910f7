"""A small base model on disk, its shell, and plugs whose results are not zero."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from diffusers import QwenImagePipeline

from engine.plugs import Plug, projectors, student_like
from engine.teacher.loading import load_pipeline
from engine.teacher.shell import Shell
from tests.tiny import tiny_inputs, tiny_pipeline

NUM_BLOCKS = 8


@pytest.fixture(autouse=True)
def _own_module_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Loader files are copied into a cache by diffusers; keep it out of the user's home."""
    monkeypatch.setattr(
        "diffusers.utils.dynamic_modules_utils.HF_MODULES_CACHE", str(tmp_path / "cache")
    )


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("base") / "model"
    tiny_pipeline(NUM_BLOCKS).save_pretrained(folder)
    (folder / "LICENSE").write_text("words of a licence\n")
    (folder / "README.md").write_text("---\nlicense: mit\n---\n# Base\n")
    return folder


@pytest.fixture(scope="session")
def pipeline(base: Path) -> QwenImagePipeline:
    return load_pipeline(base)


@pytest.fixture
def shell(pipeline: QwenImagePipeline) -> Shell:
    return Shell(
        pipeline.transformer, blocks="transformer_blocks", sample=tiny_inputs(1, text_dim=128)
    )


class Made:
    """Random plugs for the blocks of a shell; the same numbers every time."""

    def __init__(self, shell: Shell) -> None:
        self.blocks = shell.blocks
        self.width = shell.transformer.inner_dim

    def span(self, first: int, last: int) -> Plug:
        return Plug("span", first, last, self._shaken(student_like(self.blocks[first]), 0.02))

    def ffn(self, block: int) -> Plug:
        names = ("img_ffn_proj", "txt_ffn_proj")
        return Plug("ffn", block, block, self._shaken(projectors(names, self.width), 0.1))

    def text(self, first: int, last: int, *, narrowed: Sequence[int], read_later: bool) -> Plug:
        tree = torch.nn.ModuleDict()
        for block in narrowed:
            with_ehs = read_later and block == narrowed[-1]
            names = ("txt_proj", "ehs_proj") if with_ehs else ("txt_proj",)
            tree[str(block)] = projectors(names, self.width)
        return Plug("text", first, last, self._shaken(tree, 0.1))

    def _shaken(self, module: torch.nn.Module, spread: float) -> torch.nn.Module:
        draw = torch.Generator().manual_seed(0)
        with torch.no_grad():
            for p in module.parameters():
                p.add_(torch.randn(p.shape, generator=draw), alpha=spread)
        return module


@pytest.fixture
def made(shell: Shell) -> Made:
    return Made(shell)
