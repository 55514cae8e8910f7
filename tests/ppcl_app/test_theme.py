"""Colours that can be read, in both appearances."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ppcl_app.theme.appearance import Appearance
from ppcl_app.theme.palette import current_tokens
from ppcl_app.theme.style_sheet import make_style_sheet
from ppcl_app.theme.tokens import DARK, LIGHT, Tokens, contrast

TEXT = [
    ("text", "surface"), ("text", "bg"), ("text", "sunken"), ("text", "selected"),
    ("muted", "surface"), ("muted", "bg"), ("muted", "sunken"), ("muted", "selected"),
    ("accent", "surface"), ("accent", "bg"), ("accent_text", "accent"),
    ("accent_text", "accent_hover"), ("ok", "surface"), ("warn", "surface"), ("bad", "surface"),
]  # fmt: skip
EDGES = [
    ("outline", "surface"),
    ("accent", "selected"),
    ("accent", "sunken"),
    ("ok", "bg"),
    ("warn", "bg"),
    ("bad", "bg"),
]


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("pair", TEXT, ids="-on-".join)
def test_text_is_readable(tokens: Tokens, pair: tuple[str, str]) -> None:
    assert contrast(getattr(tokens, pair[0]), getattr(tokens, pair[1])) >= 4.5


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=lambda t: t.name)
@pytest.mark.parametrize("pair", EDGES, ids="-on-".join)
def test_edges_and_signs_can_be_seen(tokens: Tokens, pair: tuple[str, str]) -> None:
    assert contrast(getattr(tokens, pair[0]), getattr(tokens, pair[1])) >= 3.0


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21.0)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_choice_dresses_the_application(qtbot: QtBot, qapp: QApplication) -> None:
    appearance = Appearance(qapp, "light")
    changes: list[str] = []
    appearance.tokens_changed.connect(lambda: changes.append(appearance.tokens.name))
    assert current_tokens() is LIGHT
    appearance.choose("dark")
    assert current_tokens() is DARK
    appearance.choose("dark")
    appearance.choose("light")
    assert changes == ["dark", "light"]


def test_same_look_is_put_on_once(
    qtbot: QtBot, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A style sheet dresses every widget of every window anew."""
    Appearance(qapp, "light")
    dressed: list[str] = []

    def dress(application: QApplication, sheet: str) -> None:
        dressed.append(sheet)
        real(application, sheet)

    real = QApplication.setStyleSheet
    monkeypatch.setattr(QApplication, "setStyle", lambda _self, name: dressed.append(name))
    monkeypatch.setattr(QApplication, "setStyleSheet", dress)
    Appearance(qapp, "light")
    assert not dressed
    for choice, tokens in (("dark", DARK), ("light", LIGHT)):
        Appearance(qapp, choice)
        assert dressed.pop() == qapp.styleSheet() == make_style_sheet(tokens)
        assert current_tokens() is tokens
        assert not dressed
