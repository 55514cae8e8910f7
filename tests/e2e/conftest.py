"""A screen for all tests here, and studios that end with the test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.e2e.display import Display, NoDisplay
from tests.e2e.studio_driver import StudioDriver


@pytest.fixture(scope="session")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Display]:
    try:
        display = Display(tmp_path_factory.mktemp("display"))
    except NoDisplay as error:
        pytest.skip(f"The window cannot be shown: {error}")
    yield display
    display.close()


@pytest.fixture
def open_studio(display: Display, tmp_path: Path) -> Iterator[Callable[..., StudioDriver]]:
    """Starts the studio; all starts of one test have the same, at first empty, home."""
    opened: list[StudioDriver] = []

    def start(*arguments: str) -> StudioDriver:
        opened.append(StudioDriver(display, tmp_path, *arguments))
        return opened[-1]

    yield start
    for studio in opened:
        studio.close()
