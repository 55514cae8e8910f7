"""Workers: pieces of one stage side by side, each in a thread of its own with one thread of torch.

Small tensors keep one core busy, and a second thread inside every operation costs more than it
brings, on a busy machine by far. So the threads of a project are as many workers. What a piece of
work computes does not depend on how many there are.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import torch

from engine.errors import Cancelled
from engine.job import Job
from engine.reporting import Reporter

_Item = TypeVar("_Item")
_Result = TypeVar("_Result")


class Workers:
    """As many twins of `job` as its project has threads; pools it has loaded are shared."""

    def __init__(self, job: Job) -> None:
        torch.set_num_threads(1)
        number = job.project.header.threads if job.device.type == "cpu" else 1  # a card is one
        self.jobs = [job.twin() for _ in range(number)]

    def own(self, make: Callable[[Job], _Result]) -> Callable[[Job], _Result]:
        """Something for each worker, made now: what it gives tells them by the worker's job."""
        made = {id(job): make(job) for job in self.jobs}
        return lambda job: made[id(job)]

    def each(
        self,
        work: Callable[[Job, Reporter, _Item], _Result],
        items: Iterable[_Item],
        *,
        report: Reporter,
    ) -> list[_Result]:
        """`work` on every item, with a twin that nobody else uses meanwhile; results in order.

        `items` is drawn from only when a worker is free, so what an item holds is alive for as many
        items as there are workers, and one more. The first error ends all of it and is raised.
        """
        free: queue.SimpleQueue[Job] = queue.SimpleQueue()
        for job in self.jobs:
            free.put(job)
        failed = threading.Event()
        ours = report.stopped_by(failed.is_set)

        def run(job: Job, item: _Item) -> _Result:
            try:
                return work(job, ours, item)
            except BaseException:
                failed.set()
                raise
            finally:
                free.put(job)

        found: list[Future[_Result]] = []
        with ThreadPoolExecutor(
            len(self.jobs), "worker", initializer=torch.set_num_threads, initargs=(1,)
        ) as pool:
            try:
                for item in items:
                    job = free.get()
                    if failed.is_set():
                        break
                    found.append(pool.submit(run, job, item))
            except BaseException:
                failed.set()
                raise
        errors = [error for future in found if (error := future.exception()) is not None]
        if errors:
            # Those that were ended because of another are no cause.
            raise next((e for e in errors if not isinstance(e, Cancelled)), errors[0])
        return [future.result() for future in found]
