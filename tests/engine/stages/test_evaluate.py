"""Measuring every tier."""

from __future__ import annotations

import pytest
from PIL import Image

from engine import protocol
from engine.errors import Cancelled
from engine.job import Job
from engine.project import read_json
from engine.reporting import SILENT, Reporter
from engine.stages import evaluate
from engine.tiers import TierTable


def test_every_tier_is_measured_against_the_original(job: Job) -> None:
    before = read_json(job.project.folder / "tiers.json", TierTable)
    evaluate.run(job, SILENT)
    table = read_json(job.project.folder / "tiers.json", TierTable)
    assert [t.plugs for t in table.tiers] == [t.plugs for t in before.tiers]
    first = table.tiers[0]
    assert (first.output_error, first.haarpsi, first.speedup, first.flops_ratio) == (0, 1, 1, 1)
    ratios = [t.flops_ratio for t in table.tiers]
    assert None not in ratios
    assert ratios == sorted(ratios, reverse=True)
    for tier in table.tiers[1:]:
        assert tier.output_error == pytest.approx(
            job.test.output_error(job.shell, job.tier_modules(tier), batch=64), abs=1e-6
        )
        assert 0 < (tier.haarpsi or 0) <= 1
        assert (tier.forward_seconds or 0) > 0
        assert (tier.picture_seconds or 0) > 0
        assert (tier.peak_memory_bytes or 0) > 4 * tier.parameters
        assert tier.score is None, "only Pocket's pictures can be scored"
    assert table.captions == 1
    with Image.open(job.project.folder / "comparison.png") as sheet:
        assert min(sheet.size) > 100
    assert all(
        a is b for a, b in zip(job.pipeline.transformer.transformer_blocks, job.blocks, strict=True)
    )


def test_each_tier_is_timed_with_its_own_blocks_the_first_round_apart(
    job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    bound = job.pipeline.transformer
    seen: list[int] = []

    def seconds(_work: object) -> float:
        seen.append(len(bound.transformer_blocks))
        return float(seen[-1])

    monkeypatch.setattr(evaluate.measure, "seconds", seconds)
    evaluate.run(job, SILENT)
    table = read_json(job.project.folder / "tiers.json", TierTable)
    blocks = [t.blocks for t in table.tiers]
    assert len(set(blocks)) > 1
    assert [t.picture_seconds for t in table.tiers] == blocks
    assert [t.forward_seconds for t in table.tiers] == blocks
    repeats = job.settings.evaluate.num_repeats
    pictures = job.settings.evaluate.num_picture_repeats
    assert seen == [blocks[0], *blocks * repeats, blocks[0], *blocks * pictures]


def test_stop_is_heard_between_denoising_steps_and_the_model_is_whole(job: Job) -> None:
    steps: list[str] = []

    def sink(event: protocol.Event, _payload: bytes) -> None:
        if isinstance(event, protocol.Progress) and event.what == "painting":
            steps.append(event.what)

    before = (job.project.folder / "tiers.json").read_bytes()
    with pytest.raises(Cancelled):
        evaluate.run(job, Reporter(sink, should_stop=lambda: bool(steps)))
    assert len(steps) == 1
    assert (job.project.folder / "tiers.json").read_bytes() == before
