"""The model without some layers, before anything has learned."""

from __future__ import annotations

import pytest
import torch

from engine import probes
from engine.errors import EngineError
from engine.job import Job
from engine.plan import Span
from engine.what_if import without


@torch.no_grad()
def test_layers_that_are_left_out_are_skipped(job: Job) -> None:
    inputs = job.validation.buckets[0].inputs(slice(0, 2))
    rest = [block for n, block in enumerate(job.blocks) if n not in (1, 2)]
    modules = without(job, [Span(1, 2)], has_stand_ins=False)
    assert modules == rest
    plain = job.shell.velocity(inputs, job.blocks)
    assert not torch.equal(job.shell.velocity(inputs, modules), plain)


@torch.no_grad()
def test_stand_ins_do_what_the_probes_of_their_layers_do(job: Job) -> None:
    inputs = job.validation.buckets[0].inputs(slice(0, 2))
    modules = without(job, [Span(1, 2)], has_stand_ins=True)
    assert len(modules) == len(job.blocks) - 1
    given = job.shell.states(inputs, modules[:2])
    wanted = job.shell.states(inputs, job.blocks[:1])
    for probe in probes.load(job.project.folder / "probe" / "probes.safetensors")[1:3]:
        wanted = probes.apply(probe, wanted)
    for stream in wanted:
        assert torch.equal(given[stream], wanted[stream])


@pytest.mark.parametrize("spans", [[Span(1, 1)], [Span(0, 99)], [Span(0, 2), Span(2, 3)]])
def test_layers_that_cannot_be_left_out_are_refused(job: Job, spans: list[Span]) -> None:
    with pytest.raises(EngineError) as excinfo:
        without(job, spans, has_stand_ins=False)
    assert excinfo.value.code == "bad_plan"
