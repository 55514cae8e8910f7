"""The choice of how to compare: a button for each way, or one with a list where it is tight."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QMenu, QPushButton, QSizePolicy, QWidget

from ppcl_app.widgets.compare_modes import Mode, mode_tip, mode_title
from ppcl_app.widgets.text import push_button

_GAP = 1


class ModeBar(QWidget):
    """`mode_chosen` comes from the user; `show_mode` follows what was chosen elsewhere."""

    mode_chosen = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.buttons: dict[Mode, QPushButton] = {}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(_GAP)
        self.list_button = push_button("", kind="quiet")
        menu = QMenu(self.list_button)
        menu.setToolTipsVisible(True)
        row.addWidget(self.list_button)
        for mode in Mode:
            button = push_button(mode_title(mode), kind="quiet", tip=mode_tip(mode))
            button.setCheckable(True)
            button.clicked.connect(partial(self._choose, mode))
            self._group.addButton(button)
            self.buttons[mode] = button
            row.addWidget(button)
            menu.addAction(mode_title(mode), partial(self._choose, mode)).setToolTip(mode_tip(mode))
        row.addStretch(1)
        self.list_button.setMenu(menu)
        self.show_mode(Mode.WIPE)
        self._make_room(0)

    def show_mode(self, mode: Mode) -> None:
        self.buttons[mode].setChecked(True)
        self.list_button.setText(mode_title(mode))
        self.list_button.setToolTip(mode_tip(mode))
        self.list_button.setAccessibleName(
            self.tr("Way of comparing: {mode}").format(mode=mode_title(mode))
        )

    def sizeHint(self) -> QSize:
        return QSize(self._wide(), self.list_button.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.list_button.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._make_room(event.size().width())
        super().resizeEvent(event)

    def _make_room(self, width: int) -> None:
        is_roomy = width >= self._wide()
        for button in self.buttons.values():
            button.setVisible(is_roomy)
        self.list_button.setVisible(not is_roomy)

    def _wide(self) -> int:
        widths = (button.sizeHint().width() for button in self.buttons.values())
        return sum(widths) + _GAP * (len(self.buttons) - 1)

    def _choose(self, mode: Mode, _checked: bool = False) -> None:
        self.mode_chosen.emit(mode)
