"""Tensor files: safetensors with metadata, written in one step, refused when broken."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from engine.errors import EngineError
from engine.project import disk_errors, replacing

NEWEST_FORMAT = 1


def save(file: Path, tensors: Mapping[str, Tensor], metadata: Mapping[str, str]) -> None:
    """Replace `file` by these tensors. Raises EngineError if the disk is full or read-only."""
    packed = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    with disk_errors(file):
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file) as temporary:
            try:
                save_file(packed, temporary, metadata=dict(metadata))
            except SafetensorError as error:
                raise OSError(*_errno_of(error)) from error
            _sort_metadata(temporary)


def load(file: Path, *, what: str, hint: str) -> tuple[dict[str, Tensor], dict[str, str]]:
    """Tensors and metadata.

    Raises EngineError naming `what` if the file is missing, broken or of a format newer than ours.
    """
    try:
        with safe_open(file, framework="pt") as reader:
            tensors = {name: reader.get_tensor(name) for name in reader.keys()}  # noqa: SIM118
            metadata = reader.metadata() or {}
    except (FileNotFoundError, SafetensorError) as error:
        raise EngineError(
            "broken_file", f"{what} {file} is missing or broken.", hint=hint
        ) from error
    number = metadata.get("format", "")
    if number.isdecimal() and int(number) > NEWEST_FORMAT:
        raise EngineError(
            "newer_format",
            f"{what} {file} was written by a newer PPCL Studio.",
            hint="Update PPCL Studio; the file was not changed.",
        )
    return tensors, metadata


@contextlib.contextmanager
def contents_of(file: Path, *, what: str, hint: str) -> Iterator[None]:
    """Taking apart what was loaded from `file`; another kind of tensor file becomes a sentence."""
    try:
        yield
    except (KeyError, IndexError, ValueError) as error:
        raise EngineError(
            "broken_file", f"{what} {file} is a tensor file of another kind.", hint=hint
        ) from error


def metadata(file: Path) -> dict[str, str]:
    """The metadata alone; empty if there is no whole file."""
    try:
        with safe_open(file, framework="pt") as reader:
            return reader.metadata() or {}
    except (FileNotFoundError, SafetensorError):
        return {}


def _sort_metadata(file: Path) -> None:
    """Rewrite the header with its metadata in order: safetensors leaves the order to chance."""
    with file.open("r+b") as stream:
        size = int.from_bytes(stream.read(8), "little")
        header = json.loads(stream.read(size))
        header["__metadata__"] = dict(sorted(header.get("__metadata__", {}).items()))
        text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
        assert len(text) <= size, "the header grew"
        stream.seek(8)
        stream.write(text.ljust(size))


def _errno_of(error: SafetensorError) -> tuple[int, str]:
    """safetensors wraps the system's error in text such as "... (os error 28)"."""
    text = str(error)
    number = text.rpartition("os error ")[2].split(")")[0]
    return (int(number) if number.isdigit() else 0), text
