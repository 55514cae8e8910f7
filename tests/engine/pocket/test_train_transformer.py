"""The training recipe of the Pocket transformer, without training for long."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from safetensors.torch import save_file
from torch import Tensor, nn

from engine.pocket import ranks, text, train_transformer
from engine.pocket.train_transformer import (
    CONFIG,
    Learner,
    RealRopeProcessor,
    _batch,
    build_transformer,
)
from tests.tiny import tiny_inputs, tiny_transformer


@pytest.fixture(autouse=True)
def shallow(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two blocks instead of 24."""
    monkeypatch.setattr(train_transformer, "CONFIG", {**CONFIG, "num_layers": 2})
    monkeypatch.setattr(train_transformer, "TRUTH_BLOCKS", (0, 1))


def samples(num: int = 8) -> dict[str, Tensor]:
    draw = torch.Generator().manual_seed(0)
    ids = torch.zeros(num, 12, dtype=torch.int16)
    lengths = [2, 3] * (num // 2)
    for i, n in enumerate(lengths):
        ids[i, :n] = torch.randint(5, 60, (n,), generator=draw).short()
    return {
        "latents": torch.randn(num, 25, 64, generator=draw).half(),
        "ids": ids,
        "truth": torch.randint(0, 10, (num, 2, 25), generator=draw).byte(),
        "length": torch.tensor(lengths),
    }


@torch.no_grad()
def test_attention_in_real_numbers_is_the_stock_attention() -> None:
    stock, real = tiny_transformer(3), tiny_transformer(3)
    original = real.pos_embed.forward

    def tables(*args: object, **kwargs: object) -> tuple[Tensor, Tensor]:
        image, words = original(*args, **kwargs)
        table = torch.cat([words, image])[None, :, None]
        return table.real.contiguous(), table.imag.contiguous()

    real.pos_embed.forward = tables
    for block in real.transformer_blocks:
        block.attn.processor = RealRopeProcessor()
    x = tiny_inputs(2)
    given = {
        "encoder_hidden_states": x.text,
        "timestep": x.sigma,
        "img_shapes": [[x.shape]] * 2,
        "return_dict": False,
    }
    torch.testing.assert_close(
        real(x.hidden, **given)[0], stock(x.hidden, **given)[0], atol=1e-5, rtol=1e-4
    )


def test_untrained_transformer_says_nothing() -> None:
    model = build_transformer()
    x = torch.randn(2, 25, 64, generator=torch.Generator().manual_seed(0))
    words = torch.randn(2, 4, text.STATE_DIM, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        out = model(
            x,
            words,
            timestep=torch.tensor([0.2, 0.9]),
            img_shapes=[[(1, 5, 5)]] * 2,
            return_dict=False,
        )[0]
    assert not out.any()


def test_pocket_is_over_deep_and_its_heads_fit_their_rotary_axes() -> None:
    assert CONFIG["num_layers"] >= 24
    assert sum(CONFIG["axes_dims_rope"]) == CONFIG["attention_head_dim"]  # type: ignore[call-overload]


def test_learner_teaches_velocity_and_the_truth_of_the_cells() -> None:
    learner, draw = Learner(0), torch.Generator().manual_seed(0)
    x0, noise = torch.randn(2, 4, 25, 64, generator=draw)
    truth = torch.randint(0, 10, (4, 2, 25), generator=draw).byte()
    losses = learner(
        x0,
        torch.randint(5, 60, (4, 3), generator=draw),
        truth,
        noise,
        torch.rand(4, generator=draw),
    )
    # An untrained model answers zero.
    assert float(losses["velocity"]) == pytest.approx(float((noise - x0).square().mean()), rel=1e-5)
    losses["loss"].backward()
    used = {
        n.split(".")[0]
        for n, p in learner.named_parameters()
        if p.grad is not None and p.grad.any()
    }
    assert {"transformer", "heads"} <= used


def test_batches_are_of_one_length_and_the_same_every_time() -> None:
    pool = samples()
    buckets = {n: torch.nonzero(pool["length"] == n)[:, 0] for n in (2, 3)}
    empty = torch.tensor([5])
    lengths = set()
    for step in range(60):
        one, other = (_batch(pool, buckets, empty, size=4, key=(0, step, rank)) for rank in (0, 1))
        again = _batch(pool, buckets, empty, size=4, key=(0, step, 0))
        assert all(torch.equal(a, b) for a, b in zip(one, again, strict=True))
        assert one[1].shape == other[1].shape, "ranks share the length of a step"
        assert not torch.equal(one[3], other[3]), "ranks draw their own noise"
        assert one[1].all(), "no padding inside a batch"
        lengths.add(one[1].shape[1])
    assert lengths == {1, 2, 3}, "empty prompts are trained too"


def weights(out: Path) -> dict[str, Tensor]:
    state = torch.load(out / "learner.pt", weights_only=True)
    return {**state["learner"], **{f"ema.{n}": p for n, p in state["ema"].items()}}


def trained(out: Path, *upto: int) -> dict[str, Tensor]:
    (out / "latents").mkdir(parents=True)
    pool = samples()
    save_file(
        {n: pool[n] for n in ("latents", "ids", "truth")}, out / "latents" / "shard-0.safetensors"
    )
    for num_steps in upto:
        run_alone(out, num_steps)
    return weights(out)


def run_alone(out: Path, num_steps: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        dist.init_process_group("gloo", init_method=f"file://{folder}/store", rank=0, world_size=1)
        try:
            train_transformer.train(0, 1, out, num_steps, 3, 0, False)
        finally:
            dist.destroy_process_group()


def test_training_goes_on_where_it_was_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(train_transformer, "BATCH", 4)
    monkeypatch.setattr(train_transformer, "LEARNING_RATE", 2e-3)
    # The rate does not decay before step 3, so the first two steps of both runs are the same.
    at_once = trained(tmp_path / "a", 3)
    in_two = trained(tmp_path / "b", 2, 3)
    assert at_once.keys() == in_two.keys()
    assert all(torch.equal(at_once[n], in_two[n]) for n in at_once)
    first = Learner(0).state_dict()
    assert any(not torch.equal(first[n], at_once[n]) for n in first)


def test_gradients_of_ranks_are_averaged(tmp_path: Path) -> None:
    arguments = (2, f"file://{tmp_path}/store", _averaged, (tmp_path,))
    mp.start_processes(ranks._start, arguments, nprocs=2, start_method="fork")
    first, second = (torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in (0, 1))
    for a, b, mean in zip(first, second, (1.5, 15.0), strict=True):
        assert torch.equal(a, b)
        assert torch.equal(a, torch.full((2, 3), mean))


def _averaged(rank: int, _num_ranks: int, out: Path) -> None:
    parameters = [nn.Parameter(torch.zeros(2, 3)) for _ in range(3)]
    for parameter, scale in zip(parameters, (1.0, 10.0), strict=False):
        parameter.grad = torch.full((2, 3), scale * (rank + 1))
    ranks.average_gradients(parameters)
    assert parameters[2].grad is None
    torch.save([p.grad for p in parameters[:2]], out / f"{rank}.pt")
