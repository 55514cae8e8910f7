"""Training recipe of the Pocket transformer and text tower, on cached latents, resumable.

`python -m engine.pocket.train_transformer OUT --steps N [--decay-from M]`: constant learning rate
until step M, then linear to zero at step N; a later call with a larger N goes on.
"""

from __future__ import annotations

import argparse
import os
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from diffusers import QwenImageTransformer2DModel
from torch import Tensor, nn

from engine.pocket import text
from engine.pocket.grammar import LETTERS
from engine.pocket.latents import load_shards
from engine.pocket.ranks import average_gradients, run_ranks
from engine.pocket.renderer import CELLS, COLOR_CLASSES, CONTENTS

CONFIG = dict(
    num_layers=24,
    attention_head_dim=24,
    num_attention_heads=4,
    in_channels=64,
    out_channels=16,
    joint_attention_dim=text.STATE_DIM,
    axes_dims_rope=(8, 8, 8),
)
BATCH = 64
LEARNING_RATE = 2e-3
WARM_UP = 200
EMA_DECAY = 0.999
EMPTY_SHARE = 0.1
LETTER_WEIGHT = 2.0
TRUTH_WEIGHT = 0.05
TRUTH_BLOCKS = (8, 16)
SAVE_EVERY = 250
IMG_SHAPE = (1, CELLS, CELLS)


def build_transformer(seed: int = 0) -> QwenImageTransformer2DModel:
    """The untrained stock transformer; gates and output start at zero (adaLN-zero)."""
    torch.manual_seed(seed)
    model = QwenImageTransformer2DModel(**CONFIG)
    for block in model.transformer_blocks:
        for modulation in (block.img_mod[1], block.txt_mod[1]):
            nn.init.zeros_(modulation.weight)
            nn.init.zeros_(modulation.bias)
    for linear in (model.norm_out.linear, model.proj_out):
        nn.init.zeros_(linear.weight)
        nn.init.zeros_(linear.bias)
    return model


class Learner(nn.Module):
    """Transformer, text tower and the two heads that training alone uses."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self.transformer = build_transformer(seed)
        self.text_encoder = text.build_text_encoder(seed)
        width = self.transformer.inner_dim
        num_classes = len(CONTENTS) + len(COLOR_CLASSES)
        self.heads = nn.ModuleList(nn.Linear(width, num_classes) for _ in TRUTH_BLOCKS)
        tokenizer = text.build_tokenizer()
        self.register_buffer("prefix", torch.tensor(tokenizer(text.PREFIX)["input_ids"]))
        self.register_buffer("empty", torch.tensor(text.prompt_ids(tokenizer, text.EMPTY_PROMPT)))
        self._seen: list[Tensor] = []
        for block in TRUTH_BLOCKS:
            self.transformer.transformer_blocks[block].register_forward_hook(self._see)

    def _see(self, _module: nn.Module, _inputs: object, outputs: tuple[Tensor, Tensor]) -> None:
        self._seen.append(outputs[1])

    def forward(
        self, x0: Tensor, ids: Tensor, truth: Tensor, noise: Tensor, sigma: Tensor
    ) -> dict[str, Tensor]:
        """Losses of latents [B, 25, 64]: `velocity` as one sees it, `loss` as one trains it."""
        states = text.encode_ids(self.text_encoder, self.prefix, ids)
        xt = torch.lerp(x0, noise, sigma[:, None, None])
        self._seen.clear()
        velocity = self.transformer(
            xt, states, timestep=sigma, img_shapes=[[IMG_SHAPE]] * len(x0), return_dict=False
        )[0]
        errors = (velocity - (noise - x0)).square().mean(dim=-1)
        content, color = truth.long().unbind(dim=1)
        letters = (content > 0) & (content <= len(LETTERS))
        weights = 1 + (LETTER_WEIGHT - 1) * letters
        loss = (errors * weights).sum() / weights.sum()
        parts = {"velocity": errors.mean().detach()}
        if ids.shape[1] > 1:
            for head, seen in zip(self.heads, self._seen, strict=True):
                logits = head(seen).flatten(0, 1)
                what, which = logits.split([len(CONTENTS), len(COLOR_CLASSES)], dim=-1)
                wrong = F.cross_entropy(what, content.flatten()) + F.cross_entropy(
                    which, color.flatten()
                )
                loss = loss + TRUTH_WEIGHT * wrong
            with torch.no_grad():
                right = (what.argmax(-1) == content.flatten()) & letters.flatten()
                parts["letters"] = right.sum() / letters.sum().clamp(min=1)
        return {"loss": loss, **parts}


class RealRopeProcessor:
    """Joint attention in real arithmetic: the stock processor's result in a form that compiles."""

    def __call__(
        self, attn: nn.Module, hidden_states: Tensor, encoder_hidden_states: Tensor,
        image_rotary_emb: tuple[Tensor, Tensor], encoder_hidden_states_mask: None = None,
        attention_mask: None = None,
    ) -> tuple[Tensor, Tensor]:  # fmt: skip
        num_text = encoder_hidden_states.shape[1]

        def heads(of_text: nn.Module, of_image: nn.Module) -> tuple[Tensor, Tensor]:
            mapped = of_text(encoder_hidden_states), of_image(hidden_states)
            return tuple(m.unflatten(-1, (attn.heads, -1)) for m in mapped)

        text_q, image_q = heads(attn.add_q_proj, attn.to_q)
        text_k, image_k = heads(attn.add_k_proj, attn.to_k)
        q = torch.cat([attn.norm_added_q(text_q), attn.norm_q(image_q)], dim=1)
        k = torch.cat([attn.norm_added_k(text_k), attn.norm_k(image_k)], dim=1)
        v = torch.cat(heads(attn.add_v_proj, attn.to_v), dim=1)
        q, k = (_rotated(z, *image_rotary_emb).transpose(1, 2) for z in (q, k))
        weights = torch.softmax(q @ k.transpose(-1, -2) * q.shape[-1] ** -0.5, dim=-1)
        mixed = (weights @ v.transpose(1, 2)).transpose(1, 2).flatten(2)
        return attn.to_out[0](mixed[:, num_text:]), attn.to_add_out(mixed[:, :num_text])


def speed_up(transformer: QwenImageTransformer2DModel) -> None:
    """Compile the blocks, with rotary tables as real pairs; same function, twice the pace."""
    torch._dynamo.config.cache_size_limit = 64
    stock_tables = transformer.pos_embed.forward

    def real_tables(*args: object, **kwargs: object) -> tuple[Tensor, Tensor]:
        image, words = stock_tables(*args, **kwargs)
        table = torch.cat([words, image])[None, :, None]
        return table.real.contiguous(), table.imag.contiguous()

    transformer.pos_embed.forward = real_tables
    for block in transformer.transformer_blocks:
        block.attn.processor = RealRopeProcessor()
        block.compile(dynamic=False)


def train(
    rank: int, num_ranks: int, out: Path, num_steps: int, decay_from: int, seed: int, compiled: bool
) -> None:
    """Train up to `num_steps`; `out`/learner.pt holds everything that a continuation needs."""
    learner = Learner(seed)
    parameters = [p for p in learner.parameters() if p.requires_grad]
    optimizer = torch.optim.AdamW(
        parameters, lr=LEARNING_RATE, betas=(0.9, 0.95), weight_decay=0.01, fused=True
    )
    names = [n for n, p in learner.named_parameters() if not n.startswith("heads")]
    ema = {n: p.detach().clone() for n, p in learner.named_parameters() if n in set(names)}
    state_file = out / "learner.pt"
    start = 0
    if state_file.exists():
        state = torch.load(state_file, weights_only=True)
        learner.load_state_dict(state["learner"])
        optimizer.load_state_dict(state["optimizer"])
        ema, start = state["ema"], state["step"]
    if compiled:
        speed_up(learner.transformer)
    samples = load_shards(out / "latents")
    buckets = {
        n: torch.nonzero(samples["length"] == n)[:, 0] for n in samples["length"].unique().tolist()
    }
    own = dict(learner.named_parameters())
    began, seen, averages = time.monotonic(), 0, {}
    for step in range(start, num_steps):
        decay = 1.0 if step < decay_from else (num_steps - step) / (num_steps - decay_from)
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * min(1, (step + 1) / WARM_UP) * decay
        losses = learner(
            *_batch(
                samples, buckets, learner.empty, size=BATCH // num_ranks, key=(seed, step, rank)
            )
        )
        losses["loss"].backward()
        average_gradients(parameters)
        for p in parameters:
            if p.grad is None:
                p.grad = torch.zeros_like(p)
        nn.utils.clip_grad_norm_(parameters, 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        keep = min(EMA_DECAY, (step + 1) / (step + 10))
        torch._foreach_lerp_([ema[n] for n in names], [own[n].detach() for n in names], 1 - keep)
        seen += BATCH
        for name, value in losses.items():
            now = float(value.detach())
            averages[name] = 0.98 * averages.get(name, now) + 0.02 * now
        if rank == 0 and (step + 1) % 50 == 0:
            pace = seen / (time.monotonic() - began)
            shown = " ".join(f"{n} {v:.4f}" for n, v in averages.items())
            print(f"step {step + 1} {shown} {pace:.0f} pictures/s", flush=True)
        if rank == 0 and ((step + 1) % SAVE_EVERY == 0 or step + 1 == num_steps):
            state = {
                "learner": learner.state_dict(),
                "optimizer": optimizer.state_dict(),
                "ema": ema,
                "step": step + 1,
            }
            torch.save(state, state_file.with_suffix(".tmp"))
            os.replace(state_file.with_suffix(".tmp"), state_file)


def _batch(
    samples: dict[str, Tensor],
    buckets: dict[int, Tensor],
    empty: Tensor,
    *,
    size: int,
    key: tuple[int, int, int],
) -> tuple[Tensor, ...]:
    """One micro-batch of captions of one length; every rank draws the same length at a step."""
    seed, step, rank = key
    shared = torch.Generator().manual_seed(seed * 1_000_003 + step)
    own = torch.Generator().manual_seed(seed * 1_000_003 + step * 64 + rank + 2**40)
    counts = torch.tensor([len(b) for b in buckets.values()], dtype=torch.float)
    length = list(buckets)[int(torch.multinomial(counts, 1, generator=shared))]
    drop = float(torch.rand((), generator=shared)) < EMPTY_SHARE
    rows = buckets[length][torch.randint(len(buckets[length]), (size,), generator=own)]
    x0 = samples["latents"][rows].float()
    ids = empty.expand(size, -1) if drop else samples["ids"][rows, :length].long()
    sigma = torch.sigmoid(torch.randn(size, generator=own))
    return x0, ids, samples["truth"][rows], torch.randn(x0.shape, generator=own), sigma


def _rotated(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    even, odd = x.unflatten(-1, (-1, 2)).unbind(-1)
    return torch.stack((even * cos - odd * sin, even * sin + odd * cos), dim=-1).flatten(-2)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path, help="the folder with latents/")
    parser.add_argument("--steps", type=int, default=20000)
    parser.add_argument("--decay-from", type=int, default=15000)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--no-compile", dest="compiled", action="store_false")
    options = parser.parse_args()
    run_ranks(
        train, options.out, options.steps, options.decay_from, options.seed, options.compiled,
        num_ranks=options.ranks,
    )  # fmt: skip
