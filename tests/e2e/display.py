"""A screen of its own for the tests: Xvfb with a window manager, real keys and a real mouse."""

from __future__ import annotations

import os
import select
import shutil
import subprocess
import time
from pathlib import Path

NEEDED = ("Xvfb", "openbox", "xdotool")
SIZE = (1280, 900)
_START_S = 20.0


class NoDisplay(Exception):
    """There can be no screen here; the text says what is missing."""


class Display:
    """Keys and clicks go through the X server, so a window cannot tell them from a person's.

    With `DISPLAY` set the tests run on that screen, in sight; otherwise on an Xvfb of their own.
    """

    def __init__(self, folder: Path) -> None:
        missing = [name for name in NEEDED if shutil.which(name) is None]
        if missing:
            raise NoDisplay(f"not installed: {', '.join(missing)}")
        self._processes: list[subprocess.Popen[bytes]] = []
        self._log = (folder / "display.log").open("wb")
        self.name = os.environ.get("DISPLAY", "")
        if not self.name:
            try:
                self._start_all()
            except NoDisplay:
                self.close()
                raise

    @property
    def environment(self) -> dict[str, str]:
        return {"DISPLAY": self.name, "QT_QPA_PLATFORM": "xcb"}

    def click(self, x: int, y: int) -> None:
        self._do("mousemove", "--sync", str(x), str(y))
        self._do("click", "1")

    def drag(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        self._do("mousemove", "--sync", *map(str, start))
        self._do("mousedown", "1")
        self._do("mousemove", "--sync", *map(str, end))
        self._do("mouseup", "1")

    def press(self, *keys: str) -> None:
        """Keys by their X names, such as Tab, Return, ctrl+Return."""
        self._do("key", *keys)

    def write(self, text: str) -> None:
        self._do("type", text)

    def close(self) -> None:
        for process in reversed(self._processes):
            process.terminate()
            process.wait(timeout=10)
        self._log.close()

    def _start_all(self) -> None:
        self.name = self._start_server()
        self._start("openbox", "--sm-disable")
        self._wait_for_manager()

    def _start_server(self) -> str:
        near, far = os.pipe()
        wide, high = SIZE
        self._start(
            "Xvfb", "-displayfd", str(far), "-screen", "0", f"{wide}x{high}x24",
            "-nolisten", "tcp", keep=far,
        )  # fmt: skip
        os.close(far)
        with os.fdopen(near) as answers:
            is_there = select.select([answers], [], [], _START_S)[0]
            number = answers.readline().strip() if is_there else ""
        if not number:
            raise NoDisplay("Xvfb did not start")
        return f":{number}"

    def _start(self, *command: str, keep: int | None = None) -> None:
        self._processes.append(
            subprocess.Popen(
                command,
                env=self._environment(),
                stdout=self._log,
                stderr=self._log,
                pass_fds=() if keep is None else (keep,),
            )
        )

    def _wait_for_manager(self) -> None:
        end = time.monotonic() + _START_S
        while time.monotonic() < end:
            if self._run("get_desktop").returncode == 0:  # only a manager knows
                return
            time.sleep(0.1)
        raise NoDisplay("openbox did not start")

    def _do(self, *what: str) -> None:
        done = self._run(*what)
        assert done.returncode == 0, f"xdotool {' '.join(what)}: {done.stderr}"

    def _run(self, *what: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["xdotool", *what], env=self._environment(), capture_output=True, text=True, timeout=30
        )

    def _environment(self) -> dict[str, str]:
        return os.environ | ({"DISPLAY": self.name} if self.name else {})
