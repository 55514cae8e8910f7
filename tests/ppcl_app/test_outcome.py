"""What is said about the end of an engine."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from engine import protocol
from ppcl_app.outcome import Outcome, outcome_of_exit, redact


def ended(code: int = 0, *, crashed: bool = False, asked: bool = False, log: str = "",
          last: protocol.AnyEvent | None = None) -> Outcome:  # fmt: skip
    return outcome_of_exit(code=code, crashed=crashed, asked_to_stop=asked, log=log, last=last)


def test_end_without_done_is_a_failure() -> None:
    assert ended().is_failure
    assert not ended(last=protocol.Done()).is_failure


def test_done_of_a_request_is_not_the_end_of_the_run() -> None:
    assert ended(last=protocol.Done(request=3)).is_failure


def test_finishing_beats_a_stop_that_came_too_late() -> None:
    assert ended(asked=True, last=protocol.Done()).kind == "done"


@pytest.mark.parametrize("code", [130, -1])
def test_stop_is_no_failure(code: int) -> None:
    assert ended(code, asked=True).kind == "stopped"


def test_words_of_the_engine_are_passed_on() -> None:
    event = protocol.Failed(code="disk_full", message="The disk is full.", hint="Make room.")
    failure = ended(2, last=event).explain(safe="Safe.")
    assert (failure.cause, failure.safe, failure.hint) == (
        "The disk is full.",
        "Safe.",
        "Make room.",
    )


@pytest.mark.parametrize(
    ("code", "crashed", "log", "words"),
    [
        (signal.SIGKILL, True, "", "ended from outside"),
        (137, False, "", "ended from outside"),
        (signal.SIGSEGV, True, "", "driver or a library"),
        (139, False, "", "driver or a library"),
        (signal.SIGABRT, True, "std::bad_alloc", "out of memory"),
        (1, False, "torch.OutOfMemoryError: CUDA out of memory", "out of memory"),
        (1, False, "Traceback", "mistake"),
        (2, False, "There is no project in /x.", "There is no project in /x."),
        (0, False, "", "before its work was done"),
        (77, False, "", "77"),
    ],
)
def test_every_end_has_a_sentence(code: int, crashed: bool, log: str, words: str) -> None:
    failure = ended(code, crashed=crashed, log=log).explain(safe="Safe.")
    assert words in failure.cause
    assert failure.hint
    assert failure.safe == "Safe."


def test_reports_hold_neither_tokens_nor_the_home_folder() -> None:
    text = redact(f"{Path.home()}/project with hf_abcdefghijklmnop")
    assert str(Path.home()) not in text
    assert "hf_abc" not in text
