"""Put parts together: `python -m engine.pocket.assemble WORK OUT` writes a stock pipeline."""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import torch
from diffusers import (
    AutoencoderKLQwenImage,
    FlowMatchEulerDiscreteScheduler,
    QwenImagePipeline,
)

from engine.generation import DEFAULTS_FILE, Defaults
from engine.pocket import text
from engine.pocket.renderer import PICTURE_PX
from engine.pocket.train_transformer import build_transformer
from engine.project import write_json

STEPS = 20
GUIDANCE = 2.5


def assemble(work: Path, out: Path) -> None:
    """Write the averaged weights of `work`/learner.pt, with `work`/vae, as a pipeline to `out`."""
    ema = torch.load(work / "learner.pt", weights_only=True)["ema"]
    transformer, text_encoder = build_transformer(), text.build_text_encoder()
    for name, module in (("transformer", transformer), ("text_encoder", text_encoder)):
        part = {k.removeprefix(f"{name}."): v for k, v in ema.items() if k.startswith(f"{name}.")}
        missing, unexpected = module.load_state_dict(part, strict=False)
        tied = {"lm_head.weight"}
        assert not unexpected and set(missing) <= tied, (missing, unexpected)
    transformer.to(torch.bfloat16)
    # Stock loading keeps the stored type of this part alone, so it is stored as it computes.
    text_encoder.tie_weights()
    pipeline = QwenImagePipeline(
        scheduler=FlowMatchEulerDiscreteScheduler(shift=1.0, use_dynamic_shifting=False),
        vae=AutoencoderKLQwenImage.from_pretrained(work / "vae", torch_dtype=torch.bfloat16),
        text_encoder=text_encoder,
        tokenizer=text.build_tokenizer(),
        transformer=transformer,
    )
    for part in ("transformer", "vae", "text_encoder", "tokenizer", "scheduler"):
        shutil.rmtree(out / part, ignore_errors=True)
    pipeline.save_pretrained(out)
    write_json(
        out / DEFAULTS_FILE,
        Defaults(width=PICTURE_PX, height=PICTURE_PX, steps=STEPS, guidance=GUIDANCE),
    )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("out", type=Path)
    options = parser.parse_args()
    assemble(options.work, options.out)
