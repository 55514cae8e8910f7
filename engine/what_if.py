"""The model without some of its layers, before anything has learned to take their place."""

from __future__ import annotations

from collections.abc import Sequence

from torch import nn

from engine import probes
from engine.job import Job
from engine.plan import Span, check_disjoint


def without(job: Job, spans: Sequence[Span], *, has_stand_ins: bool) -> list[nn.Module]:
    """The teacher's blocks without those of `spans`, or with linear stand-ins in their places.

    Raises EngineError for spans that cannot be, and where stand-ins were never fitted.
    """
    check_disjoint(spans, num_blocks=len(job.blocks), what="span")
    file = job.project.path("probe", "probes.safetensors")
    fitted = probes.load(file, place=job.shell.device) if has_stand_ins else []
    ends = {span.first: span for span in spans}
    modules: list[nn.Module] = []
    block = 0
    while block < len(job.blocks):
        span = ends.get(block)
        if span is None:
            modules.append(job.blocks[block])
        elif has_stand_ins:
            chain = probes.composed(fitted[span.first : span.last + 1])
            modules.append(job.shell.mapped(chain))
        block = span.last + 1 if span is not None else block + 1
    return modules
