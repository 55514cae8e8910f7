"""What the benchmarks of the window measure with, and how they wait: never without a limit."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import psutil
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject, Qt, QTimer, Signal
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget
from rich.table import Table

from engine import protocol
from ppcl_app.engine_process import EngineProcess

BEAT_MS = 16
MB = 1 << 20


class NotMeasured(Exception):
    """Something failed, or did not come within its limit; the text says what."""


@dataclass(frozen=True, slots=True)
class Took:
    """How long something took, and how much of that this process was computing."""

    ms: float
    cpu_ms: float


class Report:
    """One row a goal: what is asked, what was measured, whether that is enough."""

    def __init__(self) -> None:
        self.table = Table(title="PPCL Studio: the window's goals")
        for heading in ("goal", "limit", "measured", "", "remark"):
            self.table.add_column(heading, justify="right" if heading == "measured" else "left")
        self.num_missed = 0

    def add(
        self, goal: str, limit: float, measured: float, unit: str = "", remark: str = "", *,
        at_least: bool = False,
    ) -> None:  # fmt: skip
        is_met = measured >= limit if at_least else measured <= limit
        self.num_missed += not is_met
        sign = "\N{GREATER-THAN OR EQUAL TO}" if at_least else "\N{LESS-THAN OR EQUAL TO}"
        texts = [f"{sign} {limit:.4g} {unit}", f"{measured:.4g} {unit}"]
        self.table.add_row(goal, *texts, "met" if is_met else "NOT MET", remark)
        print(f"{goal}: {measured:.4g} {unit} {remark}", file=sys.stderr, flush=True)

    def add_times(self, goal: str, limit: float, times: list[Took], share: float) -> None:
        """The time at `share` of all of them, 1 for the worst, and what a core did in it."""
        used = at_share([took.cpu_ms for took in times], share)
        took = at_share([took.ms for took in times], share)
        self.add(goal, limit, took, "ms", f"{used:.0f} ms of a core")

    def add_failure(self, part: str, why: str) -> None:
        """A part that could not be measured to its end."""
        self.num_missed += 1
        self.table.add_row(part, "", "", "NOT MEASURED", why)
        print(f"{part}: {why}", file=sys.stderr, flush=True)

    def remark(self, what: str, measured: str, remark: str = "") -> None:
        self.table.add_row(what, "", measured, "", remark)


class Heart:
    """How late a timer of the window is, beside one in a program that does nothing else."""

    def __init__(self) -> None:
        self._last = 0.0
        self.gaps: list[float] = []
        self.empty: list[float] = []
        self._timer = QTimer(interval=BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)

    def __enter__(self) -> Heart:
        command = [sys.executable, "-c", _EMPTY_PROGRAM]
        self._other = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._last = time.perf_counter()
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.stop()
        out, _ = self._other.communicate("end\n", timeout=60)
        self.empty = [float(gap) for gap in out.split()]

    def show(self, report: Report) -> None:
        p99, longest = at_share(self.empty, 0.99), max(self.empty)
        name, empty = "heartbeat while the model learns", "an empty program beside it"
        report.add(f"{name}, p99", 33, at_share(self.gaps, 0.99), "ms", f"{empty}: {p99:.0f} ms")
        report.add(f"{name}, longest", 100, max(self.gaps), "ms", f"{empty}: {longest:.0f} ms")

    def _beat(self) -> None:
        now = time.perf_counter()
        gap, self._last = (now - self._last) * 1000, now
        self.gaps.append(gap)


_EMPTY_PROGRAM = f"""
import os, sys, time
from PySide6.QtCore import QCoreApplication, QSocketNotifier, Qt, QTimer
app, gaps, last = QCoreApplication([]), [], [time.perf_counter()]
def beat():
    now = time.perf_counter()
    gaps.append((now - last[0]) * 1000)
    last[0] = now
timer = QTimer(interval={BEAT_MS}, timerType=Qt.TimerType.PreciseTimer)
timer.timeout.connect(beat)
timer.start()
notifier = QSocketNotifier(0, QSocketNotifier.Type.Read)
notifier.activated.connect(app.quit)
app.exec()
print(*(f"{{gap:.1f}}" for gap in gaps))
"""


class Ages:
    """How old the clocked engine's events of one kind are when they can be seen in `widget`."""

    def __init__(self, process: EngineProcess, widget: QWidget, kind: type[protocol.Event]) -> None:
        self._kind = kind
        self._newest = 0.0
        self._seen: list[tuple[float, float]] = []  # when, and the time of the newest event then
        self._paints = _Paints(widget)
        self._process = process
        self._paints.painted.connect(self._on_painted)
        process.events_received.connect(self._on_events)  # behind those who show it

    def of(self, events: Sequence[protocol.Event]) -> list[float]:
        """Milliseconds of each event until it, or a newer one in its place, was seen."""
        ages, seen = [], iter(self._seen)
        at, newest = next(seen, (0.0, -1.0))
        for time_s in sorted(e.time_s for e in events if isinstance(e, self._kind)):
            while newest < time_s:
                if (following := next(seen, None)) is None:
                    return ages
                at, newest = following
            ages.append((at - time_s) * 1000)
        return ages

    def _on_events(self, batch: list[tuple[protocol.Event, bytes]]) -> None:
        times = [event.time_s for event, _ in batch if isinstance(event, self._kind)]
        self._newest = max(times, default=self._newest)

    def _on_painted(self) -> None:
        """Before the painting itself; behind it there is time for what waits for nothing."""
        newest = self._newest
        QTimer.singleShot(0, lambda: self._seen.append((time.monotonic(), newest)))


class _Paints(QObject):
    """Notices when a widget, or something in it, is painted."""

    painted = Signal()

    def __init__(self, widget: QWidget) -> None:
        super().__init__()
        self.is_painted = False
        self._watched = [widget, *widget.findChildren(QWidget)]
        for part in self._watched:
            part.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            self.is_painted = True
            self.painted.emit()
        return False


def painted_after(widget: QWidget, act: Callable[[], object], is_so: Callable[[], object]) -> Took:
    """From `act` until `is_so`, and `widget` has been painted since."""
    paints = _Paints(widget)
    began, cpu = time.perf_counter(), time.process_time()
    act()
    until(is_so, "an answer to a click or a key")
    until(lambda: paints.is_painted, "the painting of an answer", 2.0)
    return Took((time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000)


def painted_at_once(widget: QWidget, act: Callable[[], object]) -> Took:
    """`act`, and the painting that it asks for."""
    began, cpu = time.perf_counter(), time.process_time()
    act()
    widget.repaint()
    return Took((time.perf_counter() - began) * 1000, (time.process_time() - cpu) * 1000)


def cpu_share(seconds: float) -> float:
    """Per cent of a core that the window needs while it waits as the studio itself does."""
    loop = QEventLoop()
    QTimer.singleShot(round(seconds * 1000), loop.quit)
    cpu, began = time.process_time(), time.monotonic()
    loop.exec()
    return 100 * (time.process_time() - cpu) / (time.monotonic() - began)


def click(button: QAbstractButton) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def until(done: Callable[[], object], what: str, limit_s: float = 30.0) -> None:
    """Run the window's events until something is so. Raises NotMeasured: no `what`."""
    end = time.monotonic() + limit_s
    while not done():
        if time.monotonic() >= end:
            raise NotMeasured(f"{what}: not within {limit_s:.0f} s")
        QCoreApplication.processEvents()
        time.sleep(0.0005)


def settle() -> None:
    QCoreApplication.processEvents()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
    QCoreApplication.processEvents()


def pause(seconds: float) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.002)


def at_share(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, round(share * (len(values) - 1)))]


def rss() -> float:
    return psutil.Process().memory_info().rss / MB
