"""The studio as users start it, that also says when it is seen and when it can be used.

Lines on standard output, each with the time of day in seconds:

    painted     the window was seen for the first time
    answered    letters that were typed on the Model page by then are seen, and their button works
    filled      the Model page shows the models of the Hub, whose process has started
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from ppcl_app import app
from ppcl_app.pages.model_page import ModelPage
from ppcl_app.studio import Studio

_TYPED = ((Qt.Key.Key_A, "a"), (Qt.Key.Key_Slash, "/"), (Qt.Key.Key_B, "b"))


class ToldWindow(app.MainWindow):
    """Types as soon as it is seen; whatever it has to do first keeps the letters waiting."""

    def __init__(self, studio: Studio) -> None:
        super().__init__(studio)
        self.first_painted.connect(self._on_seen)

    def _on_seen(self) -> None:
        _tell("painted")
        page = self.current_page()
        assert isinstance(page, ModelPage), "the first start begins on the Model page"
        card = page.hub_card
        _Look(card.look_button, card.look_button.isEnabled, "answered")
        _Look(card.list.viewport(), lambda: bool(card.list.tiles), "filled")
        for key, text in _TYPED:
            for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
                event = QKeyEvent(kind, key, Qt.KeyboardModifier.NoModifier, text)
                QCoreApplication.postEvent(card.name_field, event)


class _Look(QObject):
    """Says `word` once `widget` has been painted and `is_so`."""

    def __init__(self, widget: QWidget, is_so: Callable[[], bool], word: str) -> None:
        super().__init__(widget)
        self._is_so, self._word = is_so, word
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint and self._is_so():
            watched.removeEventFilter(self)
            QTimer.singleShot(0, lambda: _tell(self._word))
        return False


def _tell(word: str) -> None:
    print(f"{word} {time.time():.4f}", flush=True)


if __name__ == "__main__":
    app.MainWindow = ToldWindow  # type: ignore[misc]
    sys.exit(app.run(sys.argv))
