"""A student for every span of the plan."""

from __future__ import annotations

import msgspec

from engine.job import Job
from engine.plan import Plan, Span
from engine.project import read_json, write_json
from engine.reporting import SILENT
from engine.stages import distill


def replan(job: Job, *spans: Span) -> None:
    file = job.project.folder / "plan.json"
    write_json(file, msgspec.structs.replace(read_json(file, Plan), spans=spans))


def test_plugs_are_those_of_the_plan_and_no_others(job: Job) -> None:
    for spans in ((Span(0, 1), Span(2, 4)), (Span(2, 4),), ()):
        replan(job, *spans)
        distill.run(job, SILENT)
        assert set(job.plugs("distill")) == {f"span-{s.name}" for s in spans}


def test_plug_of_a_span_that_stays_is_kept(job: Job) -> None:
    replan(job, Span(0, 1), Span(2, 4))
    distill.run(job, SILENT)
    file = job.plug_folder("distill") / "span-0-1.safetensors"
    before = file.stat().st_mtime_ns
    replan(job, Span(0, 1), Span(3, 4))
    distill.run(job, SILENT)
    assert file.stat().st_mtime_ns == before
