"""Which buttons a failure gets: the ways on that help with just that, the best one first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QUrl
from PySide6.QtGui import QDesktopServices

from ppcl_app.generation_model import GenerationModel
from ppcl_app.outcome import HUNG, OUT_OF_MEMORY, Failure
from ppcl_app.places import Place
from ppcl_app.studio import Studio

translate = QCoreApplication.translate  # lupdate knows this name
Action = tuple[str, Callable[[], object]]

NO_ROOM = frozenset({"disk_full", "no_access"})
NO_MODEL = frozenset(
    {
        "no_model", "broken_model", "broken_weights", "missing_weights", "unsupported_model",
        "unsupported_family", "unfinished", "other_model",
    }
)  # fmt: skip


def of_run(studio: Studio, failure: Failure, go_on: Callable[[], object]) -> Sequence[Action]:
    """For work on the project; `go_on` starts it again as it was."""
    run = studio.run
    close = (translate("WaysOn", "Close"), run.dismiss_failure)
    again = (translate("WaysOn", "Continue"), go_on)
    if failure.code == HUNG:
        return [
            (translate("WaysOn", "Keep waiting"), run.dismiss_failure),
            (translate("WaysOn", "End it by force"), run.force_stop),
        ]
    smaller = studio.smaller_batch() if failure.code == OUT_OF_MEMORY else None
    if smaller is not None:
        _name, now, half = smaller
        text = translate("WaysOn", "Go on with less memory ({half} at a time, not {now})")
        less = (text.format(half=half, now=now), studio.go_on_with_less_memory)
        return [less, (translate("WaysOn", "Continue as before"), go_on), close]
    if failure.code in NO_ROOM:
        return [again, _show_folder(studio), close]
    if failure.code in NO_MODEL:
        return [_choose_model(studio), again, close]
    return [again, close]


def of_export(
    studio: Studio, failure: Failure, choose_folder: Callable[[], object]
) -> Sequence[Action]:
    """For the writing of a model; `choose_folder` asks for another place and tries again there."""
    export = studio.export
    close = (translate("WaysOn", "Close"), export.dismiss_failure)
    again = (translate("WaysOn", "Try again"), export.continue_run)
    if failure.code == HUNG:
        return [
            (translate("WaysOn", "Keep waiting"), export.dismiss_failure),
            (translate("WaysOn", "End it by force"), export.force_stop),
        ]
    if failure.code in NO_ROOM | {"not_empty"}:
        return [(translate("WaysOn", "Choose another folder…"), choose_folder), again, close]
    if failure.code in NO_MODEL:
        return [_choose_model(studio), again, close]
    return [again, close]


def of_painting(
    generation: GenerationModel,
    failure: Failure,
    go_on: Callable[[], object],
    paint_smaller: Callable[[], object],
) -> Sequence[Action]:
    """For the pictures; `go_on` paints again, `paint_smaller` the next size alone."""
    close = (translate("WaysOn", "Close"), generation.dismiss_failure)
    if failure.code == HUNG:
        return [(translate("WaysOn", "Start the engine again"), generation.restart_engine), close]
    again = (translate("WaysOn", "Try again"), go_on)
    if failure.code == OUT_OF_MEMORY and generation.tier + 1 < generation.num_tiers:
        return [(translate("WaysOn", "Try a smaller size"), paint_smaller), again, close]
    return [again, close]


def _choose_model(studio: Studio) -> Action:
    return (
        translate("WaysOn", "Choose the model…"),
        lambda: studio.place_asked.emit(Place.MODEL),
    )


def _show_folder(studio: Studio) -> Action:
    folder = QUrl.fromLocalFile(str(studio.project.folder))
    return (
        translate("WaysOn", "Show folder to make room"),
        lambda: QDesktopServices.openUrl(folder),
    )
