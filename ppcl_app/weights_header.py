"""What a safetensors file says about itself in its first bytes; no weights are read."""

from __future__ import annotations

from pathlib import Path

import msgspec

_MAX_HEADER = 100 << 20


class TensorFacts(msgspec.Struct, frozen=True):
    """One tensor as the header lists it."""

    shape: tuple[int, ...]
    data_offsets: tuple[int, int]

    @property
    def num_values(self) -> int:
        product = 1
        for size in self.shape:
            product *= size
        return product


class BrokenWeights(Exception):
    """The file is cut off or is no safetensors file."""


def read_header(file: Path) -> tuple[dict[str, TensorFacts], dict[str, str]]:
    """Tensors by name, and the metadata. Raises BrokenWeights, or OSError where it cannot be read.

    A file that is shorter than its header promises is broken too: a download that was cut off.
    """
    with file.open("rb") as stream:
        size = int.from_bytes(stream.read(8), "little")
        if not 2 <= size <= _MAX_HEADER:
            raise BrokenWeights(file.name)
        raw = stream.read(size)
    try:
        header = msgspec.json.decode(raw, type=dict[str, msgspec.Raw])
        metadata = header.pop("__metadata__", None)
        tensors = {
            name: msgspec.json.decode(facts, type=TensorFacts) for name, facts in header.items()
        }
        notes = msgspec.json.decode(metadata, type=dict[str, str]) if metadata is not None else {}
    except msgspec.MsgspecError as error:
        raise BrokenWeights(file.name) from error
    end = max((facts.data_offsets[1] for facts in tensors.values()), default=0)
    if file.stat().st_size < 8 + size + end:
        raise BrokenWeights(file.name)
    return tensors, notes
