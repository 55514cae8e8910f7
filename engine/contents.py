"""Digests of what a user's files hold: the same on every machine, taken of any size at once."""

from __future__ import annotations

import hashlib
from pathlib import Path

_PIECE_BYTES = 1 << 18
_NUM_PIECES = 256
_MODEL_SUFFIXES = (".json", ".model", ".safetensors", ".txt")


def digest_of_file(file: Path) -> str:
    """A digest of the size and the content; of more than 64 MiB, of evenly spread pieces.

    The pieces lie closer together than the matrices of a large model are long, so weights that
    were trained on are seen although their names and sizes are the same.
    """
    size = file.stat().st_size
    digest = hashlib.sha256(f"{size} ".encode())
    with file.open("rb") as stream:
        for start in _starts(size):
            stream.seek(start)
            digest.update(stream.read(_PIECE_BYTES))
    return digest.hexdigest()


def digest_of_model(folder: Path) -> str:
    """A digest of the weights, configurations and vocabularies below a diffusers folder."""
    digest = hashlib.sha256()
    names = {f.relative_to(folder) for f in folder.rglob("*") if f.suffix in _MODEL_SUFFIXES}
    for name in sorted(names, key=Path.as_posix):
        if not any(part.startswith(".") for part in name.parts):  # a downloader's notes
            digest.update(f"{name.as_posix()} {digest_of_file(folder / name)}\n".encode())
    return digest.hexdigest()


def _starts(size: int) -> list[int]:
    """Where the pieces of a file begin: one behind the other, or spread from end to end."""
    if size <= _NUM_PIECES * _PIECE_BYTES:
        return list(range(0, size, _PIECE_BYTES))
    last = size - _PIECE_BYTES
    return [last * number // (_NUM_PIECES - 1) for number in range(_NUM_PIECES)]
