"""Brings the translations up to date with the texts: `python packaging/translations.py`.

Reads the texts of the window and the sentences of the engine, adds what is new to the .ts files of
`resources/translations/`, removes what is gone, and compiles them. Says what is not translated yet;
translate that with Qt Linguist (or an editor), and run this again.
"""

from __future__ import annotations

import argparse
import ast
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "resources" / "translations"
LANGUAGES = ("zh_CN",)
ENGLISH = "en"  # has its plurals only
SPEAKERS = ("EngineError", "notice", "Notice", "Failed")
OUR_MISTAKES = ("ValueError", "AssertionError", "TypeError", "KeyError")
ELSEWHERE = (
    "cli.py", "cli_base.py", "cli_models.py", "cli_pictures.py", "cli_projects.py", "cli_runs.py",
    "doctor.py", "terminal.py", "pocket", "exports/card.py",
)  # fmt: skip
_WORD = re.compile(r"(?<![{\w])[A-Za-z]{2,}(?![}\w])")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="only say what is unfinished")
    if not parser.parse_args().check:
        update(FOLDER)
    for code in (ENGLISH, *LANGUAGES):
        compile_file(FOLDER / f"ppcl_{code}.ts", FOLDER / f"ppcl_{code}.qm")
    codes = (ENGLISH, *LANGUAGES)
    unfinished = {code: list(unfinished_texts(FOLDER / f"ppcl_{code}.ts")) for code in codes}
    for code, texts in unfinished.items():
        print(f"{code}: {len(texts)} texts are unfinished")
        for text in texts:
            print(f"    {text}")
    return 1 if any(unfinished.values()) else 0


def update(folder: Path) -> None:
    """Make the .ts files in `folder` hold exactly the texts that there are."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        engine = Path(scratch) / "engine_texts.py"
        lines = [f"translate('Engine', {text!r})\n" for text in engine_texts()]
        engine.write_text("".join(lines), encoding="utf-8")
        sources = [str(ROOT / "ppcl_app"), str(engine)]
        for code in (ENGLISH, *LANGUAGES):
            only = ["-pluralonly"] if code == ENGLISH else []
            run_tool(
                "lupdate", *only, "-silent", "-extensions", "py", "-no-obsolete", "-locations",
                "none", "-source-language", ENGLISH, "-target-language", code, *sources,
                "-ts", str(folder / f"ppcl_{code}.ts"),
            )  # fmt: skip


def compile_file(source: Path, target: Path) -> None:
    run_tool("lrelease", "-silent", str(source), "-qm", str(target))


def run_tool(name: str, *arguments: str) -> None:
    """Qt's own tools come with PySide6; it wants them called through its wrapper."""
    wrapper = f"import sys; from PySide6.scripts.pyside_tool import {name}; {name}()"
    subprocess.run([sys.executable, "-c", wrapper, *arguments], check=True)


def unfinished_texts(file: Path) -> Iterator[str]:
    for message in ElementTree.parse(file).iter("message"):
        translation = message.find("translation")
        if translation is None or translation.get("type") == "unfinished":
            yield message.findtext("source", "")


def engine_texts() -> list[str]:
    """What the engine says to people, with {names} where values are put in, sorted."""
    found = set()
    for file in sorted((ROOT / "engine").rglob("*.py")):
        name = file.relative_to(ROOT / "engine").as_posix()
        if not name.endswith(ELSEWHERE) and name.split("/")[0] not in ELSEWHERE:
            found |= set(_sentences(ast.parse(file.read_text(encoding="utf-8"))))
    return sorted(found)


def _sentences(node: ast.AST, *, is_said: bool = False) -> Iterator[str]:
    """What is handed to whoever speaks to people, and whatever else reads like a sentence."""
    text = _template(node)
    if text is not None:
        is_sentence = text.endswith(".") and (text[0].isupper() or text[0] == "{")
        if len(_WORD.findall(text)) > 1 and (is_said or is_sentence):
            yield text
        return
    if _is_docstring(node) or (isinstance(node, ast.keyword) and node.arg == "help"):
        return
    name = _name_of(node.func) if isinstance(node, ast.Call) else ""
    if name not in OUR_MISTAKES:
        for child in ast.iter_child_nodes(node):
            said = name in SPEAKERS or (is_said and isinstance(node, ast.keyword))
            yield from _sentences(child, is_said=said)


def _is_docstring(node: ast.AST) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _template(node: ast.AST) -> str | None:
    """A literal, or an f-string with a {name} for every value: {file}, {name2}, {value}."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) and node.value else None
    if not isinstance(node, ast.JoinedStr):
        return None
    text, names = "", []
    for part in node.values:
        if isinstance(part, ast.FormattedValue):
            inner = part.value
            name = inner.attr if isinstance(inner, ast.Attribute) else getattr(inner, "id", "value")
            names.append(name)
            number = names.count(name)
            text += "{" + name + (str(number) if number > 1 else "") + "}"
        elif isinstance(part, ast.Constant):
            text += str(part.value)
    return text


if __name__ == "__main__":
    sys.exit(main())
