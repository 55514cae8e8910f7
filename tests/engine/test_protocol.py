"""Frames on the wire."""

from __future__ import annotations

import io

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import protocol

EVENTS = [
    protocol.Hello(engine_version="1", pid=7, device="cpu"),
    protocol.Stage(name="probe", index=1, total=8, time_s=0.5),
    protocol.Progress(stage="probe", done=1, total=24, what="fitting probes"),
    protocol.Metric(series="distill/3-5/loss", step=10, value=0.25),
    protocol.Artifact(kind="plan", path="plan.json"),
    protocol.Notice(text="Zwei Zeilen\nund ein “Zitat”"),
    protocol.Ready(tiers=9),
    protocol.Done(request=3),
    protocol.Failed(code="disk_full", message="The disk is full.", hint="Make room.", request=3),
    protocol.Stopped(),
]
COMMANDS = [
    protocol.Generate(request=1, prompt="a fox", tier=2, schedule=(0, 0, 2)),
    protocol.SetTier(tier=3),
    protocol.Stop(),
]


@pytest.mark.parametrize("event", EVENTS, ids=lambda e: type(e).__name__)
def test_event_survives_the_wire(event: protocol.Event) -> None:
    assert protocol.read_frame(io.BytesIO(protocol.encode(event))) == (event, b"")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: type(c).__name__)
def test_command_survives_the_wire(command: protocol.Command) -> None:
    assert protocol.decode_command(protocol.encode(command)) == command


def test_every_message_is_one_line() -> None:
    for message in (*EVENTS, *COMMANDS):
        assert protocol.encode(message).count(b"\n") == 1


def test_picture_carries_its_bytes_and_the_next_event_follows() -> None:
    pixels = bytes(range(256)) * 3 + b"\n{"
    picture = protocol.Picture(
        bin=len(pixels), width=1, height=1, request=0, tier=0, step=1, steps=2, final=False
    )
    wire = io.BytesIO(protocol.encode(picture, pixels) + protocol.encode(EVENTS[0]))
    assert protocol.read_frame(wire) == (picture, pixels)
    assert protocol.read_frame(wire) == (EVENTS[0], b"")
    assert protocol.read_frame(wire) is None


@pytest.mark.parametrize("missing", [1, 3])
def test_picture_that_is_cut_short_is_no_frame(missing: int) -> None:
    picture = protocol.Picture(
        bin=3, width=1, height=1, request=0, tier=0, step=1, steps=2, final=False
    )
    frame = protocol.encode(picture, b"abc")
    with pytest.raises(msgspec.DecodeError, match=f"{3 - missing} of 3"):
        protocol.read_frame(io.BytesIO(frame[:-missing]))


def test_fields_of_a_newer_engine_are_ignored() -> None:
    line = b'{"event":"done","request":3,"mood":"good","time_s":1.5}\n'
    assert protocol.decode_event(line) == protocol.Done(request=3, time_s=1.5)


@pytest.mark.parametrize(
    "line",
    [b'{"event":"dance"}', b'{"request":3}', b'{"event":"ready"}', b'{"event":"ready","tiers":"x"}',
     b'{"command":"stop"}', b"[]", b"Traceback", b""],
)  # fmt: skip
def test_what_is_no_event_is_refused(line: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        protocol.decode_event(line)


def test_event_is_no_command() -> None:
    with pytest.raises(msgspec.ValidationError):
        protocol.decode_command(protocol.encode(EVENTS[0]))


@given(st.text(), st.integers(-(2**53), 2**53), st.floats(allow_nan=False, allow_infinity=False))
def test_any_metric_survives_the_wire(series: str, step: int, value: float) -> None:
    metric = protocol.Metric(series=series, step=step, value=value)
    assert protocol.decode_event(protocol.encode(metric)) == metric
