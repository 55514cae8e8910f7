"""The pool: samples in buckets of one text length."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine import pool, tensors
from engine.errors import EngineError
from engine.pool import Bucket, Pool
from engine.teacher.shell import Shell
from tests.tiny import TEXT_DIM, tiny_shell

SIZES = {5: 7, 9: 4}  # text length -> samples


@pytest.fixture(scope="module")
def shell() -> Shell:
    return tiny_shell()


@pytest.fixture(scope="module")
def filled(shell: Shell) -> Pool:
    draw = torch.Generator().manual_seed(0)
    buckets = []
    for length, num in SIZES.items():
        bucket = Bucket(
            hidden=torch.randn(num, 4, 64, generator=draw),
            sigma=torch.rand(num, generator=draw),
            velocity=torch.empty(0),
            texts=torch.randn(2, length, TEXT_DIM, generator=draw),
            prompt=torch.randint(2, (num,), generator=draw),
            shape=(1, 2, 2),
        )
        with torch.no_grad():
            velocity = shell.velocity(bucket.inputs(slice(None)), shell.blocks)
        buckets.append(
            Bucket(bucket.hidden, bucket.sigma, velocity, bucket.texts, bucket.prompt, bucket.shape)
        )
    return Pool(tuple(buckets))


def draws(filled: Pool, *, seed: int, num: int = 1) -> list[tuple[int, list[int]]]:
    generator = torch.Generator().manual_seed(seed)
    found = [filled.draw(6, generator=generator) for _ in range(num)]
    return [(bucket, rows.tolist()) for bucket, rows in found]


def test_batches_hold_every_sample_once_and_one_bucket_each(filled: Pool) -> None:
    seen = [(i, row) for i, rows in filled.batches(3) for row in range(rows.start, rows.stop)]
    assert seen == [(0, r) for r in range(7)] + [(1, r) for r in range(4)]
    assert len(filled) == 11


def test_draw_depends_on_its_generator_only(filled: Pool) -> None:
    assert draws(filled, seed=3, num=4) == draws(filled, seed=3, num=4)
    assert draws(filled, seed=3, num=4) != draws(filled, seed=4, num=4)


def test_buckets_are_drawn_in_proportion_to_their_size(filled: Pool) -> None:
    found = draws(filled, seed=0, num=1500)
    share = sum(bucket == 0 for bucket, _ in found) / len(found)
    assert share == pytest.approx(7 / 11, abs=0.04)
    assert {r for bucket, rows in found if bucket == 1 for r in rows} == set(range(4))


def test_push_in_small_batches_is_one_large_forward(shell: Shell, filled: Pool) -> None:
    after = filled.push(shell, shell.blocks[:3], None, batch=2)
    for bucket, states in zip(filled.buckets, after, strict=True):
        with torch.no_grad():
            whole = shell.states(bucket.inputs(slice(None)), shell.blocks[:3])
        for name in shell.streams:
            torch.testing.assert_close(states[name], whole[name])


def test_push_from_stored_states_goes_on_where_they_were_left(shell: Shell, filled: Pool) -> None:
    there = filled.push(shell, shell.blocks[:2], None, batch=3)
    stepwise = filled.push(shell, shell.blocks[2:5], there, batch=3)
    at_once = filled.push(shell, shell.blocks[:5], None, batch=3)
    for a, b in zip(stepwise, at_once, strict=True):
        assert all(torch.equal(a[name], b[name]) for name in shell.streams)


def test_output_error_of_the_teacher_is_zero_and_of_silence_one(shell: Shell, filled: Pool) -> None:
    assert filled.output_error(shell, shell.blocks, batch=64) == pytest.approx(0, abs=1e-10)
    states = filled.push(shell, shell.blocks[:2], None, batch=3)
    assert filled.output_error(shell, shell.blocks[2:], states, batch=3) == pytest.approx(
        0, abs=1e-10
    )

    silent = Pool(
        tuple(
            Bucket(b.hidden, b.sigma, 2 * b.velocity, b.texts, b.prompt, b.shape)
            for b in filled.buckets
        )
    )
    assert silent.output_error(shell, shell.blocks, batch=64) == pytest.approx(0.25)


def test_output_error_weighs_samples_and_not_batches(shell: Shell, filled: Pool) -> None:
    fewer = shell.blocks[:5]
    wrong = total = 0.0
    for bucket in filled.buckets:
        with torch.no_grad():
            answer = shell.velocity(bucket.inputs(slice(None)), fewer)
        wrong += float((answer - bucket.velocity).square().sum())
        total += float(bucket.velocity.square().sum())
    for batch in (1, 3, 64):
        assert filled.output_error(shell, fewer, batch=batch) == pytest.approx(
            wrong / total, rel=1e-4
        )


def test_head_takes_the_same_share_of_every_bucket(filled: Pool) -> None:
    part = filled.head(6)
    assert [len(b) for b in part.buckets] == [4, 2]
    assert torch.equal(part.buckets[0].hidden[0], filled.buckets[0].hidden[0])
    assert torch.equal(part.buckets[0].velocity[-1], filled.buckets[0].velocity[-1])
    assert len(filled.head(999)) == len(filled)


def test_head_leaves_out_buckets_that_next_to_nothing_would_be_left_of(filled: Pool) -> None:
    assert [len(b) for b in filled.head(len(filled) // 3).buckets] == [3]
    assert [len(b.texts[0]) for b in filled.head(1).buckets] == [max(SIZES, key=SIZES.__getitem__)]


def test_stored_pool_is_read_back_to_the_bit(filled: Pool, tmp_path: Path) -> None:
    pool.save(filled, tmp_path / "p.safetensors")
    again = pool.load(tmp_path / "p.safetensors")
    for a, b in zip(filled.buckets, again.buckets, strict=True):
        assert a.shape == b.shape
        for name in ("hidden", "sigma", "velocity", "texts", "prompt"):
            assert torch.equal(getattr(a, name), getattr(b, name))


def test_broken_pool_is_a_sentence(filled: Pool, tmp_path: Path) -> None:
    file = tmp_path / "p.safetensors"
    pool.save(filled, file)
    file.write_bytes(file.read_bytes()[:-1])
    with pytest.raises(EngineError, match="The calibration data"):
        pool.load(file)


@pytest.mark.parametrize("metadata", [{}, {"buckets": "1"}, {"buckets": "1", "0.shape": "1,2"}])
def test_tensor_file_of_another_kind_is_no_pool(tmp_path: Path, metadata: dict[str, str]) -> None:
    tensors.save(tmp_path / "p.safetensors", {"x": torch.zeros(2)}, metadata)
    with pytest.raises(EngineError, match="another kind") as excinfo:
        pool.load(tmp_path / "p.safetensors")
    assert excinfo.value.code == "broken_file"


def test_prompts_of_one_bucket_share_their_states(filled: Pool) -> None:
    bucket = filled.buckets[0]
    rows = torch.tensor([4, 0])
    inputs = bucket.inputs(rows)
    assert torch.equal(inputs.text, bucket.texts[bucket.prompt[rows]])
    assert torch.equal(inputs.hidden, bucket.hidden[rows])
    assert len(inputs) == 2
