"""The language of the window: which there are, which one is meant, and putting it in place."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import PySide6
from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from ppcl_app.pseudo_locale import PseudoTranslator

FOLDER = Path(__file__).parents[1] / "resources" / "translations"
SYSTEM, ENGLISH, PSEUDO = "system", "en", "pseudo"
LANGUAGES = {ENGLISH: "English", "zh_CN": "简体中文"}  # each in its own words
CHOICES = (SYSTEM, *LANGUAGES, PSEUDO)


class Translation(QObject):
    """Owns the application's translators; Qt tells every window when they change."""

    def __init__(self, application: QCoreApplication, choice: str = SYSTEM) -> None:
        super().__init__(application)
        self._application = application
        self._translators: list[QTranslator] = []
        self.code = ""
        self.choose(choice)

    def choose(self, choice: str) -> None:
        """Speak this language from now on. Raises ValueError for one that is not in CHOICES."""
        if choice not in CHOICES:
            raise ValueError(f"there is no language {choice}")
        code = language_of(QLocale.system().uiLanguages()) if choice == SYSTEM else choice
        if code == self.code:
            return
        self.code = code
        QLocale.setDefault(_locale_of(code))
        self.remove()
        self._translators = [PseudoTranslator(self)] if code == PSEUDO else _load(code)
        for translator in self._translators:
            self._application.installTranslator(translator)

    def remove(self) -> None:
        """Back to the texts as they are in the code."""
        for translator in self._translators:
            self._application.removeTranslator(translator)
        self._translators = []


def language_of(wanted: Iterable[str]) -> str:
    """The first language of `wanted` that the window speaks, such as ["de-DE", "zh-Hans-CN"]."""
    for tag in wanted:
        locale = QLocale(tag)
        for code in LANGUAGES:
            ours = QLocale(code)
            if (ours.language(), ours.script()) == (locale.language(), locale.script()):
                return code
    return ENGLISH


def _locale_of(code: str) -> QLocale:
    """Numbers and dates as the system writes them, where it speaks the same language."""
    ours, system = QLocale(ENGLISH if code == PSEUDO else code), QLocale.system()
    return system if system.language() == ours.language() else ours


def _load(code: str) -> list[QTranslator]:
    """Ours, which must be there, and Qt's for the buttons of its dialogs. The last one is asked
    first. English needs a file as well: it has the plurals."""
    ours, qt = QTranslator(), QTranslator()
    if not ours.load(str(FOLDER / f"ppcl_{code}.qm")):
        raise FileNotFoundError(f"{FOLDER / f'ppcl_{code}.qm'} is missing or broken")
    folders = (
        QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath),
        str(Path(PySide6.__file__).parent / "translations"),  # where the wheels of Windows have it
    )
    if any(qt.load(f"qtbase_{code}", folder) for folder in folders):
        return [qt, ours]
    return [ours]
