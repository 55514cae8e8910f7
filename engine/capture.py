"""What goes on inside a block: the inner states that width projectors are fitted to."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine.pool import Pool
from engine.teacher.narrow_block import attention_of
from engine.teacher.shell import Shell, States

_BATCH = 64


@dataclass(frozen=True, slots=True)
class Inside:
    """Inner states of one bucket.

    Modulated text z [N, T, D]; attention residuals g and outputs h per stream.
    """

    modulated_text: Tensor
    residual: States
    output: States


@torch.no_grad()
def look_inside(shell: Shell, block: nn.Module, pool: Pool, states: list[States]) -> list[Inside]:
    """Run a whole `block` on the pool from `states` and keep its inner states, bucket by bucket."""
    seen: dict[str, list[Tensor]] = {"z": [], "image": [], "text": []}

    def keep_text(_module: nn.Module, _args: object, arguments: dict[str, Tensor]) -> None:
        seen["z"].append(arguments["encoder_hidden_states"].cpu())

    def keep(name: str):  # type: ignore[no-untyped-def]
        return lambda _module, args: seen[name].append(args[0].cpu())

    handles = [
        attention_of(block).register_forward_pre_hook(keep_text, with_kwargs=True),
        block.img_norm2.register_forward_pre_hook(keep("image")),
        block.txt_norm2.register_forward_pre_hook(keep("text")),
    ]
    found = []
    try:
        for i, bucket in enumerate(pool.buckets):
            for values in seen.values():
                values.clear()
            one = Pool((bucket,))
            output = one.push(shell, [block], [states[i]], batch=_BATCH)[0]
            residual = {name: torch.cat(seen[name]) for name in ("image", "text")}
            found.append(Inside(torch.cat(seen["z"]), residual, output))
    finally:
        for handle in handles:
            handle.remove()
    return found
