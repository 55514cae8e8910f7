"""Dialogs of the Model page: access token, address of a mirror, what to keep of a download."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ppcl_app import hub_words
from ppcl_app.widgets.field import Field
from ppcl_app.widgets.text import body_label, heading_label, push_button, set_tone

_WIDTH = 60  # characters
_TOKENS = "https://huggingface.co/settings/tokens"


class _Question(QDialog):
    """A heading, a text, a field with a note below, and buttons."""

    def __init__(self, title: str, text: str, parent: QWidget | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)  # and with it what was typed
        self.field = QLineEdit()
        self.field.setMinimumHeight(24)
        self._note = body_label(tone="muted")
        self.cancel_button = push_button(self.tr("Cancel"))
        self.cancel_button.clicked.connect(self.reject)
        self._buttons = QHBoxLayout()
        self._buttons.setSpacing(8)
        self._buttons.addStretch(1)
        self._buttons.addWidget(self.cancel_button)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(20, 18, 20, 16)
        self._column.setSpacing(12)
        self._column.addWidget(heading_label(title))
        self._column.addWidget(body_label(text))
        self._column.addWidget(Field(self.field))
        self._column.addWidget(self._note)
        self._column.addStretch(1)
        self._column.addLayout(self._buttons)
        self.setMinimumWidth(_WIDTH * self.fontMetrics().averageCharWidth())

    def showEvent(self, event: QShowEvent) -> None:
        self.resize(self.width(), self._column.heightForWidth(self.width()))
        super().showEvent(event)

    def _add_default(self, text: str) -> QPushButton:
        button = push_button(text, kind="primary")
        button.setDefault(True)
        button.clicked.connect(self.accept)
        self._buttons.addWidget(button)
        return button


class TokenDialog(_Question):
    """The token goes to the engine, which keeps it; here it is nowhere but in the field."""

    token_given = Signal(str)

    def __init__(self, place: str, mirror: str, parent: QWidget | None = None) -> None:
        text = self.tr(
            "Some models want their licence accepted first. Accept it on the model's page, make an "
            "access token that may read, and paste it here."
        )
        super().__init__(self.tr("Access token"), text, parent)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setAccessibleName(self.tr("Access token"))
        self.field.setPlaceholderText("hf_…")
        self._note.setText(" ".join(self._where(place, mirror)))
        self.make_button = push_button(self.tr("Make a token…"), kind="quiet")
        self.make_button.clicked.connect(lambda: QDesktopServices.openUrl(QUrl(_TOKENS)))
        self._buttons.insertWidget(0, self.make_button)
        self.forget_button = push_button(self.tr("Forget it"))
        self.forget_button.setVisible(place in ("keyring", "session"))
        self.forget_button.clicked.connect(self._forget)
        self._buttons.insertWidget(2, self.forget_button)
        self.save_button = self._add_default(self.tr("Save"))
        self.field.textChanged.connect(self._show_save)
        self.accepted.connect(lambda: self.token_given.emit(self.field.text().strip()))
        self._show_save()

    def _where(self, place: str, mirror: str) -> Iterator[str]:
        """Where a token is kept, and who gets to see it."""
        if place:
            yield hub_words.token_text(place)
        else:
            yield self.tr(
                "It is kept in this computer's keyring, or, where there is none, until this window "
                "is closed."
            )
        if mirror:
            text = self.tr("It is sent to the mirror that you use, {address}, and nowhere else.")
            yield text.format(address=mirror)
        else:
            yield self.tr("It is sent to the Hub and nowhere else.")

    def _show_save(self) -> None:
        is_given = bool(self.field.text().strip())
        self.save_button.setEnabled(is_given)
        self.save_button.setToolTip("" if is_given else self.tr("Paste the token first"))

    def _forget(self) -> None:
        self.token_given.emit("")
        self.close()


class MirrorDialog(_Question):
    """An empty address is the Hub itself; one with a name or a password in it is refused."""

    address_given = Signal(str)

    def __init__(self, address: str, parent: QWidget | None = None) -> None:
        text = self.tr(
            "A server with the same models, for where the Hub cannot be reached or is slow. Leave "
            "the field empty to ask the Hub itself."
        )
        super().__init__(self.tr("Mirror of the Hub"), text, parent)
        self.field.setText(address)
        self.field.setAccessibleName(self.tr("Address of the mirror"))
        self.field.setPlaceholderText("https://hub.example.org")
        self.use_button = self._add_default(self.tr("Use it"))
        self.field.textChanged.connect(self._show_use)
        self.accepted.connect(lambda: self.address_given.emit(self.address))
        self._show_use()

    @property
    def address(self) -> str:
        return self.field.text().strip().rstrip("/")

    def _show_use(self) -> None:
        url = QUrl(self.address, QUrl.ParsingMode.StrictMode)
        is_address = url.isValid() and url.scheme() in ("http", "https") and bool(url.host())
        why = ""
        if self.address and (not is_address or url.userInfo()):
            why = self.tr("Write it like https://hub.example.org, without name and password.")
        self._note.setText(why or self.tr("Every file is checked, wherever it comes from."))
        set_tone(self._note, "bad" if why else "muted")
        self.use_button.setEnabled(not why)
        self.use_button.setToolTip(why)


class KeepDialog(QMessageBox):
    """`answered` says whether to keep what has arrived; without an answer all stays as it is."""

    answered = Signal(bool)

    def __init__(self, text: str, amount: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setIcon(QMessageBox.Icon.Question)
        self.setText(text)
        more = self.tr(
            "{amount} have arrived. If they are kept, the same download goes on from there later."
        )
        self.setInformativeText(more.format(amount=amount))
        self.keep_button = self.addButton(self.tr("Keep them"), QMessageBox.ButtonRole.AcceptRole)
        self.remove_button = self.addButton(
            self.tr("Remove them"), QMessageBox.ButtonRole.DestructiveRole
        )
        back = self.addButton(self.tr("Back"), QMessageBox.ButtonRole.RejectRole)
        self.setDefaultButton(back)
        self.setEscapeButton(back)
        self.keep_button.clicked.connect(lambda: self.answered.emit(True))
        self.remove_button.clicked.connect(lambda: self.answered.emit(False))
