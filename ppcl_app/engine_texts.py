"""What the engine says, in the language of the window.

The engine speaks English, with names and numbers in its sentences. The sentence is found again by
what stands between them, and the values go into its translation. What is not found stays English.
"""

from __future__ import annotations

import re
from functools import cache

from PySide6.QtCore import QCoreApplication

from ppcl_app.translation import FOLDER

CONTEXT = "Engine"
_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_BETWEEN_SENTENCES = re.compile(r"(?<=[.!?]) ")


def say(text: str) -> str:
    """`text` of the engine for people to read."""
    if not text or not _is_translated():
        return text
    whole = _say_sentence(text)
    if whole is not None:
        return whole
    for gap in _BETWEEN_SENTENCES.finditer(text):  # a cause and a hint in one
        first, rest = _say_sentence(text[: gap.start()]), say(text[gap.end() :])
        if first is not None and rest != text[gap.end() :]:
            return f"{first} {rest}"
    return text


def _say_sentence(text: str) -> str | None:
    for template, pattern in _patterns():
        found = pattern.fullmatch(text)
        if found is not None:
            return QCoreApplication.translate(CONTEXT, template).format(**found.groupdict())
    return None


def _is_translated() -> bool:
    """A sentence that is always there tells whether the language in use knows the engine."""
    known = "The prompt is empty."
    return QCoreApplication.translate(CONTEXT, known) != known


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """Every sentence of the engine, the one with most words of its own first."""
    import xml.etree.ElementTree as ElementTree  # only once something went wrong

    file = next(iter(sorted(FOLDER.glob("ppcl_zh*.ts"))))
    found = []
    for context in ElementTree.parse(file).iter("context"):
        if context.findtext("name") == CONTEXT:
            found = [message.findtext("source", "") for message in context.iter("message")]
    found.sort(key=lambda text: -len(_PLACEHOLDER.sub("", text)))
    return [(text, _pattern(text)) for text in found]


def _pattern(template: str) -> re.Pattern[str]:
    pieces = _PLACEHOLDER.split(template)
    for i, piece in enumerate(pieces):
        pieces[i] = f"(?P<{piece}>.+?)" if i % 2 else re.escape(piece)
    return re.compile("".join(pieces), re.DOTALL)
