"""Events into pipes that are read slowly, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest

from engine import outbox, protocol
from engine.outbox import Outbox

END = protocol.Done()


class SlowPipe:
    """A real pipe whose reader begins when it is told to."""

    def __init__(self) -> None:
        out, into = os.pipe()
        self.reader, self.writer = os.fdopen(out, "rb"), os.fdopen(into, "wb")


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> SlowPipe:
    """No heartbeat comes in between where the machine holds the test up for a second."""
    monkeypatch.setattr(outbox, "_BEAT_SECONDS", 600.0)
    return SlowPipe()


def metric(step: int, series: str = "distill/3-5/loss") -> protocol.Metric:
    return protocol.Metric(series=series, step=step, value=step / 2)


def heard_in(stream: object) -> list[protocol.AnyEvent]:
    events = []
    while (frame := protocol.read_frame(stream)) is not None:  # type: ignore[arg-type]
        events.append(frame[0])
        if frame[0] == END:
            break
    return events


def test_full_pipe_does_not_hold_up_the_work_and_nothing_important_is_lost(
    pipe: SlowPipe,
) -> None:
    """A pipe holds 64 KiB; a thousand notices and ten thousand points are more than one MB."""
    notices = [protocol.Notice(text=f"{number} " + "x" * 100) for number in range(1000)]
    began = time.monotonic()
    with Outbox(pipe.writer) as box:
        for number, notice in enumerate(notices):
            box(notice, b"")
            for step in range(10):
                box(metric(10 * number + step), b"")
        box(protocol.Stage(name="narrow", index=4, total=8), b"")
        box(END, b"")
        assert time.monotonic() - began < 300
        heard = heard_in(pipe.reader)
    assert [e for e in heard if isinstance(e, protocol.Notice)] == notices
    assert heard[-2:] == [protocol.Stage(name="narrow", index=4, total=8), END]
    points = [e for e in heard if isinstance(e, protocol.Metric)]
    assert points[-1] == metric(9999)
    assert [p.step for p in points] == sorted(p.step for p in points)
    assert len(points) < 1000


def test_a_thousand_points_a_second_become_thirty(pipe: SlowPipe) -> None:
    heard: list[protocol.AnyEvent] = []
    reader = threading.Thread(target=lambda: heard.extend(heard_in(pipe.reader)))
    reader.start()
    began, step = time.monotonic(), 0
    with Outbox(pipe.writer) as box:
        while time.monotonic() - began < 1:
            step += 1
            box(metric(step), b"")
            box(metric(step, "finetune/loss"), b"")
            box(protocol.Progress(stage="distill", done=step, total=10**6), b"")
            time.sleep(0.001)
        box(END, b"")
    reader.join()
    took = time.monotonic() - began
    for kind, num_curves in ((protocol.Metric, 2), (protocol.Progress, 1)):
        found = [e for e in heard if isinstance(e, kind)]
        assert 0 < len(found) <= num_curves * (30 * took + 2)
    assert {e.step for e in heard[-4:] if isinstance(e, protocol.Metric)} == {step}


def test_points_come_before_what_was_said_after_them(pipe: SlowPipe) -> None:
    with Outbox(pipe.writer) as box:
        box(metric(1), b"")
        box(protocol.Artifact(kind="plug", path="a"), b"")
        box(metric(2, "narrow/loss"), b"")
        box(END, b"")
    heard = heard_in(pipe.reader)
    assert [type(e).__name__ for e in heard] == ["Metric", "Artifact", "Metric", "Done"]


def test_pictures_keep_their_bytes(pipe: SlowPipe) -> None:
    picture = protocol.Picture(
        bin=3, width=1, height=1, request=0, tier=0, step=1, steps=2, final=True
    )
    with Outbox(pipe.writer) as box:
        box(picture, b"abc")
    pipe.writer.close()
    assert protocol.read_frame(pipe.reader) == (picture, b"abc")


def test_reader_that_is_gone_is_noticed(pipe: SlowPipe) -> None:
    pipe.reader.close()
    with Outbox(pipe.writer) as box:
        assert not box.is_broken()
        box(END, b"")
    assert box.is_broken()
    box(END, b"")


def test_silence_is_broken_by_a_heartbeat(pipe: SlowPipe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outbox, "_BEAT_SECONDS", 0.02)
    began = time.monotonic()
    with Outbox(pipe.writer) as box:
        heard = [protocol.read_frame(pipe.reader) for _ in range(2)]
        time.sleep(0.3)
        box(END, b"")
    took = time.monotonic() - began
    assert heard == [(protocol.Heartbeat(), b"")] * 2
    *rest, last = heard_in(pipe.reader)
    assert all(event == protocol.Heartbeat() for event in rest)
    assert len(rest) <= 30 * took
    assert last == END


def test_reader_that_is_gone_is_noticed_though_nothing_is_said(
    pipe: SlowPipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_BEAT_SECONDS", 0.02)
    monkeypatch.setattr(outbox, "_ORPHAN_SECONDS", 0.05)
    abandoned = threading.Event()
    pipe.reader.close()
    with Outbox(pipe.writer, abandoned=abandoned.set) as box:
        assert abandoned.wait(300)  # the work goes on and on
        assert box.is_broken()


def test_work_that_ends_in_time_is_not_abandoned(
    pipe: SlowPipe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox, "_BEAT_SECONDS", 0.02)
    monkeypatch.setattr(outbox, "_ORPHAN_SECONDS", 20.0)  # less than the end waits for the thread
    abandoned = threading.Event()
    pipe.reader.close()
    with Outbox(pipe.writer, abandoned=abandoned.set) as box:
        while not box.is_broken():
            time.sleep(0.01)
    assert not abandoned.is_set()


STUCK = """
import sys
from engine import outbox, protocol
outbox._PATIENCE_SECONDS = 0.2
with outbox.Outbox(sys.stdout.buffer) as box:
    box(protocol.Notice(text="x" * 200_000), b"")
"""


def test_stuck_reader_does_not_keep_the_engine_alive() -> None:
    """Nobody reads what the process says, and yet it ends, and well."""
    process = subprocess.Popen(
        [sys.executable, "-c", STUCK], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.wait(timeout=300) == 0
    assert process.stderr.read() == b""
    process.stdout.close()
    process.stderr.close()
