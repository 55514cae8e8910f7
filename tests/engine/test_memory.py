"""Memory that is used up is told in a sentence; what is freed is kept for what comes next."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from engine.errors import EngineError
from engine.memory import memory_errors

FAULTS = """
import resource, torch
from engine.memory import keep_freed
torch.set_num_threads(1)
def work():
    for _ in range(20):
        several = [torch.ones(600_000) for _ in range(4)]
        del several
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    work()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
work()
print(faults())
assert keep_freed()
work()
print(faults())
"""


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (torch.OutOfMemoryError("CUDA out of memory."), "graphics card"),
        (MemoryError(), "The computer"),
        (RuntimeError("[enforce fail] DefaultCPUAllocator: not enough memory"), "The computer"),
    ],
)
def test_used_up_memory_is_an_error_of_its_own(error: BaseException, words: str) -> None:
    with pytest.raises(EngineError) as caught, memory_errors():
        raise error
    assert caught.value.code == "out_of_memory"
    assert words in caught.value.message
    assert caught.value.__cause__ is error


def test_allocation_that_really_fails_is_recognised() -> None:
    with pytest.raises(EngineError, match="ran out of memory"), memory_errors():
        torch.empty(2**52)


def test_other_errors_are_passed_on() -> None:
    with pytest.raises(RuntimeError, match="shape"), memory_errors():
        raise RuntimeError("shape mismatch")


@pytest.mark.skipif(sys.platform != "linux", reason="GNU's C library alone is told")
def test_pages_of_freed_tensors_are_not_mapped_anew() -> None:
    done = subprocess.run(
        [sys.executable, "-c", FAULTS], capture_output=True, text=True, check=True, timeout=60
    )
    before, after = map(int, done.stdout.split())
    assert before > 2000
    assert after < before / 10
