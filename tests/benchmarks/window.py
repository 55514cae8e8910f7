"""The window against its goals, measured: `python -m tests.benchmarks.window`, one table.

    --only LIST        parts, separated by commas; all unless given
    --project FOLDER   a finished project for the parts that need one; else the part `live` makes it
    --xvfb             on an X server of its own; otherwise on DISPLAY, or without a screen

Everything is the real thing: the real window, the real engine, real project files, mouse and key
events. Times depend on what else the machine does, so the load is printed with them, and beside
the window's heartbeat stands that of an empty program that ran at the same time.
"""

from __future__ import annotations

import argparse
import functools
import gc
import os
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil
from PySide6.QtCore import QCoreApplication, QEventLoop, QPoint, Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QWidget
from rich.console import Console

from engine.protocol import Metric, Progress
from ppcl_app.app import make_application
from ppcl_app.engine_process import EngineCommand
from ppcl_app.live_scheduler import Painted
from ppcl_app.main_window import MainWindow
from ppcl_app.metrics import Metrics
from ppcl_app.pages.generate_page import GeneratePage
from ppcl_app.pages.recover_page import RecoverPage
from ppcl_app.places import Place
from ppcl_app.run_history import events_of
from ppcl_app.run_model import RunModel
from ppcl_app.settings import Settings
from ppcl_app.studio import Studio
from ppcl_app.theme.appearance import Appearance
from ppcl_app.theme.tokens import DARK, LIGHT, contrast
from ppcl_app.widgets.compare_shot import Shot
from ppcl_app.widgets.compare_view import CompareView
from tests.benchmarks.instruments import (
    MB,
    Ages,
    Heart,
    NotMeasured,
    Report,
    Took,
    at_share,
    click,
    cpu_share,
    painted_after,
    painted_at_once,
    pause,
    rss,
    settle,
    until,
)
from tests.e2e.display import Display
from tests.ppcl_app.test_accessibility import unnamed
from tests.ppcl_app.test_texts import BANNED
from tests.ppcl_app.test_theme import EDGES, TEXT

ROOT = Path(__file__).parents[2]
LEARNING_STAGES = ("distill", "narrow", "finetune")
BEATING_S, FRESH_S = 30.0, 15.0
START_S, REST_S, RUN_S, PICTURE_S = 120.0, 120.0, 1800.0, 120.0  # limits
REST_LOOK_S, REST_SHARE = 4.0, 0.02
CALM = "a chart is painted for at most 8 % of the time"
SIDE = 2048  # pixels
DAY_S, POINTS_PER_S = 24 * 3600, 30  # the engine sends at most thirty points a second of a curve


@dataclass
class Bench:
    """A scratch folder, and windows in it."""

    scratch: Path
    report: Report
    project: Path | None
    studios: list[Studio]

    def window(self, project: Path, name: str, command: EngineCommand | None = None) -> MainWindow:
        application = QCoreApplication.instance()
        appearance = Appearance(application, "light")  # type: ignore[arg-type]
        studio = Studio(
            Settings(self.scratch / name), appearance, command or EngineCommand(), project
        )
        self.studios.append(studio)
        window = MainWindow(studio)
        window.show()
        until(lambda: window._is_painted, "the first painting of the window")
        if QGuiApplication.platformName() == "xcb":  # keys go to the window that is in front
            window.activateWindow()
            until(window.isActiveWindow, "the window in front")
        return window

    def shut_down(self) -> None:
        for studio in self.studios:
            studio.shut_down()

    def finished(self, name: str) -> Path:
        """A copy of a finished project."""
        assert self.project is not None, "give --project, or begin with the part live"
        return Path(shutil.copytree(self.project, self.scratch / f"{name}.ppcl"))

    def chosen(self, name: str) -> Path:
        """A copy as it was when nothing had learned yet."""
        copy = self.finished(name)
        (copy / "tiers.json").unlink()
        shutil.rmtree(copy / "plugs")
        for stage in (*LEARNING_STAGES, "order", "evaluate"):
            (copy / "stages" / f"{stage}.json").unlink(missing_ok=True)
        return copy

    @contextmanager
    def told_studio(self) -> Iterator[tuple[psutil.Process, Callable[[str], float]]]:
        """A process of its own; the function waits for a word, and says how long that took."""
        said = self.scratch / "said.txt"
        began = time.time()
        with said.open("w") as out:
            command = [sys.executable, "-m", "tests.benchmarks.told_studio"]
            studio = subprocess.Popen(command, env=self.environment(), cwd=self.source, stdout=out)

        def milliseconds_to(word: str) -> float:
            times: dict[str, str] = {}

            def is_said() -> bool:
                whole, _, _torn = said.read_text().rpartition("\n")
                times.update(line.split() for line in whole.splitlines())
                return word in times or studio.poll() is not None

            until(is_said, f"a window that is {word}", START_S)
            if word not in times:
                raise NotMeasured(f"a window that is {word}: it ended with {studio.returncode}")
            return (float(times[word]) - began) * 1000

        try:
            yield psutil.Process(studio.pid), milliseconds_to
        finally:
            end_process(studio)

    def environment(self) -> dict[str, str]:
        """For starts of the studio as users have them: with compiled files, and a home of its own.

        Some machines are told not to keep compiled files; then every start compiles anew.
        """
        kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        return kept | {
            "HOME": str(self.scratch), "XDG_CONFIG_HOME": str(self.scratch / "config"),
            "PYTHONPATH": str(self.source),
        }  # fmt: skip

    @functools.cached_property
    def source(self) -> Path:
        """The sources as a fresh clone has them: nothing of ours is compiled, all else is."""
        copy = self.scratch / "source"
        for name in ("engine", "ppcl_app", "tests"):
            ignore = shutil.ignore_patterns("__pycache__")
            shutil.copytree(ROOT / name, copy / name, ignore=ignore)
        (copy / "resources").symlink_to(ROOT / "resources")
        return copy


# The parts.


def start(bench: Bench) -> None:
    """From the start of the process to the first paint, and what is loaded by then."""
    waits, needs, loaded = [], [], ""
    for _ in range(6):
        began, before = time.time(), os.times()
        done = subprocess.run(
            [sys.executable, "-m", "ppcl_app", "--first-paint"], env=bench.environment(),
            cwd=bench.source, capture_output=True, text=True, timeout=120, check=True,
        )  # fmt: skip
        painted, loaded = done.stdout.split()
        waits.append((float(painted) - began) * 1000)
        after = os.times()
        used = after.children_user + after.children_system
        needs.append((used - before.children_user - before.children_system) * 1000)
    first, *warm = waits
    add = bench.report.add
    need = f"{statistics.median(needs[1:]):.0f} ms of a core, quitting included"
    add("start to first paint, median of 5", 500, statistics.median(warm), "ms", need)
    add("start to first paint, worst of 5", 1000, max(warm), "ms")
    add("the very first start, which compiles the code", 1000, first, "ms")
    add("heavy modules loaded at first paint", 0, 0 if loaded == "-" else len(loaded.split(",")))


def ready(bench: Bench) -> None:
    """From the start of the process to a Model page that can be used."""
    words = {"answered": "answer to a key on the Model page", "filled": "list of the Hub's models"}
    waits: dict[str, list[float]] = {word: [] for word in words}
    for _ in range(6):
        with bench.told_studio() as (_process, milliseconds_to):
            for word, times in waits.items():
                times.append(milliseconds_to(word))
    for word, (_cold, *warm) in waits.items():
        name = f"start to the {words[word]}"
        bench.report.add(f"{name}, median of 5", 1000, statistics.median(warm), "ms")
        bench.report.add(f"{name}, worst of 5", 1000, max(warm), "ms")


def memory(bench: Bench) -> None:
    """A real process that nobody touches."""
    with bench.told_studio() as (process, milliseconds_to):
        milliseconds_to("filled")
        rest = _Rest(process)
        until(rest.has_come, "a window at rest", REST_S)
        used = process.memory_info().rss / MB
    bench.report.add("memory of the window, idle", 200, used, "MB")


def live(bench: Bench) -> None:
    """The first run of a newcomer, from the first click to the first comparison."""
    began = time.monotonic()
    folder = bench.scratch / "Live.ppcl"
    window = bench.window(folder, "live")
    studio, clicks = window.studio, 0
    pause(2)
    before = rss()
    click(window.current_page().try_button)  # type: ignore[attr-defined]
    clicks += 1
    page = window.page(Place.RECOVER)
    assert isinstance(page, RecoverPage)
    wait_for_end(studio.run)
    click(page.primary)
    clicks += 1
    generation = studio.generation
    until(
        lambda: generation.is_painted(0) and generation.is_painted(generation.tier),
        "the first comparison", PICTURE_S,
    )  # fmt: skip
    add = bench.report.add
    add("clicks from a fresh start to the first comparison", 5, clicks)
    add("time from a fresh start to the first comparison", 180, time.monotonic() - began, "s")
    pause(2)
    add("memory that a run adds to the window", 50, rss() - before, "MB", "charts, pages, pictures")
    bench.project = folder


def heart(bench: Bench) -> None:
    """How regularly the window can draw while the real engine really learns."""
    window = bench.window(bench.chosen("Heart"), "heart")
    window.go_to(Place.RECOVER)
    page = window.current_page()
    assert isinstance(page, RecoverPage)
    _learn(window, page)
    with Heart() as heart:
        shown = cpu_share(BEATING_S)
    window.showMinimized()
    hidden = cpu_share(BEATING_S / 3)
    assert window.studio.run.is_active
    heart.show(bench.report)
    bench.report.add("CPU of the window while the engine works", 15, shown, "%", "with heartbeat")
    bench.report.add("CPU of the window, minimised", 2, hidden, "%")
    window.studio.pause()
    wait_for_end(window.studio.run)
    window.close()


def fresh(bench: Bench) -> None:
    """From the moment at which the real engine says something to the moment at which it is seen."""
    command = EngineCommand((sys.executable, "-m", "tests.benchmarks.clocked_engine"))
    project = bench.chosen("Fresh")
    window = bench.window(project, "fresh", command)
    window.go_to(Place.RECOVER)
    page, run = window.current_page(), window.studio.run
    assert isinstance(page, RecoverPage)
    _learn(window, page)
    pause(2)
    watched = {"line": (page.stages, Progress), "point on the curve": (page.learning.chart, Metric)}
    ages = {what: Ages(run._process, *shown) for what, shown in watched.items()}
    began = time.monotonic()
    cpu_share(FRESH_S)
    folder = max((project / "runs").iterdir())
    events = [event for event in events_of(folder) if event.time_s > began]
    line, point = (ages[what].of(events) for what in watched)
    if not (line and point):
        raise NotMeasured("nothing was said while it was watched")
    middle, p99 = statistics.median(line), at_share(line, 0.99)
    remark = f"{len(line)} events, median {middle:.0f} ms"
    bench.report.add("engine event to its line on screen, p99", 66, p99, "ms", remark)
    middle, p99 = statistics.median(point), at_share(point, 0.99)
    remark = f"p99 {p99:.0f} ms; {CALM}"
    bench.report.remark("engine event to its point on the curve", f"{middle:.0f} ms", remark)
    window.studio.pause()
    wait_for_end(run)
    window.close()


def pages(bench: Bench) -> None:
    """Going from page to page, new ones and those that were there before."""
    window = bench.window(bench.finished("Pages"), "pages")
    first: list[Took] = []
    built: list[Took] = []
    for times, rounds in ((first, 1), (built, 3)):
        for place in [*Place] * rounds:
            if window.place is not place:
                key = Qt.Key(Qt.Key.Key_1 + place)
                act = lambda key=key: QTest.keyClick(  # noqa: E731
                    window, key, Qt.KeyboardModifier.ControlModifier
                )
                times.append(painted_after(window._stack, act, lambda p=place: window.place is p))
    bench.report.add_times("page switch, first time, worst", 250, first, 1.0)
    bench.report.add_times("page switch, built, worst", 50, built, 1.0)
    window.close()


def slider(bench: Bench) -> None:
    """The slider's way to the numbers, to a picture that is there, and to one that is not."""
    window = bench.window(bench.finished("Slider"), "slider")
    window.go_to(Place.GENERATE)
    page, generation = window.current_page(), window.studio.generation
    assert isinstance(page, GeneratePage)
    until(
        lambda: all(map(generation.is_painted, range(generation.num_tiers))),
        "a picture of every size", RUN_S,
    )  # fmt: skip
    numbers: list[Took] = []
    pictures: list[Took] = []
    for tier in [*range(generation.num_tiers)] * 3:
        if tier != generation.tier:
            act = lambda tier=tier: click_slider(page, tier)  # noqa: E731
            numbers.append(painted_after(page.numbers, act, lambda t=tier: generation.tier == t))
            click_slider(page, 0 if tier else 1)
            settle()
            pictures.append(painted_after(page, act, lambda t=tier: generation.tier == t))
    bench.report.add_times("slider to numbers, worst", 50, numbers, 1.0)
    bench.report.add_times("slider to a finished picture, p95", 50, pictures, 0.95)
    waits, steps = [], []
    for seed in range(5):
        click_slider(page, 0)
        generation.generate(generation.prompt, 1000 + seed)
        until(lambda: generation.is_painted(0), "the original's picture", PICTURE_S)
        tier = generation.num_tiers - 1 - seed % 3
        began = time.monotonic()
        click_slider(page, tier)
        until(
            lambda t=tier: generation.pane(t).step > 0 or generation.is_painted(t),
            "the first preview", PICTURE_S,
        )  # fmt: skip
        waits.append((time.monotonic() - began) * 1000)
        until(lambda t=tier: generation.is_painted(t), "a picture", PICTURE_S)
        picture = generation.pane(tier).picture
        assert picture is not None
        steps.append(picture.seconds * 1000 / (generation.steps or generation.own_steps))
    step = statistics.median(steps)
    remark = f"one step is {step:.0f} ms"
    wait = statistics.median(waits)
    bench.report.add("slider to the first preview, median", step + 100, wait, "ms", remark)
    window.close()


def stop(bench: Bench) -> None:
    """Pause, and a crash, while the engine learns."""
    window = bench.window(bench.chosen("Stop"), "stop")
    run = window.studio.run
    window.go_to(Place.RECOVER)
    page = window.current_page()
    assert isinstance(page, RecoverPage)
    step = _learn(window, page)
    began = time.monotonic()
    feedback = painted_after(
        page.pause_button, lambda: click(page.pause_button),
        lambda: page.pause_button.text() == "Pausing…",
    )  # fmt: skip
    until(lambda: not run.is_active, "the end of a run that was paused", 60)
    idle = (time.monotonic() - began) * 1000
    add = bench.report.add
    add("click on Pause to its answer on screen", 100, feedback.ms, "ms")
    add("click on Pause to idle", step + 1000, idle, "ms", f"one step is {step:.0f} ms")
    _learn(window, page)
    points = sum(len(c.steps) for g in run.metrics.groups.values() for c in g.curves.values())
    card = painted_after(
        page.failure_card,
        lambda: os.kill(run._process.process_id, signal.SIGSEGV),
        page.failure_card.isVisible,
    )
    add("engine crashes (SIGSEGV) to the card on screen", 200, card.ms, "ms")
    left = sum(len(c.steps) for g in run.metrics.groups.values() for c in g.curves.values())
    add("curve points lost by the crash", 0, max(0, points - left))
    window.close()


def orphans(bench: Bench) -> None:
    """A window that is killed must take its engine along."""
    script = (
        "import sys\n"
        "from ppcl_app import app\n"
        "class Window(app.MainWindow):\n"
        "    def __init__(self, studio):\n"
        "        super().__init__(studio)\n"
        "        self.first_painted.connect(studio.shrink)\n"
        "app.MainWindow = Window\n"
        "sys.exit(app.run(['studio', sys.argv[1]]))\n"
    )
    project = bench.scratch / "Orphan.ppcl"
    command = [sys.executable, "-c", script, str(project)]
    window = subprocess.Popen(command, env=bench.environment(), cwd=bench.source)
    try:
        until(lambda: list(project.glob("runs/*/events.jsonl")), "a run of the engine", START_S)
        time.sleep(3)  # now it computes
        children = psutil.Process(window.pid).children(recursive=True)
        assert children
    finally:
        window.kill()
        window.wait(timeout=30)
    began = time.monotonic()
    _gone, alive = psutil.wait_procs(children, timeout=5)
    took = f"{len(children)} ended after {time.monotonic() - began:.1f} s"
    bench.report.add("engines 5 s after kill -9 of the window", 0, len(alive), "", took)
    for process in alive:
        process.kill()


def windows(bench: Bench) -> None:
    """What stays behind of each window that was opened and closed."""
    window = bench.window(bench.finished("Windows"), "windows")
    studio = window.studio

    def open_and_close(count: int) -> float:
        for _ in range(count):
            other = MainWindow(studio)
            other.show()
            for place in Place:
                other.go_to(place)
            settle()
            other.close()
            other.deleteLater()
            del other
            settle()
            gc.collect()
        return rss()

    before = open_and_close(5)
    after = open_and_close(20)
    bench.report.add("memory per window opened and closed", 0.2, (after - before) / 20, "MB")
    window.close()


def chart(bench: Bench) -> None:
    """The learning curve with as many points as a long run gives."""
    from ppcl_app.charts.plot import LearningPlot

    metrics = Metrics()
    fill(metrics, 100_000)
    plot = LearningPlot(x_label="steps", y_label="difference", tokens=LIGHT)
    plot.widget.resize(900, 420)
    plot.widget.show()
    pause(0.5)  # until then nothing of it is painted
    times = []
    for number in range(20):
        metrics.add("distill/3-5/loss", 100_001 + number, 0.1)
        began = time.process_time()
        plot.draw(metrics)
        plot.widget.repaint()
        times.append((time.process_time() - began) * 1000)
    bench.report.add("chart update with 100 000 points, median", 16, statistics.median(times), "ms")
    before = rss()
    fill(metrics, DAY_S * POINTS_PER_S)
    plot.draw(metrics)
    plot.widget.repaint()
    remark = f"{DAY_S * POINTS_PER_S / 1e6:.1f} million points"
    bench.report.add("memory of the curves of a 24 h run", 50, rss() - before, "MB", remark)
    plot.widget.close()


def view(bench: Bench) -> None:
    """Two pictures of 2048 x 2048 pixels under the mouse: wipe, zoom, and pan at 100 %."""
    view = CompareView()
    view.resize(1200, 760)
    noise = [Painted(random.Random(seed).randbytes(3 * SIDE * SIDE), SIDE, SIDE) for seed in (1, 2)]
    view.show_shots(Shot(noise[0], "Original"), Shot(noise[1], "Tier 1"))
    view.show()
    pause(0.5)
    positions = [(number + 1) / 62 for number in range(60)]
    wipes = [painted_at_once(view, partial(view.set_position, at)) for at in positions]
    keys = [Qt.Key.Key_Plus] * 12 + [Qt.Key.Key_Minus] * 12
    zooms = [painted_at_once(view, partial(QTest.keyClick, view, key)) for key in keys * 2]
    assert view.zoom < 1  # all of it fits again
    view.show_all_pixels()
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(600, 380))
    spots = [QPoint(600 - 5 * number, 380 - 3 * number) for number in range(60)]
    pans = [painted_at_once(view, partial(QTest.mouseMove, view, spot)) for spot in spots]
    add = bench.report.add_times
    add("wipe over 2048 x 2048 pixels, p95", 16, wipes, 0.95)
    add("zoom into 2048 x 2048 pixels, p95", 16, zooms, 0.95)
    add("pan at 100 % of 2048 x 2048 pixels, p95", 16, pans, 0.95)
    view.close()


def names(bench: Bench) -> None:
    """What a screen reader is told, and which words are used."""
    found: list[str] = []
    words: set[str] = set()
    for name, project in (("Named", bench.scratch / "None.ppcl"), ("Named2", bench.finished("N"))):
        window = bench.window(project, name)
        for place in Place:
            window.go_to(place)
            settle()
            words |= {text for text in texts(window) if _is_jargon(text)}
        found += unnamed(window)
        window.close()
    bench.report.add("controls without an accessible name", 0, len(found), "", ", ".join(found[:3]))
    bench.report.add("texts with jargon", 0, len(words), "", "; ".join(sorted(words))[:80])


def colours(bench: Bench) -> None:
    for kind, pairs, limit in (("text", TEXT, 4.5), ("outlines and signs", EDGES, 3.0)):
        found = [
            (contrast(getattr(tokens, a), getattr(tokens, b)), f"{a} on {b}, {tokens.name}")
            for tokens in (LIGHT, DARK) for a, b in pairs
        ]  # fmt: skip
        worst, where = min(found)
        bench.report.add(f"contrast of {kind}, worst", limit, worst, "", where, at_least=True)


PARTS: dict[str, Callable[[Bench], None]] = {
    "start": start, "ready": ready, "memory": memory, "live": live, "heart": heart,
    "fresh": fresh, "pages": pages, "slider": slider, "stop": stop, "orphans": orphans,
    "windows": windows, "chart": chart, "view": view, "names": names, "colours": colours,
}  # fmt: skip


def _learn(window: MainWindow, page: RecoverPage) -> float:
    """Start or go on, until the model learns; returns the milliseconds of one step."""
    run = window.studio.run
    pause(0.5)
    page.primary.click() if page.primary.isVisible() else None

    def has_begun() -> bool:
        _refuse_failure(run)
        return run.current is not None and run.current.name == "distill" and run.current.done > 0

    until(has_begun, "a model that learns", RUN_S)
    began, before = _next_point(run)
    pause(4)
    ended, after = _next_point(run)
    done = max(step - before.get(key, 0) for key, step in after.items())
    return (ended - began) * 1000 / max(1, done)


def _next_point(run: RunModel) -> tuple[float, dict[str, int]]:
    """When the next point of a curve comes, and the step of everything that learns then.

    The progress of a stage counts the steps of all that learns side by side.
    """

    def steps() -> dict[str, int]:
        return {key: group.last_step for key, group in run.metrics.groups.items()}

    before = steps()
    until(lambda: steps() != before, "a point of a curve", RUN_S)
    return time.monotonic(), steps()


def wait_for_end(run: RunModel) -> None:
    """Until nothing runs any more, as the studio itself waits. Raises NotMeasured."""
    loop = QEventLoop()
    run.ended.connect(loop.quit)
    QTimer.singleShot(round(RUN_S * 1000), loop.quit)
    if run.is_active:
        loop.exec()
    _refuse_failure(run)
    if run.is_active:
        raise NotMeasured(f"the end of a run: not within {RUN_S:.0f} s")


def _refuse_failure(run: RunModel) -> None:
    if run.failure is not None:
        raise NotMeasured(f"the end of a run: it failed: {run.failure.cause}")


def end_process(process: subprocess.Popen[bytes]) -> None:
    """In order, or by force where it does not listen."""
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(timeout=10)


class _Rest:
    """Whether a process has had next to nothing to do for a while."""

    def __init__(self, process: psutil.Process) -> None:
        self._process = process
        self._look()

    def has_come(self) -> bool:
        if time.monotonic() < self._looked_at + REST_LOOK_S:
            return False
        before = self._used_s
        self._look()
        return self._used_s - before < REST_SHARE * REST_LOOK_S

    def _look(self) -> None:
        self._looked_at = time.monotonic()
        self._used_s = sum(self._process.cpu_times()[:2])


def click_slider(page: GeneratePage, tier: int) -> None:
    """Press where the stop of `tier` is drawn."""
    spot = QPoint(round(page.slider._x(tier)), page.slider.height() // 3)
    QTest.mouseClick(page.slider, Qt.MouseButton.LeftButton, pos=spot)


def fill(metrics: Metrics, num_points: int) -> None:
    begin = next(iter(metrics.groups.values())).last_step if metrics.groups else 0
    for step in range(round(begin), num_points):
        metrics.add("distill/3-5/loss", step + 1, 0.5 / (1 + step % 1000))


def texts(window: QWidget) -> Iterator[str]:
    """Everything that can be read on it now."""
    for widget in window.findChildren(QWidget):
        if widget.isVisible() and isinstance(widget, QLabel | QAbstractButton):
            yield widget.text()


def _is_jargon(text: str) -> bool:
    return any(word.lower() in text.lower() for word in BANNED)


@contextmanager
def screen(folder: Path, *, is_own: bool) -> Iterator[None]:
    """Where windows appear: an X server of our own, the user's, or nowhere."""
    if not is_own:
        os.environ.setdefault("QT_QPA_PLATFORM", "xcb" if "DISPLAY" in os.environ else "offscreen")
        yield
        return
    os.environ.pop("DISPLAY", None)
    display = Display(folder)
    os.environ.update(display.environment)
    try:
        yield
    finally:
        display.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default=",".join(PARTS), help="parts, separated by commas")
    parser.add_argument("--project", type=Path, help="a finished project")
    parser.add_argument("--xvfb", action="store_true", help="start an X server for it")
    options = parser.parse_args()
    report = Report()
    os.environ.pop("OMP_NUM_THREADS", None)
    with ExitStack() as stack:
        scratch = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        os.environ |= {"HOME": str(scratch), "XDG_CONFIG_HOME": str(scratch / "config")}
        stack.enter_context(screen(scratch, is_own=options.xvfb))
        application = make_application(["window"])
        bench = Bench(scratch, report, options.project, [])
        stack.callback(bench.shut_down)
        loads = [os.getloadavg()[0]]
        for part in options.only.split(","):
            try:
                PARTS[part](bench)
            except NotMeasured as error:
                report.add_failure(part, str(error))
            loads.append(os.getloadavg()[0])
        report.remark("load of the machine", f"{min(loads):.1f} to {max(loads):.1f}")
        report.remark("screen", application.platformName())
    Console(width=150).print(report.table)
    return 1 if report.num_missed else 0


if __name__ == "__main__":
    sys.exit(main())
