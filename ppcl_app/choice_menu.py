"""A menu of which exactly one entry is chosen; it shows what is chosen now whenever it opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QMenu


class ChoiceMenu(QObject):
    """Fills `menu` with the words of `choices`; `current` says which key is chosen."""

    def __init__(
        self,
        menu: QMenu,
        choices: Mapping[str, str],
        current: Callable[[], str],
        choose: Callable[[str], object],
    ) -> None:
        super().__init__(menu)
        self._current = current
        self._choose = choose
        self._group = QActionGroup(self)
        self._actions: dict[str, QAction] = {}
        for key, words in choices.items():
            action = QAction(words, self)
            action.setCheckable(True)
            action.triggered.connect(partial(self._on_chosen, key))
            self._group.addAction(action)
            self._actions[key] = action
            menu.addAction(action)
        menu.aboutToShow.connect(self.show_current)
        self.show_current()

    def show_current(self) -> None:
        action = self._actions.get(self._current())
        if action is not None:
            action.setChecked(True)

    def _on_chosen(self, key: str, _is_checked: bool = True) -> None:
        self._choose(key)
