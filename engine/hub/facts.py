"""From a model's own files to what a person wants to know of it; the same for Hub and disk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from engine import families
from engine.protocol import Part

NEEDED = ("transformer", "vae", "text_encoder")
_PIXELS = 1024
_PIXELS_PER_TOKEN = 16

Tensors = Mapping[str, int]  # number of values by name


@dataclass(frozen=True, slots=True)
class Facts:
    """`layers` is 0 and `family` "" where the model is of no family that is known here.

    `parameters` are the transformer's, `width` is that of its states, `image_tokens` how many of
    them a picture has.
    """

    family: str
    layers: int
    parameters: int
    width: int
    image_tokens: int
    parts: tuple[Part, ...]
    problems: tuple[str, ...]


def facts(
    *,
    index: Mapping[str, object],
    config: Mapping[str, object],
    defaults: Mapping[str, object],
    weights: Mapping[str, Tensors],
    sizes: Mapping[str, int],
) -> Facts:
    """What model_index.json, the transformer's configuration and the weights' headers say.

    `weights` and `sizes` (in bytes) are by part; `defaults` is ppcl_defaults.json, where there is
    one.
    """
    class_name = str(config.get("_class_name", "?"))
    family = families.by_transformer_class(class_name)
    parts = tuple(
        Part(
            name=name,
            class_name=_class_of(index.get(name)),
            parameters=sum(weights.get(name, {}).values()),
            num_bytes=sizes.get(name, 0),
        )
        for name in sorted(sizes.keys() | set(NEEDED))
    )
    problems = [f"There are no weights in {name}." for name in NEEDED if not sizes.get(name)]
    layers = width = 0
    if family is None:
        known = ", ".join(f.title for f in families.FAMILIES)
        problems.insert(0, f"Models of the class {class_name} are not supported, only {known}.")
    else:
        layers = _int(config.get(family.depth))
        width = _int(config.get("num_attention_heads")) * _int(config.get("attention_head_dim"))
        stored = _layers_in(weights.get("transformer", {}), family.blocks)
        if weights.get("transformer") and stored != set(range(layers)):
            problems.append(
                f"The transformer should have {layers} layers, its weights have {len(stored)}."
            )
    pixels = [_int(defaults.get(side, _PIXELS)) for side in ("width", "height")]
    return Facts(
        family=family.name if family else "",
        layers=layers,
        parameters=sum(weights.get("transformer", {}).values()),
        width=width,
        image_tokens=(pixels[0] // _PIXELS_PER_TOKEN) * (pixels[1] // _PIXELS_PER_TOKEN),
        parts=parts,
        problems=tuple(problems),
    )


def _class_of(entry: object) -> str:
    """Of an entry of model_index.json, which is a library and a class."""
    return str(entry[1]) if isinstance(entry, list) and len(entry) > 1 else ""


def _layers_in(tensors: Tensors, blocks: str) -> set[int]:
    pattern = re.compile(rf"{re.escape(blocks)}\.(\d+)\.")
    return {int(found[1]) for name in tensors if (found := pattern.match(name))}


def _int(value: object) -> int:
    return value if isinstance(value, int) else 0
