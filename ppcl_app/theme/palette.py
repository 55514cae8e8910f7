"""Tokens as a Qt palette, and the way back from the palette to the tokens."""

from __future__ import annotations

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication

from ppcl_app.theme.tokens import DARK, LIGHT, Tokens

_Role = QPalette.ColorRole
_Group = QPalette.ColorGroup


def make_palette(tokens: Tokens) -> QPalette:
    """The whole palette is set: some platforms never tell Qt whether they are light or dark."""
    palette = QPalette()
    roles = {
        _Role.Window: tokens.bg,
        _Role.WindowText: tokens.text,
        _Role.Base: tokens.surface,
        _Role.AlternateBase: tokens.sunken,
        _Role.Text: tokens.text,
        _Role.Button: tokens.surface,
        _Role.ButtonText: tokens.text,
        _Role.BrightText: tokens.bad,
        _Role.ToolTipBase: tokens.surface,
        _Role.ToolTipText: tokens.text,
        _Role.Highlight: tokens.accent,
        _Role.HighlightedText: tokens.accent_text,
        _Role.Accent: tokens.accent,
        _Role.Link: tokens.accent,
        _Role.LinkVisited: tokens.accent,
        _Role.PlaceholderText: tokens.muted,
        _Role.Light: tokens.surface,
        _Role.Midlight: tokens.line,
        _Role.Mid: tokens.outline,
        _Role.Dark: tokens.outline,
        _Role.Shadow: tokens.sunken,
    }
    for role, color in roles.items():
        palette.setColor(role, QColor(color))
    for role in (_Role.WindowText, _Role.Text, _Role.ButtonText, _Role.HighlightedText):
        palette.setColor(_Group.Disabled, role, QColor(tokens.muted))
    palette.setColor(_Group.Disabled, _Role.Highlight, QColor(tokens.outline))
    return palette


def current_tokens() -> Tokens:
    """The tokens that everything is drawn with now; ask again after a PaletteChange.

    The application's palette is asked, because a style sheet may change that of a widget.
    """
    is_dark = QApplication.palette().color(_Role.Window).lightness() < 128
    return DARK if is_dark else LIGHT
