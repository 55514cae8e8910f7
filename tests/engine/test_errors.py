"""Every error that the engine can raise says its cause and what to do next."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import engine

FOLDER = Path(engine.__file__).parent


def raised() -> list[tuple[str, ast.Call]]:
    """Where an EngineError is made, and the call that makes it."""
    return [
        (f"{file.relative_to(FOLDER)}:{node.lineno}", node)
        for file in sorted(FOLDER.rglob("*.py"))
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "EngineError"
    ]


def test_errors_are_found() -> None:
    assert len(raised()) > 60


@pytest.mark.parametrize(("place", "call"), raised(), ids=[place for place, _ in raised()])
def test_error_has_a_cause_and_a_next_step(place: str, call: ast.Call) -> None:
    _code, message = call.args
    hint = next((keyword.value for keyword in call.keywords if keyword.arg == "hint"), None)
    assert not (isinstance(message, ast.Constant) and not message.value)
    assert hint is not None, f"{place} does not say what to do next"
    assert not (isinstance(hint, ast.Constant) and not hint.value)
