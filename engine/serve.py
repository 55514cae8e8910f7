"""Live painting: a loaded model that switches tiers between denoising steps; single pictures."""

from __future__ import annotations

import os
import queue
import threading
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import msgspec
import numpy as np
import torch
from torch import Tensor

from engine import __version__, device, protocol
from engine.errors import Cancelled, EngineError
from engine.job import Job
from engine.memory import memory_errors
from engine.png import PictureRecipe, save_png
from engine.project import Project, read_json
from engine.quality.haarpsi import haarpsi
from engine.settings import of_project
from engine.tiers import FILE, TierTable
from engine.what_if import without

_BEAT_SECONDS = 1.0
_MAX_ORIGINALS = 64  # of 1024 x 1024 pixels: 200 MB


class TierSwitch:
    """The tiers of a project; `set` makes one of them the model that paints, in well under 1 ms."""

    def __init__(self, job: Job, *, has_tiers: bool = True) -> None:
        self._job = job
        self._rows = [job.blocks]
        if has_tiers:
            table = read_json(job.project.folder / FILE, TierTable)
            self._rows = [job.tier_modules(tier) for tier in table.tiers]
        self.current = 0

    def __len__(self) -> int:
        return len(self._rows)

    def set(self, tier: int) -> None:
        """Rebind the blocks to `tier`. Raises EngineError if there is no such tier."""
        if not 0 <= tier < len(self._rows):
            raise EngineError(
                "no_tier",
                f"There is no tier {tier}; this project has 0 to {len(self._rows) - 1}.",
                hint="Choose one of these.",
            )
        self._job.shell.rebind(self._rows[tier])
        self.current = tier


def open_job(project: Project) -> Job:
    """A project to paint with."""
    job = Job(project, of_project(project))
    torch.set_num_threads(job.threads_inside)
    return job


def parse_schedule(text: str) -> tuple[int, ...]:
    """Tier of every denoising step from "0x6,4x14": six steps of tier 0, then 14 of tier 4."""
    try:
        pairs = [part.split("x") for part in text.split(",")]
        return tuple(int(tier) for tier, count in pairs for _ in range(int(count)))
    except ValueError as error:
        raise EngineError(
            "bad_schedule",
            f"The schedule {text!r} cannot be read.",
            hint='Write it like "0x6,4x14".',
        ) from error


def paint_one(
    project: Project,
    *,
    prompt: str,
    tier: int,
    schedule: str | None,
    steps: int | None,
    seed: int,
    out: Path,
) -> None:
    """Paint one picture to a PNG that carries its recipe in a text chunk."""
    if not prompt.strip():
        raise EngineError("no_prompt", "The prompt is empty.", hint="Say what to paint.")
    job = open_job(project)
    switch = TierSwitch(job)
    num_steps = steps or job.painter.defaults.steps
    tiers = _full_schedule(parse_schedule(schedule) if schedule else (), tier, num_steps)
    for one in set(tiers):
        switch.set(one)
    switch.set(tiers[0])

    def on_step(done: int, total: int, _latents: Tensor) -> None:
        if done < total:
            switch.set(tiers[done])

    picture = job.painter.paint([prompt], [seed], steps=num_steps, on_step=on_step)[0]
    recipe = PictureRecipe(
        prompt=prompt, seed=seed, steps=num_steps, tiers=tuple(tiers), model=job.model
    )
    save_png(picture, recipe, out)


def serve(
    project: Project, *, commands: Iterable[bytes], wire: IO[bytes], has_tiers: bool = True
) -> None:
    """Answer commands until their stream ends; see `engine.protocol` for both languages.

    Without `has_tiers` the original alone is there, also in a project that has no tiers yet.
    """
    _Server(project, commands, wire, has_tiers=has_tiers).run()


class _Server:
    def __init__(
        self, project: Project, commands: Iterable[bytes], wire: IO[bytes], *, has_tiers: bool
    ) -> None:
        self._project = project
        self._has_tiers = has_tiers
        self._wire = wire
        self._over = threading.Event()
        self._inbox: queue.Queue[protocol.AnyCommand | None] = queue.Queue()
        self._originals: dict[tuple[str, int, int], np.ndarray] = {}
        self._waiting: protocol.Generate | None = None
        self._ended = False
        threading.Thread(target=self._read, args=(commands,), daemon=True).start()

    def run(self) -> None:
        threading.Thread(target=self._beat, daemon=True).start()
        try:
            self._answer_all()
        finally:
            self._over.set()

    def _answer_all(self) -> None:
        try:
            name = device.title(device.chosen())
            self._say(protocol.Hello(engine_version=__version__, pid=os.getpid(), device=name))
            with memory_errors():
                self._job = open_job(self._project)
                self._switch = TierSwitch(self._job, has_tiers=self._has_tiers)
        except EngineError as error:
            self._say(protocol.Failed(code=error.code, message=error.message, hint=error.hint))
            raise
        steps = self._job.painter.defaults.steps
        self._say(protocol.Ready(tiers=len(self._switch), steps=steps))
        while not self._ended:
            if self._waiting is None:
                self._take(self._inbox.get())
                continue
            request, self._waiting = self._waiting, None
            self._answer(request)

    def _answer(self, request: protocol.Generate) -> None:
        try:
            with memory_errors():
                self._paint(request)
        except Cancelled:
            self._say(protocol.Stopped(request=request.request))
        except EngineError as error:
            self._say(
                protocol.Failed(
                    code=error.code, message=error.message, hint=error.hint, request=request.request
                )
            )
        else:
            self._say(protocol.Done(request=request.request))

    def _paint(self, request: protocol.Generate) -> None:
        painter = self._job.painter
        steps = request.steps or painter.defaults.steps
        tiers = list(_full_schedule(request.schedule, request.tier, steps))
        self._switch.set(tiers[0])
        if request.without:
            tiers = [0] * steps
            self._job.shell.rebind(
                without(self._job, request.without, has_stand_ins=request.has_stand_ins)
            )
        painter.encode([request.prompt])  # kept, so that no size is measured with it
        began = time.perf_counter()
        previews_s = 0.0
        before = painter.noise([request.seed])

        def on_step(done: int, total: int, latents: Tensor) -> None:
            nonlocal before, previews_s
            self._listen(tiers, done)
            if request.previews and done < total:
                asked = time.perf_counter()
                estimate = painter.clean_estimate(done - 1, before, latents)
                self._send(
                    request, painter.decode(estimate)[0], step=done, steps=total, final=False
                )
                previews_s += time.perf_counter() - asked
            before = latents
            if done < total and not request.without:
                self._switch.set(tiers[done])

        picture = painter.paint([request.prompt], [request.seed], steps=steps, on_step=on_step)[0]
        seconds = time.perf_counter() - began - previews_s
        key = (request.prompt, request.seed, steps)
        if set(tiers) == {0} and not request.without:
            self._originals[key] = picture
            while len(self._originals) > _MAX_ORIGINALS:
                del self._originals[next(iter(self._originals))]
        original = self._originals.get(key)
        self._send(
            request, picture, step=steps, steps=steps, final=True, seconds=round(seconds, 4),
            tiers=tuple(tiers),
            haarpsi=None if original is None else round(haarpsi(original, picture), 4),
        )  # fmt: skip

    def _listen(self, tiers: list[int], done: int) -> None:
        """Take what has arrived since the last step; a newer request or a stop ends this one."""
        while True:
            try:
                command = self._inbox.get_nowait()
            except queue.Empty:
                return
            if isinstance(command, protocol.SetTier):
                tiers[done:] = [command.tier] * (len(tiers) - done)
                continue
            self._take(command)
            raise Cancelled

    def _take(self, command: protocol.AnyCommand | None) -> None:
        if command is None:
            self._ended = True
        elif isinstance(command, protocol.Generate):
            self._waiting = command
        elif isinstance(command, protocol.SetTier):
            try:
                self._switch.set(command.tier)
            except EngineError as error:
                self._say(protocol.Failed(code=error.code, message=error.message, hint=error.hint))

    def _beat(self) -> None:
        """A sign of life each second, also while a step takes longer or the model is loaded."""
        while not self._over.wait(_BEAT_SECONDS):
            try:
                self._say(protocol.Heartbeat())
            except OSError:  # nobody listens; the commands end as well
                return

    def _read(self, commands: Iterable[bytes]) -> None:
        for line in commands:
            try:
                self._inbox.put(protocol.decode_command(line))
            except msgspec.DecodeError as error:
                self._say(protocol.Notice(text=f"A command was not understood: {error}"))
        self._inbox.put(None)

    def _send(self, request: protocol.Generate, picture: np.ndarray, **facts: Any) -> None:
        height, width, _ = picture.shape
        event = protocol.Picture(
            bin=picture.nbytes, width=width, height=height, request=request.request,
            tier=self._switch.current, **facts,
        )  # fmt: skip
        self._say(event, picture.tobytes())

    def _say(self, event: protocol.Event, payload: bytes = b"") -> None:
        self._wire.write(protocol.encode(event, payload))  # one call: no other frame gets inside
        self._wire.flush()


def _full_schedule(schedule: tuple[int, ...], tier: int, steps: int) -> tuple[int, ...]:
    """One tier a step: the schedule, cut or continued with its last tier, or `tier` throughout."""
    tiers = schedule[:steps] or (tier,)
    return tiers + (tiers[-1],) * (steps - len(tiers))
