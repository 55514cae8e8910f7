"""The sample pictures that a project holds: the smallest size while it learned, oldest first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import msgspec
from PySide6.QtGui import QImage


@dataclass(frozen=True, slots=True)
class Sample:
    """`step` is None for the original, else how many steps the plugs had learned together."""

    step: int | None
    image: QImage
    prompt: str = ""
    seed: int = 0


class _Recipe(msgspec.Struct, frozen=True):
    prompt: str = ""
    seed: int = 0


def read_samples(project: Path) -> list[Sample]:
    """The original first, then by steps; files that cannot be read are left out."""
    found: dict[int, Sample] = {}
    for file in (project / "samples").glob("*.png"):
        number = file.stem.removeprefix("step-")
        if file.stem != "original" and not number.isdecimal():
            continue
        image = QImage(str(file))
        if image.isNull():
            continue
        step = int(number) if number.isdecimal() else None
        recipe = _recipe(image.text("ppcl"))
        found[-1 if step is None else step] = Sample(step, image, recipe.prompt, recipe.seed)
    return [found[key] for key in sorted(found)]


def _recipe(text: str) -> _Recipe:
    try:
        return msgspec.json.decode(text, type=_Recipe)
    except msgspec.MsgspecError:
        return _Recipe()
