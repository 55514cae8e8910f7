"""Keeps the computer awake while something is learned or written; the screen may go dark.

Linux: desktops' own power services, over D-Bus, until our connection to it ends. Windows:
SetThreadExecutionState. macOS: a power assertion of IOKit. Each ends by itself with the process,
and where none answers, the computer sleeps as always.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import sys
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from ppcl_app.run_model import RunModel
from ppcl_app.settings import Settings

Release = Callable[[], object]
_WHO, _WHY = "PPCL Studio", "A model is learning"
_SERVICES = (
    ("org.freedesktop.PowerManagement", "/org/freedesktop/PowerManagement/Inhibit",
     "org.freedesktop.PowerManagement.Inhibit"),
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"),
)  # fmt: skip
_CONTINUOUS, _SYSTEM_REQUIRED = 0x80000000, 0x00000001
_UTF8, _LEVEL_ON = 0x08000100, 255


class Awake(QObject):
    """`hold` asks the system to stay awake, and returns what takes that back."""

    changed = Signal()

    def __init__(
        self,
        run: RunModel,
        export: RunModel,
        settings: Settings,
        parent: QObject | None = None,
        *,
        hold: Callable[[], Release | None] | None = None,
    ) -> None:
        super().__init__(parent)
        self._works, self._settings = (run, export), settings
        self._hold = hold or hold_system
        self._release: Release | None = None
        for work in self._works:
            work.phase_changed.connect(self._follow)
        settings.preferences_changed.connect(self._follow)

    @property
    def is_kept(self) -> bool:
        return self._release is not None

    def _follow(self) -> None:
        is_wanted = self._settings.preferences.keeps_awake
        is_wanted = is_wanted and any(work.is_active for work in self._works)
        if is_wanted and self._release is None:
            self._release = self._hold()
        elif not is_wanted and self._release is not None:
            self._release()
            self._release = None
        else:
            return
        self.changed.emit()


def hold_system() -> Release | None:
    if sys.platform == "win32":
        return _hold_windows()
    return _hold_mac() if sys.platform == "darwin" else _hold_desktop()


def _hold_desktop() -> Release | None:
    """Nothing is waited for: a service that is not there simply does not answer."""
    from PySide6.QtDBus import QDBusConnection, QDBusMessage

    bus = QDBusConnection.connectToBus(QDBusConnection.BusType.SessionBus, _WHO)
    if not bus.isConnected():
        return None
    for service, path, interface in _SERVICES:
        message = QDBusMessage.createMethodCall(service, path, interface, "Inhibit")
        message.setArguments([_WHO, _WHY])
        bus.send(message)
    return lambda: QDBusConnection.disconnectFromBus(_WHO)


def _hold_windows() -> Release:
    set_state = ctypes.windll.kernel32.SetThreadExecutionState  # type: ignore[attr-defined]
    set_state(_CONTINUOUS | _SYSTEM_REQUIRED)
    return lambda: set_state(_CONTINUOUS)


def _hold_mac() -> Release | None:
    texts = ctypes.CDLL(ctypes.util.find_library("CoreFoundation"))
    power = ctypes.CDLL(ctypes.util.find_library("IOKit"))
    make = texts.CFStringCreateWithCString
    make.restype, make.argtypes = (
        ctypes.c_void_p,
        [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_uint32],
    )
    create = power.IOPMAssertionCreateWithName
    create.argtypes = [
        ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p, ctypes.POINTER(ctypes.c_uint32)
    ]  # fmt: skip
    number = ctypes.c_uint32()
    kind, why = make(None, b"PreventUserIdleSystemSleep", _UTF8), make(None, _WHY.encode(), _UTF8)
    if create(kind, _LEVEL_ON, why, ctypes.byref(number)):
        return None
    return lambda: power.IOPMAssertionRelease(number)
