"""Light or dark: follows the system or the user's choice, and dresses the whole application."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from ppcl_app.theme.palette import make_palette
from ppcl_app.theme.style_sheet import make_style_sheet
from ppcl_app.theme.tokens import DARK, LIGHT, Tokens

Choice = Literal["system", "light", "dark"]


class Appearance(QObject):
    """Owns the application's palette and style sheet; `tokens_changed` follows every switch."""

    tokens_changed = Signal()

    def __init__(self, application: QApplication, choice: Choice) -> None:
        super().__init__(application)
        self._application = application
        self._choice: Choice = choice
        self._tokens: Tokens | None = None
        if not application.styleSheet():  # else it has been dressed, and that costs as much again
            application.setStyle("Fusion")
        application.styleHints().colorSchemeChanged.connect(self._apply)
        self._apply()

    @property
    def choice(self) -> Choice:
        return self._choice

    @property
    def tokens(self) -> Tokens:
        return self._tokens or LIGHT

    def choose(self, choice: Choice) -> None:
        self._choice = choice
        schemes = {
            "system": Qt.ColorScheme.Unknown,
            "light": Qt.ColorScheme.Light,
            "dark": Qt.ColorScheme.Dark,
        }
        self._application.styleHints().setColorScheme(schemes[choice])  # native title bars, menus
        self._apply()

    def _apply(self) -> None:
        tokens = self._wanted()
        if tokens is self._tokens:
            return
        self._tokens = tokens
        sheet = make_style_sheet(tokens)
        if sheet != self._application.styleSheet():  # every widget is dressed anew by it
            self._application.setPalette(make_palette(tokens))
            self._application.setStyleSheet(sheet)
        self.tokens_changed.emit()

    def _wanted(self) -> Tokens:
        if self._choice != "system":
            return DARK if self._choice == "dark" else LIGHT
        scheme = self._application.styleHints().colorScheme()  # Unknown on bare X: light
        return DARK if scheme == Qt.ColorScheme.Dark else LIGHT
