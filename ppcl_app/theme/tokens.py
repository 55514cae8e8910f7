"""The colours and distances that everything is drawn with, in a light and a dark set."""

from __future__ import annotations

from dataclasses import dataclass

SPACE = (4, 8, 12, 16, 20, 24)
RADIUS_CONTROL = 6
RADIUS_CARD = 8
TARGET_HEIGHT = 30
BIG_TARGET_HEIGHT = 36
INPUT_HEIGHT = 24  # of a control inside a field, whose edge makes up the rest


@dataclass(frozen=True, slots=True)
class Tokens:
    """One colour per purpose. `line` is decoration; `outline` marks the edge of a control.

    `series` are chart colours that colour-blind people tell apart (Okabe and Ito).
    """

    name: str
    bg: str
    surface: str
    sunken: str
    text: str
    muted: str
    line: str
    outline: str
    accent: str
    accent_hover: str
    accent_text: str
    ok: str
    warn: str
    bad: str
    selected: str
    series: tuple[str, ...]

    @property
    def is_dark(self) -> bool:
        return self.name == "dark"


LIGHT = Tokens(
    name="light",
    bg="#F6F7F9",
    surface="#FFFFFF",
    sunken="#ECEEF2",
    text="#1A1D23",
    muted="#5A6270",
    line="#DDE1E7",
    outline="#858C98",
    accent="#2459D3",
    accent_hover="#1C49B4",
    accent_text="#FFFFFF",
    ok="#1B7A43",
    warn="#8A5A00",
    bad="#B3261E",
    selected="#DCE6FB",
    series=("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00"),
)

DARK = Tokens(
    name="dark",
    bg="#17191D",
    surface="#1F2228",
    sunken="#121418",
    text="#E8EAEE",
    muted="#A3ABB8",
    line="#2E333C",
    outline="#79818E",
    accent="#8AB0FF",
    accent_hover="#A9C5FF",
    accent_text="#0B1B3D",
    ok="#6FD39A",
    warn="#F0BE62",
    bad="#FF8A80",
    selected="#26344F",
    series=("#4FA8DC", "#F2B84B", "#3CC39C", "#DE9CC0", "#8ACDF2", "#F08A4B"),
)


def contrast(a: str, b: str) -> float:
    """Contrast ratio of two #RRGGBB colours, 1 to 21 (WCAG 2.1)."""
    dark, light = sorted((_luminance(a), _luminance(b)))
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    weights = (0.2126, 0.7152, 0.0722)
    total = 0.0
    for weight, start in zip(weights, (1, 3, 5), strict=True):
        c = int(color[start : start + 2], 16) / 255
        total += weight * (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4)
    return total
