"""With the mouse, on a real screen, by the real engine: the whole way, and what comes between."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.e2e.studio_driver import Seen, StudioDriver

OpenStudio = Callable[..., StudioDriver]

MOST_CLICKS, MOST_S = 5, 180.0
RUN_S = 1800.0  # two minutes on a machine with nothing else to do
PICTURE_S = 300.0  # a few seconds on a machine with nothing else to do
PAINTING = r"pictures painted by the original, \d+ of"
LEARNING = "Learning now: Layers"
PAINTED = r"\d+\s?% alike"
EXPORTED = "Checked: loaded again"

pytestmark = pytest.mark.slow


def test_first_comparison_in_few_clicks_then_an_exported_size(open_studio: OpenStudio) -> None:
    studio = open_studio()
    studio.click("Try with the built-in model")
    studio.click("Compare the sizes", timeout_s=RUN_S)
    studio.wait_until_it_says(PAINTED, timeout_s=PICTURE_S)
    took = time.monotonic() - studio.began
    print(f"first comparison: {studio.clicks} clicks, {took:.0f} s")
    assert studio.clicks <= MOST_CLICKS
    slider = _slider(studio)
    studio.click_at(*slider.at(0.97))
    studio.wait_for(lambda: _slider(studio).value != slider.value, "another size")
    studio.wait_until_it_says(PAINTED, timeout_s=PICTURE_S)
    studio.click("Export this size…")
    studio.click(r"Export Tier \d+")
    studio.wait_until_it_says(EXPORTED, timeout_s=RUN_S)
    print(f"exported size: {studio.clicks} clicks")
    [index] = studio.home.rglob("*-tier-*/model_index.json")
    assert list(index.parent.glob("transformer/*.safetensors"))
    assert took <= MOST_S, f"{took:.0f} s, with a load of {os.getloadavg()[1]:.1f}"


def test_pause_and_quit_then_it_goes_on(open_studio: OpenStudio) -> None:
    studio = open_studio()
    studio.click("Try with the built-in model")
    studio.wait_until_it_says(LEARNING, timeout_s=RUN_S)
    studio.press("alt+F4")
    engine = studio.learning_engine()
    studio.click("Pause and quit")
    assert studio.has_ended(timeout_s=60)
    assert not engine.is_running()
    again = open_studio()
    if not os.environ.get("PPCL_TEST_ENGINE"):  # which keeps nothing
        assert again.says("goes on from step|Learning can go on")
    again.click("Continue.*|Start learning")
    again.wait_until_it_says(LEARNING, timeout_s=RUN_S)
    again.click("Compare the sizes", timeout_s=RUN_S)
    again.wait_until_it_says(PAINTED, timeout_s=PICTURE_S)


def test_killed_engine_goes_on_by_the_button_of_its_card(open_studio: OpenStudio) -> None:
    studio = open_studio()
    studio.click("Try with the built-in model")
    studio.wait_until_it_says(LEARNING, timeout_s=RUN_S)
    done = {file.name for file in _finished_plugs(studio.home)}
    studio.kill_engine()
    studio.wait_until_it_says("Nothing is lost", timeout_s=60)
    studio.click("Continue( as before)?")
    studio.wait_until_it_says(LEARNING, timeout_s=RUN_S)
    assert not studio.says("Nothing is lost")
    assert done <= {file.name for file in _finished_plugs(studio.home)}
    studio.click("Compare the sizes", timeout_s=RUN_S)
    studio.wait_until_it_says(PAINTED, timeout_s=PICTURE_S)


def test_killed_window_leaves_no_engine_behind(open_studio: OpenStudio) -> None:
    studio = open_studio()
    studio.click("Try with the built-in model")
    studio.wait_until_it_says(PAINTING, timeout_s=RUN_S)
    engines = studio.engines()
    assert engines
    studio.kill()
    psutil.wait_procs(engines, timeout=5)
    assert not [engine for engine in engines if _is_alive(engine)]
    again = open_studio()
    again.click("Continue.*|Start learning|Try with the built-in model")
    again.wait_until_it_says(PAINTING, timeout_s=RUN_S)


def _is_alive(process: psutil.Process) -> bool:
    """One that has ended, and that the system has not yet taken off its list, is not."""
    try:
        return process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def _slider(studio: StudioDriver) -> Seen:
    slider = studio.find("Size of the model", kind="TierSlider")  # its card has the same name
    assert slider is not None
    return slider


def _finished_plugs(home: Path) -> list[Path]:
    return list(home.rglob("plugs/distill/*.safetensors"))
