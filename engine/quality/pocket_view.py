"""A Pocket picture as its scorer sees it: its background, what differs from that, named colours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.pocket import grammar
from engine.pocket.renderer import LABEL_WORD_ROW, PICTURE_PX, SIGN_BOARD
from engine.quality.sprite_bank import VISIBLE_RGB, distance_from

_COLOR_LIMIT = 120.0
_ALIKE_RGB = 30.0
_BOARD_MIN_PX = 30
_RIM_PX = 3
_EDGE_PX = 8


@dataclass(frozen=True, slots=True)
class PocketView:
    """A picture, its background colour, and how far each pixel is from that, float32 [80, 80]."""

    picture: np.ndarray
    ground: np.ndarray
    off: np.ndarray

    @property
    def mask(self) -> np.ndarray:
        return np.asarray(self.off > VISIBLE_RGB)

    @property
    def bg(self) -> str:
        return min(
            grammar.BACKGROUNDS, key=lambda n: _contrast(self.ground, grammar.BACKGROUNDS[n])
        )


@dataclass(frozen=True, slots=True)
class Board:
    """A sign's board: its colour, and which columns it fills, bool [80]."""

    color: np.ndarray
    columns: np.ndarray


def look_at(picture: np.ndarray) -> PocketView:
    """The view of `picture`, uint8 [80, 80, 3]."""
    if picture.shape != (PICTURE_PX, PICTURE_PX, 3) or picture.dtype != np.uint8:
        given = f"{picture.dtype} {list(picture.shape)}"
        raise ValueError(f"A Pocket picture is uint8 [80, 80, 3], not {given}.")
    ground = _ground(picture)
    return PocketView(picture, ground, distance_from(ground, picture))


def _ground(picture: np.ndarray) -> np.ndarray:
    """Median colour of the border, of those of its pixels that agree on a background.

    All of them would not do: four things in the corners cover most of the border.
    """
    border = [picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1]]
    pixels = np.concatenate(border).astype(np.float32)
    known = np.array(list(grammar.BACKGROUNDS.values()), np.float32)
    off = np.linalg.norm(pixels[:, None] - known, axis=-1)
    votes = np.where(off.min(axis=1) < _ALIKE_RGB, off.argmin(axis=1), -1)
    counts = np.bincount(votes[votes >= 0], minlength=len(known))
    agreeing = pixels[votes == counts.argmax()] if counts.any() else pixels
    return np.asarray(np.median(agreeing, axis=0))


def named_color(rgb: np.ndarray, colors: dict[str, tuple[int, int, int]]) -> str | None:
    """The nearest of `colors`, or None when `rgb` is like none of them."""
    best = min(colors, key=lambda name: _contrast(rgb, colors[name]))
    return best if _contrast(rgb, colors[best]) < _COLOR_LIMIT else None


def label_word_row(view: PocketView) -> int:
    """The row of a label's word, top or bottom: only a word reaches so near to the edge."""
    rows = view.mask.sum(axis=1)
    at_top = rows[:_EDGE_PX].sum() > rows[-_EDGE_PX:].sum()
    return LABEL_WORD_ROW["below" if at_top else "above"]


def find_board(view: PocketView) -> Board | None:
    """The board of a sign, seen by its rims above and below the word."""
    rims = view.picture[rim_rows()]
    seen = view.mask[rim_rows()].mean(axis=0) > 0.5
    if seen.sum() < _BOARD_MIN_PX:
        return None
    color = np.median(rims[:, seen].reshape(-1, 3), axis=0)
    return Board(color, distance_from(color, rims).mean(axis=0) < VISIBLE_RGB)


def rim_rows() -> np.ndarray:
    """Rows of a sign's board that no letter reaches."""
    top, bottom = SIGN_BOARD[0] + _RIM_PX, SIGN_BOARD[1] - _RIM_PX
    return np.array([*range(top, top + _RIM_PX), *range(bottom - _RIM_PX, bottom)])


def _contrast(rgb: np.ndarray, color: tuple[int, int, int]) -> float:
    red, green, blue = (int(c) for c in rgb)
    return grammar.contrast((red, green, blue), color)
