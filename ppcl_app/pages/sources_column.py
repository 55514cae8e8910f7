"""The Model page's content: a download, both lists beside each other, and details below them."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from ppcl_app.pages.download_card import DownloadCard
from ppcl_app.pages.hub_failure_card import HubFailureCard
from ppcl_app.pages.model_card import ModelCard
from ppcl_app.pages.source_cards import FolderCard, HubCard
from ppcl_app.widgets.growing_area import GrowingArea

_MOST_TILES = 3.3
_WIDE = 88  # characters


class SourcesColumn(QWidget):
    """The lists take what is left over in the page's area, but no more than their tiles need."""

    def __init__(
        self,
        area: GrowingArea,
        download: DownloadCard,
        folders: FolderCard,
        hub: HubCard,
        failure: HubFailureCard,
        details: ModelCard,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._area, self._cards = area, (folders, hub)
        self._download, self._failure, self._details = download, failure, details
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(12)
        for card in self._cards:
            self._row.addWidget(card, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._column.addWidget(download)
        self._column.addLayout(self._row)
        self._column.addWidget(failure)
        self._column.addWidget(details, 1)
        area.room_changed.connect(self._share_height)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self._share_height()
        return super().event(event)

    def _share_height(self) -> None:
        width, gap = self._area.room.width(), self._column.spacing()
        words = sum(card.minimumSizeHint().width() for card in self._cards) + gap
        is_wide = width >= max(words, _WIDE * self.fontMetrics().averageCharWidth())
        way = QBoxLayout.Direction.LeftToRight if is_wide else QBoxLayout.Direction.TopToBottom
        self._row.setDirection(way)
        self._download.set_wide(is_wide)
        self._details.set_wide(is_wide)
        each = (width - gap) // 2 if is_wide else width
        around = [card.heightForWidth(each) - card.list.height_wanted for card in self._cards]
        taken = max(around) if is_wide else sum(around) + gap
        for widget in (self._download, self._failure, self._details):
            if not widget.isHidden():
                taken += widget.heightForWidth(width) + gap
        left = (self._area.room.height() - taken) // (1 if is_wide else 2)
        for tiles in (card.list for card in self._cards):
            least = tiles.height_of(tiles.least_tiles)
            most = tiles.height_of(min(_MOST_TILES, len(tiles.tiles) or 1))
            tiles.want_height(max(least, min(most, left)))
