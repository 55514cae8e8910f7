"""What a picture was made of, in a text chunk of its PNG file: written here and by the engine."""

from __future__ import annotations

from pathlib import Path

import msgspec
from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage, QImageReader

from ppcl_app.live_scheduler import Painted, Wish

CHUNK = "ppcl"
_MAX_SIDE = 16384


class Recipe(msgspec.Struct, frozen=True, kw_only=True):
    """Enough to paint the same picture again, and what was measured when it was painted.

    `tiers` has the tier of every step. `is_own_steps`: the number of steps is the model's own.
    `table` tells the table of sizes that the tiers are of: another one has other pictures. `size`
    is the last tier's share of the original's parameters.
    """

    prompt: str
    seed: int
    steps: int
    tiers: tuple[int, ...]
    model: str = ""
    seconds: float = 0.0
    haarpsi: float | None = None
    is_own_steps: bool = False
    table: str = ""
    size: float = 0.0

    @property
    def is_mixed(self) -> bool:
        return len(set(self.tiers)) > 1

    @property
    def wish(self) -> Wish:
        """What to ask for to get it; of a mixed picture, its last tier alone."""
        tier = self.tiers[-1] if self.tiers else 0
        return Wish(self.prompt, self.seed, tier, 0 if self.is_own_steps else self.steps)


def schedule(tiers: tuple[int, ...]) -> tuple[tuple[int, int], ...]:
    """Runs of one tier: (0, 0, 4) -> ((0, 2), (4, 1))."""
    runs: list[tuple[int, int]] = []
    for tier in tiers:
        if runs and runs[-1][0] == tier:
            runs[-1] = (tier, runs[-1][1] + 1)
        else:
            runs.append((tier, 1))
    return tuple(runs)


def image_of(picture: Painted) -> QImage:
    """The pixels as an image of its own, in the format that is painted fastest."""
    stride = 3 * picture.width
    rgb = QImage(picture.pixels, picture.width, picture.height, stride, QImage.Format.Format_RGB888)
    return rgb.convertToFormat(QImage.Format.Format_RGB32)


def png_of(image: QImage, recipe: Recipe | None) -> bytes:
    """A PNG file; nothing is drawn into the picture, what it is stands in the text chunk."""
    image = image.copy()
    if recipe is not None:
        image.setText(CHUNK, msgspec.json.encode(recipe).decode())
    content = QByteArray()
    buffer = QBuffer(content)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if not image.save(buffer, "PNG"):  # type: ignore[call-overload]
        raise ValueError(f"A picture of {image.width()} x {image.height()} cannot be a PNG.")
    return bytes(content.data())


def read_recipe(file: Path) -> Recipe | None:
    """The recipe in a PNG file; None where there is none. The pixels are not decoded."""
    reader = QImageReader(str(file))
    size = reader.size()
    if not size.isValid() or max(size.width(), size.height()) > _MAX_SIDE:
        return None
    try:
        return msgspec.json.decode(reader.text(CHUNK), type=Recipe)
    except msgspec.MsgspecError:
        return None


def read_picture(file: Path, recipe: Recipe) -> Painted | None:
    """The pixels of a file and what its recipe tells; None where it cannot be read."""
    image = QImage(str(file))
    if image.isNull():
        return None
    rgb = image.convertToFormat(QImage.Format.Format_RGB888)
    wide, stride, raw = 3 * rgb.width(), rgb.bytesPerLine(), bytes(rgb.constBits())
    if wide != stride:
        raw = b"".join(raw[y * stride : y * stride + wide] for y in range(rgb.height()))
    return Painted(raw, rgb.width(), rgb.height(), recipe.seconds, recipe.haarpsi, recipe.tiers)
