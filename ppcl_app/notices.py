"""Tells whoever looks elsewhere that long work has ended: by the system's own notification."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject
from PySide6.QtWidgets import QApplication, QSystemTrayIcon

from ppcl_app.engine_args import FINDING_STAGES
from ppcl_app.outcome import Outcome
from ppcl_app.places import Place
from ppcl_app.studio import Studio

if TYPE_CHECKING:
    from ppcl_app.main_window import MainWindow

translate = QCoreApplication.translate  # lupdate knows this name


@dataclass(frozen=True, slots=True)
class Notice:
    """`place` is the page with the result."""

    text: str
    place: Place
    is_failure: bool = False


def notice_of_run(studio: Studio, outcome: Outcome) -> Notice | None:
    """None where somebody ended it, who knows."""
    stages = {row.name for row in studio.run.stages}
    is_finding = bool(stages) and stages <= set(FINDING_STAGES)
    if outcome.kind == "stopped":
        return None
    if outcome.is_failure:
        text = translate("Notices", "The work was interrupted. Nothing is lost; it can go on.")
        return Notice(text, Place.FIND if is_finding else Place.RECOVER, is_failure=True)
    if is_finding:
        return Notice(translate("Notices", "The redundant layers have been found."), Place.FIND)
    count = len(studio.project.tiers)
    text = translate("Notices", "The model is there in {count} sizes.")
    return Notice(text.format(count=count), Place.GENERATE)


def notice_of_export(outcome: Outcome) -> Notice | None:
    if outcome.kind == "stopped":
        return None
    if outcome.is_failure:
        text = translate("Notices", "The model could not be written.")
        return Notice(text, Place.EXPORT, is_failure=True)
    return Notice(translate("Notices", "The model has been written."), Place.EXPORT)


class Notifier(QObject):
    """Says nothing while the window is in front. A click on a notice leads to the result."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window, self._studio = window, window.studio
        self._tray: QSystemTrayIcon | None = None
        self._place = Place.MODEL
        self._studio.run.ended.connect(self._on_run_ended)
        self._studio.export.ended.connect(self._on_export_ended)

    def _on_run_ended(self, outcome: Outcome) -> None:
        self._tell(notice_of_run(self._studio, outcome))

    def _on_export_ended(self, outcome: Outcome) -> None:
        self._tell(notice_of_export(outcome))

    def _tell(self, notice: Notice | None) -> None:
        QApplication.alert(self._window)  # in the list of windows; does nothing in front
        if notice is not None and not self._window.isActiveWindow():
            self.show(notice)

    def show(self, notice: Notice) -> None:
        if not QSystemTrayIcon.isSystemTrayAvailable() or not QSystemTrayIcon.supportsMessages():
            return
        from ppcl_app.widgets.glyphs import glyph_icon

        if self._tray is None:
            self._tray = QSystemTrayIcon(self)
            self._tray.messageClicked.connect(self._open)
            self._tray.activated.connect(self._open)
            QApplication.instance().applicationStateChanged.connect(self._hide)  # type: ignore[union-attr]
        icon = glyph_icon("failed" if notice.is_failure else "done")
        self._place = notice.place
        self._tray.setIcon(icon)
        self._tray.setToolTip(notice.text)
        self._tray.show()
        self._tray.showMessage(self._studio.project.name, notice.text, icon)

    def _open(self) -> None:
        window = self._window
        window.showNormal() if window.isMinimized() else window.show()
        window.raise_()
        window.activateWindow()
        window.go_to(self._place)
        self._hide()

    def _hide(self) -> None:
        """Once somebody is back, the sign has done its work."""
        if self._tray is not None and self._window.isActiveWindow():
            self._tray.hide()
