"""Memory that is used up is told in a sentence; what is freed is kept for what comes next."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest
import torch

from engine.errors import EngineError
from engine.memory import memory_errors

KEPT = """
import ctypes
from engine.memory import keep_freed
libc = ctypes.CDLL(None)
libc.malloc.restype = ctypes.c_void_p
libc.malloc.argtypes = [ctypes.c_size_t]
libc.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
libc.free.argtypes = [ctypes.c_void_p]
def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1])
def kept():
    before = resident()
    blocks = [libc.malloc(20_000_000) for _ in range(4)]
    for block in blocks:
        libc.memset(block, 1, 20_000_000)
    for block in reversed(blocks):
        libc.free(block)
    return resident() - before
print(kept())
assert keep_freed()
print(kept())
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
def test_pages_of_freed_blocks_stay_for_the_next_ones() -> None:
    done = subprocess.run(
        [sys.executable, "-c", KEPT], capture_output=True, text=True, check=True, timeout=60
    )
    before, after = map(int, done.stdout.split())
    pages = 4 * 20_000_000 // resource.getpagesize()
    assert before < pages / 10
    assert after > pages * 0.9
