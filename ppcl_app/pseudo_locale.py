"""A language that nobody speaks: every text with accents, in brackets, and longer.

It shows at once which texts cannot be translated (no accents), which are put together from pieces
(brackets within a sentence), and which have no room to grow (no closing bracket).
"""

from __future__ import annotations

import re

from PySide6.QtCore import QObject, QTranslator

OPENING, CLOSING = "⟦", "⟧"
GROWTH = 0.4
_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ACCENTED = "åƀçðéƒğĥîĵķļɱñöþǫřšţûṽŵẋýžÅɃÇÐÉƑĞĤÎĴĶĻṀÑÖÞǪŘŠŢÛṼŴẊÝŽ"
_LETTERS = str.maketrans(_PLAIN, _ACCENTED)
_KEPT = re.compile(r"(\{\w*\}|%n|</?\w+>|\(\*\.\w+\))")  # placeholders, tags, file patterns


def pseudo(text: str) -> str:
    """`text` in the language that nobody speaks, with placeholders and mnemonics as they were."""
    parts = _KEPT.split(text)
    spoken = sum(len(part) for part in parts[::2])
    parts[::2] = [part.translate(_LETTERS) for part in parts[::2]]
    if spoken < 3:
        return text
    growth = max(0, round(spoken * GROWTH) - len(OPENING + CLOSING))
    more = (" ~~~~~" * (growth // 6 + 1))[:growth]  # lines break at the gaps
    return f"{OPENING}{''.join(parts)}{more}{CLOSING}"


class PseudoTranslator(QTranslator):
    """Translates whatever the window says; Qt's own texts, such as the names of keys, stay."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)

    def isEmpty(self) -> bool:
        return False

    def translate(  # None is how Qt is told to ask the next translator
        self, context: str, text: str, disambiguation: str | None = None, n: int = -1
    ) -> str | None:
        return None if context.startswith("Q") or not text else pseudo(text)
