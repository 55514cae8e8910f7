"""`python -m tests.engine.on_card PROJECT`: every stage, a picture and an export on the card."""

from __future__ import annotations

import contextlib
import functools
import sys
from pathlib import Path

import torch

from engine import device, protocol
from engine.compress import run_stages
from engine.errors import Cancelled
from engine.exports.card import Card
from engine.exports.diffusers_folder import export_tier
from engine.generation import Painter
from engine.job import Job
from engine.project import Project, read_json
from engine.reporting import SILENT, Reporter
from engine.serve import TierSwitch, open_job
from engine.tiers import TierTable
from tests.card import moved_tensor, plug_in


def main(folder: Path) -> None:
    card = plug_in()
    device.chosen = lambda wish=None: card  # type: ignore[assignment]
    torch.tensor = functools.partial(moved_tensor, torch.tensor)
    job = open_job(Project(folder))
    run_stages(job, SILENT)
    assert {p.device for p in job.pipeline.transformer.parameters()} == {card}
    assert job.training.buckets[0].velocity.device.type == "cpu"
    _resume(job)
    switch = TierSwitch(job)
    switch.set(len(switch) - 1)
    painter = Painter.of(job.pipeline, job.model_folder)
    seen: list[torch.Tensor] = []
    painter.paint(["a cat"], [0], on_step=lambda _done, _all, latents: seen.append(latents))
    assert seen[0].device == card
    painter.decode(painter.clean_estimate(1, seen[0], seen[1]))
    table = read_json(folder / "tiers.json", TierTable)
    export_tier(
        job.shell, plugs=job.tier_plugs(table.tiers[-1]), out=folder / "exports" / "last",
        base_folder=job.model_folder, card=Card(base="tiny", tier=table.tiers[-1].name),
    )  # fmt: skip


def _resume(job: Job) -> None:
    """The fine-tune once more, stopped at its third step and gone on with from its checkpoint."""
    steps: list[protocol.Event] = []

    def sink(event: protocol.Event, _payload: bytes) -> None:
        if isinstance(event, protocol.Progress):
            steps.append(event)

    with contextlib.suppress(Cancelled):
        stopping = Reporter(sink, should_stop=lambda: len(steps) == 2)
        run_stages(job, stopping, names=["finetune"], again=True)
    assert list((job.project.folder / "checkpoints").glob("finetune*"))
    run_stages(job, SILENT)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
