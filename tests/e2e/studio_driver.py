"""Uses the studio as a person does: looks at the screen, moves the mouse, presses keys."""

from __future__ import annotations

import json
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from tests.e2e.display import Display

ROOT = Path(__file__).parents[2]
_LOOK_EVERY_S = 0.1
_ANSWER_S = 120.0  # a window that hangs; one on a busy machine may be slow


@dataclass(frozen=True, slots=True)
class Seen:
    """One thing on screen, by what a screen reader says about it. `area` is x, y, width, height."""

    kind: str
    name: str
    text: str
    description: str
    is_enabled: bool
    has_focus: bool
    is_control: bool
    value: int | None
    area: tuple[int, int, int, int]

    @property
    def middle(self) -> tuple[int, int]:
        x, y, wide, high = self.area
        return x + wide // 2, y + high // 2

    def at(self, share: float) -> tuple[int, int]:
        """A point on the thing, from its left end (0) to its right end (1)."""
        x, y, wide, high = self.area
        return x + round(wide * share), y + high // 2

    def says(self, pattern: str) -> bool:
        return any(re.search(pattern, text) for text in (self.name, self.text, self.description))


class StudioDriver:
    """One start of the studio. `clicks` and `keys` count what was needed so far."""

    def __init__(self, display: Display, home: Path, *arguments: str) -> None:
        self._display = display
        self.home = home
        self.clicks = self.keys = 0
        self.began = time.monotonic()
        environment = os.environ | display.environment | {
            "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "PYTHONPATH": str(ROOT),
            "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
        }  # fmt: skip
        environment.pop("OMP_NUM_THREADS", None)  # as many as a user's engine would take
        self._errors = (home / "studio.log").open("ab")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.spied_window", *arguments], env=environment, cwd=ROOT,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors,
        )  # fmt: skip
        self._rest = b""
        self.wait_for(lambda: self.find(".*PPCL Studio", kind="MainWindow"), "the window")

    # Looking.

    def look(self) -> list[Seen]:
        assert self.process.stdin is not None
        self.process.stdin.write(b"look\n")
        self.process.stdin.flush()
        return [Seen(**(fields | {"area": tuple(fields["area"])})) for fields in self._read()]

    def find(self, name: str, *, kind: str = "") -> Seen | None:
        """A control by its whole name (a regular expression) that can be used now."""
        for seen in self.look():
            names = (seen.name, seen.text)
            is_it = any(re.fullmatch(name, text) for text in names if text)
            if is_it and seen.is_enabled and (not kind or seen.kind == kind):
                return seen
        return None

    def says(self, pattern: str) -> bool:
        """Whether something on screen says so, in its name, its text or its description."""
        return any(seen.says(pattern) for seen in self.look())

    def wait_for(self, what: Callable[[], Any], name: str, *, timeout_s: float = 30.0) -> Any:
        end = time.monotonic() + timeout_s
        while True:
            found = what()
            if found:
                return found
            assert self.process.poll() is None, f"the studio ended; {name} did not come"
            assert time.monotonic() < end, (
                f"{name} did not come in {timeout_s:.0f} s: {self.text()}"
            )
            time.sleep(_LOOK_EVERY_S)

    def wait_until_it_says(self, pattern: str, *, timeout_s: float = 30.0) -> None:
        self.wait_for(lambda: self.says(pattern), f'"{pattern}"', timeout_s=timeout_s)

    def text(self) -> str:
        """All that can be read now, for messages of tests that fail."""
        return " | ".join(filter(None, (s.text or s.name for s in self.look())))[:3000]

    def focus(self) -> Seen | None:
        return next((seen for seen in self.look() if seen.has_focus), None)

    # The mouse.

    def click(self, name: str, *, kind: str = "", timeout_s: float = 30.0) -> None:
        """Click the control of this name as soon as it can be used, and has come to rest."""
        self.wait_for(
            lambda: self.find(name, kind=kind), f"something to click: {name}", timeout_s=timeout_s
        )
        seen = self.wait_for(lambda: self._at_rest(name, kind), f"{name} to be at rest")
        self.click_at(*seen.middle)

    def _at_rest(self, name: str, kind: str) -> Seen | None:
        """A page that is new on a busy machine is laid out more than once."""
        before = self.find(name, kind=kind)
        time.sleep(_LOOK_EVERY_S)
        now = self.find(name, kind=kind)
        return now if now is not None and before is not None and now.area == before.area else None

    def click_at(self, x: int, y: int) -> None:
        self.clicks += 1
        self._display.click(x, y)

    # The keys.

    def press(self, *keys: str) -> None:
        self.keys += len(keys)
        self._display.press(*keys)

    def tab_to(self, name: str, *, kind: str = "", most: int = 60) -> Seen:
        """Press Tab until the control of this name has the focus."""
        passed = []
        for _ in range(most):
            here = self.focus()
            if here is not None and re.fullmatch(name, here.name) and kind in ("", here.kind):
                return here
            passed.append(here.name if here is not None else "nothing")
            self.press("Tab")
            self._wait_for_other_focus(here)
        raise AssertionError(f"Tab never comes to {name}, only to {passed}")

    def _wait_for_other_focus(self, before: Seen | None) -> None:
        end = time.monotonic() + 1.0
        while time.monotonic() < end:
            here = self.focus()
            if here is not None and (before is None or here.area != before.area):
                return
            time.sleep(0.02)

    # The processes.

    def engines(self) -> list[psutil.Process]:
        """The engine processes that the studio has started, the one for the Hub among them."""
        children = psutil.Process(self.process.pid).children(recursive=True)
        return [child for child in children if "engine" in " ".join(_command_line(child))]

    def learning_engine(self) -> psutil.Process:
        """The one that makes the model smaller; it comes before the processes that help it."""
        return next(engine for engine in self.engines() if "compress" in _command_line(engine))

    def kill_engine(self) -> None:
        self.learning_engine().send_signal(signal.SIGKILL)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def has_ended(self, *, timeout_s: float) -> bool:
        try:
            return self.process.wait(timeout=timeout_s) == 0
        except subprocess.TimeoutExpired:
            return False

    def close(self) -> None:
        """For the end of a test: nothing stays behind, whatever happened."""
        engines = self.engines() if self.process.poll() is None else []
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.kill()
        for engine in engines:
            if engine.is_running():
                engine.kill()
        self._errors.close()

    def _said(self) -> str:
        """The end of what the studio wrote to its error output."""
        return Path(self._errors.name).read_text("utf-8", "replace")[-1000:]

    def _read(self) -> Any:
        assert self.process.stdout is not None
        with selectors.DefaultSelector() as selector:
            selector.register(self.process.stdout, selectors.EVENT_READ)
            end = time.monotonic() + _ANSWER_S
            while b"\n" not in self._rest:
                assert selector.select(max(0.0, end - time.monotonic())), "the window hangs"
                piece = os.read(self.process.stdout.fileno(), 1 << 16)
                assert piece, f"the studio ended: {self._said()}"
                self._rest += piece
        line, _, self._rest = self._rest.partition(b"\n")
        return json.loads(line)


def _command_line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
