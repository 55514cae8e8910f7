"""Widgets of our own. They show what models tell them, and hold no state beyond that."""
