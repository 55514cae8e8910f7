"""The pages of the window in their order, what each is called, and what it waits for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from ppcl_app.engine_args import FINDING_STAGES
from ppcl_app.project_model import Progress

if TYPE_CHECKING:
    from ppcl_app.studio import Studio

translate = QCoreApplication.translate  # lupdate knows this name


class Place(IntEnum):
    """A page; its number is its row in the navigation."""

    MODEL = 0
    FIND = 1
    SHRINK = 2
    RECOVER = 3
    GENERATE = 4
    EXPORT = 5
    JOBS = 6


@dataclass(frozen=True, slots=True)
class PlaceState:
    """`sign` is a glyph; `spoken` the same in a word; `tip` says what unlocks a locked page."""

    sign: str
    spoken: str
    tip: str = ""


def title(place: Place) -> str:
    titles = {
        Place.MODEL: translate("Places", "Model"),
        Place.FIND: translate("Places", "Find redundant layers"),
        Place.SHRINK: translate("Places", "Shrink"),
        Place.RECOVER: translate("Places", "Recover quality"),
        Place.GENERATE: translate("Places", "Generate and compare"),
        Place.EXPORT: translate("Places", "Export"),
        Place.JOBS: translate("Places", "Jobs"),
    }
    return titles[place]


def help_text(place: Place) -> str:
    """What F1 says about a page."""
    texts = {
        Place.MODEL: translate(
            "Places",
            "Here you pick the model that is to become smaller. The built-in model needs no "
            "download. A model of your own is a folder as the diffusers library writes it; drop it "
            "on the window or choose it. Others can be downloaded: you see first what they are, "
            "what their licence allows, and whether they will run here. A download can be paused, "
            "and goes on after the window was closed.",
        ),
        Place.FIND: translate(
            "Places",
            "Every layer is compared with its neighbours. A low bar means that the layer does "
            "something simple. The framed runs of layers are what is suggested: each run becomes "
            "one layer. You may drag their edges, add a run or take one away; Undo takes every "
            "change back.",
        ),
        Place.SHRINK: translate(
            "Places",
            "The runs of layers are merged one after the other, and each step is a size of the "
            "model. The table says what every size would cost, and where it can be opened.",
        ),
        Place.RECOVER: translate(
            "Places",
            "The merged layers learn from the original until their pictures look alike. You may "
            "pause at any time, also by closing the window: nothing that was learned is lost.",
        ),
        Place.GENERATE: translate(
            "Places",
            "The same prompt and the same seed are painted by the original and by a smaller size. "
            "Move the slider to go through the sizes, and hold Space to see the original in place.",
        ),
        Place.EXPORT: translate(
            "Places",
            "A size is written as a model that other programs load. It is loaded again and "
            "compared with what you saw here before it counts as written.",
        ),
        Place.JOBS: translate(
            "Places",
            "Everything that was done for this project, with all that was said while it ran. "
            "A report leaves out the name of your home folder and anything secret.",
        ),
    }
    return texts[place]


def states(studio: Studio) -> dict[Place, PlaceState]:
    """How far every page is."""
    project = studio.project
    is_usable = project.model.is_usable
    has_model = project.progress is not Progress.NEW
    model = _done() if has_model else _to_do()
    if studio.download.download is not None and studio.download.download.is_active:
        model = _running()
    if not is_usable:
        model = _interrupted()
    return {
        Place.MODEL: model,
        Place.FIND: _of_finding(studio),
        Place.SHRINK: _of_shrinking(studio),
        Place.RECOVER: _of_learning(studio),
        Place.GENERATE: _of_result(studio),
        Place.EXPORT: _of_export(studio),
        Place.JOBS: _of_jobs(studio),
    }


def _of_finding(studio: Studio) -> PlaceState:
    run, project = studio.run, studio.project
    row = run.current
    if not project.model.is_usable:
        return _waits_for(Place.MODEL, translate("Places", "Choose a model that can be used first"))
    if run.is_active and (row is None or row.name in FINDING_STAGES):
        return _running()
    return _done() if project.plan is not None else _to_do()


def _of_shrinking(studio: Studio) -> PlaceState:
    project = studio.project
    if project.progress is Progress.FINISHED:
        return _done()
    if project.plan is None:
        tip = translate("Places", "The sizes are listed once redundant layers have been found")
        return _waits_for(Place.FIND, tip)
    return _done() if studio.run.is_active else _to_do()


def _of_learning(studio: Studio) -> PlaceState:
    run, project = studio.run, studio.project
    row = run.current
    if run.is_active:
        is_learning = row is not None and row.name not in FINDING_STAGES
        return _running() if is_learning else _to_do()
    if run.failure is not None:
        return _interrupted()
    if project.progress is Progress.FINISHED:
        return _done()
    if not project.model.is_usable:
        return _waits_for(Place.MODEL, translate("Places", "Choose a model that can be used first"))
    if project.unfinished is not None or project.is_done("distill"):
        return PlaceState("stopped", translate("Places", "can go on"))
    return _to_do()


def _of_result(studio: Studio) -> PlaceState:
    if studio.project.tiers:
        return PlaceState("open", translate("Places", "ready"))
    tip = translate("Places", "Waits for a model that has been made smaller")
    return _waits_for(Place.RECOVER, tip)


def _of_export(studio: Studio) -> PlaceState:
    if studio.export.is_active:
        return _running()
    if studio.export.failure is not None:
        return _interrupted()
    return _of_result(studio)


def _of_jobs(studio: Studio) -> PlaceState:
    if studio.run.is_active or studio.export.is_active:
        return PlaceState("running", translate("Places", "one running"))
    return PlaceState("list", translate("Places", "none running"))


def _done() -> PlaceState:
    return PlaceState("done", translate("Places", "done"))


def _running() -> PlaceState:
    return PlaceState("running", translate("Places", "running"))


def _interrupted() -> PlaceState:
    return PlaceState("failed", translate("Places", "interrupted"))


def _to_do() -> PlaceState:
    return PlaceState("open", translate("Places", "to do"))


def _waits_for(what: Place, tip: str) -> PlaceState:
    spoken = translate("Places", "waits for {page}").format(page=title(what))
    return PlaceState("locked", spoken, tip)
