"""The exact score of a Pocket picture: one yes or no for each thing that its caption states.

The world is closed, so nothing is learned but the reading of words: every thing found is named by
its nearest neighbour among all that Pocket can draw, never compared with the expected answer only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np

from engine.pocket import grammar
from engine.pocket.grammar import Scene, Thing
from engine.pocket.renderer import CELL_PX, LABEL_WORD_ROW, PICTURE_PX, SIGN_BOARD, SIGN_WORD_ROW
from engine.quality.blobs import find_blobs
from engine.quality.sprite_bank import VISIBLE_RGB, Match, SpriteBank, distance_from
from engine.quality.word_reader import WordReader

FIELDS = ("background", "count", "object", "color", "relation", "text", "text_color")

# Distances from the background, RGB. The first separates all that Pocket draws; where blur makes
# neighbours run together or edges grow, a later one finds things that match better.
_LEVELS_RGB = (VISIBLE_RGB, 60.0, 110.0)
_COLOR_LIMIT = 120.0
_INK_LIMIT_RGB = 40.0
_INK_SHARE = 0.03
_FAINTEST_INK = 0.4
_BOARD_MIN_PX = 30
_RIM_PX = 3
_SEPARATOR_PX = 12


class Summary(msgspec.Struct, frozen=True):
    """Scores of many pictures: `score` is the mean share of right fields, 0 to 1."""

    score: float
    fields: dict[str, float]
    num_pictures: int


@dataclass(frozen=True, slots=True)
class _Writing:
    """Where a word may stand: its ink coverage, float32 [16, 80], and its colour's name."""

    cover: np.ndarray
    color: str | None


@dataclass(frozen=True, slots=True)
class _View:
    """A picture, its background, and how far each pixel is from that, float32 [80, 80]."""

    picture: np.ndarray
    ground: np.ndarray
    off: np.ndarray

    @property
    def mask(self) -> np.ndarray:
        return np.asarray(self.off > _LEVELS_RGB[0])


class PocketScorer:
    """Checks pictures against scenes; keep one, it holds the sprite bank and the OCR model."""

    def __init__(self) -> None:
        self._bank = SpriteBank()
        self._reader = WordReader()

    def score(self, picture: np.ndarray, scene: Scene) -> dict[str, bool]:
        """Whether each truth field of `scene` holds in `picture`, uint8 [80, 80, 3].

        Only fields that the scene's kind has are present, in the order of FIELDS.
        """
        view = _view(picture)
        checks = {"background": _named_color(view.ground, grammar.BACKGROUNDS) == scene.bg}
        if scene.kind == "sign":
            board = _board(view)
            color = _named_color(board[0], grammar.COLORS) if board else None
            checks["object"] = color == scene.things[0].color
        elif scene.kind == "pair":
            checks |= self._check_pair(view, scene)
        elif scene.kind == "label":
            checks |= self._check_label(view, scene)
        else:
            checks |= _check_alike(self._name_things(view, view.mask), scene.things[0])
        if scene.text is not None:
            writing = _writing(view, kind=scene.kind)
            checks["text"] = self._reader.read(writing.cover) == scene.text
            checks["text_color"] = writing.color == scene.text_color
        return {field: checks[field] for field in FIELDS if field in checks}

    def score_all(self, pictures: Sequence[np.ndarray], scenes: Sequence[Scene]) -> Summary:
        """Mean over pictures of their share of right fields, and the share right per field."""
        checks = [self.score(p, s) for p, s in zip(pictures, scenes, strict=True)]
        if not checks:
            raise ValueError("There is no picture to score.")
        answers = {field: [c[field] for c in checks if field in c] for field in FIELDS}
        return Summary(
            score=float(np.mean([np.mean(list(c.values())) for c in checks])),
            fields={field: float(np.mean(right)) for field, right in answers.items() if right},
            num_pictures=len(checks),
        )

    def read_word(self, picture: np.ndarray, *, kind: str) -> str:
        """The word in the picture of a sign or a label, read without knowing it."""
        return self._reader.read(_writing(_view(picture), kind=kind).cover)

    def find_things(self, picture: np.ndarray) -> list[Match]:
        """Every separate thing of the picture, each named by its nearest sprite."""
        view = _view(picture)
        return self._name_things(view, view.mask)

    def _name_things(self, view: _View, area: np.ndarray) -> list[Match]:
        """The things inside `area`, at the level whose worst match is nearest to its sprite."""
        bg = min(grammar.BACKGROUNDS, key=lambda n: _contrast(view.ground, grammar.BACKGROUNDS[n]))
        tries = []
        for level in _LEVELS_RGB:
            blobs = find_blobs(area & (view.off > level))
            tries.append([self._bank.nearest(view.picture, blob=b, bg=bg) for b in blobs])
        found = [matches for matches in tries if matches]
        return min(found, key=lambda ms: max(m.distance for m in ms), default=[])

    def _check_label(self, view: _View, scene: Scene) -> dict[str, bool]:
        row = _word_row(view)
        band = _row_mask(row)
        found = self._name_things(view, view.mask & ~band)
        written = bool((view.mask & band).any())
        placed = row == LABEL_WORD_ROW[scene.rel or "above"]
        relation = placed and written and bool(found)
        return _check_alike(found, scene.things[0]) | {"relation": relation}

    def _check_pair(self, view: _View, scene: Scene) -> dict[str, bool]:
        """Identity in each half; things that changed places keep their object and colour."""
        halves, rel = _halves(view.mask)
        found = [self._name_things(view, half) for half in halves]
        if [len(things) for things in found] != [1, 1]:
            checks = dict.fromkeys(("count", "object", "relation"), False)
            return checks | {"color": False for t in scene.things if _has_colors(t)}
        names, wanted = [m[0].name for m in found], [t.name for t in scene.things]
        swapped = names == wanted[::-1]
        things = scene.things[::-1] if swapped else scene.things
        same = [_same_color(m[0], t) for m, t in zip(found, things, strict=True) if _has_colors(t)]
        checks = {"count": True, "object": swapped or names == wanted}
        checks["relation"] = names == wanted and rel == scene.rel
        return checks | ({"color": all(same)} if same else {})


def _view(picture: np.ndarray) -> _View:
    if picture.shape != (PICTURE_PX, PICTURE_PX, 3) or picture.dtype != np.uint8:
        given = f"{picture.dtype} {list(picture.shape)}"
        raise ValueError(f"A Pocket picture is uint8 [80, 80, 3], not {given}.")
    border = [picture[0], picture[-1], picture[1:-1, 0], picture[1:-1, -1]]
    ground = np.median(np.concatenate(border), axis=0)
    return _View(picture, ground, distance_from(ground, picture))


def _named_color(rgb: np.ndarray, colors: dict[str, tuple[int, int, int]]) -> str | None:
    best = min(colors, key=lambda name: _contrast(rgb, colors[name]))
    return best if _contrast(rgb, colors[best]) < _COLOR_LIMIT else None


def _contrast(rgb: np.ndarray, color: tuple[int, int, int]) -> float:
    red, green, blue = (int(c) for c in rgb)
    return grammar.contrast((red, green, blue), color)


def _check_alike(found: list[Match], thing: Thing) -> dict[str, bool]:
    checks = {
        "count": len(found) == thing.n,
        "object": bool(found) and all(m.name == thing.name for m in found),
    }
    if _has_colors(thing):
        checks["color"] = bool(found) and all(_same_color(m, thing) for m in found)
    return checks


def _has_colors(thing: Thing) -> bool:
    return grammar.is_shape(thing.name) or thing.name in grammar.TINTED


def _same_color(match: Match, thing: Thing) -> bool:
    """Natural colours belong to their object; a stated colour is right on any object."""
    return match.color == thing.color and (thing.color is not None or match.name == thing.name)


def _halves(mask: np.ndarray) -> tuple[tuple[np.ndarray, np.ndarray], str]:
    """The halves in which a pair's things stand, and the relation that this is."""
    blobs = find_blobs(mask)
    wide = max((b.right for b in blobs), default=0) - min((b.left for b in blobs), default=0)
    high = max((b.bottom for b in blobs), default=0) - min((b.top for b in blobs), default=0)
    first, second = mask.copy(), mask.copy()
    middle = PICTURE_PX // 2
    if wide >= high:
        first[:, middle:], second[:, :middle] = False, False
        return (first, second), "left"
    first[middle:], second[:middle] = False, False
    return (first, second), "above"


def _row_mask(row: int) -> np.ndarray:
    mask = np.zeros((PICTURE_PX, PICTURE_PX), bool)
    mask[row * CELL_PX : (row + 1) * CELL_PX] = True
    return mask


def _word_row(view: _View) -> int:
    """The row of a label's word, top or bottom: the one that a band of background sets apart."""
    rows = view.mask.sum(axis=1)
    below_top = rows[CELL_PX : CELL_PX + _SEPARATOR_PX].sum()
    above_bottom = rows[-CELL_PX - _SEPARATOR_PX : -CELL_PX].sum()
    return LABEL_WORD_ROW["below"] if below_top < above_bottom else LABEL_WORD_ROW["above"]


def _board(view: _View) -> tuple[np.ndarray, np.ndarray] | None:
    """Colour of a sign's board and its columns, bool [80], from the rims of the word's row."""
    columns = view.mask[_rim_rows()].mean(axis=0) > 0.5
    if columns.sum() < _BOARD_MIN_PX:
        return None
    rims = view.picture[_rim_rows()]
    color = np.median(rims[:, columns].reshape(-1, 3), axis=0)
    return color, distance_from(color, rims).mean(axis=0) < VISIBLE_RGB


def _rim_rows() -> np.ndarray:
    top, bottom = SIGN_BOARD[0] + _RIM_PX, SIGN_BOARD[1] - _RIM_PX
    return np.r_[top : top + _RIM_PX, bottom - _RIM_PX : bottom]


def _writing(view: _View, *, kind: str) -> _Writing:
    """The ink in the row of the word: how far each pixel is from the ground towards the ink."""
    ground, columns = view.ground, np.ones(PICTURE_PX, bool)
    row = SIGN_WORD_ROW if kind == "sign" else _word_row(view)
    strip = view.picture[row * CELL_PX : (row + 1) * CELL_PX].astype(np.float32)
    blank = _Writing(np.zeros(strip.shape[:2], np.float32), None)
    if kind == "sign":
        board = _board(view)
        if board is None:
            return blank
        ground, columns = board
    ink = _ink(strip[:, columns] - ground)
    if np.linalg.norm(ink) < _INK_LIMIT_RGB:
        return blank
    cover = _cover(strip, ground=ground, ink=ink)
    if kind == "sign":
        # The board's ends can have the ink's colour; they also cross the rims, letters do not.
        rims = view.picture[_rim_rows()].astype(np.float32)
        cover = np.clip(cover - _cover(rims, ground=ground, ink=ink).mean(axis=0), 0, 1)
    return _Writing(cover, _ink_name(ink, ground=ground))


def _ink(off: np.ndarray) -> np.ndarray:
    """The colour farthest from the ground, as the median of its few pixels, less the ground."""
    length = np.linalg.norm(off, axis=-1).ravel()
    farthest = np.argsort(length)[-max(1, round(_INK_SHARE * length.size)) :]
    return np.asarray(np.median(off.reshape(-1, 3)[farthest], axis=0))


def _cover(part: np.ndarray, *, ground: np.ndarray, ink: np.ndarray) -> np.ndarray:
    return np.clip((part - ground) @ ink / (ink @ ink), 0, 1).astype(np.float32)


def _ink_name(ink: np.ndarray, *, ground: np.ndarray) -> str | None:
    """The colour that `ink` is on the way to: thin strokes are never quite their own colour."""
    misses = {}
    for name, rgb in grammar.COLORS.items():
        whole = np.array(rgb, np.float32) - ground
        share = np.clip(ink @ whole / max(whole @ whole, 1.0), _FAINTEST_INK, 1)
        misses[name] = float(np.linalg.norm(ink - share * whole))
    return min(misses, key=lambda name: misses[name])
