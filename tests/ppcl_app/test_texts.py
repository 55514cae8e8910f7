"""Every text can be translated, and none speaks in terms that only experts know."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import ppcl_app

FILES = sorted(Path(ppcl_app.__file__).parent.rglob("*.py"))
BANNED = ("CKA", "distill", "LoRA", "dtype", "checkpoint", "tensor", "epoch", "hyperparameter")
EXPLAINED = ("stage_tip",)  # functions whose texts are tool tips that give the technical word


def calls_to_translate(tree: ast.AST) -> list[ast.Call]:
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            (isinstance(node.func, ast.Attribute) and node.func.attr == "tr")
            or (isinstance(node.func, ast.Name) and node.func.id == "translate")
        )
    ]


def text_of(call: ast.Call) -> ast.expr:
    """The text itself; translate() has a context in front of it."""
    return call.args[1 if isinstance(call.func, ast.Name) else 0]


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_translated_texts_are_plain_literals(file: Path) -> None:
    """lupdate does not see f-strings, variables, or wrappers of other names.

    A number may follow, for plurals: self.tr("%n layers", "", count).
    """
    for call in calls_to_translate(ast.parse(file.read_text())):
        for argument in call.args[: 3 if isinstance(call.func, ast.Name) else 2]:
            assert isinstance(argument, ast.Constant), f"{file.name}:{call.lineno}"
            assert isinstance(argument.value, str)


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_no_text_hides_from_the_tool(file: Path) -> None:
    """lupdate does not look into f-strings, and does not know names of characters."""
    source = file.read_text()
    tree = ast.parse(source)
    for string in (node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)):
        assert calls_to_translate(string) == [], f"{file.name}:{string.lineno}"
    for call in calls_to_translate(tree):
        written = ast.get_source_segment(source, text_of(call)) or ""
        assert "\\N{" not in written, f"{file.name}:{call.lineno}"


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_texts_hold_no_jargon(file: Path) -> None:
    tree = ast.parse(file.read_text())
    explained = [
        n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef) and n.name in EXPLAINED
    ]
    skipped = {call for function in explained for call in calls_to_translate(function)}
    for call in calls_to_translate(tree):
        if call in skipped:
            continue
        text = text_of(call)
        assert isinstance(text, ast.Constant)
        for word in BANNED:
            assert word.lower() not in str(text.value).lower(), f"{file.name}:{call.lineno} {word}"


@pytest.mark.parametrize("file", FILES, ids=lambda f: f.stem)
def test_modules_stay_small(file: Path) -> None:
    tree = ast.parse(file.read_text())
    assert len(file.read_text().splitlines()) <= 400
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.end_lineno:
            assert node.end_lineno - node.lineno < 50, f"{file.name}: {node.name}"
