"""What a person sets once: language, look, where new projects go. It takes effect at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from ppcl_app.outcome import redact
from ppcl_app.settings import Settings
from ppcl_app.vocabulary import appearance_titles, language_titles
from ppcl_app.widgets.choice_box import ChoiceBox
from ppcl_app.widgets.field import Field
from ppcl_app.widgets.switch import Switch
from ppcl_app.widgets.text import body_label, push_button

AskFolder = Callable[[str, Path], Path | None]
_WIDTH = 44  # characters


class PreferencesDialog(QDialog):
    """Every change is kept at once, so there is nothing to confirm and one button closes it."""

    def __init__(
        self,
        settings: Settings,
        choose_appearance: Callable[[str], object],
        ask_folder: AskFolder,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._ask_folder = ask_folder
        preferences = settings.preferences
        self.language = self._combo(
            language_titles(), preferences.language, lambda code: settings.change(language=code)
        )
        self.appearance = self._combo(
            appearance_titles(), preferences.appearance, choose_appearance
        )
        self.folder = body_label(wrap=False)
        self.folder_button = push_button("")
        self.folder_button.clicked.connect(self._choose_folder)
        self.awake = Switch()
        self.awake.setChecked(preferences.keeps_awake)
        self.awake.toggled.connect(lambda on: settings.change(keeps_awake=on))
        self.close_button = push_button("", kind="primary")
        self.close_button.setDefault(True)
        self.close_button.clicked.connect(self.accept)
        self._rows: list[QLabel] = [QLabel(), QLabel(), QLabel()]
        self._arrange()
        self._label()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LanguageChange:
            self._label()
        super().changeEvent(event)

    def _combo(
        self, titles: Mapping[str, str], chosen: str, choose: Callable[[str], object]
    ) -> QComboBox:
        box = ChoiceBox()
        for key, title in titles.items():
            box.addItem(title, key)
        box.setCurrentIndex(max(0, box.findData(chosen)))
        box.activated.connect(partial(self._on_chosen, box, choose))
        return box

    def _on_chosen(self, box: QComboBox, choose: Callable[[str], object], _row: int) -> None:
        choose(str(box.currentData()))

    def _choose_folder(self) -> None:
        folder = self._ask_folder(
            self.tr("Folder for new projects"), self._settings.projects_folder
        )
        if folder is not None:
            self._settings.change(projects_folder=str(folder))
            self._label()

    def _arrange(self) -> None:
        place = QHBoxLayout()
        place.setSpacing(10)
        place.addWidget(self.folder, 1)
        place.addWidget(self.folder_button)
        form = QGridLayout()
        form.setHorizontalSpacing(18)
        form.setVerticalSpacing(12)
        form.setColumnStretch(1, 1)
        for row, label in enumerate(self._rows):
            form.addWidget(label, row, 0)
        form.addWidget(Field(self.language), 0, 1)
        form.addWidget(Field(self.appearance), 1, 1)
        form.addLayout(place, 2, 1)
        form.addWidget(self.awake, 3, 1)
        self._rows[0].setBuddy(self.language)
        self._rows[1].setBuddy(self.appearance)
        self._rows[2].setBuddy(self.folder_button)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 18)
        column.setSpacing(20)
        column.addLayout(form)
        column.addStretch(1)
        column.addLayout(foot)
        self.language.setMinimumWidth(_WIDTH * self.fontMetrics().averageCharWidth())

    def _label(self) -> None:
        """Also in the middle, when another language is chosen here."""
        self.setWindowTitle(self.tr("Preferences"))
        words = (self.tr("&Language"), self.tr("&Appearance"), self.tr("New &projects go to"))
        for label, text in zip(self._rows, words, strict=True):
            label.setText(text)
        for box, titles in (
            (self.language, language_titles()),
            (self.appearance, appearance_titles()),
        ):
            for row, title in enumerate(titles.values()):
                box.setItemText(row, title)
        self.language.setAccessibleName(words[0].replace("&", ""))
        self.appearance.setAccessibleName(words[1].replace("&", ""))
        self.folder.setText(redact(str(self._settings.projects_folder)))
        self.folder_button.setText(self.tr("Change…"))
        self.folder_button.setAccessibleName(self.tr("Change the folder for new projects"))
        self.awake.setText(self.tr("&Keep the computer awake while a model learns"))
        self.awake.setAccessibleName(self.awake.text().replace("&", ""))
        self.close_button.setText(self.tr("Close"))
        self.close_button.setAccessibleName(self.close_button.text())
