"""What stages are given."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import msgspec
import pytest
import torch

from engine.errors import EngineError
from engine.job import Job
from engine.plan import Plan, Span
from engine.project import read_json, write_json
from engine.tiers import TierTable


def numbers(job: Job, *key: object) -> tuple[float, ...]:
    return tuple(torch.rand(3, generator=job.generator(*key)).tolist())


def test_generator_depends_on_seed_and_key_only(job: Job) -> None:
    assert numbers(job, "a", 1) == numbers(job, "a", 1)
    keys = [("a", 1), ("a", 2), ("b", 1), ("a", 12), ("a",), ("pick", "a fox"), ("pick", "xof a")]
    assert len({numbers(job, *key) for key in keys}) == len(keys)
    drawn = {
        numbers(job, "distill", f"{u}-{v}", s)
        for u, v, s in itertools.product(range(4), range(4), range(200))
    }
    assert len(drawn) == 4 * 4 * 200


def test_wider_models_learn_at_smaller_rates(job: Job, monkeypatch: pytest.MonkeyPatch) -> None:
    """Up to Pocket's width as measured; the test model has a third of it, Qwen-Image 32 times."""
    assert job.rate(3e-3) == 3e-3
    monkeypatch.setattr(job.pipeline.transformer, "inner_dim", 3072)
    assert job.rate(3e-3) == pytest.approx(3e-3 / 32)


Change = Callable[[Plan], Plan]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda p: msgspec.structs.replace(p, model="/other"), "other_model"),
        (lambda p: msgspec.structs.replace(p, num_blocks=60), "other_model"),
        (lambda p: msgspec.structs.replace(p, spans=(Span(0, 2), Span(2, 3))), "bad_plan"),
        (lambda p: msgspec.structs.replace(p, format=99), "newer_format"),
    ],
)
def test_plan_that_is_not_of_this_model_is_refused(job: Job, change: Change, code: str) -> None:
    file = job.project.folder / "plan.json"
    write_json(file, change(read_json(file, Plan)))
    with pytest.raises(EngineError) as excinfo:
        job.plan()
    assert excinfo.value.code == code


def test_tuned_plugs_take_the_place_of_the_first_ones(job: Job) -> None:
    tiers = read_json(job.project.folder / "tiers.json", TierTable).tiers
    final, tuned = job._final, job.plugs("finetune")
    assert set(final) == set(tuned) == set(tiers[-1].plugs)
    name = next(n for n in tiers[-1].plugs if n.startswith("span"))
    key = next(iter(final[name].module.state_dict()))
    assert torch.equal(final[name].module.state_dict()[key], tuned[name].module.state_dict()[key])
    assert job.tier_modules(tiers[0]) == job.blocks


def test_tier_without_its_plug_is_a_sentence(job: Job) -> None:
    last = read_json(job.project.folder / "tiers.json", TierTable).tiers[-1]
    for stage in ("distill", "narrow", "finetune"):
        for file in job.plug_folder(stage).glob(f"{last.plugs[0]}.safetensors"):
            file.unlink()
    with pytest.raises(EngineError) as excinfo:
        job.tier_modules(last)
    assert excinfo.value.code == "missing_plug"
