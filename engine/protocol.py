"""The one wire format: a JSON object a line, followed by raw bytes where the object says so.

Events flow from the engine to whoever watches, commands the other way. The same lines are stored
in a run's events.jsonl, so a live view and a later look read one language.
"""

from __future__ import annotations

import os
from typing import IO, Any, Literal, TypeVar

import msgspec

from engine.plan import Span

PROTOCOL = 1


class Event(msgspec.Struct, frozen=True, tag_field="event", tag=str.lower, kw_only=True):
    """Base of everything that the engine says; `time_s` is seconds since the run began."""

    time_s: float = 0.0


class Hello(Event, frozen=True, kw_only=True):
    protocol: int = PROTOCOL
    engine_version: str
    pid: int
    device: str


class Heartbeat(Event, frozen=True, kw_only=True):
    """Nothing else was said for a second; without it, silence would not mean that it hangs."""


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

    `step` of `steps` is where the denoising stands. `final` pictures carry measured `seconds`,
    previews apart, and in `tiers` the tier that really painted each step.
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
    tiers: tuple[int, ...] = ()


class Ready(Event, frozen=True, kw_only=True):
    """The serve loop has its model loaded; `tiers` is how many it can switch between.

    `steps` is how many the model takes for a picture unless it is asked for another number.
    """

    tiers: int
    steps: int = 0


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


class KnownModel(msgspec.Struct, frozen=True, kw_only=True):
    """A base model that can be fetched; `parameters` are its transformer's.

    `num_bytes` is about what a download of it takes.
    """

    family: str
    title: str
    repo: str
    license: str
    layers: int
    parameters: int
    num_bytes: int = 0


class Catalogue(Event, frozen=True, kw_only=True):
    """The models that are known, this machine, and where an access token comes from, if any."""

    request: int
    models: tuple[KnownModel, ...]
    memory_bytes: int
    available_bytes: int
    gpu: str = ""
    gpu_bytes: int = 0
    token_place: str = ""


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """One component of a model, such as its transformer; `num_bytes` is the size of its weights."""

    name: str
    class_name: str
    parameters: int
    num_bytes: int


class Fit(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a step will run on this machine. tight: only once other programs are closed.

    `step` is download, probe, distill, generate or export; `effort` the one that was reckoned with.
    """

    step: str
    verdict: Literal["yes", "tight", "no", "unknown"]
    resource: Literal["disk", "memory"]
    need_bytes: int
    have_bytes: int
    estimated: bool
    text: str
    effort: str = ""


class Described(Event, frozen=True, kw_only=True):
    """What a model is, on the Hub (`repo`, `commit`) or on this computer (`folder`).

    `num_bytes` is the size of the files that a download takes, `left_out_bytes` of those that it
    does not need. `problems` are whole sentences; with one, the model cannot be used as it is.
    """

    request: int
    repo: str = ""
    commit: str = ""
    folder: str = ""
    title: str
    family: str
    layers: int
    parameters: int
    parts: tuple[Part, ...]
    num_bytes: int
    left_out_bytes: int = 0
    num_files: int = 0
    license: str = ""
    license_link: str = ""
    is_gated: bool = False
    problems: tuple[str, ...] = ()
    fits: tuple[Fit, ...] = ()


class Transfer(Event, frozen=True, kw_only=True):
    """How far a download is, all its files together.

    `state`: looking (asking the Hub), checking (reading what is there already), loading, waiting
    (the connection broke; another attempt follows).
    """

    request: int
    state: Literal["looking", "checking", "loading", "waiting"]
    file: str = ""
    done_bytes: int = 0
    total_bytes: int = 0
    bytes_per_second: float = 0.0
    seconds_left: float | None = None


class Access(Event, frozen=True, kw_only=True):
    """Where the access token is now: keyring, session (until the end), hub (its own login), ""."""

    request: int
    token_place: str


AnyEvent = (
    Hello
    | Heartbeat
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
    | Catalogue
    | Described
    | Transfer
    | Access
)


class Command(msgspec.Struct, frozen=True, tag_field="command", tag=str.lower, kw_only=True):
    """Base of everything that the serve loop is told."""


class Generate(Command, frozen=True, kw_only=True):
    """Paint `prompt`; `tier` per denoising step is `schedule` where it is given.

    With `without` it is the original that paints, without these layers, or with simple stand-ins
    in their places.
    """

    request: int
    prompt: str
    tier: int
    seed: int = 0
    steps: int = 0
    schedule: tuple[int, ...] = ()
    previews: bool = True
    without: tuple[Span, ...] = ()
    has_stand_ins: bool = False


class SetTier(Command, frozen=True, kw_only=True):
    """Take effect at the next denoising step of whatever is being painted."""

    tier: int


class Stop(Command, frozen=True, kw_only=True):
    """End the current request, or the one of that number, within one step.

    Without `keep`, what an unfinished download has fetched is removed; with it, the same download
    goes on from there later.
    """

    request: int = -1
    keep: bool = True


class Known(Command, frozen=True, kw_only=True):
    """List the models that can be fetched, and this machine; asks nobody. Answer: Catalogue."""

    request: int


class Describe(Command, frozen=True, kw_only=True):
    """Look at a Hub repository before anything is fetched; `folder` is where it would go."""

    request: int
    repo: str
    revision: str = "main"
    folder: str = ""


class Scan(Command, frozen=True, kw_only=True):
    """Look at a folder on this computer: which model, and what is broken. Answer: Described."""

    request: int
    folder: str


class Download(Command, frozen=True, kw_only=True):
    """Fetch a repository into `folder`, or go on. Answer: Transfer..., Described, Done."""

    request: int
    repo: str
    folder: str
    revision: str = "main"


class Discard(Command, frozen=True, kw_only=True):
    """Remove what an unfinished download into `folder` has fetched; anything else is left alone."""

    request: int
    repo: str
    folder: str


class SignIn(Command, frozen=True, kw_only=True):
    """Keep an access token, in the system's keyring if there is one; an empty one forgets it."""

    request: int
    token: str

    def __repr__(self) -> str:
        return f"SignIn(request={self.request}, token=...)"  # a token is never printed


AnyCommand = Generate | SetTier | Stop | Known | Describe | Scan | Download | Discard | SignIn

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


def claim_stdout() -> IO[bytes]:
    """Take standard output for the protocol; whatever libraries print goes to standard error."""
    wire = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return wire
