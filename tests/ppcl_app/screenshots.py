"""Pictures of every page in light and dark: `python -m tests.ppcl_app.screenshots OUT`.

    --project FOLDER   a real project to show (it is copied first); otherwise an invented one
    --engine           paint real pictures too, with the engine; otherwise a pretending one does
    --states LIST      of new, chosen, done, running and hub; all unless given
    --scale NUMBER     of the screen, for example 2
    --font POINTS      of the system's font, for example 20
    --language CODE    en (unless given), zh_CN, or pseudo for one that nobody speaks

Each page is drawn with a new, a chosen and a finished project, and at 1024 x 640; the finished
project also in every other language.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFont

from ppcl_app.app import make_application
from ppcl_app.base_model import BUILT_IN, folder_of
from ppcl_app.engine_process import EngineCommand
from ppcl_app.main_window import MainWindow
from ppcl_app.pages.model_page import ModelPage
from ppcl_app.places import Place
from ppcl_app.settings import Settings
from ppcl_app.studio import Studio
from ppcl_app.theme.appearance import Appearance
from ppcl_app.translation import Translation
from tests.engine.hub.hub_server import Repo, files_of, serving

FAKE = Path(__file__).parent / "fake_engine.py"
OTHERS = ("zh_CN", "pseudo")
LARGE, SMALL = (1240, 820), (1024, 640)
PICTURES_S = 90.0


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--project", type=Path)
    parser.add_argument("--engine", action="store_true")
    parser.add_argument("--states", default="new,chosen,done,running,hub")
    parser.add_argument("--scale", type=float)
    parser.add_argument("--font", type=int, default=10)
    parser.add_argument("--language", default="en")
    options = parser.parse_args()
    if options.scale:
        os.environ["QT_SCALE_FACTOR"] = str(options.scale)
    options.out.mkdir(parents=True, exist_ok=True)
    application = make_application(["screenshots"])
    application.setFont(QFont("Noto Sans", options.font))
    translation = Translation(application, options.language)
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "Pocket.ppcl"
        source = options.project or _invented(Path(scratch))
        shutil.copytree(source, folder)
        command = EngineCommand((sys.executable, str(FAKE), "slow:0.02"))
        states = options.states.split(",")
        if "new" in states:
            new = _studio(Path(scratch) / "new", Path(scratch) / "New.ppcl", command)
            _all_pages(new, options.out, "new", [LARGE, SMALL], ["light"])
        if "chosen" in states:
            chosen = _studio(Path(scratch) / "chosen", _without_result(folder), command)
            _all_pages(chosen, options.out, "chosen", [LARGE], ["light"])
        if "done" in states:
            command = EngineCommand() if options.engine else command
            done = _studio(Path(scratch) / "done", folder, command)
            others = [code for code in OTHERS if code != options.language]
            _all_pages(
                done, options.out, "done", [LARGE, SMALL], ["light", "dark"],
                speak=translation.choose, languages=others,
            )  # fmt: skip
            translation.choose(options.language)
        if "running" in states:
            _running(Path(scratch), options.out)
        if "hub" in states:
            _hub(Path(scratch), options.out)
    translation.remove()
    return 0


def _studio(settings: Path, project: Path, command: EngineCommand) -> Studio:
    application = QCoreApplication.instance()
    return Studio(Settings(settings), Appearance(application, "light"), command, project)  # type: ignore[arg-type]


def _all_pages(
    studio: Studio,
    out: Path,
    name: str,
    sizes: list[tuple[int, int]],
    looks: list[str],
    *,
    speak: Callable[[str], None] = lambda _code: None,
    languages: Sequence[str] = (),
) -> None:
    window = MainWindow(studio)
    window.show()
    _let(lambda: window._is_painted)
    for place in Place:
        window.go_to(place)
        if place in (Place.FIND, Place.RECOVER) and studio.project.tiers:
            _let(lambda: studio.charts.is_loaded)
            _let(lambda: False, limit_s=0.3)  # they draw what they have heard so far
        if place is Place.GENERATE and studio.project.tiers:
            _let(lambda: _is_painted(studio), limit_s=PICTURES_S)
        for size in sizes:
            window.resize(*size)
            for look in looks:
                studio.appearance.choose(look)  # type: ignore[arg-type]
                _shoot(window, out / _name(place, name, size, look))
    studio.appearance.choose("light")
    window.resize(*LARGE)
    for code in languages:
        speak(code)
        for place in Place:
            _let(lambda: False, limit_s=0.1)
            window.go_to(place)
            _shoot(window, out / _name(place, f"{name}-{code}", LARGE, "light"))
    window.close()
    studio.shut_down()


def _running(scratch: Path, out: Path) -> None:
    """Finding and learning while they go on, by the pretending engine, and a failure."""
    for behaviour, place, until in (
        ("slow:0.03", Place.FIND, "probe"),
        ("slow:0.012", Place.RECOVER, "narrow"),
        ("segfault:0.002", Place.RECOVER, ""),
    ):
        command = EngineCommand((sys.executable, str(FAKE), behaviour))
        studio = _studio(scratch / "running", scratch / f"{until or 'failed'}.ppcl", command)
        window = MainWindow(studio)
        window.show()
        _let(lambda window=window: window._is_painted)
        studio.shrink()
        window.go_to(place)
        run = studio.run
        if until:
            _let(lambda run=run, until=until: _is_at(run.current, until), limit_s=60.0)
            _let(lambda: False, limit_s=1.2)
        else:
            _let(lambda run=run: run.failure is not None, limit_s=60.0)
        _both_looks(window, out, f"{place.name.lower()}-{until or 'failed'}")
        studio.shut_down()
        window.close()


def _hub(scratch: Path, out: Path) -> None:
    """The Model page with models of a Hub on loopback: found, on its way, and behind a door."""
    files = files_of(folder_of(BUILT_IN))
    for name in [name for name in os.environ if name.startswith("HF_")]:
        del os.environ[name]
    with serving() as hub:
        os.environ |= {
            "HF_ENDPOINT": hub.url, "HF_HOME": str(scratch / "hf"), "NO_PROXY": "127.0.0.1",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        }  # fmt: skip
        found, gated = Repo("painters/Pocket-Large", files), Repo("painters/Closed", files)
        found.held = dict.fromkeys(files, 0)  # slow from the first byte
        found.slow_piece = 1 << 16
        found.release.set()
        gated.license = "flux-1-dev-non-commercial-license"
        gated.token = "a token that nobody has"
        hub.repos = {repo.name: repo for repo in (found, gated)}
        studio = _studio(scratch / "hub", scratch / "Hub.ppcl", EngineCommand())
        studio.settings.change(models_folder=str(scratch / "models"))
        window = MainWindow(studio)
        window.show()
        _let(lambda: window._is_painted)
        window.go_to(Place.MODEL)
        page = window.page(Place.MODEL)
        assert isinstance(page, ModelPage)
        _let(lambda: bool(studio.hub.models))
        page.choose_repo(found.name)
        _let(page.primary.isEnabled)
        _both_looks(window, out, "model-hub-found")
        page.primary.click()
        _let(lambda: "/s" in page.download_card.text)
        _let(lambda: False, limit_s=2.0)
        _both_looks(window, out, "model-hub-downloading")
        page.choose_repo(gated.name)
        _let(page.failure.isVisible)
        _both_looks(window, out, "model-hub-gated")
        studio.shut_down()
        window.close()


def _both_looks(window: MainWindow, out: Path, name: str) -> None:
    for look in ("light", "dark"):
        window.studio.appearance.choose(look)  # type: ignore[arg-type]
        _shoot(window, out / f"{name}-{look}.png")
    window.studio.appearance.choose("light")


def _is_at(row: object, stage: str) -> bool:
    return getattr(row, "name", "") == stage


def _is_painted(studio: Studio) -> bool:
    generation = studio.generation
    return generation.is_painted(0) and generation.is_painted(generation.tier)


def _shoot(window: MainWindow, file: Path) -> None:
    _let(lambda: False, limit_s=0.35)
    window.grab().save(str(file))
    print(file)


def _name(place: Place, name: str, size: tuple[int, int], look: str) -> str:
    small = "-small" if size == SMALL else ""
    return f"{place.name.lower()}-{name}{small}-{look}.png"


def _let(done: Callable[[], bool], *, limit_s: float = 30.0) -> None:
    """Run the window's events until something is so, or the time is over."""
    end = time.monotonic() + limit_s
    while not done() and time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.005)


def _without_result(project: Path) -> Path:
    """The same project as it was before anything had learned."""
    copy = project.with_name("Chosen.ppcl")
    shutil.copytree(project, copy)
    (copy / "tiers.json").unlink(missing_ok=True)
    for stage in ("distill", "narrow", "order", "finetune", "evaluate"):
        (copy / "stages" / f"{stage}.json").unlink(missing_ok=True)
    return copy


def _invented(scratch: Path) -> Path:
    sys.path.insert(0, str(FAKE.parent))
    import fake_engine

    folder = scratch / "Invented.ppcl"
    fake_engine.write_project(folder)
    return folder


if __name__ == "__main__":
    sys.exit(main())
