"""One long piece of engine work: its stages, curves, time left, and how it ended."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from engine import protocol
from engine.project import write_bytes
from ppcl_app.engine_process import EngineProcess, Silence
from ppcl_app.metrics import Metrics
from ppcl_app.outcome import Failure, Outcome, hung
from ppcl_app.time_left import FIRST_GUESS, Range, TimeLeft

SLOW_STOP_MS = 3_000
_CLOCK_MS = 1_000


class Phase(StrEnum):
    """Where a run stands; `STOPPING` lasts from the click until the engine has ended."""

    IDLE = "idle"
    RUNNING = "running"
    STOPPING = "stopping"


class StageState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    FAILED = "failed"


@dataclass(slots=True)
class StageRow:
    """One stage as the list shows it."""

    name: str
    state: StageState = StageState.WAITING
    done: int = 0
    total: int = 0
    what: str = ""
    share: float = 0.0
    began_s: float = 0.0
    seconds: float = 0.0


class RunModel(QObject):
    """What a run tells about itself; the widgets that show it hold no state of their own.

    `phase_changed` also tells that stopping takes long. `ended` comes after everything else.
    `time_left` is told once a second, so that every place shows the same.
    """

    phase_changed = Signal()
    stages_changed = Signal()
    progress_changed = Signal()
    metrics_changed = Signal()
    time_left_changed = Signal()
    notices_changed = Signal()
    artifact_made = Signal(str, str)
    failure_changed = Signal()
    ended = Signal(object)

    def __init__(
        self, process: EngineProcess, *, safe: str = "", parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self.is_finishing = False
        self._process = process
        self.safe = safe
        self._slow_stop = QTimer(self, singleShot=True, interval=SLOW_STOP_MS)
        self._slow_stop.timeout.connect(self._on_slow_stop)
        self._time_left = TimeLeft()
        self._clock = QTimer(self, interval=_CLOCK_MS)
        self._clock.timeout.connect(self._tell_time_left)
        self.time_left: Range | None = None
        self.phase = Phase.IDLE
        self.is_stop_slow = False
        self.stages: list[StageRow] = []
        self.metrics = Metrics()
        self.notices: list[str] = []
        self.failure: Failure | None = None
        self.outcome: Outcome | None = None
        self.args: tuple[str, ...] = ()
        self.work = ""
        self.past_seconds: dict[str, float] = {}
        self._run_share = 0.0
        self._counted: set[str] = set()
        self._expected_s: Mapping[str, float] = FIRST_GUESS
        process.events_received.connect(self._on_events)
        process.ended.connect(self._on_ended)
        process.silence_changed.connect(self._on_silence)

    @property
    def is_active(self) -> bool:
        return self.phase is not Phase.IDLE

    @property
    def is_quiet(self) -> bool:
        """The engine runs, but has said nothing for a while."""
        return self.is_active and self._process.silence is not Silence.NONE

    @property
    def failed_stage(self) -> str:
        """The stage in which the last run failed, if one did."""
        return next((row.name for row in self.stages if row.state is StageState.FAILED), "")

    @property
    def current(self) -> StageRow | None:
        return next((row for row in self.stages if row.state is StageState.RUNNING), None)

    @property
    def share(self) -> float:
        """How far the whole run is, 0 to 1; never falls while it runs."""
        if self.outcome is not None and self.outcome.kind == "done":
            return 1.0
        self._run_share = max(self._run_share, self._time_left.run_share)
        return self._run_share

    @property
    def stage_seconds(self) -> dict[str, float]:
        """What each stage of this run took, for the next run's time left."""
        return dict(self._time_left.taken_s)

    def start(
        self,
        args: Sequence[str],
        *,
        stages: Sequence[str] = (),
        expected_s: Mapping[str, float] = FIRST_GUESS,
        work: str = "",
    ) -> None:
        """Run one engine verb. The same `work` as last time goes on: its curves are kept then.

        Where `work` is not named, the same `args` are the same work.
        """
        if self.is_active:
            return
        work = work or " ".join(args)
        if work == self.work:
            self.metrics.mark_gap()
        else:
            self.metrics.clear()
            self.past_seconds = {}
        self.metrics_changed.emit()
        self.args, self.work = tuple(args), work
        self._expected_s = expected_s
        self.stages = [StageRow(name) for name in stages]
        self.notices = []
        self.outcome = None
        self._time_left = TimeLeft(expected_s)
        self._run_share = 0.0
        self.is_finishing = False
        self._set_failure(None)
        self.stages_changed.emit()
        self.notices_changed.emit()
        self._set_phase(Phase.RUNNING)
        self._process.start(*args)

    def continue_run(self) -> None:
        """Start the same work again; the engine takes up what is finished."""
        self.start(
            self.args,
            stages=[row.name for row in self.stages],
            expected_s=self._expected_s,
            work=self.work,
        )

    def show_past(self, work: str, runs: Iterable[Iterable[protocol.AnyEvent]]) -> None:
        """Draw what earlier runs of the same work have said, the oldest first."""
        if self.is_active:
            return
        self.forget()
        self.work = work
        for events in runs:
            self.metrics.mark_gap()
            self._take_past(events)
        self.metrics_changed.emit()
        self.stages_changed.emit()

    def stop(self) -> None:
        """End at the next step and keep everything; a second call ends it at once."""
        if self.phase is Phase.RUNNING:
            self._set_phase(Phase.STOPPING)
            self._slow_stop.start()
            self._process.stop()
        elif self.phase is Phase.STOPPING and self.is_stop_slow:
            self._process.kill()

    def force_stop(self) -> None:
        """End it now; it goes on from what was saved last."""
        self._process.kill()

    def finish_early(self, project: Path) -> None:
        """Keep what is learned up to now, and go on to measuring it; it can learn on later.

        Raises EngineError where the wish cannot be written to the run's folder.
        """
        for folder in (project / "runs").glob(f"*-{self._process.process_id}-*"):
            write_bytes(folder / "control" / "finish", b"")
            self.is_finishing = True
            self.phase_changed.emit()

    def forget(self) -> None:
        """Another project: curves and stages of this one are of no use any more."""
        if not self.is_active:
            self.args, self.stages, self.notices, self.outcome = (), [], [], None
            self.work, self.past_seconds = "", {}
            self.metrics.clear()
            self._set_failure(None)
            self.metrics_changed.emit()
            self.notices_changed.emit()
            self.stages_changed.emit()
            self.phase_changed.emit()

    def dismiss_failure(self) -> None:
        self._set_failure(None)

    def shut_down(self) -> None:
        self._process.shut_down()

    def _on_events(self, batch: list[tuple[protocol.AnyEvent, bytes]]) -> None:
        is_progress = is_metric = is_notice = is_stage = False
        for event, _payload in batch:
            match event:
                case protocol.Metric():
                    self.metrics.add(event.series, event.step, event.value)
                    is_metric = True
                case protocol.Progress():
                    self._take_progress(event)
                    is_progress = True
                case protocol.Stage():
                    self._begin_stage(event)
                    is_stage = True
                case protocol.Notice():
                    self.notices.append(event.text)
                    is_notice = True
                case protocol.Artifact():
                    self.artifact_made.emit(event.kind, event.path)
        if is_stage:
            self.stages_changed.emit()
        if is_progress or is_stage:
            self.progress_changed.emit()
        if is_metric:
            self.metrics_changed.emit()
        if is_notice:
            self.notices_changed.emit()

    def _take_past(self, events: Iterable[protocol.AnyEvent]) -> None:
        stage, began_s, now_s = "", 0.0, 0.0
        for event in events:
            now_s = max(now_s, event.time_s)
            if isinstance(event, protocol.Metric):
                self.metrics.add(event.series, event.step, event.value)
            elif isinstance(event, protocol.Stage):
                if stage:
                    self.past_seconds[stage] = now_s - began_s
                stage, began_s = event.name, event.time_s
                self.metrics.forget_findings(event.name)
        if stage:
            self.past_seconds[stage] = now_s - began_s

    def _begin_stage(self, event: protocol.Stage) -> None:
        self.metrics.forget_findings(event.name)
        now = time.monotonic()
        self._end_current(StageState.DONE)
        row = next((row for row in self.stages if row.name == event.name), None)
        if row is None:
            row = StageRow(event.name)
            self.stages.insert(min(event.index, len(self.stages)), row)
        for earlier in self.stages[: self.stages.index(row)]:
            earlier.state = StageState.DONE  # finished in an earlier run
        row.state, row.began_s, row.done, row.total, row.what = StageState.RUNNING, now, 0, 0, ""
        row.share = 0.0
        self._counted.clear()
        self._time_left.begin_stage(event.name)
        self._tell_time_left()

    def _take_progress(self, event: protocol.Progress) -> None:
        row = self.current
        if row is None or row.name != event.stage:
            row = next((row for row in self.stages if row.name == event.stage), row)
        if row is not None:
            row.done, row.total, row.what = event.done, event.total, event.what
            row.seconds = time.monotonic() - row.began_s
            self._time_left.advance(self._share(event))
            row.share = max(row.share, self._time_left.stage_share)

    def _share(self, event: protocol.Progress) -> float | None:
        """How far the stage is; not sure once it has counted more than one kind of thing."""
        inside = event.done / event.total if event.total > 0 else 0.0
        self._counted.add(event.what.rstrip("0123456789 -"))
        return inside if len(self._counted) == 1 else None

    def _end_current(self, state: StageState) -> None:
        row = self.current
        if row is not None:
            row.state = state
            row.seconds = time.monotonic() - row.began_s

    def _tell_time_left(self) -> None:
        self.time_left = self._time_left.shown() if self.phase is Phase.RUNNING else None
        self.time_left_changed.emit()

    def _on_slow_stop(self) -> None:
        if self.phase is Phase.STOPPING:
            self.is_stop_slow = True
            self.phase_changed.emit()

    def _on_silence(self, silence: int) -> None:
        if not self.is_active:
            return
        if silence == Silence.HUNG:
            self._set_failure(hung(safe=self.safe, log=self._process.log))
        elif self.failure is not None:  # it speaks again
            self._set_failure(None)
        self.phase_changed.emit()

    def _on_ended(self, outcome: Outcome) -> None:
        self._slow_stop.stop()
        self.outcome = outcome
        if outcome.kind == "done":
            self._end_current(StageState.DONE)
            self._time_left.end_stage()
            for row in self.stages:
                row.state = StageState.DONE
        else:
            self._end_current(StageState.FAILED if outcome.is_failure else StageState.STOPPED)
        self._set_phase(Phase.IDLE)
        self.stages_changed.emit()
        self.progress_changed.emit()
        self._set_failure(outcome.explain(safe=self.safe) if outcome.is_failure else None)
        self.ended.emit(outcome)

    def _set_phase(self, phase: Phase) -> None:
        self.phase = phase
        self.is_stop_slow = False
        self._clock.start() if phase is Phase.RUNNING else self._clock.stop()
        self._tell_time_left()
        self.phase_changed.emit()

    def _set_failure(self, failure: Failure | None) -> None:
        if failure != self.failure:
            self.failure = failure
            self.failure_changed.emit()
