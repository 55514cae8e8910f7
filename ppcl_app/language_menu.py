"""The menu of languages, each in its own words, so that everybody finds theirs."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu

from ppcl_app.settings import Settings
from ppcl_app.translation import LANGUAGES, SYSTEM


class LanguageMenu(QObject):
    """Fills `menu`; what is chosen goes into the preferences, which the translation follows."""

    def __init__(self, menu: QMenu, settings: Settings) -> None:
        super().__init__(menu)
        self._settings = settings
        self._group = QActionGroup(self)
        self._add(menu, SYSTEM, self.tr("Like the &system"))
        menu.addSeparator()
        for code, name in LANGUAGES.items():
            self._add(menu, code, name)

    def _add(self, menu: QMenu, code: str, name: str) -> None:
        action = QAction(name, self)
        action.setCheckable(True)
        action.setChecked(self._settings.preferences.language == code)
        action.triggered.connect(partial(self._choose, code))
        self._group.addAction(action)
        menu.addAction(action)

    def _choose(self, code: str, _is_checked: bool = True) -> None:
        self._settings.change(language=code)
