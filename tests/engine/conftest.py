"""A tiny base model on disk, projects of it, and a disk that is soon full."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from diffusers import QwenImagePipeline

from engine.cli_base import settings_for
from engine.compress import STAGES, run_stages
from engine.generation import Defaults
from engine.job import Job
from engine.project import Header, Project, write_json
from engine.reporting import SILENT
from engine.settings import Settings
from engine.teacher.loading import load_pipeline
from tests.tiny import tiny_pipeline

torch.set_num_threads(1)

NUM_BLOCKS = 6
PROMPTS = [
    *(f"a {color} circle on a white background" for color in ("red", "blue", "green", "black")),
    *(f"two {color} rings on a mint background" for color in ("red", "blue", "green", "black")),
    *(f"a red {shape} above a fox on a navy background" for shape in ("star", "heart", "ring")),
    "a cat",
]
# Everything small; what `ppcl compress` is given as --set, so that a test can use the command too.
TINY = (
    "calibrate.num_prompts=12", "calibrate.num_samples=60", "calibrate.num_heldout_samples=12",
    "calibrate.num_steps=3", "probe.num_tokens=96", "plan.remove_share=0.5", "plan.max_span=3",
    "plan.num_samples=8", "distill.steps=6", "distill.batch=4", "distill.check_every=2",
    "narrow.num_ffn=1", "narrow.num_text_groups=1", "narrow.steps=3", "narrow.batch=4",
    "finetune.steps=3", "finetune.batch=4",
    # Not left to the defaults, which are measured on Pocket and may change.
    "distill.learning_rate=1e-3", "narrow.learning_rate=5e-4", "finetune.learning_rate=3e-4",
    "distill.loss=output", "distill.start=best", "distill.optimizer=adamw", "order.max_tiers=10",
)  # fmt: skip


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six random blocks that paint 32 px in three steps."""
    folder = tmp_path_factory.mktemp("model") / "tiny"
    tiny_pipeline(NUM_BLOCKS).save_pretrained(folder)
    write_json(folder / "ppcl_defaults.json", Defaults(width=32, height=32, steps=3, guidance=2.5))
    return folder


@pytest.fixture(scope="session")
def prompts_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("prompts") / "prompts.txt"
    file.write_text("\n".join(PROMPTS) + "\n")
    return file


@pytest.fixture(scope="session")
def loaded(model_folder: Path) -> QwenImagePipeline:
    return load_pipeline(model_folder)


@pytest.fixture
def pipeline(loaded: QwenImagePipeline) -> Iterator[QwenImagePipeline]:
    """The loaded model, shared by all tests; its block list is put back."""
    blocks = loaded.transformer.transformer_blocks
    yield loaded
    loaded.transformer.transformer_blocks = blocks


@pytest.fixture(scope="session")
def settings(prompts_file: Path) -> Settings:
    return settings_for("quick", prompts_file, list(TINY))


def job_in(folder: Path, settings: Settings, pipeline: QwenImagePipeline) -> Job:
    """A job on the project in `folder`, with the model that is already in memory."""
    job = Job(Project(folder), settings)
    job.__dict__["pipeline"] = pipeline
    return job


@pytest.fixture(scope="session")
def finished(
    model_folder: Path,
    settings: Settings,
    loaded: QwenImagePipeline,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """A project with every stage done but the measuring; read only."""
    folder = tmp_path_factory.mktemp("finished") / "tiny.ppcl"
    Project.create(folder, Header(model=str(model_folder), threads=1, effort="quick"))
    run_stages(job_in(folder, settings, loaded), SILENT, names=STAGES[:-1])
    return folder


@pytest.fixture
def job(finished: Path, settings: Settings, pipeline: QwenImagePipeline, tmp_path: Path) -> Job:
    """A job on a copy of the finished project."""
    shutil.copytree(finished, tmp_path / "tiny.ppcl")
    return job_in(tmp_path / "tiny.ppcl", settings, pipeline)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on a disk of 64 KiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        yield folder
    finally:
        subprocess.run(["umount", str(folder)], check=True)
