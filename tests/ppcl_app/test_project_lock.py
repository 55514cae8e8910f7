"""A project that another window has open is only looked at."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ppcl_app.main_window import MainWindow
from ppcl_app.places import Place
from ppcl_app.project_lock import ProjectLock
from tests.ppcl_app.conftest import ScriptedDialogs

ROOT = Path(__file__).parents[2]
OTHER = """
import sys, time
from pathlib import Path
from ppcl_app.project_lock import ProjectLock
lock = ProjectLock(Path(sys.argv[1]))
print(lock.claim(Path(sys.argv[2])), flush=True)
time.sleep(600)
"""


@pytest.fixture
def other_window(tmp_path: Path) -> Iterator[Callable[[Path], subprocess.Popen[str]]]:
    """Another program of the same person, which holds a project."""
    made: list[subprocess.Popen[str]] = []

    def hold(project: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-c", OTHER, str(tmp_path / "settings" / "open"), str(project)]
        made.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT))
        assert made[-1].stdout is not None
        assert made[-1].stdout.readline().strip() == "True"
        return made[-1]

    yield hold
    for process in made:
        process.kill()
        process.wait()


def test_lock_of_a_killed_program_is_free(
    tmp_path: Path, other_window: Callable[[Path], subprocess.Popen[str]]
) -> None:
    project = tmp_path / "Pocket.ppcl"
    other, lock = other_window(project), ProjectLock(tmp_path / "settings" / "open")
    assert not lock.claim(project)
    assert lock.claim(tmp_path / "Another.ppcl")
    other.kill()
    other.wait()
    assert lock.claim(project)
    lock.release()


@pytest.mark.parametrize("looks", [True, False])
def test_open_project_is_looked_at_or_left_alone(
    qtbot: QtBot, make_window: Callable[..., MainWindow], finished_project: Path,
    other_window: Callable[[Path], subprocess.Popen[str]], looks: bool,
) -> None:  # fmt: skip
    other = other_window(finished_project)
    window = make_window()
    before, dialogs, studio = window.studio.project.folder, window.dialogs, window.studio
    assert isinstance(dialogs, ScriptedDialogs)
    dialogs.looks = looks
    window.open_folder(finished_project)
    assert dialogs.told == [finished_project.stem]
    assert not dialogs.problems
    if not looks:
        assert studio.project.folder == before
        assert not studio.project.is_read_only
        return
    assert studio.project.folder == finished_project
    assert "Another window" in studio.why_not_run()
    assert "Only looked at" in window.status.text
    assert window.look_bar.isVisible()
    window.look_bar.button.click()
    assert "open in another window" in dialogs.problems.pop()
    assert studio.project.is_read_only
    for place in (Place.FIND, Place.RECOVER):
        window.go_to(place)
        assert not window.page(place).again_button.isEnabled()  # type: ignore[attr-defined]
    kept = sorted(finished_project.rglob("*"))
    studio.generation.generate("a fox", 1)
    qtbot.waitUntil(lambda: studio.generation.is_painted(0), timeout=30_000)
    studio.shrink()
    assert not studio.run.is_active
    assert sorted(finished_project.rglob("*")) == kept, "something was written"
    other.kill()
    other.wait()
    window.look_bar.button.click()
    assert window.look_bar.isHidden()
    assert not studio.why_not_run()
    assert window.page(Place.FIND).again_button.isEnabled()  # type: ignore[attr-defined]
    assert dialogs.told == [finished_project.stem]


def test_at_the_start_it_is_asked_as_well(
    qtbot: QtBot, make_studio: Callable[..., object], finished_project: Path,
    other_window: Callable[[Path], subprocess.Popen[str]],
) -> None:  # fmt: skip
    other_window(finished_project)
    window = MainWindow(make_studio(folder=finished_project))  # type: ignore[arg-type]
    qtbot.addWidget(window)
    dialogs = ScriptedDialogs(window)
    dialogs.looks = False
    window.dialogs = dialogs
    window.show()
    qtbot.waitUntil(lambda: bool(dialogs.told))
    qtbot.waitUntil(lambda: not window.isVisible())
