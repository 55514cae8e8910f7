"""Live painting on a finished project."""

from __future__ import annotations

import io
import json
import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from engine import protocol, serve
from engine.errors import EngineError
from engine.job import Job
from engine.plan import Span
from engine.project import Project
from engine.serve import TierSwitch, parse_schedule
from engine.teacher import shell

PROMPT = "a red star above a fox on a navy background"
Events = list[tuple[protocol.AnyEvent, bytes]]


@pytest.fixture
def project(job: Job, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The finished project; whoever opens it gets the model that is already in memory."""
    monkeypatch.setattr(serve, "open_job", lambda _project: job)
    return job.project


def picture(event: protocol.AnyEvent, payload: bytes) -> np.ndarray:
    assert isinstance(event, protocol.Picture)
    return np.frombuffer(payload, np.uint8).reshape(event.height, event.width, 3)


class Commands(io.RawIOBase):
    """What a client would write to standard input, line by line, until `end`."""

    def __init__(self) -> None:
        self._lines: queue.Queue[bytes] = queue.Queue()
        self.ended = threading.Event()

    def say(self, command: protocol.Command | bytes) -> None:
        self._lines.put(command if isinstance(command, bytes) else protocol.encode(command))

    def end(self) -> None:
        self._lines.put(b"")

    def settle(self) -> None:
        """Wait until the loop has heard all that was said."""
        self._lines.join()

    def __iter__(self) -> Iterator[bytes]:
        while line := self._lines.get():
            yield line
            self._lines.task_done()
        self.ended.set()


class Wire(io.BytesIO):
    """What a client would read; `on_event` may answer with commands at once."""

    def __init__(self, on_event: Callable[[protocol.AnyEvent], None]) -> None:
        super().__init__()
        self.events: Events = []
        self.beats = 0
        self._on_event = on_event

    def write(self, frame: bytes) -> int:  # type: ignore[override]
        heard = protocol.read_frame(io.BytesIO(frame))
        assert heard is not None
        if isinstance(heard[0], protocol.Heartbeat):  # it depends on how fast the machine is
            self.beats += 1
            return len(frame)
        self.events.append(heard)
        self._on_event(heard[0])
        return len(frame)


def served(project: Project, on_event: Callable[[protocol.AnyEvent, Commands], None]) -> Events:
    commands = Commands()
    wire = Wire(lambda event: on_event(event, commands))
    serve.serve(project, commands=commands, wire=wire)  # type: ignore[arg-type]
    return wire.events


def asked_once(project: Project, request: protocol.Generate) -> Events:
    def client(event: protocol.AnyEvent, commands: Commands) -> None:
        if isinstance(event, protocol.Ready):
            commands.say(request)
        elif isinstance(event, protocol.Done | protocol.Failed):
            commands.end()

    return served(project, client)


def test_request_is_painted_step_by_step(job: Job, project: Project) -> None:
    events = asked_once(
        project, protocol.Generate(request=7, prompt=PROMPT, tier=1, seed=4, steps=4)
    )
    kinds = [type(e).__name__ for e, _ in events]
    assert kinds == ["Hello", "Ready", *["Picture"] * 4, "Done"]
    pictures = [e for e, _ in events if isinstance(e, protocol.Picture)]
    assert [(p.step, p.steps, p.final, p.tier, p.request) for p in pictures] == [
        (1, 4, False, 1, 7), (2, 4, False, 1, 7), (3, 4, False, 1, 7), (4, 4, True, 1, 7),
    ]  # fmt: skip
    assert pictures[-1].seconds > 0
    TierSwitch(job).set(1)
    (wanted,) = job.painter.paint([PROMPT], [4], steps=4)
    assert np.array_equal(picture(*events[-2]), wanted)


@torch.no_grad()
def test_first_preview_comes_after_the_first_step(job: Job, project: Project) -> None:
    events = asked_once(
        project, protocol.Generate(request=0, prompt=PROMPT, tier=1, seed=4, steps=4)
    )
    TierSwitch(job).set(1)
    latents: list[torch.Tensor] = []
    job.painter.latents([PROMPT], [4], steps=4, on_step=lambda _d, _t, x: latents.append(x))
    estimate = job.painter.clean_estimate(0, job.painter.noise([4]), latents[0])
    assert np.array_equal(picture(*events[2]), job.painter.decode(estimate)[0])


def test_seconds_are_those_of_the_painting_without_its_previews(
    job: Job, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 0.0

    def takes(seconds: float) -> None:
        nonlocal now
        now += seconds

    monkeypatch.setattr(serve, "time", SimpleNamespace(perf_counter=lambda: now))
    decode = job.painter.decode
    monkeypatch.setattr(job.painter, "decode", lambda latents: takes(100) or decode(latents))
    handle = job.shell.transformer.register_forward_pre_hook(lambda *_: takes(1))
    events = asked_once(project, protocol.Generate(request=0, prompt=PROMPT, tier=1, steps=4))
    handle.remove()
    final = events[-2][0]
    assert isinstance(final, protocol.Picture)
    assert now == 4 * 100 + 4 * 2
    assert final.seconds == 4 * 2 + 100, "each step with the prompt and without it, and the picture"


def test_without_previews_only_the_final_picture_comes(project: Project) -> None:
    events = asked_once(
        project, protocol.Generate(request=0, prompt=PROMPT, tier=0, previews=False)
    )
    assert [type(e).__name__ for e, _ in events] == ["Hello", "Ready", "Picture", "Done"]


def test_likeness_is_told_once_the_original_is_known(project: Project) -> None:
    pictures: list[protocol.Picture] = []

    def client(event: protocol.AnyEvent, commands: Commands) -> None:
        if isinstance(event, protocol.Picture):
            pictures.append(event)
        tiers = [2, 0, 2]
        if isinstance(event, protocol.Ready | protocol.Done):
            if len(pictures) == 3:
                commands.end()
            else:
                request = protocol.Generate(
                    request=len(pictures), prompt=PROMPT, tier=tiers[len(pictures)], previews=False
                )
                commands.say(request)

    served(project, client)
    assert pictures[0].haarpsi is None
    assert pictures[1].haarpsi == 1
    assert pictures[2].haarpsi is not None
    assert 0 < pictures[2].haarpsi <= 1


def test_tier_changes_at_the_next_step(project: Project) -> None:
    def client(event: protocol.AnyEvent, commands: Commands) -> None:
        if isinstance(event, protocol.Ready):
            commands.say(protocol.Generate(request=0, prompt=PROMPT, tier=0, steps=5))
        elif isinstance(event, protocol.Picture) and event.step == 2:
            commands.say(protocol.SetTier(tier=3))
            commands.settle()
        elif isinstance(event, protocol.Done):
            commands.end()

    tiers = [e.tier for e, _ in served(project, client) if isinstance(e, protocol.Picture)]
    assert tiers == [0, 0, 0, 3, 3], "said after step 2, heard at step 3"


def test_schedule_switches_between_steps(project: Project) -> None:
    events = asked_once(
        project, protocol.Generate(request=0, prompt=PROMPT, tier=0, steps=5, schedule=(0, 0, 2))
    )
    assert [e.tier for e, _ in events if isinstance(e, protocol.Picture)] == [0, 0, 2, 2, 2]


def test_stop_ends_the_request_within_a_step_and_the_next_is_painted(project: Project) -> None:
    def client(event: protocol.AnyEvent, commands: Commands) -> None:
        if isinstance(event, protocol.Ready):
            commands.say(protocol.Generate(request=0, prompt=PROMPT, tier=0, steps=6))
        elif isinstance(event, protocol.Picture) and event.request == 0:
            commands.say(protocol.Stop())
            commands.settle()
        elif isinstance(event, protocol.Stopped):
            commands.say(protocol.Generate(request=1, prompt=PROMPT, tier=0, steps=2))
        elif isinstance(event, protocol.Done):
            commands.end()

    events = [e for e, _ in served(project, client)]
    assert [e.step for e in events if isinstance(e, protocol.Picture) and e.request == 0] == [1]
    assert [e.request for e in events if isinstance(e, protocol.Stopped)] == [0]
    assert [e.request for e in events if isinstance(e, protocol.Done)] == [1]


def test_newer_request_replaces_the_one_at_work(project: Project) -> None:
    def client(event: protocol.AnyEvent, commands: Commands) -> None:
        if isinstance(event, protocol.Ready):
            commands.say(protocol.Generate(request=0, prompt=PROMPT, tier=0, steps=6))
        elif isinstance(event, protocol.Picture) and event.request == 0:
            commands.say(protocol.Generate(request=1, prompt=PROMPT, tier=1, steps=1))
            commands.settle()
        elif isinstance(event, protocol.Done):
            commands.end()

    events = [e for e, _ in served(project, client)]
    assert [type(e).__name__ for e in events[-3:]] == ["Stopped", "Picture", "Done"]


def test_mistakes_are_answered_and_do_not_end_the_loop(project: Project) -> None:
    def client(event: protocol.AnyEvent, commands: Commands) -> None:
        if isinstance(event, protocol.Ready):
            commands.say(b"paint something!\n")
            commands.say(protocol.SetTier(tier=99))
            commands.say(protocol.Generate(request=3, prompt=PROMPT, tier=99))
            commands.settle()
        elif isinstance(event, protocol.Failed) and event.request == 3:
            commands.say(protocol.Stop())
            commands.say(protocol.Generate(request=4, prompt=PROMPT, tier=0, steps=2))
        elif isinstance(event, protocol.Done):
            commands.end()

    events = [e for e, _ in served(project, client)]
    assert len([e for e in events if isinstance(e, protocol.Notice)]) == 1
    assert [(e.code, e.request) for e in events if isinstance(e, protocol.Failed)] == [
        ("no_tier", -1),
        ("no_tier", 3),
    ]
    assert isinstance(events[-1], protocol.Done)


def test_end_of_commands_ends_the_loop_even_while_painting(project: Project) -> None:
    def client(event: protocol.AnyEvent, commands: Commands) -> None:
        if isinstance(event, protocol.Ready):
            commands.say(protocol.Generate(request=0, prompt=PROMPT, tier=0, steps=500))
        elif isinstance(event, protocol.Picture):
            commands.end()
            assert commands.ended.wait(300)  # the reader has not got the processor at once

    events = [e for e, _ in served(project, client)]
    assert isinstance(events[-1], protocol.Stopped)
    assert len(events) < 10


def test_project_without_tiers_is_told_to_the_client(project: Project) -> None:
    (project.folder / "tiers.json").unlink()
    wire = Wire(lambda _event: None)
    with pytest.raises(EngineError):
        serve.serve(project, commands=Commands(), wire=wire)  # type: ignore[arg-type]
    assert isinstance(wire.events[-1][0], protocol.Failed)


def test_project_without_tiers_paints_with_its_original_where_that_is_asked(
    job: Job, project: Project
) -> None:
    (project.folder / "tiers.json").unlink()
    pictures: list[np.ndarray] = []
    found: list[protocol.Picture] = []
    asked: list[dict[str, object]] = [
        {}, {"without": (Span(1, 2),)}, {"without": (Span(1, 2),), "has_stand_ins": True}, {},
    ]  # fmt: skip

    def client(event: protocol.AnyEvent, commands: Commands) -> None:
        if isinstance(event, protocol.Picture):
            found.append(event)
        if isinstance(event, protocol.Ready):
            assert event.tiers == 1
        if isinstance(event, protocol.Ready | protocol.Done):
            if len(found) == len(asked):
                commands.end()
                return
            command = protocol.Generate(
                request=0, prompt=PROMPT, tier=0, steps=3, previews=False, **asked[len(found)]
            )  # type: ignore[arg-type]
            commands.say(command)

    commands = Commands()
    wire = Wire(lambda event: client(event, commands))
    serve.serve(project, commands=commands, wire=wire, has_tiers=False)  # type: ignore[arg-type]
    pictures = [picture(*e) for e in wire.events if isinstance(e[0], protocol.Picture)]
    assert np.array_equal(pictures[0], pictures[3]), "the layers are back"
    job.shell.rebind([*job.blocks[:1], *job.blocks[3:]])
    (left_out,) = job.painter.paint([PROMPT], [0], steps=3)
    assert np.array_equal(pictures[1], left_out)
    assert not np.array_equal(pictures[1], pictures[2])
    likeness = [event.haarpsi for event in found]
    assert likeness[0] == likeness[3] == 1
    assert all(value is not None and value < 1 for value in likeness[1:3])


def test_layers_that_cannot_be_left_out_are_a_sentence(project: Project) -> None:
    request = protocol.Generate(request=2, prompt=PROMPT, tier=0, without=(Span(3, 3),))
    failed = asked_once(project, request)[-1][0]
    assert isinstance(failed, protocol.Failed)
    assert (failed.code, failed.request) == ("bad_plan", 2)


@torch.no_grad()
def test_switching_back_to_tier_0_is_bit_identical(job: Job) -> None:
    inputs = job.validation.buckets[0].inputs(slice(0, 2))
    switch = TierSwitch(job)

    def velocity() -> torch.Tensor:
        return shell.velocity(job.shell.transformer, inputs)

    original = velocity()
    assert len(switch) > 3
    for tier in (len(switch) - 1, 1, 2):
        switch.set(tier)
        assert not torch.equal(velocity(), original)
        switch.set(0)
        assert torch.equal(velocity(), original)
    assert list(job.pipeline.transformer.transformer_blocks) == job.blocks


@pytest.mark.parametrize("tier", [-1, 99])
def test_tier_that_is_not_there_is_refused(job: Job, tier: int) -> None:
    switch = TierSwitch(job)
    with pytest.raises(EngineError) as excinfo:
        switch.set(tier)
    assert excinfo.value.code == "no_tier"
    assert switch.current == 0


def test_schedule_is_written_as_tier_times_steps() -> None:
    assert parse_schedule("0x2,4x3") == (0, 0, 4, 4, 4)
    assert serve._full_schedule((0, 0, 4), 9, 5) == (0, 0, 4, 4, 4)
    assert serve._full_schedule((0, 0, 4), 9, 2) == (0, 0)
    assert serve._full_schedule((), 9, 2) == (9, 9)


@pytest.mark.parametrize("text", ["", "4", "0x", "ax3", "0x2;4x3", "1x2x3"])
def test_schedule_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(EngineError) as excinfo:
        parse_schedule(text)
    assert excinfo.value.code == "bad_schedule"


def test_one_picture_is_painted_with_its_recipe_inside(
    job: Job, project: Project, tmp_path: Path
) -> None:
    out = tmp_path / "deep" / "fox.png"
    serve.paint_one(project, prompt=PROMPT, tier=1, schedule="0x1,2x2", steps=3, seed=9, out=out)
    with Image.open(out) as painted:
        recipe = json.loads(painted.text["ppcl"])  # type: ignore[attr-defined]
        pixels = np.asarray(painted)
    assert recipe == {
        "prompt": PROMPT,
        "seed": 9,
        "steps": 3,
        "tiers": [0, 2, 2],
        "model": job.model,
    }
    switch = TierSwitch(job)
    switch.set(0)
    (wanted,) = job.painter.paint(
        [PROMPT],
        [9],
        steps=3,
        on_step=lambda done, total, _x: switch.set(2) if done < total else None,
    )
    assert np.array_equal(pixels, wanted)
    assert sorted(p.name for p in out.parent.iterdir()) == ["fox.png"]


@pytest.mark.parametrize(
    ("prompt", "tier", "code"), [("  ", 0, "no_prompt"), (PROMPT, 99, "no_tier")]
)
def test_picture_that_cannot_be_painted_is_a_sentence(
    project: Project, tmp_path: Path, prompt: str, tier: int, code: str
) -> None:
    with pytest.raises(EngineError) as excinfo:
        serve.paint_one(
            project,
            prompt=prompt,
            tier=tier,
            schedule=None,
            steps=None,
            seed=0,
            out=tmp_path / "x.png",
        )
    assert excinfo.value.code == code
    assert not (tmp_path / "x.png").exists()


def test_heart_beats_while_the_model_is_loaded(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    ready = threading.Event()
    open_now = serve.open_job
    monkeypatch.setattr(serve, "_BEAT_SECONDS", 0.01)

    def slow(opened: Project) -> Job:
        assert ready.wait(300), "no heartbeat came"
        return open_now(opened)

    monkeypatch.setattr(serve, "open_job", slow)
    commands = Commands()

    class Counting(Wire):
        def write(self, frame: bytes) -> int:  # type: ignore[override]
            if b'"heartbeat"' in frame:
                ready.set()
            return super().write(frame)

    wire = Counting(lambda event: commands.end() if isinstance(event, protocol.Ready) else None)
    serve.serve(project, commands=commands, wire=wire)  # type: ignore[arg-type]
    assert wire.beats


def test_picture_that_does_not_fit_into_memory_is_refused_and_the_loop_goes_on(
    job: Job, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    paint = job.painter.paint
    asked: list[object] = []

    def hungry(*args: object, **kwargs: object) -> object:
        asked.append(args)
        if len(asked) == 1:
            raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 GiB.")
        return paint(*args, **kwargs)  # type: ignore[arg-type]

    monkeypatch.setattr(job.painter, "paint", hungry)

    def client(event: protocol.AnyEvent, commands: Commands) -> None:
        if isinstance(event, protocol.Ready):
            commands.say(protocol.Generate(request=1, prompt=PROMPT, tier=0, steps=2))
        elif isinstance(event, protocol.Failed):
            commands.say(protocol.Generate(request=2, prompt=PROMPT, tier=0, steps=2))
        elif isinstance(event, protocol.Done):
            commands.end()

    events = [event for event, _ in served(project, client)]
    failed = next(e for e in events if isinstance(e, protocol.Failed))
    assert (failed.code, failed.request) == ("out_of_memory", 1)
    assert "graphics card" in failed.message
    assert events[-1] == protocol.Done(request=2)
