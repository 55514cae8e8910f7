"""The project folder: atomic files, refusals, markers."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import torch

from engine import tensors
from engine.errors import EngineError
from engine.project import (
    Header,
    Project,
    fingerprint,
    read_json,
    replacing,
    write_bytes,
    write_json,
)

KILLED_WRITE = """
import os, signal, sys
from pathlib import Path
from engine.project import replacing
with replacing(Path(sys.argv[1])) as temporary:
    temporary.write_bytes(b"half of the ne")
    os.kill(os.getpid(), signal.SIGKILL)
"""


def error_code(excinfo: pytest.ExceptionInfo[EngineError]) -> str:
    return excinfo.value.code


def test_created_project_opens_again_with_the_same_header(tmp_path: Path) -> None:
    header = Header(model="pocket", seed=3, threads=1, effort="quick")
    Project.create(tmp_path / "a" / "p.ppcl", header)
    assert Project(tmp_path / "a" / "p.ppcl").header == header
    assert Project.create(tmp_path / "a" / "p.ppcl", header).header == header


def test_missing_project_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EngineError) as excinfo:
        Project(tmp_path)
    assert error_code(excinfo) == "no_project"


def test_project_of_another_model_is_refused_and_kept(tmp_path: Path) -> None:
    Project.create(tmp_path, Header(model="pocket"))
    before = (tmp_path / "project.json").read_bytes()
    with pytest.raises(EngineError) as excinfo:
        Project.create(tmp_path, Header(model="/other"))
    assert error_code(excinfo) == "other_model"
    assert (tmp_path / "project.json").read_bytes() == before


def test_project_of_another_seed_is_refused(tmp_path: Path) -> None:
    Project.create(tmp_path, Header(model="pocket", seed=1))
    with pytest.raises(EngineError) as excinfo:
        Project.create(tmp_path, Header(model="pocket", seed=2))
    assert error_code(excinfo) == "other_seed"


def test_folder_with_other_things_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "holiday.jpg").write_bytes(b"x")
    with pytest.raises(EngineError) as excinfo:
        Project.create(tmp_path, Header(model="pocket"))
    assert error_code(excinfo) == "not_empty"
    assert [p.name for p in tmp_path.iterdir()] == ["holiday.jpg"]


def test_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "p").write_text("x")
    with pytest.raises(EngineError) as excinfo:
        Project.create(tmp_path / "p", Header(model="pocket"))
    assert error_code(excinfo) == "not_empty"


def test_newer_format_is_refused_and_kept(tmp_path: Path) -> None:
    text = '{"format": 99, "model": "pocket", "shape_unknown_today": []}'
    (tmp_path / "project.json").write_text(text)
    with pytest.raises(EngineError) as excinfo:
        Project(tmp_path)
    assert error_code(excinfo) == "newer_format"
    assert (tmp_path / "project.json").read_text() == text


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b"{}",
        b'{"model": 3}',
        b'{"format": "x", "model": "y"}',
    ],
)
def test_broken_file_is_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "project.json").write_bytes(content)
    with pytest.raises(EngineError) as excinfo:
        Project(tmp_path)
    assert error_code(excinfo) == "broken_file"


def test_killed_write_leaves_the_old_content_and_the_next_write_cleans_up(tmp_path: Path) -> None:
    file = tmp_path / "plan.json"
    write_bytes(file, b"old")
    killed = subprocess.run([sys.executable, "-c", KILLED_WRITE, str(file)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert file.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2, "the test must have been killed while writing"
    write_bytes(file, b"new")
    assert file.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [file]


def test_killed_first_write_does_not_block_the_folder(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED_WRITE, str(tmp_path / "project.json")]
    subprocess.run(command, check=False)
    assert list(tmp_path.iterdir())
    Project.create(tmp_path, Header(model="pocket"))


def test_failed_write_leaves_the_old_content_and_no_rest(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    write_bytes(file, b"old")
    with pytest.raises(ZeroDivisionError), replacing(file) as temporary:  # noqa: PT012
        temporary.write_bytes(b"half")
        raise ZeroDivisionError
    assert file.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [file]


def test_folder_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target = tmp_path / "export"
    for name in ("old", "new"):
        with replacing(target) as temporary:
            temporary.mkdir()
            (temporary / name).touch()
    assert [p.name for p in target.iterdir()] == ["new"]


def test_full_disk_is_a_sentence_and_leaves_the_old_content(small_disk: Path) -> None:
    file = small_disk / "a.json"
    write_bytes(file, b"old")
    with pytest.raises(EngineError) as excinfo:
        write_bytes(file, bytes(1_000_000))
    assert error_code(excinfo) == "disk_full"
    assert file.read_bytes() == b"old"
    assert list(small_disk.iterdir()) == [file]


def test_full_disk_leaves_no_folder_of_a_project_that_could_not_be_made(small_disk: Path) -> None:
    with contextlib.suppress(OSError), (small_disk / "full").open("wb", buffering=0) as rest:
        while True:
            rest.write(bytes(512))
    with pytest.raises(EngineError) as excinfo:
        Project.create(small_disk / "p.ppcl", Header(model="x" * 10_000))
    assert error_code(excinfo) == "disk_full"
    assert [f.name for f in small_disk.iterdir()] == ["full"]


def test_field_is_changed_on_disk_only_where_it_differs(tmp_path: Path) -> None:
    project = Project.create(tmp_path, Header(model="pocket", seed=3))
    file = tmp_path / "project.json"
    project.update(model_digest="abc")
    assert project.header == Project(tmp_path).header
    assert (project.header.model_digest, project.header.seed) == ("abc", 3)
    file.chmod(0o400)
    before = file.stat().st_ino
    project.update(model_digest="abc", effort="normal")
    assert file.stat().st_ino == before


def test_effort_changes_and_digests_stay(tmp_path: Path) -> None:
    Project.create(tmp_path, Header(model="pocket")).update(model_digest="abc")
    opened = Project.create(tmp_path, Header(model="pocket", effort="best"))
    assert (opened.header.effort, opened.header.model_digest) == ("best", "abc")


def test_stage_is_done_only_with_the_fingerprint_that_it_was_done_with(tmp_path: Path) -> None:
    project = Project.create(tmp_path, Header(model="pocket"))
    assert not project.is_done("probe", "abc")
    project.mark_done("probe", "abc")
    assert project.is_done("probe", "abc")
    assert not project.is_done("probe", "abd")
    project.mark_undone("probe")
    project.mark_undone("probe")
    assert not project.is_done("probe", "abc")


def test_fingerprint_depends_on_values_and_not_on_the_order_of_keys() -> None:
    assert fingerprint({"a": 1, "b": 2}) == fingerprint({"b": 2, "a": 1})
    assert fingerprint("a", "b") != fingerprint("ab")
    assert fingerprint(Header(model="x")) != fingerprint(Header(model="x", seed=1))


def test_json_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    class Record(msgspec.Struct, frozen=True):
        name: str
        values: tuple[float, ...]

    record = Record("ä", (0.1, 1e-12))
    write_json(tmp_path / "r.json", record)
    assert read_json(tmp_path / "r.json", Record) == record


@pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
def test_content_is_on_the_disk_before_its_name_and_the_name_before_we_go_on(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A rename can outrun the data: after a power cut the new name would hold nothing."""
    done: list[tuple[str, str]] = []
    to_disk, rename = os.fsync, os.replace

    def fsync(handle: int) -> None:
        done.append(("disk", Path(f"/proc/self/fd/{handle}").readlink().name))
        to_disk(handle)

    def replace(source: Path, target: Path) -> None:
        done.append(("name", Path(target).name))
        rename(source, target)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    write_json(tmp_path / "a.json", {})
    assert done == [("disk", "a.json"), ("name", "a.json"), ("disk", tmp_path.name)]
    done.clear()
    tensors.save(tmp_path / "b.safetensors", {"x": torch.zeros(2)}, {})
    assert done == [("disk", "b.safetensors"), ("name", "b.safetensors"), ("disk", tmp_path.name)]
    done.clear()
    with replacing(tmp_path / "export") as folder:
        (folder / "part").mkdir(parents=True)
        (folder / "part" / "weights").write_bytes(b"x")
    assert done[-2:] == [("name", "export"), ("disk", tmp_path.name)]
    assert set(done[:-2]) == {("disk", name) for name in ("export", "part", "weights")}
