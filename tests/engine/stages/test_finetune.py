"""Training plugs inside the assembled model."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
import torch

from engine import gradients, plugs, training
from engine.job import Job
from engine.plugs import Plug
from engine.project import read_json, write_json
from engine.reporting import SILENT
from engine.stages import finetune
from engine.teacher.shell import Inputs, Shell
from engine.tiers import ALONE, Tier, TierTable
from tests.engine.conftest import job_in


def tuned(job: Job, mode: str, *, steps: int = 3) -> dict[str, Plug]:
    settings = msgspec.structs.replace(
        job.settings,
        finetune=msgspec.structs.replace(job.settings.finetune, mode=mode, steps=steps, batch=8),
    )
    made = job_in(job.project.folder, settings, job.pipeline)
    finetune.run(made, SILENT)
    return made.plugs(ALONE if mode == "tier" else "finetune")


def tiers_of(job: Job) -> tuple[Tier, ...]:
    return read_json(job.project.folder / "tiers.json", TierTable).tiers


def names_of_tiers(job: Job) -> list[tuple[str, ...]]:
    return [t.plugs for t in tiers_of(job)]


def errors(job: Job, made: dict[str, Plug]) -> list[float]:
    """Validation error of every tier."""
    pool = job.validation.head(job.settings.plan.num_samples)
    return [
        pool.output_error(job.shell, plugs.assemble(job.blocks, [made[n] for n in tier]), batch=64)
        for tier in names_of_tiers(job)
    ]


def untuned(job: Job) -> dict[str, Plug]:
    return job.plugs("distill") | job.plugs("narrow")


def same(a: dict[str, Plug], b: dict[str, Plug]) -> list[str]:
    return [name for name in a if plugs.same_weights(a[name], b[name])]


def test_a_step_is_learnt_from_its_whole_batch(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """Shard by shard, the gradient is that of the relative error of all samples together."""
    made = untuned(job)
    made = {name: made[name] for name in names_of_tiers(job)[-1]}
    row = plugs.assemble(job.blocks, list(made.values()))
    bucket, rows = job.training.draw(8, generator=job.generator("finetune", 0))
    samples = job.training.buckets[bucket]
    steps: list[list[torch.Tensor]] = []

    def look(parameters: dict[str, torch.nn.Parameter], loss_at: Any, *_: Any, **__: Any) -> float:
        loss = loss_at(0)
        steps.append([loss, *(p.grad for p in parameters.values())])
        return 0.0

    monkeypatch.setattr(training, "fit", look)
    tuned(job, "tier", steps=1)
    parameters = [p.requires_grad_(True) for m in made.values() for p in m.module.parameters()]
    wrong = job.shell.velocity(samples.inputs(rows), row) - samples.velocity[rows]
    loss = wrong.square().sum() / samples.velocity[rows].square().sum()
    wanted = torch.autograd.grad(loss, parameters, allow_unused=True)
    assert float(steps[0][0]) == pytest.approx(float(loss.detach()), rel=1e-5)
    for given, slope in zip(steps[0][1:], wanted, strict=True):
        assert (given is None) == (slope is None)
        if slope is not None:
            torch.testing.assert_close(given, slope, atol=1e-6, rtol=1e-3)


def test_two_steps_of_three_are_the_smallest_tiers(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The third is that of any other; no other tier is left out for long."""
    walked: list[list[torch.nn.Module]] = []

    def velocity(
        self: Shell, inputs: Inputs, modules: list[torch.nn.Module], **how: Any
    ) -> torch.Tensor:
        walked.append(modules)
        return real(self, inputs, modules, **how)

    def look(_parameters: object, loss_at: Any, _held_out: object, **_: Any) -> float:
        walked.clear()
        for step in range(30):
            loss_at(step)
        return 0.0

    real = Shell.velocity
    monkeypatch.setattr(training, "fit", look)
    monkeypatch.setattr(Shell, "velocity", velocity)
    tuned(job, "elastic", steps=30)
    steps = [id(modules) for modules in walked[:: gradients.SHARDS]]
    smallest = {*steps[0::3], *steps[1::3]}
    others = {*steps[2::3]}
    assert len(smallest) == 1
    assert len(others - smallest) == len(others) == len(names_of_tiers(job)) - 2
    counts = {id(m): sum(p.numel() for b in m for p in b.parameters()) for m in walked}
    assert all(counts[m] >= counts[s] for m in others for s in smallest)


@pytest.mark.parametrize("mode", ["elastic", "tier"])
def test_held_out_error_is_the_mean_of_the_tiers_that_are_watched(
    job: Job, mode: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of up to three; of more, the one in the middle and the smallest."""
    found: list[float] = []

    def look(_parameters: object, _loss_at: object, held_out: Any, **_: Any) -> float:
        found.append(held_out())
        return 0.0

    monkeypatch.setattr(training, "fit", look)
    below = errors(job, untuned(job))[1:]
    tuned(job, mode, steps=1)
    watched = below if len(below) < 4 else [below[len(below) // 2], below[-1]]
    if mode == "tier":
        watched = below[-1:]
    assert found == [pytest.approx(sum(watched) / len(watched))]


def test_elastic_trains_every_plug_and_helps_the_tiers(job: Job) -> None:
    before, after = untuned(job), tuned(job, "elastic", steps=30)
    assert after.keys() == before.keys()
    assert same(before, after) == []
    watched = [len(names_of_tiers(job)) // 2, -1]
    assert sum(errors(job, after)[i] for i in watched) < 0.98 * sum(
        errors(job, before)[i] for i in watched
    )


def test_tier_mode_helps_the_smallest_tier(job: Job) -> None:
    before, after = untuned(job), tuned(job, "tier", steps=30)
    assert errors(job, after)[-1] < 0.98 * errors(job, before)[-1]


def test_elastic_and_tier_are_not_the_same_training(job: Job) -> None:
    elastic, tier = tuned(job, "elastic"), tuned(job, "tier")
    assert same(elastic, tier) == []


def test_plugs_tuned_for_one_tier_make_a_further_one_and_leave_the_others_alone(job: Job) -> None:
    tuned(job, "none")
    plain = job_in(job.project.folder, job.settings, job.pipeline)
    before = [velocity(plain, tier) for tier in tiers_of(plain)]
    tuned(job, "tier", steps=30)
    after = job_in(job.project.folder, job.settings, job.pipeline)
    *nested, alone = tiers_of(after)
    assert [t.name for t in nested] == [t.name for t in tiers_of(plain)][: len(nested)]
    assert alone.name == f"{nested[-1].name} (tuned alone)"
    assert (alone.plugs, alone.parameters) == (nested[-1].plugs, nested[-1].parameters)
    for tier, wanted in zip(nested, before, strict=True):
        assert torch.equal(velocity(after, tier), wanted), tier.name
    assert not torch.equal(velocity(after, alone), before[-1])
    again = job_in(job.project.folder, job.settings, job.pipeline)
    tuned(again, "tier")
    assert [t.name for t in tiers_of(again)] == [t.name for t in tiers_of(after)], "no second one"
    tuned(again, "elastic")
    assert tiers_of(again) == tuple(nested)
    assert not again.plug_folder(ALONE).exists()


def velocity(job: Job, tier: Tier) -> torch.Tensor:
    sample = job.test.buckets[0].inputs(slice(0, 2))
    with torch.no_grad():
        return job.shell.velocity(sample, job.tier_modules(tier))


def test_figures_measured_with_other_plugs_are_gone(job: Job) -> None:
    file = job.project.folder / "tiers.json"
    table = read_json(file, TierTable)
    measured = tuple(msgspec.structs.replace(t, output_error=0.5, score=1.0) for t in table.tiers)
    write_json(file, msgspec.structs.replace(table, tiers=measured, device="cpu"))
    tuned(job, "elastic")
    assert read_json(file, TierTable) == table


def test_sweep_trains_the_students_and_fits_the_projectors_again(job: Job) -> None:
    """Projectors that are of no use are of use again, though their own weights are no start."""
    folder = job.plug_folder("narrow")
    torch.manual_seed(0)
    for name, plug in job.plugs("narrow").items():
        for p in plug.module.parameters():
            p.data.normal_()
        plugs.save(plug, folder, fingerprint=f"spoilt {name}")
    before, after = untuned(job), tuned(job, "sweep", steps=10)
    assert after.keys() == before.keys()
    assert same(before, after) == []
    assert errors(job, after)[-1] < 0.1 * errors(job, before)[-1]


def test_sweep_does_not_depend_on_what_was_tuned_before(job: Job) -> None:
    tuned(job, "elastic")
    switched = tuned(job, "sweep")
    tuned(job, "none")
    assert set(same(switched, tuned(job, "sweep"))) == set(switched)


def test_sweep_starts_again_from_students_that_were_made_anew(job: Job) -> None:
    before = tuned(job, "sweep")
    folder = job.plug_folder("distill")
    for name, plug in job.plugs("distill").items():
        with torch.no_grad():
            next(plug.module.parameters()).add_(0.01)
        plugs.save(plug, folder, fingerprint=f"other {name}")
    after = tuned(job, "sweep")
    assert [n for n in same(before, after) if n.startswith("span")] == []


def test_none_leaves_no_tuned_plugs(job: Job) -> None:
    assert tuned(job, "none") == {}
    assert not job.plug_folder("finetune").exists()


@pytest.mark.parametrize("mode", ["elastic", "sweep"])
def test_plugs_that_were_fitted_and_the_teacher_are_not_changed(job: Job, mode: str) -> None:
    before = untuned(job)
    teacher = {n: p.clone() for n, p in job.pipeline.transformer.state_dict().items()}
    tuned(job, mode)
    assert same(before, untuned(job)) == list(before)
    assert all(torch.equal(teacher[n], p) for n, p in job.pipeline.transformer.state_dict().items())


def test_requirements_are_kept(job: Job) -> None:
    before, after = untuned(job), tuned(job, "elastic")
    assert {n: p.requires for n, p in after.items()} == {n: p.requires for n, p in before.items()}


def test_training_that_does_not_help_changes_nothing(job: Job) -> None:
    before = untuned(job)
    assert same(before, tuned(job, "elastic", steps=0)) == list(before)
