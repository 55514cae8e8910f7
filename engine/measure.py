"""Measuring a piece of work: seconds, FLOPs, and the most bytes of tensors alive at once."""

from __future__ import annotations

import time
from collections.abc import Callable

from torch.profiler import ProfilerActivity, profile
from torch.utils.flop_counter import FlopCounterMode

Work = Callable[[], object]


def seconds(work: Work) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def flops(work: Work) -> int:
    """Floating-point operations of matrix products and attention, as torch counts them."""
    with FlopCounterMode(display=False) as counter:
        work()
    total: int = counter.get_total_flops()
    return total


def peak_bytes(work: Work) -> int:
    """Most bytes of tensors of its own that `work` had alive at once; earlier ones do not count."""
    with profile(activities=[ProfilerActivity.CPU], profile_memory=True) as seen:
        work()
    alive = peak = 0
    for event in seen.profiler.kineto_results.events():
        if event.name() == "[memory]":
            alive += event.nbytes()
            peak = max(peak, alive)
    return peak
