"""Tensor files: same bytes for the same content, whole or refused."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine import tensors
from engine.errors import EngineError

CONTENT = {"b": torch.arange(6.0).view(2, 3), "a": torch.ones(2, dtype=torch.bfloat16)}
METADATA = {"format": "1", "kind": "span", "first": "2", "last": "5", "requires": "", "é": '"\n'}


def test_tensors_and_metadata_are_read_back(tmp_path: Path) -> None:
    file = tmp_path / "new" / "x.safetensors"
    tensors.save(file, CONTENT, METADATA)
    content, metadata = tensors.load(file, what="It", hint="")
    assert metadata == tensors.metadata(file) == METADATA
    assert content.keys() == CONTENT.keys()
    assert all(torch.equal(content[k], CONTENT[k]) for k in CONTENT)
    assert content["a"].dtype == torch.bfloat16


def test_same_content_is_the_same_bytes_every_time(tmp_path: Path) -> None:
    file, seen = tmp_path / "x.safetensors", set()
    for number in range(12):
        shuffled = dict(sorted(METADATA.items(), key=lambda pair: hash((pair, number))))
        tensors.save(file, CONTENT, shuffled)
        seen.add(file.read_bytes())
    assert len(seen) == 1


def test_tensor_that_is_no_whole_row_of_memory_is_stored(tmp_path: Path) -> None:
    tensors.save(tmp_path / "x.safetensors", {"t": CONTENT["b"].T}, {})
    content, _ = tensors.load(tmp_path / "x.safetensors", what="It", hint="")
    assert torch.equal(content["t"], CONTENT["b"].T)


@pytest.mark.parametrize("damage", ["missing", "empty", "truncated", "text"])
def test_broken_file_is_a_sentence(tmp_path: Path, damage: str) -> None:
    file = tmp_path / "x.safetensors"
    tensors.save(file, CONTENT, METADATA)
    whole = file.read_bytes()
    {
        "missing": file.unlink,
        "empty": lambda: file.write_bytes(b""),
        "truncated": lambda: file.write_bytes(whole[:-3]),
        "text": lambda: file.write_text("{}" * 9),
    }[damage]()
    with pytest.raises(EngineError, match="The probes") as excinfo:
        tensors.load(file, what="The probes", hint="Run probe again.")
    assert excinfo.value.code == "broken_file"
    assert tensors.metadata(file) == {}


def test_newer_format_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x.safetensors"
    tensors.save(file, CONTENT, {"format": "2"})
    with pytest.raises(EngineError) as excinfo:
        tensors.load(file, what="The probes", hint="")
    assert excinfo.value.code == "newer_format"


def test_file_of_another_tool_is_read(tmp_path: Path) -> None:
    tensors.save(tmp_path / "x.safetensors", CONTENT, {"format": "pt"})
    assert tensors.load(tmp_path / "x.safetensors", what="It", hint="")[1] == {"format": "pt"}


def test_full_disk_is_a_sentence_and_leaves_the_old_content(small_disk: Path) -> None:
    file = small_disk / "x.safetensors"
    tensors.save(file, CONTENT, METADATA)
    before = file.read_bytes()
    with pytest.raises(EngineError) as excinfo:
        tensors.save(file, {"a": torch.zeros(100_000)}, {})
    assert excinfo.value.code == "disk_full"
    assert file.read_bytes() == before
    assert list(small_disk.iterdir()) == [file]
