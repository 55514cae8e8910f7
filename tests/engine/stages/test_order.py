"""Nesting the tiers."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch.nn import Module

from engine import plugs
from engine.job import Job
from engine.plugs import Plug
from engine.pool import Pool
from engine.project import read_json
from engine.reporting import SILENT
from engine.settings import Order
from engine.stages import order
from engine.teacher.narrow_block import NarrowBlock, published_state
from engine.teacher.shell import Shell
from engine.tiers import TierTable
from tests.engine.conftest import job_in


def made(job: Job) -> list[Plug]:
    return [*job.plugs("distill").values(), *job.plugs("narrow").values()]


def price(job: Job, before: list[Plug], plug: Plug) -> float:
    pool = job.validation.head(job.settings.plan.num_samples)
    lists = [plugs.assemble(job.blocks, chosen) for chosen in (before, [*before, plug])]
    errors = [pool.output_error(job.shell, modules, batch=64) for modules in lists]
    sizes = [
        sum(t.numel() for m in modules for t in published_state(m).values()) for modules in lists
    ]
    return (errors[1] - errors[0]) / (sizes[0] - sizes[1])


def ordering(job: Job, *, narrow_first: bool) -> Job:
    settings = msgspec.structs.replace(job.settings, order=Order(narrow_first=narrow_first))
    return job_in(job.project.folder, settings, job.pipeline)


def test_every_step_takes_the_plug_that_costs_least_with_the_others_in_place(job: Job) -> None:
    job = ordering(job, narrow_first=False)
    found = made(job)
    sequence = order.greedy_order(job, found, SILENT)
    assert sorted(p.name for p in sequence) == sorted(p.name for p in found)
    for number, plug in enumerate(sequence):
        before = sequence[:number]
        names = {p.name for p in before}
        possible = [p for p in found if p.name not in names and p.requires <= names]
        prices = {p.name: price(job, before, p) for p in possible}
        assert plug.name == min(prices, key=prices.__getitem__)


def test_the_cheapest_of_many_is_found_whenever_it_was_asked(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Errors by hand: what each layer that is narrowed adds, more of it behind others."""
    adds = {"ffn-0": 5.0, "ffn-1": 3.0, "ffn-2": 4.0, "ffn-3": 1.0, "ffn-4": 2.0}
    dearer = {("ffn-4", "ffn-3"): 9.0}  # it gets dear once that one is there
    found = [
        Plug("ffn", b, b, plugs.projectors(("img_ffn_proj", "txt_ffn_proj"), 96))
        for b in range(len(adds))
    ]

    def error(_pool: Pool, _shell: Shell, modules: list[Module], **_how: int) -> float:
        used = {f"ffn-{n}" for n, m in enumerate(modules) if isinstance(m, NarrowBlock)}
        return sum(adds[name] for name in used) + sum(
            more for pair, more in dearer.items() if used >= set(pair)
        )

    monkeypatch.setattr(Pool, "output_error", error)
    sequence = [p.name for p in order.greedy_order(job, found, SILENT)]
    assert sequence == ["ffn-3", "ffn-1", "ffn-2", "ffn-0", "ffn-4"]


def test_plugs_that_were_dear_are_not_asked_again_while_others_are_cheaper(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    measure = Pool.output_error

    def counted(pool: Pool, shell: Shell, modules: list[Module], **how: int) -> float:
        asked.append(len(modules))
        return measure(pool, shell, modules, **how)

    monkeypatch.setattr(Pool, "output_error", counted)
    found = made(job)
    order.greedy_order(ordering(job, narrow_first=False), found, SILENT)
    assert len(found) == 4
    assert len(asked) < 4 + 3 + 2 + 1


def test_students_wait_for_what_narrows_the_layers_that_stay(job: Job) -> None:
    students = [*job.plugs("distill").values()]
    lonely = [
        Plug(p.kind, p.first, p.last, p.module)
        for p in job.plugs("narrow").values() if p.kind == "ffn"
    ]  # fmt: skip
    found = [*students, *lonely]
    kinds = [p.kind for p in order.greedy_order(ordering(job, narrow_first=True), found, SILENT)]
    assert kinds == ["ffn"] * len(lonely) + ["span"] * len(students)
    assert lonely


def test_plug_comes_after_what_it_requires(job: Job) -> None:
    wanting = [
        Plug(
            p.kind,
            p.first,
            p.last,
            p.module,
            frozenset(q.name for q in job.plugs("distill").values()),
        )
        for p in job.plugs("narrow").values()
    ]
    sequence = order.greedy_order(job, [*wanting, *job.plugs("distill").values()], SILENT)
    kinds = [p.kind == "span" for p in sequence]
    assert kinds == sorted(kinds, reverse=True)


def test_original_is_counted_whole_and_tiers_by_what_is_stored(job: Job) -> None:
    order.run(job, SILENT)
    tiers = read_json(job.project.folder / "tiers.json", TierTable).tiers
    whole = sum(p.numel() for p in job.pipeline.transformer.parameters())
    assert (tiers[0].name, tiers[0].parameters, tiers[0].parameters_ratio, tiers[0].blocks) == (
        "Original",
        whole,
        1,
        6,
    )
    by_name = {p.name: p for p in made(job)}
    for tier in tiers[1:]:
        modules = plugs.assemble(job.blocks, [by_name[n] for n in tier.plugs])
        stored = sum(t.numel() for m in modules for t in published_state(m).values())
        shell = whole - sum(p.numel() for b in job.blocks for p in b.parameters())
        assert tier.parameters == shell + stored
        assert tier.parameters_ratio == round(tier.parameters / whole, 4)
        assert tier.bytes_bf16 == 2 * tier.parameters
        assert tier.blocks == len(modules)


def test_model_without_plugs_has_the_original_alone(job: Job) -> None:
    for stage in ("distill", "narrow"):
        for file in job.plug_folder(stage).iterdir():
            file.unlink()
    order.run(job, SILENT)
    assert len(read_json(job.project.folder / "tiers.json", TierTable).tiers) == 1


def test_few_sizes_are_all_kept() -> None:
    assert order.evenly(6, [5, 4], 4) == [0, 1]


def test_stops_are_spread_by_size_and_not_by_number() -> None:
    assert order.evenly(100, [95, 90, 80, 70, 60, 50, 48, 47, 46], 4) == [1, 3, 4, 8]


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=30, unique=True), st.integers(1, 12))
def test_the_smallest_is_always_kept_and_no_stop_twice(sizes: list[int], count: int) -> None:
    falling = sorted(sizes, reverse=True)
    kept = order.evenly(1001, falling, count)
    assert len(kept) == min(count, len(falling))
    assert kept == sorted(set(kept))
    assert kept[-1] == len(falling) - 1


def test_few_tiers_hold_more_than_one_new_plug_each(job: Job) -> None:
    settings = msgspec.structs.replace(job.settings, order=Order(max_tiers=2))
    order.run(job_in(job.project.folder, settings, job.pipeline), SILENT)
    tiers = read_json(job.project.folder / "tiers.json", TierTable).tiers
    assert [t.name for t in tiers] == ["Original", "Tier 1", "Tier 2"]
    assert len(tiers[-1].plugs) == len(made(job))
    assert tiers[2].plugs[: len(tiers[1].plugs)] == tiers[1].plugs
