"""The entries of the menu Export: what can be taken away, and the files that it becomes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QObject

from engine.errors import EngineError
from engine.project import write_bytes
from ppcl_app.generation_model import GenerationModel
from ppcl_app.live_scheduler import Painted, Pane
from ppcl_app.outcome import redact
from ppcl_app.pages import picture_words
from ppcl_app.picture_recipe import image_of
from ppcl_app.places import Place

if TYPE_CHECKING:
    from PySide6.QtGui import QAction, QPixmap

    from ppcl_app.main_window import MainWindow

Add = Callable[[str, Callable[[], object], str | None], "QAction"]
Allow = Callable[["QAction", str], None]


def pair_of(generation: GenerationModel) -> tuple[tuple[Pane, Painted], ...] | None:
    """The original and the picture beside it, if both are finished and of one size."""
    panes = (generation.pane(0), generation.front_pane())
    pair = tuple((p, p.picture) for p in panes if p.picture is not None)
    is_ready = not any(pane.is_stale or pane.is_painting for pane in panes)
    is_same = len({(picture.width, picture.height) for _pane, picture in pair}) == 1
    return pair if is_ready and is_same and len(pair) == len(panes) else None


class ExportMenu(QObject):
    """`add` makes an entry of a text, what it does, and its keys."""

    def __init__(self, window: MainWindow, add: Add) -> None:
        super().__init__(window)
        self._window, self._studio = window, window.studio
        to_page = partial(window.go_to, Place.EXPORT)
        self.model = add(self.tr("&Model…"), to_page, "Ctrl+E")
        self.sheet = add(
            self.tr("&Comparison sheet (PNG or PDF)…"), self.save_sheet, "Ctrl+Shift+S"
        )
        self.pictures = add(self.tr("&Pictures…"), self.save_pictures, None)
        self.pair = add(self.tr("Compared p&air (PNG)…"), self.save_pair, None)
        self.curves = add(self.tr("Chart &data (CSV)…"), self.save_curves, "Ctrl+Shift+D")
        self.recipe = add(self.tr("&Recipe…"), self.save_recipe, None)
        self.report = add(self.tr("R&eport (HTML or PDF)…"), self.save_report, None)

    def show_state(self, allow: Allow) -> None:
        studio, project = self._studio, self._studio.project
        write = studio.why_not_export()
        allow(self.model, write)
        allow(self.pictures, write)
        has_sheet = project.comparison_sheet is not None
        allow(self.sheet, "" if has_sheet else self.tr("It is made at the end"))
        why = (
            "" if pair_of(studio.generation) else self.tr("Both pictures have to be painted first")
        )
        allow(self.pair, why)
        has_curves = bool(studio.run.metrics.groups)
        nothing = self.tr("Nothing has learned in this project yet")
        allow(self.curves, "" if has_curves else nothing)
        is_begun = project.header is not None and project.settings is not None
        for action in (self.recipe, self.report):
            allow(action, "" if is_begun else self.tr("Nothing has been done in this project yet"))

    def save_sheet(self) -> None:
        project = self._studio.project
        sheet = project.comparison_sheet
        if sheet is None:
            return
        target = self._ask(
            self.tr("Save comparison sheet"), "comparison.png",
            self.tr("Pictures (*.png)"), self.tr("Documents (*.pdf)"),
        )  # fmt: skip
        if target is None:
            return
        if target.suffix.lower() == ".pdf":
            from ppcl_app.results.pdf import sheet_pdf

            self._save(target, lambda: sheet_pdf(sheet, title=project.name))
        else:
            self._save(target, sheet.read_bytes)

    def save_pair(self) -> None:
        """The original and the picture beside it on the page Generate, at full size."""
        generation, tiers = self._studio.generation, self._studio.project.tiers
        pair = pair_of(generation)
        if pair is None:
            self._window.status.show_tip(self.tr("Both pictures have to be painted first"))
            return
        from ppcl_app.results.pair import pair_png

        parts = []
        for pane, picture in pair:
            words = picture_words.shot_of(pane, tiers, waiting="").label
            steps = len(picture.tiers) or pane.wish.steps or generation.own_steps
            recipe = generation.history.recipe_of(picture, pane.wish, steps)
            parts.append((image_of(picture), words, recipe))
        target = self._ask(self.tr("Save both pictures"), "pair.png", self.tr("Pictures (*.png)"))
        if target is not None:
            self._save(target, lambda: pair_png(*parts))

    def save_pictures(self) -> None:
        """Painted again by the engine, as the sheet shows them; the page tells how it goes."""
        folder = self._window.dialogs.folder(
            self.tr("Folder in which the pictures are written"), self._studio.project.folder.parent
        )
        if folder is not None and not self._studio.why_not_export():
            self._studio.export_pictures(folder)
            self._window.go_to(Place.EXPORT)

    def save_curves(self) -> None:
        target = self._ask(self.tr("Save chart data"), "curves.csv", self.tr("Tables (*.csv)"))
        if target is not None:
            self._save(target, lambda: self._studio.run.metrics.as_csv().encode())

    def save_chart(self, picture: QPixmap) -> None:
        target = self._ask(
            self.tr("Save picture of the chart"), "curves.png", self.tr("Pictures (*.png)")
        )
        if target is not None:
            content = QBuffer()
            picture.save(content, "PNG")
            self._save(target, lambda: bytes(content.data().data()))

    def save_recipe(self) -> None:
        from ppcl_app.results.recipe import as_json, recipe_of

        target = self._ask(self.tr("Save recipe"), "recipe.json", self.tr("Recipes (*.json)"))
        if target is not None:
            self._save(target, lambda: as_json(recipe_of(self._studio.project)))

    def save_report(self) -> None:
        from ppcl_app.results import pdf, report

        project = self._studio.project
        target = self._ask(
            self.tr("Save report"), "report.html",
            self.tr("Web pages (*.html)"), self.tr("Documents (*.pdf)"),
        )  # fmt: skip
        if target is None:
            return
        if target.suffix.lower() == ".pdf":
            self._save(target, lambda: pdf.report_pdf(project))
        else:
            self._save(target, lambda: report.self_contained(project).encode())

    def _ask(self, title: str, name: str, *kinds: str) -> Path | None:
        """Where to save; a name without an ending gets that of the first kind."""
        project = self._studio.project
        start = project.folder.parent / f"{project.name} {name}"
        target = self._window.dialogs.save_file(title, start, kinds)
        if target is not None and not target.suffix:
            target = target.with_suffix(start.suffix)
        return target

    def _save(self, target: Path, content: Callable[[], bytes]) -> None:
        try:
            write_bytes(target, content())
        except EngineError as error:
            self._window.show_problem(error)
        except OSError as error:
            text = self.tr("The file could not be saved in {folder}.")
            cause = text.format(folder=redact(str(target.parent)))
            self._window.dialogs.problem(cause, error.strerror or "")
