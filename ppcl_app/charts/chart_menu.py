"""What can be done with a chart: the same menu on a right click and behind its button."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QMenu, QWidget


class ChartMenu(QMenu):
    """Only says what is wanted; the chart and the window do it."""

    copy_asked = Signal()
    picture_asked = Signal()
    data_asked = Signal()
    reset_asked = Signal()
    look_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.copy_picture = self.addAction(self.tr("&Copy picture"))
        self.save_picture = self.addAction(self.tr("&Save picture…"))
        self.save_data = self.addAction(self.tr("Save &data…"))
        self.addSeparator()
        self.reset_view = self.addAction(self.tr("&Reset view"))
        self.reset_view.setToolTip(self.tr("The wheel zooms along the steps, dragging moves"))
        self.log_scale = self.addAction(self.tr("&Logarithmic scale"))
        self.raw_values = self.addAction(self.tr("Every &value, not only smoothed"))
        for switch in (self.log_scale, self.raw_values):
            switch.setCheckable(True)
            switch.setChecked(True)
        self.setToolTipsVisible(True)
        self.copy_picture.triggered.connect(self.copy_asked)
        self.save_picture.triggered.connect(self.picture_asked)
        self.save_data.triggered.connect(self.data_asked)
        self.reset_view.triggered.connect(self.reset_asked)
        self.log_scale.toggled.connect(self.look_changed)
        self.raw_values.toggled.connect(self.look_changed)

    def allow(self, *, has_data: bool, is_zoomed: bool) -> None:
        for action in (self.copy_picture, self.save_picture, self.save_data):
            action.setEnabled(has_data)
        self.reset_view.setEnabled(is_zoomed)
