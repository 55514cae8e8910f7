"""Width plugs on the shortened model."""

from __future__ import annotations

import weakref
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
import torch
from torch import Tensor, nn

from engine import plugs, protocol
from engine.capture import Inside, look_inside
from engine.errors import EngineError
from engine.job import Job
from engine.numerics.least_squares import unexplained
from engine.plan import Span, TextGroup
from engine.plugs import Plug
from engine.pool import Pool
from engine.reporting import SILENT, Reporter
from engine.stages import distill, narrow, plan
from engine.teacher.narrow_block import num_parameters
from engine.teacher.shell import Shell, States
from tests.engine.conftest import job_in


def shortened(job: Job, *spans: Span) -> Job:
    """The project with these spans instead of its own."""
    settings = msgspec.structs.replace(
        job.settings,
        plan=msgspec.structs.replace(job.settings.plan, spans=spans, cost="residual"),
        distill=msgspec.structs.replace(job.settings.distill, steps=2),
    )
    made = job_in(job.project.folder, settings, job.pipeline)
    plan.run(made, SILENT)
    distill.run(made, SILENT)
    return made


def narrowed(job: Job, *, report: Reporter = SILENT, **changes: object) -> dict[str, Plug]:
    settings = msgspec.structs.replace(
        job.settings, narrow=msgspec.structs.replace(job.settings.narrow, **changes)
    )
    made = job_in(job.project.folder, settings, job.pipeline)
    narrow.run(made, report)
    return made.plugs("narrow")


def error(job: Job, made: Sequence[Plug]) -> float:
    pool = job.validation.head(job.settings.plan.num_samples)
    return pool.output_error(job.shell, plugs.assemble(job.blocks, made), batch=64)


def size(job: Job, made: Sequence[Plug]) -> int:
    return sum(num_parameters(m) for m in plugs.assemble(job.blocks, made))


def test_feed_forward_that_costs_least_per_parameter_is_chosen(job: Job) -> None:
    spans = list(job.plugs("distill").values())
    chosen = set(narrowed(job, num_ffn=1, num_text_groups=0, steps=0))
    every = narrowed(
        job,
        ffn=tuple(
            b for b in range(6) if not any(b in range(s.first + 1, s.last + 1) for s in spans)
        ),
        num_text_groups=0,
        steps=0,
    )
    price = {
        name: max(error(job, [*spans, p]) - error(job, spans), 0)
        / (size(job, spans) - size(job, [*spans, p]))
        for name, p in every.items()
    }
    assert len(price) == 3
    assert chosen == {min(price, key=lambda n: (price[n], n))}


def test_candidates_are_measured_from_the_smaller_models_own_states(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those in front of what is tried, so that the layers before it need not run again."""
    job, measure, lengths = shortened(job, Span(0, 1), Span(2, 3)), Pool.output_error, set()
    smaller = plugs.assemble(job.blocks, list(job.plugs("distill").values()))

    def checked(
        pool: Pool, shell: Shell, modules: list[nn.Module], states: list[States] | None = None,
        **how: int,
    ) -> float:  # fmt: skip
        if states is not None:
            before = pool.push(shell, smaller[: len(smaller) - len(modules)], None, batch=64)
            for here, wanted in zip(states, before, strict=True):
                assert all(torch.equal(here[name], wanted[name]) for name in shell.streams)
            lengths.add(len(modules))
        return measure(pool, shell, modules, states, **how)

    monkeypatch.setattr(Pool, "output_error", checked)
    narrowed(job, num_ffn=1, num_text_groups=1, steps=0)
    assert lengths == {1, 2, 3, 4}


def test_least_squares_beats_leaving_the_feed_forward_out(job: Job) -> None:
    spans = list(job.plugs("distill").values())
    (plug,) = narrowed(job, num_ffn=1, num_text_groups=0, steps=0).values()
    nothing = Plug(
        "ffn", plug.first, plug.last, plugs.projectors(plug.module.keys(), 96), plug.requires
    )
    base = error(job, spans)
    assert error(job, [*spans, plug]) - base < 0.7 * (error(job, [*spans, nothing]) - base)


def test_plug_on_a_student_requires_its_span(job: Job) -> None:
    job = shortened(job, Span(0, 1), Span(3, 5))
    made = narrowed(job, ffn=(0, 2, 3), text_groups=(TextGroup(2, 5),), steps=0)
    assert made["ffn-0"].requires == {"span-0-1"}
    assert made["ffn-2"].requires == frozenset()
    assert made["text-2-5"].requires == {"span-3-5"}


def test_projectors_are_fitted_to_the_student_that_will_run(job: Job) -> None:
    job = shortened(job, Span(3, 5))
    plug, draw = job.plugs("distill")["span-3-5"], torch.Generator().manual_seed(0)
    for linear in (plug.module.txt_mod[1], plug.module.img_mlp.net[2], plug.module.img_mod[1]):
        linear.bias.data.add_(torch.randn(linear.bias.shape, generator=draw))
    plugs.save(plug, job.plug_folder("distill"), fingerprint="another student")
    made = narrowed(job, text_groups=(TextGroup(2, 5),), ffn=(3,), steps=0)

    pool, shell = job.training, job.shell  # one held-out prompt would leave much to chance
    fronts = [pool.push(shell, job.blocks[:n], None, batch=64) for n in (2, 3)]
    head = look_inside(shell, job.blocks[2], pool, fronts[0])[0]
    student = look_inside(shell, plug.module, pool, fronts[1])[0]
    teacher = look_inside(shell, job.blocks[3], pool, fronts[1])[0]

    guess = head.modulated_text
    guess = (guess + made["text-2-5"].module["3"]["txt_proj"](guess)).flatten(0, 1)
    wanted, other = (seen.modulated_text.flatten(0, 1) for seen in (student, teacher))
    assert unexplained(guess.detach(), wanted) < 0.2 * unexplained(guess.detach(), other)
    guess = student.residual["image"]
    guess = (guess + made["ffn-3"].module["img_ffn_proj"](guess)).flatten(0, 1)
    wanted, other = (seen.output["image"].flatten(0, 1) for seen in (student, teacher))
    assert unexplained(guess, wanted) < 0.5 * unexplained(guess, other)


@pytest.mark.parametrize("group", [TextGroup(0, 2), TextGroup(2, 5), TextGroup(0, 5)])
def test_text_group_may_begin_and_end_with_a_student(job: Job, group: TextGroup) -> None:
    job = shortened(job, Span(0, 1), Span(3, 5))
    (plug,) = narrowed(job, text_groups=(group,), num_ffn=0).values()
    assert (plug.first, plug.last) == (group.first, group.last)
    reads = {name for name, _ in plug.module.named_parameters()}
    assert any("ehs_proj" in n for n in reads) == (group.last < 5), (
        "behind the last block nothing reads the text"
    )
    spans = list(job.plugs("distill").values())
    assert size(job, [*spans, plug]) < size(job, spans)
    assert error(job, [*spans, plug]) < 1


def test_text_groups_chosen_by_error_respect_the_spans_and_each_other(job: Job) -> None:
    """Every group next to a student is a candidate; those taken must be a plan that is valid."""
    job = shortened(job, Span(1, 2), Span(4, 5))
    made = narrowed(job, num_ffn=0, num_text_groups=3, max_group=2, steps=0)
    assert len(made) == 2
    covered = [b for p in made.values() for b in range(p.first, p.last + 1)]
    assert len(covered) == len(set(covered))


@pytest.mark.parametrize(
    "changes",
    [
        {"text_groups": (TextGroup(2, 4),)},
        {"text_groups": (TextGroup(0, 1), TextGroup(1, 2))},
        {"ffn": (4,)},
        {"ffn": (6,)},
    ],
)
def test_list_by_hand_that_cannot_be_carried_out_is_refused(
    job: Job, changes: dict[str, object]
) -> None:
    job = shortened(job, Span(3, 5))
    before = sorted(job.plug_folder("narrow").iterdir())
    with pytest.raises(EngineError) as excinfo:
        narrowed(job, **changes)
    assert excinfo.value.code == "bad_plan"
    assert sorted(job.plug_folder("narrow").iterdir()) == before


def test_distilling_changes_projectors_and_nothing_else(job: Job) -> None:
    teacher = {n: p.clone() for n, p in job.pipeline.transformer.state_dict().items()}
    students = job.plugs("distill")
    untrained = narrowed(job, num_ffn=1, num_text_groups=1, steps=0)
    trained = narrowed(job, num_ffn=1, num_text_groups=1, steps=4)
    assert trained.keys() == untrained.keys()
    for name, plug in trained.items():
        assert plug.requires == untrained[name].requires
    assert all(torch.equal(teacher[n], p) for n, p in job.pipeline.transformer.state_dict().items())
    assert all(plugs.same_weights(students[n], p) for n, p in job.plugs("distill").items())


def test_nothing_is_narrowed_where_nothing_is_wanted(job: Job) -> None:
    assert narrowed(job, num_ffn=0, num_text_groups=0) == {}
    assert list(job.plug_folder("narrow").iterdir()) == []


def test_modules_of_stored_plugs_are_projectors_alone(job: Job) -> None:
    for plug in job.plugs("narrow").values():
        assert all(isinstance(m, nn.Linear | nn.ModuleDict) for m in plug.module.modules())


def test_inner_states_are_alive_of_one_place_at_a_time(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of a text group they are needed of all its layers; of earlier places nothing is left."""
    pictures: list[weakref.ref[Tensor]] = []
    most = 0

    def looked(*given: Any) -> list[Inside]:
        nonlocal most
        inside = look_inside(*given)
        most = max(most, sum(ref() is not None for ref in pictures))
        for seen in inside:
            pictures.extend(map(weakref.ref, (seen.residual["image"], seen.output["image"])))
        return inside

    monkeypatch.setattr(narrow, "look_inside", looked)
    narrowed(job, num_ffn=2, num_text_groups=1, max_group=3, steps=1)
    a_layer = 2 * (len(job.training.buckets) + len(job.validation.buckets))
    assert len(pictures) > 4 * a_layer
    assert most < 3 * a_layer, "the layers of one group at most"


def test_text_group_of_several_layers_trains_each_of_them(job: Job) -> None:
    job = shortened(job, Span(4, 5))
    heard: list[protocol.Event] = []
    report = Reporter(lambda event, _: heard.append(event))
    (plug,) = narrowed(
        job, report=report, text_groups=(TextGroup(0, 2),), num_ffn=0, steps=4
    ).values()
    assert set(plug.module) == {"1", "2"}
    curves = {e.series for e in heard if isinstance(e, protocol.Metric)}
    assert curves == {f"narrow/text-0-2-{layer}/validation" for layer in (1, 2)}


def test_checkpoints_of_plugs_that_were_chosen_once_are_removed(job: Job) -> None:
    stale = job.project.path("checkpoints", "narrow-ffn-9.safetensors")
    stale.touch()
    narrowed(job, num_ffn=1, num_text_groups=0, steps=0)
    assert not stale.exists()
