"""The exact score of a Pocket picture: one yes or no for each thing that its caption states.

The world is closed, so nothing is learned but the reading of words: every thing found is named by
its nearest neighbour among all that Pocket can draw, never compared with the expected answer only.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec
import numpy as np

from engine.pocket import grammar
from engine.pocket.grammar import Scene, Thing
from engine.pocket.renderer import CELL_PX, LABEL_WORD_ROW, PICTURE_PX
from engine.quality.blobs import find_blobs
from engine.quality.pocket_view import (
    PocketView,
    find_board,
    label_word_row,
    look_at,
    named_color,
)
from engine.quality.sprite_bank import VISIBLE_RGB, Match, SpriteBank
from engine.quality.word_reader import WordReader
from engine.quality.writing import find_writing

FIELDS = ("background", "count", "object", "color", "relation", "text", "text_color")

# Distances from the background. The first separates all that Pocket draws; where blur makes edges
# grow, things found at a later one match better.
_LEVELS_RGB = (VISIBLE_RGB, 40.0, 60.0)


class Summary(msgspec.Struct, frozen=True):
    """Scores of many pictures: `score` is the mean share of right fields, 0 to 1."""

    score: float
    fields: dict[str, float]
    num_pictures: int


class PocketScorer:
    """Checks pictures against scenes; keep one, it holds the sprite bank and the OCR model."""

    def __init__(self) -> None:
        self._bank = SpriteBank()
        self._reader = WordReader()

    def score(self, picture: np.ndarray, scene: Scene) -> dict[str, bool]:
        """Whether each truth field of `scene` holds in `picture`, uint8 [80, 80, 3].

        Only the fields that the scene has are present, in the order of FIELDS. Colour is a field
        where it could be another one: of shapes and tinted objects, not of a pizza.
        """
        view = look_at(picture)
        checks = {"background": named_color(view.ground, grammar.BACKGROUNDS) == scene.bg}
        if scene.kind == "sign":
            board = find_board(view)
            color = named_color(board.color, grammar.COLORS) if board else None
            checks["object"] = color == scene.things[0].color
        elif scene.kind == "pair":
            checks |= self._check_pair(view, scene)
        elif scene.kind == "label":
            checks |= self._check_label(view, scene)
        else:
            found = self._name_things(view, view.mask)
            checks |= _check_alike(found, scene.things[0])
        if scene.text is not None:
            writing = find_writing(view, kind=scene.kind)
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
        """The word in the picture of a "sign" or a "label", read without knowing it."""
        return self._reader.read(find_writing(look_at(picture), kind=kind).cover)

    def find_things(self, picture: np.ndarray) -> list[Match]:
        """Every separate thing of a picture without a word, each named by its nearest sprite."""
        view = look_at(picture)
        return self._name_things(view, view.mask)

    def _name_things(self, view: PocketView, area: np.ndarray) -> list[Match]:
        """The things inside `area`, at the level whose worst match is nearest to its sprite."""
        best: list[Match] = []
        for level in _LEVELS_RGB:
            blobs = find_blobs(area & (view.off > level))
            named = [self._bank.nearest(view.picture, blob=b, bg=view.bg) for b in blobs]
            if named and (not best or _worst(named) < _worst(best)):
                best = named
        return best

    def _check_label(self, view: PocketView, scene: Scene) -> dict[str, bool]:
        row = label_word_row(view)
        band = np.zeros_like(view.mask)
        band[row * CELL_PX : (row + 1) * CELL_PX] = True
        found = self._name_things(view, view.mask & ~band)
        is_written = bool((view.mask & band).any())
        is_placed = row == LABEL_WORD_ROW[scene.rel or "above"]
        relation = is_placed and is_written and bool(found)
        return _check_alike(found, scene.things[0]) | {"relation": relation}

    def _check_pair(self, view: PocketView, scene: Scene) -> dict[str, bool]:
        """Identity in each half; things that changed places keep their object and colour."""
        found, rel = _halves(self._name_things(view, view.mask))
        names, wanted = [m.name for m in found], [t.name for t in scene.things]
        is_swapped = names != wanted and names == wanted[::-1]
        things = scene.things[::-1] if is_swapped else scene.things
        checks = {
            "count": len(found) == len(things),
            "object": is_swapped or names == wanted,
            "relation": names == wanted and rel == scene.rel,
        }
        if any(_has_colors(thing) for thing in things):
            checks["color"] = checks["count"] and all(
                _has_its_color(match, thing)
                for match, thing in zip(found, things, strict=True)
                if _has_colors(thing)
            )
        return checks


def _check_alike(found: list[Match], thing: Thing) -> dict[str, bool]:
    checks = {
        "count": len(found) == thing.n,
        "object": bool(found) and all(m.name == thing.name for m in found),
    }
    if _has_colors(thing):
        checks["color"] = bool(found) and all(_has_its_color(m, thing) for m in found)
    return checks


def _has_colors(thing: Thing) -> bool:
    return grammar.is_shape(thing.name) or thing.name in grammar.TINTED


def _has_its_color(match: Match, thing: Thing) -> bool:
    """Natural colours belong to their object; a stated colour is right on any object."""
    return match.color == thing.color and (thing.color is not None or match.name == thing.name)


def _worst(matches: list[Match]) -> float:
    return max(match.distance for match in matches)


def _halves(found: list[Match]) -> tuple[list[Match], str | None]:
    """Two things in reading order, and their relation if each has a half of the picture."""
    spans = [max(c) - min(c) for c in zip(*(match.center for match in found), strict=True)]
    axis = spans.index(max(spans)) if spans else 0
    found = sorted(found, key=lambda match: match.center[axis])
    if len(found) == 2 and found[0].center[axis] < PICTURE_PX / 2 < found[1].center[axis]:
        return found, ("left", "above")[axis]
    return found, None
