"""Cutting a byte stream into events and pictures."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine import protocol
from ppcl_app.frames import MAX_LINE, BrokenStream, FrameReader, Unreadable


def picture(pixels: bytes) -> bytes:
    event = protocol.Picture(
        bin=len(pixels), width=1, height=1, request=1, tier=0, step=1, steps=1, final=True
    )
    return protocol.encode(event, pixels)


def stage(name: str) -> bytes:
    return protocol.encode(protocol.Stage(name=name, index=0, total=1))


@given(st.lists(st.integers(1, 40), max_size=60))
def test_frames_are_whole_however_the_bytes_are_cut(cuts: list[int]) -> None:
    payload = bytes(range(256))
    stream = (
        stage("plan") + picture(payload) + b"\n" + stage("\N{LATIN SMALL LETTER U WITH DIAERESIS}")
    )
    reader, frames = FrameReader(), []
    for cut in [*cuts, len(stream)]:
        reader.feed(stream[:cut])
        stream = stream[cut:]
        frames += reader.take()[0]
    names = [type(event).__name__ for event, _ in frames]
    assert names == ["Stage", "Picture", "Stage"]
    assert frames[1][1] == payload


def test_line_that_is_no_event_is_reported_and_skipped() -> None:
    reader = FrameReader()
    reader.feed(b"Downloading 50%\n" + b'{"event":"unheard"}\n' + b"\xff\xfe\n" + stage("plan"))
    frames, _ = reader.take()
    assert [isinstance(event, Unreadable) for event, _ in frames] == [True, True, True, False]


def test_budget_leaves_the_rest_for_the_next_call() -> None:
    reader = FrameReader()
    reader.feed(stage("plan") * 500)
    first, is_more = reader.take(budget_s=0.0)
    assert is_more
    assert 0 < len(first) < 500
    rest, is_more = reader.take()
    assert (len(first) + len(rest), is_more) == (500, False)


def test_line_without_end_breaks_the_stream() -> None:
    reader = FrameReader()
    reader.feed(b"x" * (MAX_LINE + 1))
    with pytest.raises(BrokenStream):
        reader.take()


def test_absurd_picture_breaks_the_stream() -> None:
    reader = FrameReader()
    reader.feed(picture(b"").replace(b'"bin":0', b'"bin":99999999999'))
    with pytest.raises(BrokenStream):
        reader.take()
