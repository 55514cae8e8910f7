"""The small style sheet: frames, push buttons, lists and progress bars, and nothing else.

Input controls are left to Fusion: a border rule on them takes away their arrows.
"""

from __future__ import annotations

from string import Template

from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication

from ppcl_app.theme.tokens import (
    BIG_TARGET_HEIGHT,
    RADIUS_CARD,
    RADIUS_CONTROL,
    TARGET_HEIGHT,
    Tokens,
)

_SHEET = Template("""
QMainWindow, QDialog { background: $bg; }
QFrame[card="true"] { background: $surface; border: 1px solid $line; border-radius: ${card}px; }
QFrame[card="failure"] { background: $surface; border: 1px solid $bad; border-radius: ${card}px; }
QFrame[card="good"] { background: $surface; border: 1px solid $ok; border-radius: ${card}px; }
QFrame[tile="true"] { background: $surface; border: 1px solid $outline; border-radius: ${card}px; }
QFrame[tile="chosen"] {
    background: $selected; border: 1px solid $accent; border-radius: ${card}px;
}
QFrame[tile="focus"] {
    background: $selected; border: 2px solid $accent; border-radius: ${card}px;
}
QFrame[field="true"] {
    background: $surface; border: 1px solid $outline; border-radius: ${control}px;
}
QFrame[field="focus"] {
    background: $surface; border: 2px solid $accent; border-radius: ${control}px;
}
QRadioButton { background: transparent; spacing: 8px; }
QRadioButton::indicator {
    width: 12px; height: 12px; border-radius: 8px; border: 2px solid $outline; background: $surface;
}
QRadioButton::indicator:checked {
    width: 6px; height: 6px; border: 5px solid $accent; background: $accent_text;
}
QFrame[rail="true"] { background: $sunken; border: none; border-right: 1px solid $line; }
QFrame[bar="true"] { background: $bg; border: none; border-top: 1px solid $line; }
QLabel { background: transparent; }
QLabel[tone="muted"] { color: $muted; }
QLabel[tone="ok"] { color: $ok; }
QLabel[tone="warn"] { color: $warn; }
QLabel[tone="bad"] { color: $bad; }

QPushButton {
    background: $surface; color: $text; border: 1px solid $outline; border-radius: ${control}px;
    padding: 5px 13px; min-height: ${target}px;
}
QPushButton:hover { background: $sunken; }
QPushButton:pressed { background: $selected; }
QPushButton:focus { border: 2px solid $accent; padding: 4px 12px; }
QPushButton:disabled { color: $muted; border-color: $line; background: $bg; }
QPushButton[primary="true"] {
    background: $accent; color: $accent_text; border: 1px solid $accent; font-weight: 600;
    padding: 5px 19px; min-height: ${big}px;
}
QPushButton[primary="true"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[primary="true"]:focus { border: 2px solid $text; padding: 4px 18px; }
QPushButton[primary="true"]:disabled { background: $sunken; color: $muted; border-color: $line; }
QPushButton[quiet="true"] {
    background: transparent; border: 1px solid transparent; color: $accent; padding: 5px 7px;
}
QPushButton[quiet="true"]:hover { background: $sunken; }
QPushButton[quiet="true"]:focus { border: 2px solid $accent; padding: 4px 6px; }

QPushButton[quiet="true"]:checked {
    background: $selected; border: 1px solid $accent;
}
QPushButton[quiet="true"]:disabled { color: $muted; background: transparent; }

QTableWidget, QListWidget[plain="true"] {
    background: $surface; border: none; outline: none; gridline-color: $line;
}
QTableWidget::item { border-bottom: 1px solid $line; padding: 0 5px; }
QTableWidget::item:selected, QListWidget[plain="true"]::item:selected {
    background: $selected; color: $text;
}
QListWidget[plain="true"]::item { padding: 7px 8px; border-radius: ${control}px; }
QHeaderView { background: $surface; border: none; }
QHeaderView::section {
    background: $surface; color: $muted; border: none; border-bottom: 1px solid $outline;
    padding: 5px 8px;
}
QTableCornerButton::section { background: $surface; border: none; }

QListWidget[rail="true"] { background: transparent; border: none; outline: none; }

QProgressBar {
    background: $sunken; border: none; border-radius: 3px; min-height: 6px; max-height: 6px;
}
QProgressBar::chunk { background: $accent; border-radius: 3px; }
QPlainTextEdit {
    background: $surface; color: $text; border: 1px solid $outline; border-radius: ${control}px;
    padding: 4px;
}
QPlainTextEdit:focus { border: 2px solid $accent; padding: 3px; }
QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical {
    background: $outline; border-radius: 3px; margin: 2px; min-height: 24px;
}
QScrollBar::add-line:vertical, QScrollBar::sub-line:vertical { height: 0; }
QScrollBar::add-page:vertical, QScrollBar::sub-page:vertical { background: transparent; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle:horizontal {
    background: $outline; border-radius: 3px; margin: 2px; min-width: 24px;
}
QScrollBar::add-line:horizontal, QScrollBar::sub-line:horizontal { width: 0; }
QScrollBar::add-page:horizontal, QScrollBar::sub-page:horizontal { background: transparent; }
QToolTip { background: $surface; color: $text; border: 1px solid $outline; padding: 4px; }
""")


def make_style_sheet(tokens: Tokens) -> str:
    """A height here overrules what a button asks for, so it grows with the system's text size."""
    line = QFontMetrics(QApplication.font()).height()
    colors = {
        name: getattr(tokens, name) for name in Tokens.__slots__ if name not in ("name", "series")
    }
    return _SHEET.substitute(
        colors, card=RADIUS_CARD, control=RADIUS_CONTROL,
        target=max(TARGET_HEIGHT - 12, line), big=max(BIG_TARGET_HEIGHT - 12, line),
    )  # fmt: skip
