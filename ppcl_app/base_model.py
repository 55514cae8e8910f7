"""A model on this computer, looked at without loading it: family, layers, size, what is wrong."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import msgspec
from PySide6.QtCore import QCoreApplication

import engine
from engine import families
from ppcl_app.weights_header import BrokenWeights, TensorFacts, read_header

translate = QCoreApplication.translate  # lupdate knows this name
BUILT_IN = "pocket"
PARTS = ("transformer", "text_encoder", "vae")
_NUMBERED = re.compile(r"^(.+?)\.(\d+)\.")
_BUILT_IN_FOLDER = Path(engine.__file__).parents[1] / "resources" / "pocket"


@dataclass(frozen=True, slots=True)
class BaseModel:
    """`layer_parameters` has one number a layer; `problem` says why it cannot be used, if so.

    `memory_bytes` is what all parts take once they are loaded as 4-byte numbers.
    """

    source: str
    title: str
    family: str = ""
    layer_parameters: tuple[int, ...] = ()
    parameters: int = 0
    num_bytes: int = 0
    memory_bytes: int = 0
    problem: str = ""
    hint: str = ""

    @property
    def is_built_in(self) -> bool:
        return self.source == BUILT_IN

    @property
    def num_layers(self) -> int:
        return len(self.layer_parameters)

    @property
    def is_usable(self) -> bool:
        return not self.problem


class _Config(msgspec.Struct, frozen=True):
    class_name: str = msgspec.field(name="_class_name", default="")


class _Record(msgspec.Struct, frozen=True):
    repo: str


class _Refused(Exception):
    def __init__(self, problem: str, hint: str) -> None:
        super().__init__(problem)
        self.problem, self.hint = problem, hint


def folder_of(source: str) -> Path:
    return _BUILT_IN_FOLDER if source == BUILT_IN else Path(source)


def title_of(source: str) -> str:
    """What people call the model: never a path."""
    if source == BUILT_IN:
        return translate("BaseModel", "Pocket")
    return Path(source).name or source


def model_folder_of(path: Path) -> Path:
    """The model's folder for anything inside of it, such as a file of weights; else `path`."""
    for folder in (path, *path.parents[:2]):
        if folder.is_dir() and is_model_folder(folder):
            return folder
    return path if path.is_dir() else path.parent


def downloaded_repo(folder: Path) -> str:
    """Which model of the Hub was downloaded into `folder`; nothing if none was, or not whole."""
    try:
        record = (folder / "ppcl_download.json").read_bytes()
        return msgspec.json.decode(record, type=_Record).repo
    except (OSError, msgspec.MsgspecError):
        return ""


def is_model_folder(folder: Path) -> bool:
    return (folder / "model_index.json").is_file() or (folder / "transformer").is_dir()


def look_at(source: str) -> BaseModel:
    """Everything that can be known without loading the model; never raises."""
    title = title_of(source)
    try:
        return _look(source, title)
    except _Refused as refused:
        return BaseModel(source, title, problem=refused.problem, hint=refused.hint)
    except OSError as error:
        problem = translate("BaseModel", "The folder cannot be read: {reason}.")
        reason = error.strerror or type(error).__name__
        return BaseModel(source, title, problem=problem.format(reason=reason))


def _look(source: str, title: str) -> BaseModel:
    folder = folder_of(source)
    family = _family(folder)
    tensors: dict[str, TensorFacts] = {}
    num_bytes = num_values = 0
    for part in PARTS:
        files = sorted((folder / part).glob("*.safetensors"))
        if not files:
            problem = translate("BaseModel", "The weights in the folder {part} are missing.")
            raise _Refused(problem.format(part=part), _again())
        for file in files:
            found = _header(file)
            num_bytes += file.stat().st_size
            num_values += sum(facts.num_values for facts in found.values())
            if part == "transformer":
                tensors |= found
    layers = _layers(tensors, family.blocks)
    wanted = _config(folder, family.depth)
    if not layers or (wanted and wanted != len(layers)):
        problem = translate(
            "BaseModel", "The weights hold {found} layers, but the model should have {wanted}."
        )
        raise _Refused(problem.format(found=len(layers), wanted=wanted or "?"), _again())
    return BaseModel(
        source=source,
        title=title,
        family=family.title,
        layer_parameters=layers,
        parameters=sum(facts.num_values for facts in tensors.values()),
        num_bytes=num_bytes,
        memory_bytes=4 * num_values,
    )


def _family(folder: Path) -> families.Family:
    file = folder / "transformer" / "config.json"
    if not file.is_file():
        problem = translate("BaseModel", "There is no image model in this folder.")
        hint = translate(
            "BaseModel",
            "Choose the folder that holds model_index.json and a folder named transformer.",
        )
        raise _Refused(problem, hint)
    try:
        name = msgspec.json.decode(file.read_bytes(), type=_Config).class_name
    except msgspec.MsgspecError as error:
        problem = translate("BaseModel", "The description of the model cannot be read.")
        raise _Refused(problem, _again()) from error
    family = families.by_transformer_class(name)
    if family is None:
        problem = translate("BaseModel", "Models of this kind cannot be made smaller yet.")
        hint = translate("BaseModel", "Kinds that can: {names}. This one is {name}.")
        names = ", ".join(known.title for known in families.FAMILIES)
        raise _Refused(problem, hint.format(names=names, name=name or "?"))
    return family


def _config(folder: Path, key: str) -> int:
    raw = (folder / "transformer" / "config.json").read_bytes()
    value = msgspec.json.decode(raw).get(key, 0)
    return value if isinstance(value, int) else 0


def _header(file: Path) -> dict[str, TensorFacts]:
    try:
        return read_header(file)[0]
    except BrokenWeights as error:
        problem = translate("BaseModel", "The file {name} is cut off or damaged.")
        raise _Refused(problem.format(name=file.name), _again()) from error


def _layers(tensors: dict[str, TensorFacts], blocks: str) -> tuple[int, ...]:
    """Parameters of each layer, in order; empty where a number is missing."""
    counted: dict[int, int] = defaultdict(int)
    for name, facts in tensors.items():
        match = _NUMBERED.match(name)
        if match is not None and match[1] == blocks:
            counted[int(match[2])] += facts.num_values
    if sorted(counted) != list(range(len(counted))):
        return ()
    return tuple(counted[number] for number in range(len(counted)))


def _again() -> str:
    return translate("BaseModel", "Nothing was changed. Get the model again, then choose it here.")
