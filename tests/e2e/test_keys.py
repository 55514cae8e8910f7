"""A newcomer without a mouse: page after page to an exported size, with Tab, arrows and Enter."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.studio_driver import StudioDriver

QUICK = "Quick.*"
RUN_S = 1800.0  # two minutes on a machine with nothing else to do
EXPORTED = "Checked: loaded again"

pytestmark = pytest.mark.slow


def test_every_step_with_the_keyboard_only(open_studio: Callable[..., StudioDriver]) -> None:
    studio = open_studio()
    studio.tab_to("Step by step")
    studio.press("Return")
    studio.tab_to("Look for redundant layers")
    studio.press("Return")
    _wait_for(studio, "Go on to Shrink")
    studio.tab_to("Go on to Shrink")
    studio.press("Return")
    studio.tab_to(QUICK, kind="QRadioButton")
    studio.press("Right")
    studio.wait_for(lambda: _focus_is(studio, "Good.*"), "the next choice")
    studio.press("Left")
    studio.wait_for(lambda: _focus_is(studio, QUICK), "the choice before")
    studio.tab_to("Make these sizes")
    studio.press("Return")
    _wait_for(studio, "Compare the sizes")
    studio.press("ctrl+Return")  # the main button of the page, wherever the focus is
    slider = studio.tab_to("Size of the model", kind="TierSlider")
    studio.press("End")
    studio.wait_for(lambda: _value_of_focus(studio) != slider.value, "the smallest size")
    studio.wait_until_it_says(r"\d+\s?% alike", timeout_s=RUN_S)
    studio.press("ctrl+e")
    studio.tab_to(r"Export Tier \d+")
    studio.press("Return")
    studio.wait_until_it_says(EXPORTED, timeout_s=RUN_S)
    print(f"{studio.keys} keys, {studio.clicks} clicks")
    assert studio.clicks == 0
    assert list(studio.home.rglob("*-tier-*/model_index.json"))


def _wait_for(studio: StudioDriver, name: str) -> None:
    studio.wait_for(lambda: studio.find(name), name, timeout_s=RUN_S)


def _focus_is(studio: StudioDriver, name: str) -> bool:
    here = studio.focus()
    return here is not None and re.fullmatch(name, here.name) is not None


def _value_of_focus(studio: StudioDriver) -> int | None:
    here = studio.focus()
    return here.value if here is not None else None
