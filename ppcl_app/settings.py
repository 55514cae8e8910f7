"""What the app remembers between two starts: preferences in a JSON file, window state beside it."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Literal

import msgspec
from PySide6.QtCore import QObject, QSettings, QStandardPaths, Signal

from engine.errors import EngineError
from engine.project import read_json, write_json

MAX_RECENT = 10
_Location = QStandardPaths.StandardLocation


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """A download that is not finished: what, where to, and how much it is in all."""

    repo: str
    folder: str
    total_bytes: int = 0


class Exported(msgspec.Struct, frozen=True, kw_only=True):
    """A model that was written: of which project and size, where to, and what the check said.

    `difference` is how far its output, loaded again, is from the size that it was made of.
    """

    project: str
    size: str
    folder: str
    difference: float | None = None


class Preferences(msgspec.Struct, frozen=True, kw_only=True):
    """preferences.json. `stage_seconds` is what stages took here, by effort: it tells time left."""

    format: int = 1
    appearance: Literal["system", "light", "dark"] = "system"
    language: str = "system"
    keeps_awake: bool = True
    effort: Literal["quick", "normal", "best"] = "quick"
    is_narrowed: bool = True
    project: str = ""
    recent: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    export_folder: str = ""
    export_precision: Literal["auto", "float32", "bfloat16"] = "auto"
    exports: tuple[Exported, ...] = ()
    projects_folder: str = ""
    models_folder: str = ""
    mirror: str = ""
    download: Pending | None = None
    stage_seconds: dict[str, dict[str, float]] = {}


class Settings(QObject):
    """Owns the preferences and the window's state; every change is written at once."""

    preferences_changed = Signal()
    problem_found = Signal(str)

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder = folder or Path(QStandardPaths.writableLocation(_Location.AppConfigLocation))
        self._file = self._folder / "preferences.json"
        self.problem = ""
        self.preferences = self._read()
        self.window_state = QSettings(str(self._folder / "window.ini"), QSettings.Format.IniFormat)

    @property
    def folder(self) -> Path:
        return self._folder

    def change(self, **fields: Any) -> None:
        """Replace some preferences, and keep them if the disk allows."""
        changed = msgspec.structs.replace(self.preferences, **fields)
        if changed == self.preferences:
            return
        self.preferences = changed
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write_json(self._file, changed)
        except (EngineError, OSError) as error:
            self.problem_found.emit(str(error))
        self.preferences_changed.emit()

    def remember_project(self, folder: Path) -> None:
        name = str(folder)
        others = tuple(path for path in self.preferences.recent if path != name)
        self.change(project=name, recent=(name, *others)[:MAX_RECENT])

    def remember_export(self, exported: Exported) -> None:
        others = tuple(e for e in self.preferences.exports if e.folder != exported.folder)
        self.change(exports=(exported, *others)[:MAX_RECENT])

    def last_export(self, project: Path) -> Exported | None:
        """The newest one of the project that is still where it was written."""
        mine = (e for e in self.preferences.exports if e.project == str(project))
        return next((e for e in mine if Path(e.folder).is_dir()), None)

    def remember_model(self, source: str) -> None:
        others = tuple(other for other in self.preferences.models if other != source)
        self.change(models=(source, *others)[:MAX_RECENT])

    @property
    def projects_folder(self) -> Path:
        """Where projects are made that nobody has chosen a folder for."""
        chosen = self.preferences.projects_folder
        return Path(chosen) if chosen else default_project_folder().parent

    @property
    def models_folder(self) -> Path:
        """Where downloads go."""
        chosen = self.preferences.models_folder
        return Path(chosen) if chosen else self.projects_folder / "Models"

    def last_place(self, folder: Path) -> int | None:
        """The page that was open last in the project."""
        value = self.window_state.value(f"places/{_key(folder)}")
        return int(value) if isinstance(value, str) and value.isdecimal() else None

    def remember_place(self, folder: Path, place: int) -> None:
        if self.last_place(folder) != place:
            self.window_state.setValue(f"places/{_key(folder)}", str(place))

    def _read(self) -> Preferences:
        if not self._file.is_file():
            return Preferences()
        try:
            return read_json(self._file, Preferences)
        except EngineError as error:
            self.problem = str(error)
            return Preferences()


def default_project_folder(name: str = "Pocket") -> Path:
    documents = QStandardPaths.writableLocation(_Location.DocumentsLocation) or str(Path.home())
    return Path(documents) / "PPCL Studio" / f"{name}.ppcl"


def _key(folder: Path) -> str:
    """A slash would make groups of groups in the settings file."""
    return hashlib.sha256(str(folder).encode()).hexdigest()[:16]
