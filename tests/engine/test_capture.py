"""What goes on inside a block."""

from __future__ import annotations

import torch

from engine.capture import look_inside
from engine.pool import Bucket, Pool
from engine.teacher.shell import Shell
from tests.tiny import tiny_inputs, tiny_shell


def pool_of(shell: Shell) -> Pool:
    buckets = []
    for seed in (1, 2):
        x = tiny_inputs(3, seed=seed)
        buckets.append(Bucket(x.hidden, x.sigma, torch.zeros(3), x.text, torch.arange(3), x.shape))
    return Pool(tuple(buckets))


@torch.no_grad()
def test_inner_states_make_up_the_output_of_the_block() -> None:
    """h = g + gate * mlp(norm(g) * (1 + scale) + shift), with g the attention residual."""
    shell = tiny_shell()
    pool, block = pool_of(shell), shell.blocks[2]
    states = pool.push(shell, shell.blocks[:2], None, batch=64)
    conditioning: list[torch.Tensor] = []
    handle = block.register_forward_pre_hook(
        lambda _m, _a, kwargs: conditioning.append(kwargs["temb"]), with_kwargs=True
    )
    inside = look_inside(shell, block, pool, states)
    handle.remove()
    after = pool.push(shell, [block], states, batch=64)
    for seen, front, behind, temb in zip(inside, states, after, conditioning, strict=True):
        assert all(torch.equal(seen.output[name], behind[name]) for name in shell.streams)
        shift, scale, _ = block.txt_mod(temb).chunk(2, dim=-1)[0].unsqueeze(1).chunk(3, dim=-1)
        torch.testing.assert_close(
            seen.modulated_text, block.txt_norm1(front["text"]) * (1 + scale) + shift
        )
        for name, mod, norm, mlp in (
            ("image", block.img_mod, block.img_norm2, block.img_mlp),
            ("text", block.txt_mod, block.txt_norm2, block.txt_mlp),
        ):
            g = seen.residual[name]
            shift, scale, gate = mod(temb).chunk(2, dim=-1)[1].unsqueeze(1).chunk(3, dim=-1)
            torch.testing.assert_close(g + gate * mlp(norm(g) * (1 + scale) + shift), behind[name])


def test_block_has_no_hooks_left() -> None:
    shell = tiny_shell()
    pool = pool_of(shell)
    look_inside(shell, shell.blocks[0], pool, pool.push(shell, [], None, batch=64))
    assert not any(m._forward_pre_hooks for m in shell.blocks[0].modules())
