"""What is said of a model before it is fetched, and of a folder before it is loaded."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine import families, protocol
from engine.errors import EngineError
from engine.families.size import size
from engine.hub.facts import facts
from engine.hub.fit import fits
from engine.hub.folder import scan
from engine.hub.machine import Machine
from engine.hub.repository import needed
from tests.engine.hub.conftest import POCKET, ROOT, WEIGHTS, Worker
from tests.engine.hub.hub_server import Repo

LAPTOP = Machine(memory_bytes=16_000_000_000, available_bytes=12_000_000_000)
HEAVY = (
    "torch", "diffusers", "transformers", "accelerate", "numpy", "pydantic", "PySide6", "typer",
)  # fmt: skip


def test_nothing_heavy_is_imported() -> None:
    script = (
        "import importlib, pkgutil, sys\n"
        "import engine.hub.worker\n"
        "light = 'huggingface_hub' not in sys.modules\n"
        "import engine.hub as room\n"
        "for module in pkgutil.iter_modules(room.__path__):\n"
        "    importlib.import_module('engine.hub.' + module.name)\n"
        f"print(light, [name for name in {HEAVY!r} if name in sys.modules])\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert said.strip() == "True []"


def test_repository_is_described_before_anything_is_fetched(
    repo: Repo, worker: Worker, tmp_path: Path
) -> None:
    config = json.loads((POCKET / "transformer" / "config.json").read_text())
    asked = protocol.Describe(request=7, repo=repo.name, folder=str(tmp_path / "model"))
    assert isinstance(worker.ask(asked), protocol.Done)
    found = worker.last(protocol.Described)
    assert (found.request, found.family, found.layers) == (7, "qwen-image", 24)
    config = {k: v for k, v in config.items() if not k.startswith("_")}
    assert found.parameters == size(families.QWEN_IMAGE, config=config).parameters
    assert (found.license, found.is_gated, found.problems) == ("apache-2.0", False, ())
    wanted = {n: len(c) for n, c in repo.files.items() if not n.endswith(".png")}
    assert (found.num_bytes, found.num_files) == (sum(wanted.values()), len(wanted))
    assert found.left_out_bytes == sum(map(len, repo.files.values())) - found.num_bytes
    assert [part.name for part in found.parts] == ["text_encoder", "transformer", "vae"]
    steps = {fit.step: fit for fit in found.fits}
    assert list(steps) == ["download", "probe", "distill", "generate", "export"]
    assert steps["download"].need_bytes == found.num_bytes
    assert not steps["download"].estimated
    assert steps["generate"].estimated
    assert repo.asked_for(WEIGHTS) == []


def test_known_models_and_this_machine(worker: Worker) -> None:
    assert isinstance(worker.ask(protocol.Known(request=8)), protocol.Done)
    found = worker.last(protocol.Catalogue)
    assert found.memory_bytes > found.available_bytes > 0
    assert {model.family for model in found.models} <= {f.name for f in families.FAMILIES}
    for model in found.models:
        known = families.by_name(model.family)
        assert known
        assert size(known).parameters == model.parameters


def test_what_is_no_request_is_said(worker: Worker) -> None:
    assert worker.process.stdin
    worker.process.stdin.write(b"hello\n")
    worker.process.stdin.flush()
    assert "not understood" in worker.wait_for(protocol.Notice).text
    worker.send(protocol.SetTier(tier=1))
    assert "paint" in worker.wait_for(protocol.Notice).text


def test_large_model_does_not_fit_a_laptop(tmp_path: Path) -> None:
    config = {**families.QWEN_IMAGE.config, "_class_name": "QwenImageTransformer2DModel"}
    billions = {"transformer": 20.43e9, "text_encoder": 8.29e9, "vae": 0.13e9}
    weights = {part: {"all": int(count)} for part, count in billions.items()}
    weights["transformer"] |= {f"transformer_blocks.{i}.x": 0 for i in range(60)}
    found = facts(
        index={}, config=config, defaults={}, weights=weights,
        sizes={part: 2 * int(count) for part, count in billions.items()},
    )  # fmt: skip
    assert (found.problems, found.width, found.image_tokens) == ((), 3072, 4096)
    answers = fits(found, LAPTOP, download_bytes=10**15, folder=tmp_path)
    verdicts = {fit.step: fit.verdict for fit in answers}
    assert set(verdicts.values()) == {"no"}
    generate = next(fit for fit in answers if fit.step == "generate")
    assert generate.need_bytes == pytest.approx(4 * sum(billions.values()), rel=0.01)


def test_memory_in_use_makes_it_tight(tmp_path: Path) -> None:
    busy = Machine(memory_bytes=LAPTOP.memory_bytes, available_bytes=100_000_000)
    found = scan(POCKET, request=1, machine=busy)
    assert {fit.verdict for fit in found.fits} == {"tight"}
    assert {fit.verdict for fit in scan(POCKET, request=1, machine=LAPTOP).fits} == {"yes"}


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of the built-in model of which single files can be replaced."""
    folder = tmp_path / "copy"
    shutil.copytree(POCKET, folder, copy_function=os.link)
    return folder


def problems(folder: Path) -> tuple[str, ...]:
    return scan(folder, request=1, machine=LAPTOP).problems


def replaced(file: Path, content: bytes) -> None:
    file.unlink()
    file.write_bytes(content)


def test_whole_folder_has_no_problem(copy: Path) -> None:
    found = scan(copy, request=1, machine=LAPTOP)
    assert (found.family, found.layers, found.problems) == ("qwen-image", 24, ())
    assert found.num_bytes == sum(f.stat().st_size for f in copy.rglob("*") if f.is_file())


def test_truncated_weights_are_named(copy: Path) -> None:
    replaced(copy / WEIGHTS, (copy / WEIGHTS).read_bytes()[:-1])
    assert problems(copy) == (f"{WEIGHTS} is truncated or corrupt.",)


def test_missing_part_is_named(copy: Path) -> None:
    shutil.rmtree(copy / "vae")
    assert problems(copy) == ("There are no weights in vae.",)


def test_missing_shard_is_named(copy: Path) -> None:
    shards = {"weight_map": {"a": "model-1-of-2.safetensors", "b": "model.safetensors"}}
    (copy / "text_encoder" / "model.safetensors.index.json").write_text(json.dumps(shards))
    assert problems(copy) == ("text_encoder/model-1-of-2.safetensors is missing.",)


def test_wrong_number_of_layers_is_noticed(copy: Path) -> None:
    file = copy / "transformer" / "config.json"
    replaced(file, json.dumps({**json.loads(file.read_text()), "num_layers": 25}).encode())
    assert problems(copy) == ("The transformer should have 25 layers, its weights have 24.",)


def test_other_family_is_refused_by_name(copy: Path) -> None:
    replaced(copy / "transformer" / "config.json", b'{"_class_name": "Flux2"}')
    assert problems(copy)[0].startswith("Models of the class Flux2 are not supported")


def test_what_is_no_model_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no diffusers model"):
        scan(tmp_path, request=1, machine=LAPTOP)
    (tmp_path / "x.part").mkdir()
    with pytest.raises(EngineError, match="unfinished download"):
        scan(tmp_path / "x.part", request=1, machine=LAPTOP)


def test_only_what_a_model_needs_is_fetched() -> None:
    wanted = [
        "LICENSE", "README.md", "model_index.json", "scheduler/scheduler_config.json",
        "transformer/config.json", "transformer/m-00001-of-00002.safetensors",
    ]  # fmt: skip
    unwanted = [
        ".gitattributes", "flux1-dev.safetensors", "transformer/m.fp16.safetensors",
        "transformer/pytorch_model.bin", "transformer/code.py", "text_encoders/t5.safetensors",
        "pictures/cat.png",
    ]  # fmt: skip
    assert needed(dict.fromkeys(wanted + unwanted)) == sorted(wanted)


@pytest.mark.parametrize("name", ["../x.json", "a/../../x.json", "/etc/x.json", "a\\..\\x.json"])
def test_name_that_points_out_of_the_folder_is_refused(name: str) -> None:
    with pytest.raises(EngineError, match="outside"):
        needed({name: None})
