"""The page on which a model is picked: the built-in one, a folder here, or one of the Hub."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QWidget

from engine import protocol
from ppcl_app import figures
from ppcl_app.base_model import BUILT_IN, BaseModel, downloaded_repo, folder_of, look_at
from ppcl_app.download_model import Phase, room_for
from ppcl_app.hub_model import Description
from ppcl_app.pages.download_card import DownloadCard
from ppcl_app.pages.hub_failure_card import HubFailureCard
from ppcl_app.pages.model_card import ModelCard
from ppcl_app.pages.page import Page
from ppcl_app.pages.source_cards import FolderCard, HubCard
from ppcl_app.pages.sources_column import SourcesColumn
from ppcl_app.project_model import Progress
from ppcl_app.studio import Studio
from ppcl_app.vocabulary import STAGES
from ppcl_app.widgets.text import push_button


class ModelPage(Page):
    """Models are looked at, never loaded, so picking one is quick whatever its size."""

    model_used = Signal(str)
    tried = Signal()
    folder_asked = Signal()
    models_folder_asked = Signal()
    other_folder_asked = Signal()
    token_asked = Signal()
    mirror_asked = Signal()
    cancel_asked = Signal()
    page_asked = Signal(str)

    def __init__(self, studio: Studio, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._studio, self._project = studio, studio.project
        self._hub, self._download = studio.hub, studio.download
        self._models: dict[str, BaseModel] = {}
        self._chosen = studio.project.source
        self._repo = ""  # chosen instead, where it is not empty
        self.describe(
            self.tr("Model"),
            self.tr("Pick the model that you want to make smaller. The original is never changed."),
        )
        group = QButtonGroup(self)
        self.folders = FolderCard(group)
        self.hub_card = HubCard(group)
        self.card = ModelCard()
        self.download_card = DownloadCard(studio.download)
        self.failure = HubFailureCard()
        self.try_button = push_button(
            self.tr("Try with the built-in model"),
            tip=self.tr("Finds the layers, merges them, learns and measures, all in one go"),
        )
        self.step_button = push_button(self.tr("Step by step"))
        self._arrange()
        self._connect()
        self._fill()

    def _arrange(self) -> None:
        column = SourcesColumn(
            self.area, self.download_card, self.folders, self.hub_card, self.failure, self.card
        )
        self.content.addWidget(column, 1)
        self.foot.insertWidget(1, self.step_button)
        self.foot.insertWidget(2, self.try_button)

    def _connect(self) -> None:
        hub, download, run = self._hub, self._download, self._studio.run
        self.folders.chosen.connect(self.choose)
        self.folders.folder_asked.connect(self.folder_asked)
        self.hub_card.chosen.connect(self.choose_repo)
        self.hub_card.token_asked.connect(self.token_asked)
        self.hub_card.mirror_asked.connect(self.mirror_asked)
        self.card.folder_asked.connect(self.models_folder_asked)
        self.card.page_asked.connect(self._open_page)
        self.download_card.use_asked.connect(self._use_downloaded)
        for card in (self.failure, self.download_card.failure):
            card.token_asked.connect(self.token_asked)
            card.mirror_asked.connect(self.mirror_asked)
        self.download_card.failure.page_asked.connect(self._open_page_of_download)
        self.download_card.failure.folder_asked.connect(self.other_folder_asked)
        self.download_card.cancel_asked.connect(self.cancel_asked)
        self.failure.page_asked.connect(self._open_page)
        self.failure.again_asked.connect(self._look_again)
        self.try_button.clicked.connect(self.tried)
        self.step_button.clicked.connect(lambda: self.model_used.emit(self._chosen))
        self.primary.clicked.connect(self._on_primary)
        hub.catalogue_changed.connect(self._fill)
        hub.access_changed.connect(self._fill)
        hub.description_changed.connect(self._on_description)
        download.download_changed.connect(self._show_foot)
        download.finished.connect(self._on_finished)
        for signal in (run.phase_changed, self._studio.export.phase_changed):
            signal.connect(self._show_foot)
        self._studio.settings.preferences_changed.connect(self._show)
        self._project.project_changed.connect(self._on_project)
        self._project.tiers_changed.connect(self._show_foot)

    def visit(self) -> None:
        self._hub.start()
        self._look()

    # What is chosen.

    @property
    def chosen(self) -> BaseModel:
        """The model on this computer that is chosen, or was before one of the Hub."""
        return self._looked_at(self._chosen)

    @property
    def repo(self) -> str:
        """The chosen model of the Hub, if it is one."""
        return self._repo

    @property
    def target(self) -> Path:
        """Where the chosen model of the Hub goes, or lies."""
        return self._target(self._repo)

    def choose(self, source: str) -> None:
        """Show a model of this computer; it is used only when someone says so."""
        self._chosen, self._repo = source, ""
        self._models.pop(source, None)  # it may have changed since it was looked at
        self._fill()
        self._look(again=True)

    def choose_folder(self, folder: Path) -> None:
        self.choose(str(folder))

    def choose_repo(self, repo: str) -> None:
        """Show a model of the Hub; nothing is downloaded before someone says so."""
        self._repo = repo
        self._look()
        self._fill()

    def _look(self, *, again: bool = False) -> None:
        """Ask the engine about what is chosen."""
        if self._repo:
            self._hub.look_at_repo(self._repo, again=again)
        elif self.chosen.is_usable:
            self._hub.look_at_folder(folder_of(self._chosen), again=again)

    def _look_again(self) -> None:
        self._hub.start()
        self._look(again=True)

    @property
    def _source(self) -> str:
        """What would be used: the chosen folder, or the one that a download is in."""
        return str(self.target) if self._repo else self._chosen

    def _looked_at(self, source: str) -> BaseModel:
        if source not in self._models:
            self._models[source] = look_at(source)
        return self._models[source]

    def _target(self, repo: str) -> Path:
        download = self._download.download
        if download is not None and download.repo == repo:
            return download.folder
        return self._studio.settings.models_folder / repo.rpartition("/")[2]

    def _is_here(self, repo: str) -> bool:
        return downloaded_repo(self._target(repo)) == repo

    # What is shown.

    def _on_project(self) -> None:
        self._chosen, self._repo = self._project.source, ""
        self._fill()

    def _on_finished(self) -> None:
        download = self._download.download
        if download is not None:
            self._models.pop(str(download.folder), None)
        self._fill()

    def _on_description(self, name: str) -> None:
        if name in self._hub.asked_repos:
            self._fill()  # its tile says how large it is
        elif name == str(folder_of(self._chosen)):
            self._show()

    def _fill(self) -> None:
        """One tile a model: the built-in one, the one in use, those of earlier times, the Hub's."""
        earlier = [m for m in self._studio.settings.preferences.models if Path(m).is_dir()]
        sources = list(dict.fromkeys((BUILT_IN, self._project.source, self._chosen, *earlier)))
        self.folders.show_models([self._looked_at(source) for source in sources])
        others = self._hub.asked_repos
        repos = dict.fromkeys((*(model.repo for model in self._hub.models), *others))
        here = [repo for repo in repos if self._is_here(repo)]
        found = {repo: self._hub.repo(repo) for repo in others}
        sizes = {r: d.found.num_bytes for r, d in found.items() if d is not None and d.found}
        self.hub_card.show_models(self._hub.models, others, here=here, sizes=sizes)
        self.hub_card.show_access(self._hub.token_place)
        if self._repo:
            self.hub_card.list.choose(self._repo)
        else:
            self.folders.list.choose(self._chosen)
        self._show()

    def _show(self) -> None:
        if self._repo:
            self.card.show_repo(
                self._repo,
                self._hub.known(self._repo),
                self._hub.repo(self._repo),
                self.target,
                is_here=self._is_here(self._repo),
            )
        else:
            self.card.show_model(self.chosen, self._hub.folder(str(folder_of(self._chosen))))
        self.failure.show_refused(self._refused())
        self._show_foot()

    def _refused(self) -> protocol.Failed | None:
        """Why nothing, or not enough, is known of what is chosen."""
        if self._hub.refused is not None:
            return self._hub.refused
        description = self._hub.repo(self._repo) if self._repo else None
        if description is None or description.found is None:
            return description.refused if description is not None else None
        found = description.found
        if found.is_gated and found.problems:
            return protocol.Failed(code="gated", message=found.problems[0])
        return None

    def _show_foot(self) -> None:
        download = self._download.download
        is_other = download is not None and download.repo != self._repo  # else the foot says it
        is_done = download is not None and download.phase is Phase.DONE
        self.download_card.use_button.setVisible(is_done and is_other)
        is_first = self._is_first_time
        is_built_in = self._chosen == BUILT_IN and not self._repo
        self.try_button.setVisible(is_built_in and not is_first and not self._project.tiers)
        self.step_button.setVisible(is_first)
        switch = self._studio.why_not_switch()
        self.try_button.setEnabled(not switch)
        self.try_button.setToolTip(
            switch or self.tr("Everything in one go, with the quickest setting")
        )
        if is_first:
            self.set_primary(self.try_button.text(), is_enabled=not switch, why=switch)
            text = self.tr("New here? This shows you everything in about {time}.")
            time = figures.price(self._studio.seconds_of(STAGES))
            self.summary.setText(switch or text.format(time=time))
        elif self._repo and not self._is_here(self._repo):
            self._show_download_foot()
        else:
            self._show_use_foot(switch)

    @property
    def _is_first_time(self) -> bool:
        """Nothing was ever made with this program, and nothing else is chosen."""
        preferences = self._studio.settings.preferences
        is_new = self._project.progress is Progress.NEW and self._project.source == BUILT_IN
        is_untouched = not (preferences.models or preferences.recent or self._download.download)
        return is_new and is_untouched and self._chosen == BUILT_IN and not self._repo

    def _show_use_foot(self, switch: str) -> None:
        model = self._looked_at(self._source)
        is_used = self._project.source == self._source
        why = "" if is_used else switch
        if not model.is_usable:
            why = model.problem
        text = self.tr("Find its redundant layers") if is_used else self.tr("Use this model")
        self.set_primary(text, is_enabled=not why, why=why)
        self.summary.setText(why or self._words(is_used=is_used))

    def _words(self, *, is_used: bool) -> str:
        project = self._project
        if not is_used:
            return self.tr("It gets a project of its own; the present one stays as it is.")
        if project.tiers:
            return self.tr("This model is there in %n sizes.", "", len(project.tiers))
        if project.progress is Progress.STARTED:
            return self.tr("This model is being worked on.")
        return ""

    def _show_download_foot(self) -> None:
        download, found = self._download.download, self._found()
        if download is not None and download.repo == self._repo and self._download.is_busy:
            text = self.tr("Downloading…")
            if download.can_go_on:
                text = self.tr("Continue the download")
            self.set_primary(text, is_enabled=download.can_go_on)
            self.summary.setText(self.tr("You may close the window; it goes on from there."))
            return
        text = self.tr("Download")
        if found is not None:
            text = self.tr("Download {size}").format(size=figures.data_size(found.num_bytes))
        why = self._why_not_download()
        self.set_primary(text, is_enabled=not why, why=why)
        self.summary.setText(why or self._advice(found))

    def _found(self) -> protocol.Described | None:
        description = self._hub.repo(self._repo)
        return description.found if description is not None else None

    def _why_not_download(self) -> str:
        if self._download.is_busy:
            return self.tr("Another model is being downloaded; finish it or give it up first")
        description = self._hub.repo(self._repo) or Description()
        found = description.found
        if found is None:
            if description.is_looking:
                return self.tr("The Hub is being asked")
            return self.tr("Nothing is known of this model; see above")
        if found.problems and found.is_gated:
            return self.tr("Its licence has to be accepted first; see above")
        if found.problems:
            return self.tr("This model cannot be used as it is; see above")
        if room_for(found.num_bytes, self.target).verdict == "no":
            return self.tr("There is not enough room in that folder; choose another one")
        return ""

    def _advice(self, found: protocol.Described | None) -> str:
        """What a download will be good for on this computer."""
        verdicts = {fit.step: fit.verdict for fit in (found.fits if found is not None else ())}
        if verdicts.get("generate") == "no":
            return self.tr("This computer has too little memory for it; another one may have more.")
        if "no" in (verdicts.get("probe"), verdicts.get("distill")):
            return self.tr("It can paint here, but not be made smaller: too little memory.")
        return ""

    # What the buttons do.

    def _on_primary(self) -> None:
        if self._is_first_time:
            self.tried.emit()
        elif not self._repo or self._is_here(self._repo):
            self.model_used.emit(self._source)
        elif self._download.is_busy:
            self._download.resume()
        elif (found := self._found()) is not None:
            self._download.begin(self._repo, self.target, total_bytes=found.num_bytes)

    def _use_downloaded(self) -> None:
        download = self._download.download
        if download is not None:
            self._download.dismiss()
            self.model_used.emit(str(download.folder))

    def _open_page(self) -> None:
        self.page_asked.emit(self._hub.page_of(self._repo))

    def _open_page_of_download(self) -> None:
        download = self._download.download
        if download is not None:
            self.page_asked.emit(self._hub.page_of(download.repo))
