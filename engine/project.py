"""The project folder: what lies where, written atomically, and which stages are finished.

    MyModel.ppcl/
      project.json                model source, format, seed, threads
      settings.json               what the stages last ran with
      calibration/ probe/ plan.json plugs/ tiers.json evaluation/ exports/ runs/

A stage is finished when its marker in stages/ carries the fingerprint of its settings and of the
stage before it, the first of them of what the model and the prompt file contain; so whatever
changes redoes its stage and those after it, and nothing else.
"""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

import msgspec

from engine.errors import EngineError

FORMAT = 1
_T = TypeVar("_T", bound=msgspec.Struct)


class Header(msgspec.Struct, frozen=True, kw_only=True):
    """project.json. `model` is a folder or Hub name, "pocket" for the built-in model.

    The digests say what its files and the prompt file held when stages last ran. All that is made
    carries a fingerprint of this header, so other weights under an old name are another model.
    """

    format: int = FORMAT
    model: str
    model_digest: str = ""
    prompts_digest: str = ""
    seed: int = 0
    threads: int = 2
    effort: str = "normal"


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """stages/NAME.json: the stage ended well with these inputs.

    `plan_digest` is that of the plan.json it wrote, by which an edit by hand is told.
    """

    fingerprint: str
    plan_digest: str = ""


class Project:
    """One project folder. Raises EngineError where it is missing, broken or of a newer format."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        file = folder / "project.json"
        if not file.is_file():
            raise EngineError(
                "no_project",
                f"There is no project in {folder}.",
                hint="Make one with `ppcl compress --demo --out FOLDER`.",
            )
        self.header = read_json(file, Header)

    @classmethod
    def create(cls, folder: Path, header: Header) -> Project:
        """Make a new project, or open the one that is there if it is of the same model and seed."""
        if (folder / "project.json").is_file():
            project = cls(folder)
            if project.header.model != header.model:
                raise EngineError(
                    "other_model",
                    f"{folder} holds a project of {project.header.model}, not of {header.model}.",
                    hint="Choose another folder; nothing was changed.",
                )
            if (project.header.seed, project.header.threads) != (header.seed, header.threads):
                raise EngineError(
                    "other_seed",
                    f"{folder} was made with seed {project.header.seed} and "
                    f"{project.header.threads} threads; both are fixed for a project.",
                    hint="Give the same ones or choose another folder; nothing was changed.",
                )
            project.update(effort=header.effort)
            return project
        if folder.exists() and (not folder.is_dir() or any(_finished(folder))):
            raise EngineError(
                "not_empty",
                f"{folder} is not empty and holds no project.",
                hint="Choose an empty or new folder; nothing was changed.",
            )
        is_new = not folder.exists()
        with disk_errors(folder):
            folder.mkdir(parents=True, exist_ok=True)
        try:
            write_json(folder / "project.json", header)
        except EngineError:
            if is_new:
                folder.rmdir()
            raise
        return cls(folder)

    def update(self, **values: str) -> None:
        """Change these fields of project.json where they differ."""
        changed = msgspec.structs.replace(self.header, **values)
        if changed != self.header:
            write_json(self.folder / "project.json", changed)
            self.header = changed

    def path(self, *parts: str) -> Path:
        """A path inside the project whose parent folder exists."""
        path = self.folder.joinpath(*parts)
        with disk_errors(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def is_done(self, stage: str, fingerprint: str) -> bool:
        file = self.folder / "stages" / f"{stage}.json"
        return file.is_file() and read_json(file, Marker).fingerprint == fingerprint

    def mark_done(self, stage: str, fingerprint: str, *, plan_digest: str = "") -> None:
        marker = Marker(fingerprint=fingerprint, plan_digest=plan_digest)
        write_json(self.path("stages", f"{stage}.json"), marker)

    def mark_undone(self, stage: str) -> None:
        (self.folder / "stages" / f"{stage}.json").unlink(missing_ok=True)


def fingerprint(*parts: object) -> str:
    """A short stable digest of plain values and Structs."""
    encoder = msgspec.json.Encoder(order="deterministic")
    return hashlib.sha256(b"\0".join(encoder.encode(p) for p in parts)).hexdigest()[:16]


def write_bytes(file: Path, content: bytes) -> None:
    """Replace `file` in one step: it holds the old content or the new one, never a part."""
    with disk_errors(file), replacing(file) as temporary:
        temporary.write_bytes(content)


def write_json(file: Path, value: object) -> None:
    write_bytes(file, msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n")


def read_json(file: Path, kind: type[_T]) -> _T:
    """Read a Struct; raises EngineError for broken content or a format newer than ours."""
    try:
        raw = file.read_bytes()
        number, newest = msgspec.json.decode(raw).get("format", 0), _newest_format(kind)
        if isinstance(number, int) and number > newest:
            raise EngineError(
                "newer_format",
                f"{file} was written by a newer PPCL Studio "
                f"(format {number}, this one knows {newest}).",
                hint="Update PPCL Studio; the file was not changed.",
            )
        return msgspec.json.decode(raw, type=kind)
    except FileNotFoundError as error:
        raise EngineError(
            "missing_file", f"{file} is missing.", hint="Run the stage that makes it."
        ) from error
    except (msgspec.DecodeError, AttributeError) as error:
        raise EngineError(
            "broken_file",
            f"{file} cannot be read: {error}.",
            hint="Delete it and run the stage that makes it again.",
        ) from error


@contextlib.contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A temporary name next to `target` that takes its place, or vanishes if the body fails.

    Content reaches the disk before its name does, and the name before we go on: after a power cut
    too there is the old content or the new, and nothing counts as finished that is not there.
    """
    prefix = f".{target.name}-"
    for stale in target.parent.glob(f"{glob.escape(prefix)}*"):  # of a killed process
        shutil.rmtree(stale, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=prefix) as folder:
        temporary = Path(folder) / target.name
        yield temporary
        for file in [temporary, *temporary.rglob("*")]:
            _to_disk(file)
        if target.is_dir() and temporary.is_dir():
            shutil.rmtree(target)
        os.replace(temporary, target)
        _to_disk(target.parent)


def _to_disk(path: Path) -> None:
    """Wait until a file, or the names in a folder, are on the disk."""
    is_windows = os.name == "nt"  # where folders cannot be opened, and files only for writing
    if path.is_symlink() or (is_windows and path.is_dir()):
        return
    handle = os.open(path, os.O_RDWR if is_windows else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def disk_errors(path: Path) -> Iterator[None]:
    """Turn a full disk, or a place where nothing can be written, into a sentence."""
    try:
        yield
    except OSError as error:
        causes = {
            errno.ENOSPC: ("disk_full", f"The disk is full: {path} could not be written."),
            errno.EDQUOT: (
                "disk_full",
                f"Your disk quota is used up: {path} could not be written.",
            ),
            errno.EACCES: ("no_access", f"There is no permission to write {path}."),
            errno.EROFS: ("no_access", f"{path} is on a read-only disk."),
            errno.ENOTDIR: ("no_access", f"{path} cannot be made: a file is in the way."),
        }
        if error.errno not in causes:
            raise
        code, message = causes[error.errno]
        raise EngineError(
            code,
            message,
            hint="What was finished before is safe. "
            "Make room or choose another folder, and run the same again.",
        ) from error


def _finished(folder: Path) -> Iterator[Path]:
    """What lies in `folder`, temporary names of a killed first write left out."""
    return (p for p in folder.iterdir() if not p.name.startswith(".project.json-"))


def _newest_format(kind: type[msgspec.Struct]) -> int:
    fields = {field.name: field.default for field in msgspec.structs.fields(kind)}
    newest: int = fields.get("format", 0)
    return newest
