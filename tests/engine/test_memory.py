"""Memory that is used up is told in a sentence; other errors are left as they are."""

from __future__ import annotations

import pytest
import torch

from engine.errors import EngineError
from engine.memory import memory_errors


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
