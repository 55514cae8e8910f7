"""Facts about model families, data only: what the engine must know before it has seen a model."""

from __future__ import annotations

import msgspec


class Family(msgspec.Struct, frozen=True, kw_only=True):
    """One architecture. `config` is the transformer configuration of its published base model.

    `blocks` is the attribute that holds the row of blocks, `depth` the config key that counts it.
    `repo`, `license` and `parameters` (of the transformer, `other_parameters` of what is around it)
    are the published base model's.
    """

    name: str
    title: str
    transformer_class: str
    pipeline_class: str
    blocks: str
    depth: str
    config: dict[str, object]
    repo: str = ""
    license: str = ""
    parameters: int = 0
    other_parameters: int = 0


QWEN_IMAGE = Family(
    name="qwen-image",
    title="Qwen-Image",
    transformer_class="QwenImageTransformer2DModel",
    pipeline_class="QwenImagePipeline",
    blocks="transformer_blocks",
    depth="num_layers",
    config={
        "patch_size": 2,
        "in_channels": 64,
        "out_channels": 16,
        "num_layers": 60,
        "attention_head_dim": 128,
        "num_attention_heads": 24,
        "joint_attention_dim": 3584,
        "axes_dims_rope": [16, 56, 56],
    },
    repo="Qwen/Qwen-Image",
    license="apache-2.0",
    parameters=20_430_401_088,
    other_parameters=8_419_000_000,
)

FAMILIES: tuple[Family, ...] = (QWEN_IMAGE,)


def by_name(name: str) -> Family | None:
    return next((f for f in FAMILIES if f.name == name), None)


def by_transformer_class(class_name: str) -> Family | None:
    return next((f for f in FAMILIES if f.transformer_class == class_name), None)
