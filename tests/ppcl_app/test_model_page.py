"""The Model page on the real io process, against a Hub on loopback that HF_ENDPOINT points to."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QAction, QDropEvent
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot
from safetensors.numpy import save

from ppcl_app.base_model import BUILT_IN, folder_of
from ppcl_app.download_model import Phase
from ppcl_app.engine_process import EngineCommand
from ppcl_app.hub_dialogs import KeepDialog, MirrorDialog, TokenDialog
from ppcl_app.main_window import MainWindow
from ppcl_app.pages.hub_failure_card import HubFailureCard
from ppcl_app.pages.model_page import ModelPage
from ppcl_app.places import Place
from ppcl_app.settings import Settings
from ppcl_app.studio import Studio
from ppcl_app.theme.appearance import Appearance
from tests.engine.hub.hub_server import Hub, Repo, files_of, serving
from tests.ppcl_app.conftest import ScriptedDialogs

WEIGHTS = "transformer/diffusion_pytorch_model.safetensors"
RECORD = "ppcl_download.json"
SMALL, HALF = 2_000_000, 1_000_000
TOKEN = "hf_thisTokenIsNeverToBeSeenAnywhere"
WAIT_MS = 120_000


@pytest.fixture(scope="module")
def hub() -> Iterator[Hub]:
    with serving() as hub:
        yield hub


@pytest.fixture(scope="module")
def pocket() -> dict[str, bytes]:
    found = files_of(folder_of(BUILT_IN))
    return {name: content for name, content in found.items() if not name.endswith(".png")}


@pytest.fixture
def repo(hub: Hub, pocket: dict[str, bytes], request: pytest.FixtureRequest) -> Repo:
    """A model of this test's own that is whole, and can be used."""
    repo = Repo(f"maker/{request.node.name[:60]}", dict(pocket))
    hub.repos[repo.name] = repo
    return repo


@pytest.fixture
def small(hub: Hub, pocket: dict[str, bytes], request: pytest.FixtureRequest) -> Repo:
    """For what goes wrong on the way: the layers of the built-in model, with two megabytes."""
    files = {name: pocket[name] for name in ("model_index.json", "transformer/config.json")}
    layer = np.arange(SMALL // 24 // 4, dtype=np.float32)
    layers = {f"transformer_blocks.{number}.weight": layer for number in range(24)}
    files[WEIGHTS] = save(layers)
    for part in ("vae", "text_encoder"):
        files[f"{part}/config.json"] = b"{}"
        files[f"{part}/model.safetensors"] = save({"weight": layer[:100]})
    repo = Repo(f"maker/{request.node.name[:60]}", files)
    hub.repos[repo.name] = repo
    return repo


@pytest.fixture(scope="module", autouse=True)
def _environment(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What the io processes of this module find: our Hub, no token, no keyring."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("HF_")]:
            patch.delenv(name)
        patch.setenv("HF_ENDPOINT", hub.url)
        patch.setenv("HF_HOME", str(tmp_path_factory.mktemp("hf")))
        patch.setenv("NO_PROXY", "127.0.0.1")
        patch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")
        yield


def make_window(qapp: QApplication, folder: Path, command: EngineCommand) -> MainWindow:
    settings = Settings(folder / "settings")
    settings.change(models_folder=str(folder), projects_folder=str(folder))
    studio = Studio(settings, Appearance(qapp, "light"), command, folder / "Pocket.ppcl")
    window = MainWindow(studio)
    window.dialogs = ScriptedDialogs(window)
    window.show()
    end = time.monotonic() + WAIT_MS / 1000
    while not window._is_painted and time.monotonic() < end:
        qapp.processEvents()
    window.go_to(Place.MODEL)
    return window


@pytest.fixture
def open_page(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> Iterator[Callable[..., ModelPage]]:
    """The page in a window of its own; a second call is the same person's next start."""
    made: list[MainWindow] = []

    def make(command: EngineCommand | None = None) -> ModelPage:
        window = make_window(qapp, tmp_path, command or EngineCommand())
        qtbot.addWidget(window)
        made.append(window)
        return page_of(window)

    yield make
    for window in made:
        window.studio.shut_down()


@pytest.fixture(scope="module")
def shared_window(
    qapp: QApplication, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MainWindow]:
    """One process for all tests that leave it as it was: half a second of imports for each."""
    window = make_window(qapp, tmp_path_factory.mktemp("shared"), EngineCommand())
    yield window
    window.studio.shut_down()
    window.close()


@pytest.fixture
def page(shared_window: MainWindow, tmp_path: Path) -> Iterator[ModelPage]:
    """The page of the shared window, with a folder of this test's own for downloads."""
    shared_window.studio.settings.change(models_folder=str(tmp_path))
    shared_window.go_to(Place.MODEL)
    page = page_of(shared_window)
    page.hub_card.name_field.clear()
    yield page
    page._download.cancel(keep=False)
    page._download.dismiss()


def page_of(window: MainWindow) -> ModelPage:
    page = window.page(Place.MODEL)
    assert isinstance(page, ModelPage)
    return page


def window_of(page: ModelPage) -> MainWindow:
    window = page.window()
    assert isinstance(window, MainWindow)
    return window


def phase(page: ModelPage) -> Phase | None:
    download = page._download.download
    return download.phase if download is not None else None


def begin(qtbot: QtBot, page: ModelPage, repo: Repo) -> None:
    """Look at a model by its name and press Download, with keys alone."""
    qtbot.keyClicks(page.hub_card.name_field, repo.name)
    qtbot.keyClick(page.hub_card.name_field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.primary.isEnabled(), timeout=WAIT_MS)
    assert page.primary.text().startswith("Download ")
    qtbot.keyClick(page.primary, Qt.Key.Key_Space)
    assert phase(page) is Phase.LOADING


def end(qtbot: QtBot, page: ModelPage) -> Phase | None:
    """Wait for the end of the download, whatever it is."""
    active = (Phase.LOADING, Phase.PAUSING, Phase.CANCELLING)
    qtbot.waitUntil(lambda: phase(page) not in active, timeout=WAIT_MS)
    return phase(page)


def is_whole(folder: Path, repo: Repo) -> bool:
    found = files_of(folder)
    return bool(found.pop(RECORD)) and found == repo.files


def partial_size(folder: Path) -> int:
    file = folder.with_name(f"{folder.name}.part") / f"{WEIGHTS}.incomplete"
    return file.stat().st_size if file.is_file() else 0


def hold(qtbot: QtBot, page: ModelPage, repo: Repo) -> None:
    """Wait until the server stops in the middle of the weights, and some of them are on disk."""
    folder = page._target(repo.name)
    qtbot.waitUntil(lambda: repo.is_holding.is_set() and partial_size(folder) > 0, timeout=WAIT_MS)


def ways(card: HubFailureCard) -> list[str]:
    """The buttons that a failure card offers."""
    return list(card.ways)


def test_token_and_mirror_are_in_the_menu(qtbot: QtBot, page: ModelPage) -> None:
    window = window_of(page)
    window.go_to(Place.JOBS)
    texts = {"Access &token…": TokenDialog, "&Mirror…": MirrorDialog}
    for action in window.menus.findChildren(QAction):
        if (kind := texts.pop(action.text(), None)) is not None:
            action.trigger()
            dialog = window.findChild(kind)
            assert dialog is not None
            assert dialog.isVisible()
            dialog.reject()
            dialog.deleteLater()
    assert not texts
    assert window.place is Place.MODEL


def test_model_is_looked_at_then_fetched_then_used(
    qtbot: QtBot, page: ModelPage, repo: Repo, tmp_path: Path
) -> None:
    qtbot.waitUntil(lambda: bool(page.hub_card.list.tiles), timeout=WAIT_MS)
    known = page.hub_card.list.tiles["Qwen/Qwen-Image"]
    assert "about 57.7" in known.radio.accessibleDescription()
    qtbot.keyClicks(page.hub_card.name_field, f"https://huggingface.co/{repo.name}/tree/main")
    page.hub_card.look_button.click()
    assert not page.primary.isEnabled()
    qtbot.waitUntil(lambda: page.primary.isEnabled(), timeout=WAIT_MS)
    assert repo.asked_for(WEIGHTS) == []  # nothing was fetched for this
    tile = page.hub_card.list.tiles[repo.name]
    assert "MB" in tile.radio.accessibleDescription(), "its size is not told"
    assert page.card.fact("layers") == "24"
    assert page.card.fact("licence").startswith("Apache-2.0")
    assert page.card.fact("parts").startswith("painting part 16.3")
    steps = ["download", "probe", "distill", "generate", "export"]
    assert list(page.card.fits.verdicts) == steps
    assert page.card.fits.verdicts["download"] == "yes"
    page.primary.click()
    assert page.download_card.isVisible()
    assert page.download_card.pause_button.isEnabled()
    assert end(qtbot, page) is Phase.DONE
    folder = tmp_path / repo.name.partition("/")[2]
    assert is_whole(folder, repo)
    assert str(folder) in page.folders.list.tiles
    assert page.primary.text() == "Use this model"
    page.primary.click()
    window = window_of(page)
    assert window.studio.project.source == str(folder)
    assert window.place is Place.FIND
    assert window.studio.settings.preferences.download is None
    assert page.chosen.is_usable
    window.use_model(BUILT_IN)


def test_cut_connection_goes_on_by_itself(
    qtbot: QtBot, page: ModelPage, small: Repo, tmp_path: Path
) -> None:
    small.cut[WEIGHTS] = HALF
    said = []
    page._download.download_changed.connect(lambda: said.append(page.download_card.text))
    begin(qtbot, page, small)
    assert end(qtbot, page) is Phase.DONE
    assert is_whole(page.target, small)
    first, second = small.asked_for(WEIGHTS)
    assert (first.sent, second.begin) == (HALF, HALF)
    assert any("trying again" in text for text in said)


def test_pause_resume_and_give_up(
    qtbot: QtBot, page: ModelPage, small: Repo, tmp_path: Path
) -> None:
    small.held[WEIGHTS] = HALF
    begin(qtbot, page, small)
    hold(qtbot, page, small)
    window = window_of(page)
    assert "Downloading" in window.status.text
    page.download_card.pause_button.click()
    small.release.set()
    assert end(qtbot, page) is Phase.PAUSED
    size = partial_size(page.target)
    assert size > 0
    assert "paused" in window.status.text
    page.download_card.resume_button.click()
    assert page.download_card.pause_button.isVisible()
    page.download_card.cancel_button.click()
    dialog = window.findChildren(KeepDialog)[-1]
    dialog.keep_button.click()
    qtbot.waitUntil(lambda: phase(page) is None, timeout=WAIT_MS)
    assert partial_size(page.target) >= size
    assert window.studio.settings.preferences.download is None
    begin_again = page.primary
    assert begin_again.text().startswith("Download")
    begin_again.click()
    page.download_card.cancel_button.click()
    dialog = window.findChildren(KeepDialog)[-1]
    dialog.remove_button.click()
    qtbot.waitUntil(lambda: phase(page) is None, timeout=WAIT_MS)
    assert not page.target.with_name(f"{page.target.name}.part").exists()


def test_wrong_checksum_is_said_and_fetched_again(
    qtbot: QtBot, page: ModelPage, small: Repo
) -> None:
    small.damaged |= {WEIGHTS}
    begin(qtbot, page, small)
    assert end(qtbot, page) is Phase.FAILED
    card = page.download_card.failure
    assert card.isVisible()
    assert WEIGHTS in card.words
    assert "kept" in card.words
    assert ways(card) == ["again", "mirror", "cancel"]
    small.damaged.clear()
    card.ways["again"].click()
    assert end(qtbot, page) is Phase.DONE
    assert is_whole(page.target, small)


def test_gated_model_wants_a_token_that_nobody_else_sees(
    qtbot: QtBot,
    page: ModelPage,
    repo: Repo,
    tmp_path: Path,
) -> None:
    repo.token = TOKEN
    page.choose_repo(repo.name)
    qtbot.waitUntil(page.failure.isVisible, timeout=WAIT_MS)
    assert ways(page.failure) == ["page", "token", "again"]
    assert "accept" in page.card.fact("licence")
    assert not page.primary.isEnabled()
    page.failure.ways["token"].click()
    window = window_of(page)
    dialog = window.findChild(TokenDialog)
    assert dialog is not None
    assert dialog.field.echoMode() is QLineEdit.EchoMode.Password
    assert not dialog.save_button.isEnabled()
    qtbot.keyClicks(dialog.field, TOKEN)
    qtbot.keyClick(dialog.field, Qt.Key.Key_Return)
    qtbot.waitUntil(page.primary.isEnabled, timeout=WAIT_MS)
    assert not page.failure.isVisible()
    assert page._hub.token_place == "session"
    process = page._hub._process
    if sys.platform == "linux":
        command = Path(f"/proc/{process.process_id}/cmdline").read_bytes()
        assert b"io" in command.split(b"\0")
        assert TOKEN.encode() not in command
    page.primary.click()
    assert end(qtbot, page) is Phase.DONE
    assert is_whole(page.target, repo)
    settings = b"".join(files_of(window.studio.settings._folder).values())
    assert b"models_folder" in settings
    assert TOKEN.encode() not in settings
    assert TOKEN not in process.log
    assert not any(TOKEN.encode() in content for content in files_of(tmp_path).values())
    page._hub.sign_in("")
    qtbot.waitUntil(lambda: page._hub.token_place == "", timeout=WAIT_MS)


def test_killed_process_is_started_again_with_its_token_and_goes_on(
    qtbot: QtBot, open_page: Callable[..., ModelPage], small: Repo
) -> None:
    small.token = TOKEN
    page = open_page()
    page._download.begin(small.name, page._target(small.name))
    assert end(qtbot, page) is Phase.FAILED
    assert ways(page.download_card.failure) == ["page", "token", "again", "cancel"]
    small.held[WEIGHTS] = HALF
    page._hub.sign_in(TOKEN)
    hold(qtbot, page, small)  # it went on by itself
    first = page._hub._process.process_id
    os.kill(first, signal.SIGKILL)
    small.held.clear()
    small.release.set()
    assert end(qtbot, page) is Phase.DONE
    assert page._hub._process.process_id != first
    assert small.asked_for(WEIGHTS)[-1].begin > 0
    assert is_whole(page._target(small.name), small)


def test_closed_window_goes_on_at_the_next_start(
    qtbot: QtBot, open_page: Callable[..., ModelPage], small: Repo
) -> None:
    small.held[WEIGHTS] = HALF
    page = open_page()
    begin(qtbot, page, small)
    hold(qtbot, page, small)
    window = window_of(page)
    window.close()
    window.studio.shut_down()
    small.release.set()
    small.held.clear()
    target = page._target(small.name)
    assert not target.exists()
    again = open_page()
    assert phase(again) is Phase.PAUSED
    download = again._download.download
    assert download is not None
    assert 0 < download.done_bytes < download.total_bytes
    assert again.download_card.isVisible()
    assert again.download_card.resume_button.text() == "Continue the download"
    again.download_card.resume_button.click()
    assert end(qtbot, again) is Phase.DONE
    assert small.asked_for(WEIGHTS)[-1].begin > 0
    assert is_whole(target, small)


def test_no_network_and_then_a_mirror(
    qtbot: QtBot,
    open_page: Callable[..., ModelPage],
    hub: Hub,
    small: Repo,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    page = open_page()
    page.choose_repo(small.name)
    qtbot.waitUntil(page.failure.isVisible, timeout=WAIT_MS)
    assert ways(page.failure) == ["again", "mirror"]
    page.failure.ways["mirror"].click()
    dialog = window_of(page).findChild(MirrorDialog)
    assert dialog is not None
    for odd in ("hub.example.org", "ftp://hub.example.org", "https://me:secret@hub.example.org"):
        dialog.field.setText(odd)
        assert not dialog.use_button.isEnabled()
        assert dialog.use_button.toolTip()
    dialog.field.setText(f"{hub.url}/")
    dialog.use_button.click()
    qtbot.waitUntil(page.primary.isEnabled, timeout=WAIT_MS)
    assert page._studio.settings.preferences.mirror == hub.url
    page.primary.click()
    assert end(qtbot, page) is Phase.DONE


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of four MiB."""
    if sys.platform == "win32" or os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(folder)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", str(folder)], check=False, capture_output=True)


def test_full_disk_is_said_and_another_folder_helps(
    qtbot: QtBot, page: ModelPage, small: Repo, disk: Path, tmp_path: Path
) -> None:
    window = window_of(page)
    filler = disk / "filler"
    filler.write_bytes(bytes(3 << 20))
    window.studio.settings.change(models_folder=str(disk))
    page.choose_repo(small.name)
    qtbot.waitUntil(lambda: "enough room" in page.summary.text(), timeout=WAIT_MS)
    assert page.card.fits.verdicts["download"] == "no"
    assert not page.primary.isEnabled()
    filler.unlink()
    page.visit()
    page._show()
    small.held[WEIGHTS] = HALF
    page.primary.click()
    hold(qtbot, page, small)
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(bytes(4 << 20))
    small.release.set()
    assert end(qtbot, page) is Phase.FAILED
    card = page.download_card.failure
    assert ways(card) == ["folder", "again", "cancel"]
    small.held.clear()
    window.dialogs.answer = tmp_path / "other"  # type: ignore[attr-defined]
    card.ways["folder"].click()
    dialog = window.findChildren(KeepDialog)[-1]
    dialog.remove_button.click()
    assert end(qtbot, page) is Phase.DONE
    assert is_whole(tmp_path / "other" / small.name.partition("/")[2], small)
    qtbot.waitUntil(lambda: [f.name for f in disk.iterdir()] == ["filler"], timeout=WAIT_MS)


def test_process_that_dies_over_and_over_is_given_up(
    qtbot: QtBot, open_page: Callable[..., ModelPage]
) -> None:
    page = open_page(EngineCommand((sys.executable, "-c", "raise SystemExit(7)")))
    qtbot.waitUntil(page.failure.isVisible, timeout=WAIT_MS)
    assert ways(page.failure) == ["again"]
    assert "exit code 7" in page.failure.words


def test_first_visit_leads_to_the_built_in_model(
    qtbot: QtBot, open_page: Callable[..., ModelPage]
) -> None:
    page = open_page()
    assert page.primary.text() == "Try with the built-in model"
    assert page.primary.isEnabled()
    assert "New here?" in page.summary.text()
    assert page.step_button.isVisible()
    assert not page.try_button.isVisible()
    page.tried.disconnect()
    with qtbot.waitSignal(page.tried):
        page.run_primary()


def test_file_of_weights_that_is_dropped_stands_for_its_model(
    qtbot: QtBot, page: ModelPage, tmp_path: Path
) -> None:
    model = Path(shutil.copytree(folder_of(BUILT_IN), tmp_path / "Mine"))
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(model / WEIGHTS))])
    window_of(page).dropEvent(
        QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )
    assert page.chosen.source == str(model)
    qtbot.waitUntil(lambda: "probe" in page.card.fits.verdicts, timeout=WAIT_MS)
    assert "download" not in page.card.fits.verdicts
