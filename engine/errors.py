"""The two ways in which engine work ends early: an error the user can act on, and being stopped."""

from __future__ import annotations

import functools


class EngineError(Exception):
    """Something that the user can act on: the cause and what is safe, then the next step.

    `code` is a stable snake_case word for programs; `message` and `hint` are whole sentences.
    """

    def __init__(self, code: str, message: str, *, hint: str = "") -> None:
        super().__init__(f"{message} {hint}".strip())
        self.code = code
        self.message = message
        self.hint = hint

    def __reduce__(self) -> tuple[object, ...]:
        """As it was made, on its way from one process to another."""
        return functools.partial(EngineError, self.code, self.message, hint=self.hint), ()


class Cancelled(Exception):
    """The run was asked to stop; what is finished stays on disk and the run can go on later."""
