"""Every picture that was painted in a project, kept as PNG files that carry their recipe."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QFile, QObject, QRunnable, Qt, QThreadPool, Signal
from PySide6.QtGui import QImage, QImageReader

from engine import tiers as tier_file
from engine.errors import EngineError
from engine.project import fingerprint, write_bytes
from ppcl_app.live_scheduler import Painted, Wish
from ppcl_app.picture_recipe import Recipe, image_of, png_of, read_picture, read_recipe
from ppcl_app.project_model import ProjectModel

FOLDER = "pictures"
MAX_SHOWN = 300
THUMBNAIL = 128
_END_MS = 3_000
_SLUG = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture in the project folder."""

    file: Path
    recipe: Recipe


class PictureHistory(QObject):
    """`entries` has the newest first. Files are written beside the window's own work."""

    changed = Signal()
    problem_found = Signal(str)
    _failed = Signal(object, str)

    def __init__(self, project: ProjectModel, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._project = project
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(1)
        self._folder: Path | None = None
        self._number = 0
        self.table = ""
        self._by_wish: dict[Wish, Entry] = {}
        self._thumbnails: dict[Path, QImage] = {}
        self.entries: list[Entry] = []
        self._failed.connect(self._on_failed)
        project.tiers_changed.connect(self._on_tiers_changed)
        project.project_changed.connect(self._on_tiers_changed)

    @property
    def folder(self) -> Path:
        return self._project.folder / FOLDER

    @property
    def prompts(self) -> list[str]:
        """Every prompt once, the newest first."""
        return list(dict.fromkeys(entry.recipe.prompt for entry in self.entries))

    def load(self) -> None:
        """Look what earlier days have left; does nothing where that is known."""
        if self._folder == self.folder:
            return
        self._folder = self.folder
        self._thumbnails.clear()
        self.table = self._digest()
        files = sorted(self.folder.glob("[0-9]*.png"), reverse=True)
        self._number = max((_number_of(file) for file in files), default=0)
        found = ((file, read_recipe(file)) for file in files[:MAX_SHOWN])
        self.entries = [Entry(file, recipe) for file, recipe in found if recipe is not None]
        self._index()
        self.changed.emit()

    def add(self, picture: Painted, wish: Wish, steps: int) -> Entry:
        """Keep a finished picture, unless the project is only looked at; `wish` asked for it."""
        self.load()
        self._number += 1
        recipe = self.recipe_of(picture, wish, steps)
        entry = Entry(self.folder / _file_name(self._number, recipe), recipe)
        if self._project.is_read_only:
            return entry
        image = image_of(picture)
        self._thumbnails[entry.file] = _small(image)
        self.entries.insert(0, entry)
        if not recipe.is_mixed:
            self._by_wish[recipe.wish] = entry
        self._pool.start(_Write(self, entry, image))
        self.changed.emit()
        return entry

    def recipe_of(self, picture: Painted, wish: Wish, steps: int) -> Recipe:
        tiers = picture.tiers or (wish.tier,) * steps
        return Recipe(
            prompt=wish.prompt, seed=wish.seed, steps=steps, model=self._project.source,
            tiers=tiers, seconds=picture.seconds, haarpsi=picture.haarpsi,
            is_own_steps=wish.steps == 0, table=self.table,
            size=self._project.tiers[tiers[-1]].parameters_ratio,
        )  # fmt: skip

    def has(self, wish: Wish) -> bool:
        return wish in self._by_wish

    def recall(self, wish: Wish) -> Painted | None:
        """An earlier picture of the same sizes; None where there is none, or its file is broken."""
        entry = self._by_wish.get(wish)
        picture = self.picture(entry) if entry is not None else None
        if picture is None:
            self._by_wish.pop(wish, None)
        return picture

    def picture(self, entry: Entry) -> Painted | None:
        return read_picture(entry.file, entry.recipe)

    def thumbnail(self, entry: Entry) -> QImage:
        """Small, and read from the file where it is not in memory yet."""
        image = self._thumbnails.get(entry.file)
        if image is None:
            reader = QImageReader(str(entry.file))
            size = reader.size()
            if max(size.width(), size.height()) > THUMBNAIL:
                reader.setScaledSize(
                    size.scaled(THUMBNAIL, THUMBNAIL, Qt.AspectRatioMode.KeepAspectRatio)
                )
            image = self._thumbnails[entry.file] = reader.read()
        return image

    def remove(self, entry: Entry) -> None:
        """Into the trash of the system; where there is none, it stays and this is told."""
        self._pool.waitForDone(_END_MS)
        if entry.file.exists() and not QFile.moveToTrash(str(entry.file)):
            text = self.tr("The picture could not be moved to the trash; it is still in {folder}.")
            self.problem_found.emit(text.format(folder=entry.file.parent.name))
            return
        self._drop(entry)

    def settle(self) -> None:
        """Wait until everything is on the disk."""
        self._pool.waitForDone(_END_MS)

    def _drop(self, entry: Entry) -> None:
        self.entries = [other for other in self.entries if other != entry]
        self._thumbnails.pop(entry.file, None)
        self._index()
        self.changed.emit()

    def _index(self) -> None:
        entries = (e for e in reversed(self.entries) if not e.recipe.is_mixed)
        self._by_wish = {e.recipe.wish: e for e in entries if e.recipe.table == self.table}

    def _on_tiers_changed(self) -> None:
        """Pictures of other sizes stay in sight, but stand in for none of the present ones."""
        if self._folder == self.folder:
            self.table = self._digest()
            self._index()
        elif self._folder is not None:  # of another project; read when somebody wants to see it
            self._folder = None
            self.entries = []
            self._by_wish.clear()
            self.changed.emit()

    def _digest(self) -> str:
        file = self._project.folder / tier_file.FILE
        try:
            return fingerprint(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            return ""

    def _on_failed(self, entry: Entry, why: str) -> None:
        self._drop(entry)
        self.problem_found.emit(why)


class _Write(QRunnable):
    """One file, written by another thread: a large PNG takes a fifth of a second."""

    def __init__(self, owner: PictureHistory, entry: Entry, image: QImage) -> None:
        super().__init__()
        self._owner, self._entry, self._image = owner, entry, image

    def run(self) -> None:
        file = self._entry.file
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_bytes(file, png_of(self._image, self._entry.recipe))
        except (EngineError, OSError, ValueError) as error:
            self._owner._failed.emit(self._entry, str(error))


def _small(image: QImage) -> QImage:
    if max(image.width(), image.height()) <= THUMBNAIL:
        return image
    keep, smooth = Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    return image.scaled(THUMBNAIL, THUMBNAIL, keep, smooth)


def _file_name(number: int, recipe: Recipe) -> str:
    words = _SLUG.sub("-", recipe.prompt.lower())[:40].strip("-") or "picture"
    tiers = "-".join(str(tier) for tier in dict.fromkeys(recipe.tiers))
    return f"{number:06d}-{words}-seed-{recipe.seed}-tier-{tiers}.png"


def _number_of(file: Path) -> int:
    head = file.name.partition("-")[0]
    return int(head) if head.isdecimal() else 0
