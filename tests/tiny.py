"""Real classes at tiny size, with weights that do something; shared by tests of the engine."""

from __future__ import annotations

import torch
from diffusers import (
    AutoencoderKLQwenImage,
    FlowMatchEulerDiscreteScheduler,
    QwenImagePipeline,
    QwenImageTransformer2DModel,
)

from engine.pocket import autoencoder, text
from engine.pocket.train_transformer import CONFIG
from engine.teacher.shell import Inputs, Shell

WIDTH = 32
TEXT_DIM = 32


def tiny_transformer(num_blocks: int = 6, *, seed: int = 0) -> QwenImageTransformer2DModel:
    """Width 32, two heads, about 0.06 M parameters a block; frozen."""
    torch.manual_seed(seed)
    model = QwenImageTransformer2DModel(
        num_layers=num_blocks,
        attention_head_dim=WIDTH // 2,
        num_attention_heads=2,
        joint_attention_dim=TEXT_DIM,
        axes_dims_rope=(4, 6, 6),
    )
    return model.requires_grad_(False).eval()


def tiny_inputs(batch: int = 2, *, seed: int = 1, text_dim: int = TEXT_DIM) -> Inputs:
    """`batch` samples of 25 image tokens and seven words."""
    draw = torch.Generator().manual_seed(seed)
    return Inputs(
        hidden=torch.randn(batch, 25, 64, generator=draw),
        text=torch.randn(batch, 7, text_dim, generator=draw),
        sigma=torch.rand(batch, generator=draw),
        shape=(1, 5, 5),
    )


def tiny_shell(num_blocks: int = 6) -> Shell:
    return Shell(tiny_transformer(num_blocks), blocks="transformer_blocks", sample=tiny_inputs(1))


def tiny_pipeline(num_blocks: int = 4, *, seed: int = 0) -> QwenImagePipeline:
    """A whole untrained pipeline as Pocket is built, with fewer blocks and random gates."""
    torch.manual_seed(seed)
    pipeline = QwenImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=1.0),
        vae=AutoencoderKLQwenImage(**autoencoder.CONFIG),
        text_encoder=text.build_text_encoder(seed),
        tokenizer=text.build_tokenizer(),
        transformer=QwenImageTransformer2DModel(**{**CONFIG, "num_layers": num_blocks}),
    )
    pipeline.set_progress_bar_config(disable=True)
    return pipeline
