"""The one wire format: a JSON object a line, followed by raw bytes where the object says so.

Events flow from the engine to whoever watches, commands the other way. The same lines are stored
in a run's events.jsonl, so a live view and a later look read one language.
"""

from __future__ import annotations

from typing import IO, Any, TypeVar

import msgspec

PROTOCOL = 1


class Event(msgspec.Struct, frozen=True, tag_field="event", tag=str.lower, kw_only=True):
    """Base of everything that the engine says; `time_s` is seconds since the run began."""

    time_s: float = 0.0


class Hello(Event, frozen=True, kw_only=True):
    protocol: int = PROTOCOL
    engine_version: str
    pid: int
    device: str


class Stage(Event, frozen=True, kw_only=True):
    """A stage begins; `index` counts from 0 among the `total` stages of the run."""

    name: str
    index: int
    total: int


class Progress(Event, frozen=True, kw_only=True):
    stage: str
    done: int
    total: int
    what: str = ""


class Metric(Event, frozen=True, kw_only=True):
    """One point of a curve, for example series "distill/3-5/loss"."""

    series: str
    step: int
    value: float


class Artifact(Event, frozen=True, kw_only=True):
    """A file is finished; `path` is relative to the project folder."""

    kind: str
    path: str


class Notice(Event, frozen=True, kw_only=True):
    """Something that the user should know: what was skipped, what was chosen instead."""

    text: str


class Picture(Event, frozen=True, kw_only=True):
    """A picture follows as `bin` bytes of raw RGB, row by row.

    `step` of `steps` is where the denoising stands; `final` pictures carry measured `seconds`.
    """

    bin: int
    width: int
    height: int
    request: int
    tier: int
    step: int
    steps: int
    final: bool
    seconds: float = 0.0
    haarpsi: float | None = None


class Ready(Event, frozen=True, kw_only=True):
    """The serve loop has its model loaded; `tiers` is how many it can switch between."""

    tiers: int


class Done(Event, frozen=True, kw_only=True):
    """The run, or the request with that number, ended well."""

    request: int = -1


class Failed(Event, frozen=True, kw_only=True):
    """The run, or the request with that number, ended with an error; the project is intact."""

    code: str
    message: str
    hint: str = ""
    request: int = -1


class Stopped(Event, frozen=True, kw_only=True):
    """The run, or the request with that number, was stopped as asked."""

    request: int = -1


AnyEvent = (
    Hello
    | Stage
    | Progress
    | Metric
    | Artifact
    | Notice
    | Picture
    | Ready
    | Done
    | Failed
    | Stopped
)


class Command(msgspec.Struct, frozen=True, tag_field="command", tag=str.lower, kw_only=True):
    """Base of everything that the serve loop is told."""


class Generate(Command, frozen=True, kw_only=True):
    """Paint `prompt`; `tier` per denoising step is `schedule` where it is given."""

    request: int
    prompt: str
    tier: int
    seed: int = 0
    steps: int = 0
    schedule: tuple[int, ...] = ()
    previews: bool = True


class SetTier(Command, frozen=True, kw_only=True):
    """Take effect at the next denoising step of whatever is being painted."""

    tier: int


class Stop(Command, frozen=True, kw_only=True):
    """End the current request within one step."""


AnyCommand = Generate | SetTier | Stop

_encoder = msgspec.json.Encoder()
_T = TypeVar("_T")


def encode(message: Event | Command, payload: bytes = b"") -> bytes:
    """One frame: the JSON line, and the raw bytes that it announces."""
    return _encoder.encode(message) + b"\n" + payload


def decode_event(line: bytes) -> AnyEvent:
    """The event in one line. Raises msgspec.ValidationError or DecodeError on anything else."""
    event: AnyEvent = msgspec.json.decode(line, type=AnyEvent)
    return event


def decode_command(line: bytes) -> AnyCommand:
    """The command in one line. Raises msgspec.ValidationError or DecodeError on anything else."""
    command: AnyCommand = msgspec.json.decode(line, type=AnyCommand)
    return command


def read_frame(stream: IO[bytes]) -> tuple[AnyEvent, bytes] | None:
    """Next event and its raw bytes from a blocking stream, None at its end.

    Raises msgspec.DecodeError for what is no event, or not the whole of one.
    """
    line = stream.readline()
    if not line:
        return None
    event = decode_event(line)
    size: Any = getattr(event, "bin", 0)
    payload = stream.read(size) if size else b""
    if len(payload) < size:
        raise msgspec.DecodeError(f"the stream ended after {len(payload)} of {size} raw bytes")
    return event, payload
