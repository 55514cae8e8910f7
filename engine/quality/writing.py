"""The word of a sign or a label: its ink, found in the row where Pocket writes, and its colour."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.pocket import grammar
from engine.pocket.renderer import CELL_PX, SIGN_WORD_ROW
from engine.quality.pocket_view import PocketView, find_board, label_word_row, rim_rows

_LEAST_INK_RGB = 40.0
_INK_SHARE = 0.03
_FAINTEST_INK = 0.4


@dataclass(frozen=True, slots=True)
class Writing:
    """Ink coverage of the word's row in 0..1, float32 [16, 80], and the ink's colour by name."""

    cover: np.ndarray
    color: str | None


def find_writing(view: PocketView, *, kind: str) -> Writing:
    """How far each pixel of the word's row is on the way from its ground to the ink."""
    if kind == "sign":
        board = find_board(view)
        if board is None or not board.columns.any():
            return _blank(view)
        row, ground, columns = SIGN_WORD_ROW, board.color, board.columns
    else:
        row, ground = label_word_row(view), view.ground
        columns = np.ones(view.picture.shape[1], bool)
    strip = view.picture[row * CELL_PX : (row + 1) * CELL_PX].astype(np.float32)
    ink = _ink(strip[:, columns] - ground)
    if np.linalg.norm(ink) < _LEAST_INK_RGB:
        return _blank(view)
    cover = _cover(strip, ground=ground, ink=ink)
    if kind == "sign":
        # The board's ends can have the ink's colour; they also cross the rims, letters do not.
        rims = _cover(view.picture[rim_rows()], ground=ground, ink=ink)
        cover = np.clip(cover - rims.mean(axis=0), 0, 1)
    return Writing(cover, _ink_name(ink, ground=ground))


def _blank(view: PocketView) -> Writing:
    return Writing(np.zeros((CELL_PX, view.picture.shape[1]), np.float32), None)


def _ink(off: np.ndarray) -> np.ndarray:
    """The colour farthest from the ground, as the median of its few pixels, less the ground."""
    length = np.linalg.norm(off, axis=-1).ravel()
    farthest = np.argsort(length)[-max(1, round(_INK_SHARE * length.size)) :]
    return np.asarray(np.median(off.reshape(-1, 3)[farthest], axis=0))


def _cover(part: np.ndarray, *, ground: np.ndarray, ink: np.ndarray) -> np.ndarray:
    return np.asarray(np.clip((part - ground) @ ink / (ink @ ink), 0, 1), np.float32)


def _ink_name(ink: np.ndarray, *, ground: np.ndarray) -> str:
    """The colour that `ink` is on the way to: thin strokes are never quite their own colour."""
    misses = {}
    for name, rgb in grammar.COLORS.items():
        whole = np.array(rgb, np.float32) - ground
        share = np.clip(ink @ whole / max(whole @ whole, 1.0), _FAINTEST_INK, 1)
        misses[name] = float(np.linalg.norm(ink - share * whole))
    return min(misses, key=lambda name: misses[name])
