"""Makes the pages and ties what they ask for to the window; each is imported when it is needed."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from engine.errors import EngineError
from ppcl_app.pages.page import Page
from ppcl_app.places import Place
from ppcl_app.widgets.failure_card import FailureCard

if TYPE_CHECKING:
    from ppcl_app.main_window import MainWindow


def make_page(place: Place, window: MainWindow) -> Page:
    """A new page, which follows the models from now on."""
    makers = {
        Place.MODEL: _model,
        Place.FIND: _find,
        Place.SHRINK: _shrink,
        Place.RECOVER: _recover,
        Place.GENERATE: _generate,
        Place.EXPORT: _export,
        Place.JOBS: _jobs,
    }
    page = makers[place](window)
    for card in page.findChildren(FailureCard):
        card.report_asked.connect(window.reports.show)
    return page


def _model(window: MainWindow) -> Page:
    from ppcl_app.hub_desk import HubDesk
    from ppcl_app.pages.model_page import ModelPage

    page = ModelPage(window.studio)
    desk = HubDesk(window, page)
    page.token_asked.connect(desk.ask_token)
    page.mirror_asked.connect(desk.ask_mirror)
    page.models_folder_asked.connect(desk.ask_models_folder)
    page.other_folder_asked.connect(desk.ask_other_folder)
    page.cancel_asked.connect(desk.ask_cancel)
    page.page_asked.connect(desk.open_page)
    page.model_used.connect(window.use_model)
    page.folder_asked.connect(window.choose_model_folder)
    page.tried.connect(window.try_built_in)
    return page


def _find(window: MainWindow) -> Page:
    from ppcl_app.pages.find_page import FindPage

    page = FindPage(window.studio)
    page.shrink_page_asked.connect(partial(window.go_to, Place.SHRINK))
    page.tried.connect(window.try_built_in)
    page.problem.connect(
        lambda message, hint: window.show_problem(EngineError("", message, hint=hint))
    )
    return page


def _shrink(window: MainWindow) -> Page:
    from ppcl_app.pages.shrink_page import ShrinkPage

    page = ShrinkPage(window.studio)
    page.start_asked.connect(window.start_learning)
    page.recover_page_asked.connect(partial(window.go_to, Place.RECOVER))
    page.compare_asked.connect(partial(window.go_to, Place.GENERATE))
    page.find_page_asked.connect(partial(window.go_to, Place.FIND))
    page.tried.connect(window.try_built_in)
    return page


def _recover(window: MainWindow) -> Page:
    from ppcl_app.pages.recover_page import RecoverPage

    page = RecoverPage(window.studio)
    page.start_asked.connect(window.start_learning)
    page.cancel_asked.connect(window.cancel_run)
    page.compare_asked.connect(partial(window.go_to, Place.GENERATE))
    page.folder_asked.connect(window.choose_project_folder)
    chart = page.learning.chart
    chart.menu.data_asked.connect(window.menus.export.save_curves)
    chart.menu.picture_asked.connect(lambda: window.menus.export.save_chart(chart.grab()))
    return page


def _generate(window: MainWindow) -> Page:
    from ppcl_app.pages.generate_page import GeneratePage

    page = GeneratePage(window.studio)
    page.recover_page_asked.connect(partial(window.go_to, Place.RECOVER))
    page.export_page_asked.connect(partial(window.go_to, Place.EXPORT))
    page.pair_asked.connect(window.menus.export.save_pair)
    page.tried.connect(window.try_built_in)
    return page


def _export(window: MainWindow) -> Page:
    from ppcl_app.pages.export_page import ExportPage

    page = ExportPage(window.studio)
    page.folder_asked.connect(window.choose_export_folder)
    page.recover_page_asked.connect(partial(window.go_to, Place.RECOVER))
    page.sheet_asked.connect(window.menus.export.save_sheet)
    page.tried.connect(window.try_built_in)
    return page


def _jobs(window: MainWindow) -> Page:
    from ppcl_app.pages.jobs_page import JobsPage

    page = JobsPage(window.studio)
    page.tried.connect(window.try_built_in)
    return page
