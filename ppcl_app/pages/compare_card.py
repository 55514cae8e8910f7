"""The card with the pictures: ways of comparing, the view, the blind test, and the history."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, QUrl, Signal
from PySide6.QtGui import QAction, QDesktopServices, QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from ppcl_app import figures
from ppcl_app.generation_model import GenerationModel
from ppcl_app.live_scheduler import Painted, Wish
from ppcl_app.pages import picture_words
from ppcl_app.pages.blind_panel import KEYS, BlindPanel
from ppcl_app.pages.prompt_card import EXAMPLES
from ppcl_app.picture_history import Entry
from ppcl_app.picture_recipe import image_of
from ppcl_app.project_model import ProjectModel
from ppcl_app.vocabulary import tier_title
from ppcl_app.widgets.card import Card
from ppcl_app.widgets.compare_grid import GridCell, GridContent
from ppcl_app.widgets.compare_modes import Mode
from ppcl_app.widgets.compare_view import CompareView
from ppcl_app.widgets.history_strip import HistoryModel, HistoryStrip
from ppcl_app.widgets.mode_bar import ModeBar
from ppcl_app.widgets.text import push_button

_GRID_ROWS = 8
_BLIND_PROMPTS = 12


class CompareCard(Card):
    """`restored` carries an entry of the history, `cell_opened` a wish; `test_changed` locks.

    `pair_asked`: the two pictures are wanted as a file.
    """

    restored = Signal(object)
    cell_opened = Signal(object)
    test_changed = Signal()
    pair_asked = Signal()

    def __init__(
        self, generation: GenerationModel, project: ProjectModel, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent=parent)
        self._generation, self._project = generation, project
        self.setAccessibleName(self.tr("Pictures"))
        self.view = CompareView()
        self.modes = ModeBar()
        self.strength = push_button("", kind="quiet")
        self.zoom = push_button("", kind="quiet")
        self.blind = BlindPanel(generation)
        self.blind_button = push_button(self.tr("Blind test…"), kind="quiet")
        self.more = push_button(self.tr("More"), kind="quiet", name=self.tr("More for pictures"))
        history = HistoryModel(generation.history.thumbnail, picture_words.badge, self._story)
        self._history_model = history
        self.strip = HistoryStrip(history)
        self._is_strip_wanted: bool | None = None
        self._rows: list[str] = []
        self._grid_tier = -1
        self._mode_before = self.view.mode
        self._has_room = True
        self._make_menu()
        self._arrange()
        self._connect()
        self.show_history()
        self._show_tools()

    @property
    def grid_prompts(self) -> list[str]:
        """The present prompt, then the examples, then what was painted before; as it was chosen."""
        return list(self._rows)

    def show_pictures(self, waiting: str) -> None:
        """`waiting` says why a picture is not there yet."""
        if self.blind.is_running:
            self.view.show_shots(*self.blind.shots())
            return
        tiers, generation = self._project.tiers, self._generation
        if not tiers:
            return
        if self.view.mode is Mode.GRID:
            self._show_grid()
        original = picture_words.shot_of(generation.pane(0), tiers, waiting=waiting)
        front = picture_words.shot_of(generation.front_pane(), tiers, waiting=waiting)
        self.view.show_shots(original, front)
        self._show_tools()

    def show_history(self) -> None:
        self._history_model.show_entries(self._generation.history.entries)
        self._show_strip()

    def make_room(self, has_room: bool) -> None:
        """Where the window is low, the history is shown only when it is asked for."""
        self._has_room = has_room
        self._show_strip()

    def start_blind_test(self) -> None:
        known = (
            self._generation.prompt, *self._generation.history.prompts[:_BLIND_PROMPTS], *EXAMPLES
        )  # fmt: skip
        self._mode_before = self.view.mode
        self.blind.start(list(dict.fromkeys(known)), self._generation.tier)
        self.view.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if self.blind.is_running and key in KEYS:
            self.blind.vote(KEYS[key])
        elif self.blind.is_running and key == Qt.Key.Key_Backspace:
            self.blind.take_back()
        else:
            super().keyPressEvent(event)

    def _make_menu(self) -> None:
        menu = QMenu(self.more)
        self.swap_action = menu.addAction(self.tr("&Swap sides") + "\tC", self.view.swap)
        self.blink_action = menu.addAction(
            self.tr("&Blink by itself") + "\tB", self._toggle_blinking
        )
        self.turn_action = menu.addAction(
            self.tr("&Turn the edge of the wipe") + "\tV", self.view.turn_edge
        )
        menu.addSeparator()
        menu.addAction(self.tr("&Copy picture"), self.copy_picture)
        menu.addAction(self.tr("Copy what is s&een") + "\tCtrl+C", self.copy_view)
        menu.addAction(self.tr("S&ave both as one picture…") + "\tS", self.pair_asked.emit)
        menu.addSeparator()
        self.history_action = QAction(self.tr("Show &history"), self)
        self.history_action.setCheckable(True)
        self.history_action.triggered.connect(self._want_strip)
        menu.addAction(self.history_action)
        menu.addAction(self.tr("Show the picture &files"), self._show_folder)
        self.more.setMenu(menu)

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.modes, 1)
        for button in (self.strength, self.blind_button, self.zoom, self.more):
            row.addWidget(button)
        self.body.setContentsMargins(12, 8, 12, 12)
        self.body.addLayout(row)
        self.body.addWidget(self.blind)
        self.body.addWidget(self.view, 1)
        self.body.addWidget(self.strip)

    def _connect(self) -> None:
        view, history = self.view, self._generation.history
        self.modes.mode_chosen.connect(self._choose_mode)
        view.mode_changed.connect(self._on_mode)
        view.zoom_changed.connect(self._show_tools)
        view.cell_opened.connect(self._open_cell)
        self.strength.clicked.connect(self._next_strength)
        self.zoom.clicked.connect(self._toggle_zoom)
        self.blind_button.clicked.connect(self.start_blind_test)
        self.blind.changed.connect(self._on_test)
        self.blind.ended.connect(self._on_test)
        self.strip.restored.connect(self.restored)
        self.strip.menu_asked.connect(self._show_entry_menu)
        history.changed.connect(self.show_history)
        self._generation.wish_changed.connect(self._on_wish)

    # Ways of comparing.

    def _choose_mode(self, mode: Mode) -> None:
        self.view.set_mode(mode)
        self.view.setFocus()

    def _on_mode(self) -> None:
        self.modes.show_mode(self.view.mode)
        if not self.blind.is_running:
            self._fill_grid()
        self._show_tools()

    def _fill_grid(self) -> None:
        """The rows stay as they are while the history grows; another prompt makes them anew."""
        is_grid = self.view.mode is Mode.GRID
        if is_grid:
            known = (self._generation.prompt, *EXAMPLES, *self._generation.history.prompts)
            self._rows = list(dict.fromkeys(known))[:_GRID_ROWS]
        self._generation.want_also(self._grid_wishes() if is_grid else [])
        if is_grid:
            self._show_grid()

    def _on_wish(self) -> None:
        if self.view.mode is Mode.GRID and not self.blind.is_running:
            self._fill_grid()

    def _grid_wishes(self) -> list[Wish]:
        seed, steps = self._generation.seed, self._generation.steps
        return [
            Wish(prompt, seed, tier, steps)
            for prompt in self.grid_prompts for tier in range(self._generation.num_tiers)
        ]  # fmt: skip

    def _show_grid(self) -> None:
        tiers, generation = self._project.tiers, self._generation
        prompts = self.grid_prompts
        row = self.view.grid.chosen[0] if self.view.grid.content.rows else 0

        def cell(row: int, column: int) -> GridCell:
            wish = Wish(prompts[row], generation.seed, column, generation.steps)
            picture = generation.picture(wish)
            if picture is None:
                preview, share = generation.preview(wish)
                return GridCell(preview, share if preview is not None else None)
            alike = picture.haarpsi if column else None
            note = figures.percent(alike) if alike is not None else ""
            words = picture_words.measured(picture, is_original=column == 0)
            return GridCell(picture, None, note, words)

        columns = [
            (tier_title(tier.name), figures.percent(tier.parameters_ratio)) for tier in tiers
        ]
        column = self.view.grid.chosen[1]
        if generation.tier != self._grid_tier:
            self._grid_tier = column = generation.tier
        self.view.show_grid(GridContent(columns, prompts, cell), (row, column))

    def _open_cell(self, row: int, column: int) -> None:
        prompt = self.view.grid.content.rows[row]
        self.view.set_mode(Mode.WIPE)
        self.cell_opened.emit(Wish(prompt, self._generation.seed, column, self._generation.steps))

    def _next_strength(self) -> None:
        self.view.next_strength()
        self._show_tools()

    def _toggle_zoom(self) -> None:
        if self.view.transform.is_fitted and self.view.mode is not Mode.GRID:
            self.view.show_all_pixels()
        else:
            self.view.fit()

    def _toggle_blinking(self) -> None:
        self.view.set_blinking(not self.view.is_blinking)

    def _show_tools(self) -> None:
        view, is_test = self.view, self.blind.is_running
        self.strength.setVisible(view.mode is Mode.DIFFERENCE and not is_test)
        self.strength.setText(f"{figures.TIMES}{view.strength}")
        name = self.tr("Small differences are strengthened {factor} times (G)")
        self.strength.setAccessibleName(name.format(factor=view.strength))
        self.strength.setToolTip(self.strength.accessibleName())
        is_fitted = view.transform.is_fitted and view.mode is not Mode.GRID
        self.zoom.setText("100 %" if is_fitted else self.tr("Fit"))
        tip = self.tr("Show every pixel of the picture as one of the screen (1, or a double click)")
        if not is_fitted:
            tip = self.tr("Show the whole picture (0, or a double click)")
        self.zoom.setToolTip(tip)
        self.zoom.setAccessibleName(tip)
        for widget in (self.modes, self.blind_button, self.more, self.zoom):
            widget.setVisible(not is_test)
        why = (
            "" if self._generation.tier else self.tr("Choose a smaller size with the slider first")
        )
        self.blind_button.setEnabled(not why)
        self.blind_button.setToolTip(
            why
            or self.tr("Which is better? You judge pairs without knowing which is the original's")
        )

    # The blind test.

    def _on_test(self) -> None:
        if self.blind.is_running:
            self.view.set_mode(Mode.SIDE)
        else:
            self.view.set_mode(self._mode_before)
        self._show_strip()
        self._show_tools()
        self.test_changed.emit()

    # The history.

    def copy_picture(self) -> None:
        """The picture in front, as it was painted."""
        picture = self.view.seen.picture
        if picture is not None:
            _copy(picture)

    def copy_view(self) -> None:
        """The comparison as it is seen, with its labels."""
        QGuiApplication.clipboard().setPixmap(self.view.grab())

    def _story(self, entry: Entry) -> str:
        is_present = entry.recipe.table == self._generation.history.table
        words = picture_words.story(entry, self._project.tiers, is_present=is_present)
        how = self.tr("A double click, or Enter, brings prompt, seed and size back.")
        return f"{words}\n{how}"

    def _want_strip(self, is_wanted: bool) -> None:
        self._is_strip_wanted = is_wanted
        self._show_strip()

    def _show_strip(self) -> None:
        is_wanted = self._has_room if self._is_strip_wanted is None else self._is_strip_wanted
        self.history_action.setChecked(is_wanted)
        has_any = bool(self._generation.history.entries)
        self.strip.setVisible(is_wanted and has_any and not self.blind.is_running)

    def _show_entry_menu(self, entry: Entry, at: QPoint) -> None:
        menu = QMenu(self)
        menu.addAction(self.tr("&Bring prompt, seed and size back"),
                       lambda: self.restored.emit(entry))  # fmt: skip
        menu.addAction(self.tr("&Copy picture"), lambda: self._copy_entry(entry))
        menu.addAction(self.tr("Show the picture &files"), self._show_folder)
        menu.addSeparator()
        menu.addAction(
            self.tr("Move to the &trash"), lambda: self._generation.history.remove(entry)
        )
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(at)

    def _copy_entry(self, entry: Entry) -> None:
        picture = self._generation.history.picture(entry)
        if picture is not None:
            _copy(picture)

    def _show_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(self._generation.history.folder)))


def _copy(picture: Painted) -> None:
    QGuiApplication.clipboard().setImage(image_of(picture))
