"""A folder on this computer: which model it is, how large, and what is broken in it.

Only configurations and the headers of weights are read, so this takes no time and no torch; the
exact check, tensor by tensor, is made when the model is used.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from safetensors import SafetensorError, safe_open

from engine import protocol
from engine.errors import EngineError
from engine.hub.facts import Facts, facts
from engine.hub.fit import fits
from engine.hub.machine import Machine

INDEX = "model_index.json"
CONFIG = "transformer/config.json"
DEFAULTS = "ppcl_defaults.json"
RECORD = "ppcl_download.json"
_WEIGHTS_INDEX = "*.safetensors.index.json"


class _Shards(msgspec.Struct, frozen=True):
    weight_map: dict[str, str]


def scan(folder: Path, *, request: int, machine: Machine) -> protocol.Described:
    """Look at a diffusers folder. Raises EngineError if it is none; what is broken is a problem."""
    index = _index(folder)
    problems: list[str] = []
    weights: dict[str, dict[str, int]] = {}
    sizes: dict[str, int] = {}
    for part in sorted(p for p in folder.iterdir() if p.is_dir()):
        for file in sorted(part.glob("*.safetensors")):
            sizes[part.name] = sizes.get(part.name, 0) + file.stat().st_size
            try:
                weights.setdefault(part.name, {}).update(_tensors(file))
            except (SafetensorError, OSError):
                problems.append(f"{part.name}/{file.name} is truncated or corrupt.")
        problems += [f"{part.name}/{name} is missing." for name in _missing_shards(part)]
    found = facts(
        index=index,
        config=_read(folder / CONFIG, problems),
        defaults=_read(folder / DEFAULTS, []),
        weights=weights,
        sizes=sizes,
    )
    files = [f for f in folder.rglob("*") if f.is_file()]
    origin = _read(folder / RECORD, [])
    return protocol.Described(
        request=request,
        folder=str(folder),
        title=folder.resolve().name,
        family=found.family,
        layers=found.layers,
        parameters=found.parameters,
        parts=found.parts,
        num_bytes=sum(f.stat().st_size for f in files),
        num_files=len(files),
        license=str(origin.get("license", "")),
        problems=_without_echoes(problems, found),
        fits=fits(found, machine, download_bytes=0, folder=folder),
    )


def _index(folder: Path) -> dict[str, object]:
    if not (folder / INDEX).is_file():
        if folder.suffix == ".part":
            raise EngineError(
                "unfinished",
                f"{folder.name} is an unfinished download.",
                hint="Start the same download again; it goes on from where it stopped.",
            )
        raise EngineError(
            "no_model",
            f"There is no diffusers model in {folder}.",
            hint="Choose a folder that has model_index.json and transformer/ in it.",
        )
    problems: list[str] = []
    index = _read(folder / INDEX, problems)
    if problems:
        raise EngineError(
            "broken_model",
            f"{folder / INDEX} cannot be read.",
            hint="Download the model again.",
        )
    return index


def _read(file: Path, problems: list[str]) -> dict[str, object]:
    try:
        return msgspec.json.decode(file.read_bytes(), type=dict[str, object])
    except FileNotFoundError:
        problems.append(f"{file.parent.name}/{file.name} is missing.")
    except (OSError, msgspec.DecodeError):
        problems.append(f"{file.parent.name}/{file.name} cannot be read.")
    return {}


def _tensors(file: Path) -> dict[str, int]:
    """Number of values by tensor. Raises SafetensorError if the file is not whole."""
    with safe_open(file, framework="np") as reader:
        return {name: _product(reader.get_slice(name).get_shape()) for name in reader.keys()}  # noqa: SIM118


def _product(shape: list[int]) -> int:
    product = 1
    for length in shape:
        product *= length
    return product


def _missing_shards(part: Path) -> list[str]:
    """Files that a part's own list of shards names and that are not there."""
    named: set[str] = set()
    for file in part.glob(_WEIGHTS_INDEX):
        try:
            named |= set(msgspec.json.decode(file.read_bytes(), type=_Shards).weight_map.values())
        except (OSError, msgspec.DecodeError):
            named.add(file.name)  # unreadable: as good as missing
    return sorted(n for n in named if not (part / n).is_file() or n.endswith(".json"))


def _without_echoes(problems: list[str], found: Facts) -> tuple[str, ...]:
    """A missing file first; that its layers are missing too goes without saying."""
    return tuple(problems) or found.problems
