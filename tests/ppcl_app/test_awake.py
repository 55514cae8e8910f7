"""The computer stays awake while something is learned, and only then."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ppcl_app.awake import Awake
from ppcl_app.studio import Studio


def test_awake_from_start_to_end_unless_switched_off(
    qtbot: QtBot, make_studio: Callable[..., Studio]
) -> None:
    studio, said = make_studio("slow:0.02"), []

    def hold() -> Callable[[], object]:
        said.append("hold")
        return lambda: said.append("release")

    awake = Awake(studio.run, studio.export, studio.settings, hold=hold)
    assert not awake.is_kept
    studio.shrink()
    assert awake.is_kept
    studio.settings.change(keeps_awake=False)
    assert said == ["hold", "release"]
    studio.settings.change(keeps_awake=True)
    assert awake.is_kept
    with qtbot.waitSignal(studio.run.ended, timeout=10_000):
        studio.pause()
    assert not awake.is_kept
    assert said == ["hold", "release"] * 2


BUS_TEST = """
import sys, time
from PySide6.QtCore import QCoreApplication, QObject, ClassInfo, Slot
from PySide6.QtDBus import QDBusConnection, QDBusServiceWatcher, QDBusMessage
from ppcl_app import awake

app, asked = QCoreApplication([]), []

@ClassInfo({"D-Bus Interface": "org.freedesktop.ScreenSaver"})
class Saver(QObject):
    @Slot(str, str, result=int)
    def Inhibit(self, who, why):
        print("inhibit", who, flush=True)
        asked.append(who)
        return 1

bus, saver = QDBusConnection.sessionBus(), Saver()
assert bus.registerService("org.freedesktop.ScreenSaver")
options = QDBusConnection.RegisterOption.ExportAllSlots
assert bus.registerObject("/org/freedesktop/ScreenSaver", saver, options)
release = awake.hold_system()
end = time.monotonic() + 300
while not asked and time.monotonic() < end:
    app.processEvents()
    time.sleep(0.01)
release()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="D-Bus")
def test_linux_desktops_are_asked_over_their_bus(tmp_path: Path) -> None:
    starter = next((p for p in ("/usr/bin/dbus-run-session",) if Path(p).exists()), None)
    if starter is None:
        pytest.skip("no message bus is installed")
    script = tmp_path / "ask.py"
    script.write_text(BUS_TEST)
    found = subprocess.run(
        [starter, "--", sys.executable, str(script)], capture_output=True, text=True, timeout=600,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[2])}, check=False,
    )  # fmt: skip
    assert "inhibit PPCL Studio" in found.stdout, found.stderr
