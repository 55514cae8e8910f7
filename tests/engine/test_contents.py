"""Digests of files: content counts; place, age and company do not."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from engine.contents import digest_of_file, digest_of_model

LARGE = 300 << 20


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "model"
    (folder / "transformer").mkdir(parents=True)
    (folder / "model_index.json").write_text("{}")
    (folder / "transformer" / "weights.safetensors").write_bytes(bytes(100))
    return folder


def test_changed_byte_is_seen_although_name_size_and_age_are_the_same(model: Path) -> None:
    before, file = digest_of_model(model), model / "transformer" / "weights.safetensors"
    age = file.stat().st_mtime
    file.write_bytes(bytes(50) + b"x" + bytes(49))
    os.utime(file, (age, age))
    assert digest_of_model(model) != before


def test_copy_elsewhere_is_the_same_model(model: Path, tmp_path: Path) -> None:
    before = digest_of_model(model)
    copied = tmp_path / "elsewhere" / "another name"
    shutil.copytree(model, copied)
    os.utime(copied / "model_index.json", (0, 0))
    assert digest_of_model(copied) == before


def test_moved_and_missing_files_are_another_model(model: Path) -> None:
    seen = {digest_of_model(model)}
    (model / "transformer").rename(model / "vae")
    seen.add(digest_of_model(model))
    (model / "vae" / "weights.safetensors").unlink()
    seen.add(digest_of_model(model))
    assert len(seen) == 3


def test_pictures_texts_and_hidden_notes_beside_the_model_do_not_count(model: Path) -> None:
    before = digest_of_model(model)
    (model / "README.md").write_text("x")
    (model / ".cache").mkdir()
    (model / ".cache" / "download.json").write_text("{}")
    assert digest_of_model(model) == before


def test_training_a_matrix_of_a_large_file_is_seen(tmp_path: Path) -> None:
    """A file with holes, so that it costs no space; pieces are closer than 2 MB here."""
    file = tmp_path / "large.safetensors"
    with file.open("wb") as stream:
        stream.truncate(LARGE)
    before = digest_of_file(file)
    with file.open("r+b") as stream:
        stream.seek(LARGE // 3)
        stream.write(b"\1" * (2 << 20))
    assert digest_of_file(file) != before
    with file.open("r+b") as stream:
        stream.truncate(LARGE - 1)
    assert digest_of_file(file) != before


def test_last_bytes_of_a_large_file_count(tmp_path: Path) -> None:
    file = tmp_path / "large.safetensors"
    with file.open("wb") as stream:
        stream.truncate(LARGE)
    before = digest_of_file(file)
    with file.open("r+b") as stream:
        stream.seek(LARGE - 1)
        stream.write(b"\1")
    assert digest_of_file(file) != before
