"""How much the output depends on states: against differences of the model's own output."""

from __future__ import annotations

import pytest
import torch

from engine import sensitivity
from engine.errors import Cancelled
from engine.job import Job
from engine.pool import Pool
from engine.reporting import Reporter


def felt(job: Job, pool: Pool, block: int, stream: str, size: float) -> tuple[float, float]:
    """E of random errors behind `block`: as the matrix says, and by the model itself."""
    matrix = sensitivity.matrices(job, [block])[block][stream]
    predicted = wrong = total = 0.0
    generator = torch.Generator().manual_seed(5)
    for i, rows in pool.batches(64):
        inputs = pool.buckets[i].inputs(rows)
        with torch.no_grad():
            states = job.shell.states(inputs, job.blocks[: block + 1])
            d = size * torch.randn(states[stream].shape, generator=generator)
            tail = job.blocks[block + 1 :]
            plain = job.shell.velocity(inputs, tail, states=states)
            moved = job.shell.velocity(inputs, tail, states={**states, stream: states[stream] + d})
        predicted += float(((d @ matrix) * d).sum())
        wrong += float((moved - plain).square().sum())
        total += float(plain.square().sum())
    return predicted / len(pool), wrong / total


@pytest.mark.parametrize(("block", "stream"), [(5, "image"), (3, "image"), (2, "text")])
def test_matrix_tells_the_output_error_of_small_errors(job: Job, block: int, stream: str) -> None:
    predicted, real = felt(job, job.training, block, stream, 1e-3)
    assert predicted == pytest.approx(real, rel=0.35)  # of 60 random directions


def test_text_behind_the_last_block_is_not_there(job: Job) -> None:
    found = sensitivity.matrices(job, [2, 5])
    assert set(found[2]) == {"image", "text"}
    assert set(found[5]) == {"image"}


def test_one_walk_for_all_borders_gives_what_single_ones_give(job: Job) -> None:
    together, alone = sensitivity.matrices(job, [1, 4]), sensitivity.matrices(job, [4])
    for stream, matrix in alone[4].items():
        assert torch.equal(together[4][stream], matrix)
        assert torch.equal(matrix, matrix.T)


def test_a_stop_is_heard_on_the_way(job: Job) -> None:
    asked = iter([False] * 3)  # then always
    report = Reporter(should_stop=lambda: next(asked, True))
    with pytest.raises(Cancelled):
        sensitivity.matrices(job, [0], report)
