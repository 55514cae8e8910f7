"""The Model page's content: a download, both lists beside each other, and details below them."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ppcl_app.pages.download_card import DownloadCard
from ppcl_app.pages.hub_failure_card import HubFailureCard
from ppcl_app.pages.model_card import ModelCard
from ppcl_app.pages.source_cards import FolderCard, HubCard

_MOST_TILES = 3.3
_WIDE = 88  # characters


class SourcesColumn(QScrollArea):
    """The lists take what is left over, but no more than their tiles need.

    Only where that is not enough, as with very large text, the column scrolls.
    """

    def __init__(
        self,
        download: DownloadCard,
        folders: FolderCard,
        hub: HubCard,
        failure: HubFailureCard,
        details: ModelCard,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._cards = (folders, hub)
        self._download, self._failure, self._details = download, failure, details
        self._row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._row.setSpacing(12)
        for card in self._cards:
            self._row.addWidget(card, 1)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)
        self._column.addWidget(download)
        self._column.addLayout(self._row)
        self._column.addWidget(failure)
        self._column.addWidget(details, 1)
        self.setWidgetResizable(True)
        self.setWidget(inside)
        self.setAccessibleName(self.tr("Models"))
        self.viewport().setAutoFillBackground(False)
        inside.setAutoFillBackground(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside.installEventFilter(self)
        self.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Resize):
            self._share_height()
        return super().eventFilter(watched, event)

    def _share_height(self) -> None:
        width, gap = self.viewport().width(), self._column.spacing()
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
        lists = [card.list for card in self._cards]
        least = max(tiles.height_of(tiles.least_tiles) for tiles in lists)
        most = max(tiles.height_of(min(_MOST_TILES, len(tiles.tiles) or 1)) for tiles in lists)
        left = (self.viewport().height() - taken) // (1 if is_wide else 2)
        for tiles in lists:
            tiles.want_height(max(least, min(most, left)))
