"""Scene to picture: where things stand in a Pocket picture, and the picture itself.

A picture is 80 px: five cells of 16 px each way. A cell is one image token of the transformer,
and a letter fills one cell, so that a five-letter word has one token for each letter. Sprites come
in four sizes and stand on the 8 px grid of the VAE, so that a sprite looks the same to the model
wherever it stands.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np

from engine.pocket import grammar
from engine.pocket.grammar import Scene
from engine.pocket.sprites import letter, sprite

PICTURE_PX = 80
CELL_PX = 16
CELLS = PICTURE_PX // CELL_PX

ONE_PX = {"small": 32, None: 48, "large": 64}
PAIR_PX = 32
COUNT_PX = {2: 32, 3: 32, 4: 32, 5: 24}
LABEL_PX = 48
SIGN_WORD_ROW, SIGN_BOARD = 1, (9, 39)
LABEL_WORD_ROW = {"below": 0, "above": 4}

# Centres in px, one arrangement drawn per picture, so that seeds differ.
_COUNT_CENTERS: dict[int, tuple[tuple[tuple[int, int], ...], ...]] = {
    2: (((16, 40), (64, 40)), ((40, 16), (40, 64))),
    3: (((40, 16), (16, 64), (64, 64)), ((16, 16), (64, 16), (40, 64))),
    4: (((16, 16), (64, 16), (16, 64), (64, 64)),),
    5: (((12, 12), (68, 12), (40, 40), (12, 68), (68, 68)),),
}  # fmt: skip
_GRID_PX = 8
_MIDDLE = (40, 40)

CONTENTS = ("", *grammar.LETTERS, *grammar.SHAPES, *grammar.OBJECTS, "sign")
COLOR_CLASSES = (None, *grammar.COLORS)


@dataclass(frozen=True, slots=True)
class Placement:
    """One sprite of a picture: its thing, its size and its top left corner, all in px."""

    name: str
    color: str | None
    size_px: int
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Layout:
    """Everything that is decided before pixels: placements and the cells of the word."""

    placements: tuple[Placement, ...]
    word_row: int | None = None
    word_column: int | None = None


def word_column(word: str) -> int:
    """First cell of a word; words of even length lean half a cell to the left."""
    return (CELLS - len(word)) // 2


def lay_out(scene: Scene, *, seed: int) -> Layout:
    """Decide where everything stands; the same scene and seed always give the same layout."""
    rng = random.Random(f"{seed} {scene.caption}")
    if scene.kind in ("sign", "label"):
        return _lay_out_text(scene)
    if scene.kind == "pair":
        centers = _COUNT_CENTERS[2][scene.rel != "left"]
        return Layout(
            tuple(
                _centered(t.name, t.color, PAIR_PX, c)
                for t, c in zip(scene.things, centers, strict=True)
            )
        )
    thing = scene.things[0]
    if scene.kind == "count":
        centers = rng.choice(_COUNT_CENTERS[thing.n])
        return Layout(
            tuple(_centered(thing.name, thing.color, COUNT_PX[thing.n], c) for c in centers)
        )
    return Layout((_centered(thing.name, thing.color, ONE_PX[scene.size], _MIDDLE),))


def render(scene: Scene, *, seed: int = 0) -> np.ndarray:
    """The picture of `scene`, uint8 [80, 80, 3]."""
    layout = lay_out(scene, seed=seed)
    canvas = np.empty((PICTURE_PX, PICTURE_PX, 3), np.float32)
    canvas[:] = np.array(grammar.BACKGROUNDS[scene.bg], np.float32) / 255
    for p in layout.placements:
        if p.name == "sign":
            _draw_board(canvas, scene)
            continue
        tile = sprite(p.name, p.color, p.size_px)
        area = canvas[p.y : p.y + p.size_px, p.x : p.x + p.size_px]
        area *= 1 - tile[..., 3:]
        area += tile[..., :3]
    if scene.text and layout.word_row is not None and layout.word_column is not None:
        ink = np.array(grammar.COLORS[scene.text_color or "black"], np.float32) / 255
        top = layout.word_row * CELL_PX
        for i, char in enumerate(scene.text):
            left = (layout.word_column + i) * CELL_PX
            cover = letter(char, CELL_PX)[..., None]
            area = canvas[top : top + CELL_PX, left : left + CELL_PX]
            area *= 1 - cover
            area += cover * ink
    return (np.clip(canvas, 0, 1) * 255 + 0.5).astype(np.uint8)


def _lay_out_text(scene: Scene) -> Layout:
    assert scene.text is not None
    column = word_column(scene.text)
    if scene.kind == "sign":
        board = Placement("sign", scene.things[0].color, PICTURE_PX, 0, 0)
        return Layout((board,), SIGN_WORD_ROW, column)
    thing = scene.things[0]
    row = LABEL_WORD_ROW[scene.rel or "above"]
    center = (40 - _GRID_PX * (len(scene.text) % 2 == 0), 32 if row else 48)
    return Layout((_centered(thing.name, thing.color, LABEL_PX, center),), row, column)


def _centered(name: str, color: str | None, size_px: int, center: tuple[int, int]) -> Placement:
    x, y = center[0] - size_px // 2, center[1] - size_px // 2
    return Placement(name, color, size_px, x, y)


def _draw_board(canvas: np.ndarray, scene: Scene) -> None:
    """A board with rounded corners around the word, on a pole."""
    assert scene.text is not None
    column = word_column(scene.text)
    left = max(1, column * CELL_PX - 5)
    right = min(PICTURE_PX - 1, (column + len(scene.text)) * CELL_PX + 5)
    top, bottom = SIGN_BOARD
    middle = (left + right) // 2
    canvas[bottom:76, middle - 3 : middle + 3] = np.array((120, 85, 60), np.float32) / 255
    color = np.array(grammar.COLORS[scene.things[0].color or "black"], np.float32) / 255
    radius = 5.0
    ys, xs = np.mgrid[top:bottom, left:right].astype(np.float32)
    dx = np.maximum(0, np.maximum(left + radius - xs - 0.5, xs + 0.5 - (right - radius)))
    dy = np.maximum(0, np.maximum(top + radius - ys - 0.5, ys + 0.5 - (bottom - radius)))
    cover = np.clip(radius + 0.5 - np.hypot(dx, dy), 0, 1)[..., None]
    area = canvas[top:bottom, left:right]
    area *= 1 - cover
    area += cover * color


def cell_truth(scene: Scene, *, seed: int) -> np.ndarray:
    """What fills each cell, uint8 [2, 5, 5]: content class and colour class, 0 for background.

    The transformer's training asks for it as an auxiliary answer, nothing else does.
    """
    layout = lay_out(scene, seed=seed)
    truth = np.zeros((2, CELLS, CELLS), np.uint8)
    for p in layout.placements:
        if p.name == "sign":
            continue
        alpha = np.zeros((PICTURE_PX, PICTURE_PX), np.float32)
        alpha[p.y : p.y + p.size_px, p.x : p.x + p.size_px] = sprite(p.name, p.color, p.size_px)[
            ..., 3
        ]
        cover = alpha.reshape(CELLS, CELL_PX, CELLS, CELL_PX).mean(axis=(1, 3))
        truth[0][cover > 0.2] = CONTENTS.index(p.name)
        truth[1][cover > 0.2] = COLOR_CLASSES.index(p.color)
    if scene.text and layout.word_row is not None and layout.word_column is not None:
        if scene.kind == "sign":
            columns = slice(layout.word_column, layout.word_column + len(scene.text))
            truth[0, 0, columns] = CONTENTS.index("sign")
            truth[1, 0, columns] = COLOR_CLASSES.index(scene.things[0].color)
        for i, char in enumerate(scene.text):
            truth[0, layout.word_row, layout.word_column + i] = CONTENTS.index(char)
            truth[1, layout.word_row, layout.word_column + i] = COLOR_CLASSES.index(
                scene.text_color
            )
    return truth
