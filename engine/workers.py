"""Workers: pieces of one stage side by side, each in a process of its own with one thread of torch.

Small tensors keep one core busy, and Python's lock keeps threads off a second one. So the threads
of a project are as many processes, forked off this one: model, pools and states are there as they
are, at no cost. What a piece of work computes does not depend on how many there are. Where a
process cannot be forked safely (a graphics card, Windows, macOS) this one is the only worker.
"""

from __future__ import annotations

import contextlib
import mmap
import multiprocessing
import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator, Sequence
from multiprocessing.connection import Connection, wait
from typing import Generic, TypeVar

import torch
from torch import Tensor, nn

from engine.errors import Cancelled
from engine.job import Job
from engine.parent import end_with
from engine.pool import Pool
from engine.protocol import Event, Progress
from engine.reporting import SILENT, Reporter, Tally
from engine.teacher.shell import Shell, States

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")

_CAN_FORK = sys.platform == "linux"
_ASK_SECONDS = 0.1
_FEW_BATCHES = 16  # take less time than forking


class Workers:
    """As many workers as the project of `job` has threads; a worker has none of its own."""

    def __init__(self, job: Job) -> None:
        torch.set_num_threads(1)
        self.number = 1
        is_worker = multiprocessing.parent_process() is not None
        if _CAN_FORK and job.device.type == "cpu" and not is_worker:
            self.number = job.project.header.threads

    def each(
        self,
        work: Callable[[Reporter, _Item], _Result],
        items: Iterable[_Item],
        *,
        report: Reporter,
        tally: Tally | None = None,
        size: Callable[[_Item], int] = lambda _item: 1,
    ) -> list[_Result]:
        """`work` on every item; results in order. They are pickled, so tensors go into files.

        `items` is drawn from only when a worker is free, so what an item holds is alive for as many
        items as there are workers, and one more. The first error ends all of it and is raised.
        Where there is a `tally`, the progress of an item counts as `size(item)` of it.
        """

        def part(item: _Item) -> Reporter:
            return report if tally is None else report.part(tally, object(), size(item))

        if self.number == 1:
            return [work(part(item), item) for item in items]
        crew: _Crew[_Result] = _Crew(report)
        try:
            for item in items:
                while len(crew) == self.number:
                    crew.listen()
                crew.start(work, part(item), item)
            while len(crew):
                crew.listen()
        finally:
            crew.dismiss()
        return [crew.results[number] for number in range(len(crew.results))]

    def push(
        self,
        pool: Pool,
        shell: Shell,
        modules: Sequence[nn.Module],
        states: list[States],
        *,
        batch: int,
        report: Reporter = SILENT,
    ) -> list[States]:
        """`Pool.push`, its batches dealt out to the workers where there are many."""
        if self.number == 1 or len(pool) < _FEW_BATCHES * batch:
            return pool.push(shell, modules, states, batch=batch, report=report)
        behind = [{name: shared(x, copy=False) for name, x in s.items()} for s in states]
        batches = list(pool.batches(batch))

        @torch.no_grad()
        def work(ours: Reporter, number: int) -> None:
            for i, rows in batches[number :: self.number]:
                ours.check()
                here = {name: x[rows] for name, x in states[i].items()}
                given = shell.states(pool.buckets[i].inputs(rows), modules, states=here)
                for name, x in given.items():
                    behind[i][name][rows] = x

        self.each(work, range(self.number), report=report)
        return behind

    @contextlib.contextmanager
    def team(self, work: Callable[[_Item], _Result]) -> Iterator[Team[_Item, _Result]]:
        """Workers that stay, for many small items; they see what is `shared` as it is by then."""
        if self.number == 1:
            yield Team(work, [])
            return
        members = [_Process(lambda wire: _serve(work, wire)) for _ in range(self.number)]
        try:
            yield Team(work, members)
        finally:
            for member in members:
                member.dismiss()


class Team(Generic[_Item, _Result]):
    """Processes that wait for items."""

    def __init__(self, work: Callable[[_Item], _Result], members: Sequence[_Process]) -> None:
        self._work, self._members = work, members

    def each(self, items: Sequence[_Item]) -> Iterator[_Result]:
        """The work of the team on every item; results in order, as they come."""
        if not self._members:
            yield from map(self._work, items)
            return
        for start in range(0, len(items), len(self._members)):
            some = items[start : start + len(self._members)]
            busy = self._members[: len(some)]
            for member, item in zip(busy, some, strict=True):
                member.tell(item)
            yield from map(_result_of, busy)


def shared(tensor: Tensor, *, copy: bool = True) -> Tensor:
    """A copy of `tensor` in memory that processes forked from now on have in common with this one.

    Without `copy`, only as large. On a graphics card, where there is one worker, it stays there.
    """
    if tensor.device.type != "cpu" or not tensor.numel():
        return tensor.detach().clone() if copy else torch.empty_like(tensor)
    memory = mmap.mmap(-1, tensor.numel() * tensor.element_size())
    place = torch.frombuffer(memory, dtype=tensor.dtype).view(tensor.shape)
    return place.copy_(tensor.detach()) if copy else place


class _Process:
    """A process forked off this one, and our end of the wire to it."""

    def __init__(self, run: Callable[[Connection], None]) -> None:
        context = multiprocessing.get_context("fork")
        self.wire, theirs = context.Pipe()
        self._process = context.Process(
            target=_alone, args=(run, theirs, os.getpid()), name="worker", daemon=True
        )
        self._process.start()
        theirs.close()

    def tell(self, item: object) -> None:
        """Raises the error that it has ended without a word, if it has."""
        try:
            self.wire.send(item)
        except ConnectionError:
            raise self.ended() from None

    def dismiss(self) -> None:
        """Wait until it has ended; what it still says is not listened to."""
        with contextlib.suppress(EOFError, OSError):
            self.wire.send(None)
            while True:
                self.wire.recv()
        self._process.join()
        self.wire.close()

    def ended(self) -> Exception:
        """The error that it has ended without a word."""
        self._process.join()
        code = self._process.exitcode
        if code == -signal.SIGKILL:  # nobody but the system does that, where memory is used up
            return MemoryError("a worker was killed")
        return RuntimeError(f"a worker ended with exit code {code}")


def _alone(run: Callable[[Connection], None], wire: Connection, parent: int) -> None:
    """The whole life of a process: it ends with whoever forked it, whatever happens to that."""
    end_with(parent)
    with contextlib.suppress(BrokenPipeError):
        run(wire)


def _serve(work: Callable[[_Item], object], wire: Connection) -> None:
    while (item := wire.recv()) is not None:
        _answer(wire, lambda: work(item))


def _answer(wire: Connection, work: Callable[[], object]) -> None:
    """Send what `work` gives, or the error that it ends with."""
    try:
        answer = work(), None
    except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
        error.add_note(traceback.format_exc())
        answer = None, error
    wire.send(answer)


def _result_of(member: _Process) -> object:
    try:
        result, error = member.wire.recv()
    except (EOFError, ConnectionError):  # the latter where it has not even heard what to do
        raise member.ended() from None
    if error is not None:
        raise error
    return result


class _Crew(Generic[_Result]):
    """Processes that do one item each, and what has come of them; `len` of those at work."""

    def __init__(self, report: Reporter) -> None:
        self._report = report
        self._stop = mmap.mmap(-1, 1)
        self._at_work: dict[Connection, tuple[_Process, int, Reporter]] = {}
        self.results: dict[int, _Result] = {}
        self._number = 0

    def __len__(self) -> int:
        return len(self._at_work)

    def start(
        self, work: Callable[[Reporter, _Item], _Result], report: Reporter, item: _Item
    ) -> None:
        def run(wire: Connection) -> None:
            ours = report.told_to(lambda event, _: wire.send(event), lambda: bool(self._stop[0]))
            _answer(wire, lambda: work(ours, item))

        process = _Process(run)
        self._at_work[process.wire] = process, self._number, report
        self._number += 1

    def listen(self) -> None:
        """Take what is said until a worker is free. Raises what a worker ended with."""
        while True:
            ready = wait(list(self._at_work), timeout=_ASK_SECONDS)
            if self._report.should_stop():
                raise Cancelled
            before = len(self._at_work)
            for wire in ready:
                assert isinstance(wire, Connection)
                self._hear(wire)
            if len(self._at_work) < before:
                return

    def _hear(self, wire: Connection) -> None:
        process, number, report = self._at_work[wire]
        try:
            said: Event | tuple[_Result, BaseException | None] = wire.recv()
        except EOFError:
            raise process.ended() from None
        if isinstance(said, Progress):
            report.progress(said.done, said.total, said.what)
        elif isinstance(said, tuple):
            result, error = said
            if error is not None:
                raise error
            self.results[number] = result
            del self._at_work[wire]
            process.dismiss()
        else:
            self._report.emit(said)

    def dismiss(self) -> None:
        """Stop those that are still at work, and wait until they have stored what they keep."""
        self._stop[0] = 1
        for process, _, _ in self._at_work.values():
            process.dismiss()
