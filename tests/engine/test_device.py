"""Where things are computed: on one device, whatever it is, with the data in main memory."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from engine import device, measure
from engine.cli_base import settings_for
from engine.compress import STAGES, run_stages
from engine.errors import EngineError
from engine.project import Header, Project, read_json, write_json
from engine.reporting import SILENT
from engine.settings import DEVICE_VARIABLE, Settings
from engine.teacher.loading import load_pipeline
from engine.tiers import TierTable
from tests.engine.conftest import TINY, job_in

# The stand-in is slow.
FEW = (
    "calibrate.num_prompts=3", "calibrate.num_samples=6", "calibrate.num_heldout_samples=2",
    "calibrate.num_steps=2", "plan.num_candidates=4", "plan.num_samples=2", "distill.steps=2",
    "narrow.steps=2", "evaluate.num_captions=1", "evaluate.num_repeats=1",
    "evaluate.timing_batch=1",
)  # fmt: skip
CUDA = pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a CUDA card")


@pytest.fixture(autouse=True)
def _forget() -> Iterator[None]:
    device.chosen.cache_clear()
    yield
    device.chosen.cache_clear()


def test_processor_is_taken_where_nothing_else_works(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DEVICE_VARIABLE, raising=False)
    monkeypatch.setattr(device, "why_not_cuda", lambda: "there is none")
    assert device.chosen() == torch.device("cpu")


def test_wish_that_cannot_be_met_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(DEVICE_VARIABLE, "cuda")
    monkeypatch.setattr(device, "why_not_cuda", lambda: "the driver is too old")
    with pytest.raises(EngineError) as excinfo:
        device.chosen()
    assert "the driver is too old" in excinfo.value.message


def test_card_is_taken_where_it_works_unless_the_processor_is_wished(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(device, "why_not_cuda", lambda: "")
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.delenv(DEVICE_VARIABLE, raising=False)
    assert device.chosen() == torch.device("cuda")
    device.chosen.cache_clear()
    monkeypatch.setenv(DEVICE_VARIABLE, "cpu")
    assert device.chosen() == torch.device("cpu")
    device.chosen.cache_clear()
    monkeypatch.setenv(DEVICE_VARIABLE, "cuda:3")
    with pytest.raises(EngineError, match="there are 1 cards"):
        device.chosen()


@pytest.mark.slow
def test_every_stage_runs_on_another_device(
    model_folder: Path, prompts_file: Path, tmp_path: Path
) -> None:
    """On a stand-in that refuses to mix its tensors with main memory's, as a real card does.

    In a process of its own: torch knows such a device for good once it knows it.
    """
    Project.create(tmp_path / "p", Header(model=str(model_folder), threads=1, effort="quick"))
    few = settings_for("quick", prompts_file, [*TINY, *FEW])
    write_json(tmp_path / "p" / "settings.json", few)
    command = [sys.executable, "-m", "tests.engine.on_card", str(tmp_path / "p")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    table = read_json(tmp_path / "p" / "tiers.json", TierTable)
    assert table.device == "card"
    assert len(table.tiers) > 3
    assert all(0 < (t.output_error or 0) < 1 for t in table.tiers[1:])


@pytest.mark.gpu
@CUDA
def test_times_wait_for_the_card_and_its_memory_is_counted() -> None:
    place = torch.device("cuda")
    x = torch.randn(4096, 4096, device=place)

    def work() -> torch.Tensor:
        y = x
        for _ in range(50):
            y = y @ x
        return y

    work()
    alone = torch.cuda.Event(enable_timing=True), torch.cuda.Event(enable_timing=True)
    alone[0].record()
    work()
    alone[1].record()
    torch.cuda.synchronize()
    assert measure.seconds(work) > 0.5e-3 * alone[0].elapsed_time(alone[1])
    assert measure.peak_bytes(work) >= x.nbytes


@pytest.mark.gpu
@CUDA
def test_every_stage_runs_on_a_real_card(
    model_folder: Path, settings: Settings, tmp_path: Path
) -> None:
    Project.create(tmp_path / "p", Header(model=str(model_folder), threads=1, effort="quick"))
    pipeline = load_pipeline(model_folder).to(device.chosen("cuda"))
    run_stages(job_in(tmp_path / "p", settings, pipeline), SILENT, names=STAGES)
    table = read_json(tmp_path / "p" / "tiers.json", TierTable)
    assert table.device == torch.cuda.get_device_name(0)
    assert all((t.output_error or 0) < 1 for t in table.tiers)
