"""Measuring a piece of work: seconds, FLOPs, and the most bytes of tensors alive at once."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

import torch
from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

Work = Callable[[], object]


def seconds(work: Work) -> float:
    _wait()
    began = time.perf_counter()
    work()
    _wait()
    return time.perf_counter() - began


@contextlib.contextmanager
def threads(number: int) -> Iterator[None]:
    """So many threads inside every operation, as where people paint."""
    before = torch.get_num_threads()
    torch.set_num_threads(number)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def flops(work: Work) -> int:
    """Floating-point operations of matrix products and attention, as torch counts them."""
    with FlopCounterMode(display=False) as counter:
        work()
    total: int = counter.get_total_flops()
    return total


def peak_bytes(work: Work) -> int:
    """Most bytes of tensors of its own that `work` had alive at once; earlier ones do not count.

    On a graphics card, those on the card.
    """
    if torch.cuda.is_initialized():
        before = torch.cuda.memory_allocated()
        torch.cuda.reset_peak_memory_stats()
        work()
        return torch.cuda.max_memory_allocated() - before
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        work()
    alive = peak = 0
    for event in seen.profiler.kineto_results.events():
        if event.name() == "[memory]":
            alive += event.nbytes()
            peak = max(peak, alive)
    return peak


def _wait() -> None:
    """A card works on behind our back; a time counts once it is through."""
    if torch.cuda.is_initialized():
        torch.cuda.synchronize()
