"""Probes fitted to a real teacher, and the tables made of them."""

from __future__ import annotations

import msgspec
import pytest
import torch
from torch import Tensor

from engine import probes
from engine.job import Job
from engine.numerics.least_squares import unexplained
from engine.numerics.similarity import linear_cka, prepared
from engine.probes import SimilarityTable
from engine.project import read_json
from engine.reporting import SILENT
from engine.stages import probe
from tests.engine.conftest import NUM_BLOCKS, job_in


def table_of(job: Job) -> SimilarityTable:
    return read_json(job.project.folder / "probe" / "table.json", SimilarityTable)


def tokens(job: Job, block: int) -> dict[str, Tensor]:
    """Held-out tokens [N, D] behind `block` blocks."""
    states = job.validation.push(job.shell, job.blocks[:block], None, batch=64)
    return {s: torch.cat([x[s].flatten(0, 1) for x in states]) for s in job.shell.streams}


def training_error(job: Job, block: int) -> float:
    """What the stored probe of `block` leaves unexplained of all samples, in the image stream."""
    fitted = probes.load(job.project.folder / "probe" / "probes.safetensors")
    x, y = (
        torch.cat([s["image"].flatten(0, 1) for s in states])
        for states in (
            job.training.push(job.shell, job.blocks[:n], None, batch=64) for n in (block, block + 1)
        )
    )
    return unexplained(x + fitted[block]["image"](x), y)


def test_table_has_a_row_for_every_block_and_nothing_below_the_diagonal(job: Job) -> None:
    table = table_of(job)
    assert table.num_blocks == NUM_BLOCKS
    for rows in (table.cka, table.residual):
        for u, row in enumerate(rows):
            assert [v is None for v in row] == [k < u for k in range(NUM_BLOCKS)]


def test_heat_maps_are_symmetric_with_ones_on_the_diagonal(job: Job) -> None:
    for heat in table_of(job).heat.values():
        square = torch.tensor(heat)
        assert square.shape == (NUM_BLOCKS, NUM_BLOCKS)
        torch.testing.assert_close(square, square.T, atol=2e-5, rtol=0)
        torch.testing.assert_close(square.diagonal(), torch.ones(NUM_BLOCKS), atol=1e-3, rtol=0)
        assert square.std() > 1e-4


@pytest.mark.parametrize(("u", "k"), [(0, 0), (1, 3), (2, 5)])
def test_residual_is_what_composed_probes_leave_unexplained_on_held_out_tokens(
    job: Job, u: int, k: int
) -> None:
    fitted = probes.load(job.project.folder / "probe" / "probes.safetensors")
    guess, truth = tokens(job, u), tokens(job, k + 1)
    for one in fitted[u : k + 1]:
        guess = probes.apply(one, guess)
    errors = [unexplained(guess[s], truth[s]) for s in job.shell.read_later(k)]
    assert table_of(job).residual[u][k] == pytest.approx(
        sum(errors) / len(errors), rel=1e-3, abs=1e-5
    )


def test_unread_stream_behind_the_last_block_has_no_probe(job: Job) -> None:
    fitted = probes.load(job.project.folder / "probe" / "probes.safetensors")
    assert [set(p) for p in fitted] == [{"image", "text"}] * 5 + [{"image"}]


def test_probes_are_fitted_to_as_many_samples_as_are_asked_for(job: Job) -> None:
    """Few samples leave more of the whole pool unexplained."""
    errors = []
    for number in (2, 10**6):
        changed = msgspec.structs.replace(job.settings.probe, num_samples=number)
        settings = msgspec.structs.replace(job.settings, probe=changed)
        probe.run(job_in(job.project.folder, settings, job.pipeline), SILENT)
        errors.append(training_error(job, 2))
    assert errors[1] < 0.9 * errors[0]


def test_paper_mode_is_raw_cka(job: Job) -> None:
    settings = msgspec.structs.replace(
        job.settings,
        probe=msgspec.structs.replace(
            job.settings.probe, mode="paper", num_tokens=10**6, gradient_steps=0
        ),
    )
    paper = job_in(job.project.folder, settings, job.pipeline)
    default = table_of(job)
    probe.run(paper, SILENT)
    table = table_of(paper)
    assert (default.mode, table.mode) == ("default", "paper")
    assert table.residual == default.residual
    training = [
        torch.cat(
            [
                x["image"].flatten(0, 1)
                for x in job.training.push(job.shell, job.blocks[:n], None, batch=64)
            ]
        )
        for n in (1, 3)
    ]
    a, b = (prepared(x, standardise=False) for x in training)
    assert table.heat["image"][0][2] == pytest.approx(linear_cka(a, b, debiased=False), abs=2e-5)


def test_paper_mode_goes_on_from_the_least_squares_by_gradient_steps(job: Job) -> None:
    """They can only bring the training error nearer to its minimum."""
    errors = []
    for steps in (0, 100):
        changed = msgspec.structs.replace(job.settings.probe, mode="paper", gradient_steps=steps)
        settings = msgspec.structs.replace(job.settings, probe=changed)
        probe.run(job_in(job.project.folder, settings, job.pipeline), SILENT)
        errors.append(training_error(job, 2))
    assert errors[1] < errors[0]


def test_probe_of_a_linear_block_is_exact(job: Job) -> None:
    """A block that passes everything on is a probe of zero."""
    block = job.blocks[2]
    kept = {n: p.clone() for n, p in block.state_dict().items()}
    with torch.no_grad():
        for mod in (block.img_mod[1], block.txt_mod[1]):
            mod.weight.zero_()
            mod.bias.zero_()
        probe.run(job, SILENT)
        block.load_state_dict(kept)
    table = table_of(job)
    assert table.residual[2][2] == pytest.approx(0, abs=1e-6)
    assert table.cka[2][2] == pytest.approx(1, abs=1e-3)
