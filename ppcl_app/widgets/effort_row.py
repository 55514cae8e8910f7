"""How thorough, as three radio buttons in a row, each with the time that it may take."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QLabel, QRadioButton, QWidget

from ppcl_app.widgets.flow_row import FlowRow


class EffortRow(QWidget):
    """Says what was chosen, decides nothing."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("How thorough"))
        self._names = {
            "quick": self.tr("&Quick"), "normal": self.tr("&Good"), "best": self.tr("&Best"),
        }  # fmt: skip
        self.radios = {effort: QRadioButton(name) for effort, name in self._names.items()}
        group = QButtonGroup(self)
        row = FlowRow(20, self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLabel(self.tr("How thorough:")))
        for effort, radio in self.radios.items():
            group.addButton(radio)
            row.addWidget(radio)
            radio.clicked.connect(lambda _on=False, effort=effort: self.chosen.emit(effort))

    def show_choice(self, effort: str, times: Mapping[str, str], *, why: str) -> None:
        """`times`: what each may take, in words; `why`: the reason why none can be chosen now."""
        self.radios[effort].setChecked(True)
        for name, radio in self.radios.items():
            time = times.get(name, "")
            radio.setText(f"{self._names[name]} · {time}" if time else self._names[name])
            radio.setAccessibleName(radio.text().replace("&", ""))
            radio.setEnabled(not why)
            radio.setToolTip(why)
