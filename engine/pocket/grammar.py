"""The closed world of Pocket: every picture is a scene with a caption and an exact truth."""

from __future__ import annotations

import itertools
import random
import re
import zlib
from collections.abc import Iterator

import msgspec

BACKGROUNDS: dict[str, tuple[int, int, int]] = {
    "white": (255, 255, 255),
    "cream": (255, 241, 210),
    "peach": (255, 216, 196),
    "mint": (205, 240, 218),
    "sky blue": (194, 227, 252),
    "lilac": (224, 212, 246),
    "gray": (196, 199, 206),
    "navy": (31, 41, 85),
}

COLORS: dict[str, tuple[int, int, int]] = {
    "red": (220, 38, 38),
    "orange": (246, 139, 31),
    "yellow": (250, 208, 44),
    "green": (46, 160, 67),
    "blue": (42, 99, 224),
    "purple": (131, 64, 190),
    "brown": (134, 84, 48),
    "black": (30, 30, 34),
    "white": (250, 250, 250),
}
SHAPE_COLORS = ("red", "orange", "yellow", "green", "blue", "purple", "brown", "black")
TINTS = ("red", "yellow", "green", "blue", "purple", "brown")
LETTER_COLORS = ("red", "green", "blue", "purple", "black", "white", "yellow")

SHAPES = ("circle", "square", "triangle", "star", "heart", "ring", "cross", "diamond")

# Word in captions -> icon of the Fluent emoji set (MIT). Chosen to be unlike each other at 26 px.
OBJECTS: dict[str, str] = {
    "carrot": "carrot",
    "fox": "fox",
    "pizza": "pizza",
    "rocket": "rocket",
    "sunflower": "sunflower",
    "castle": "castle",
    "octopus": "octopus",
    "snowman": "snowman-without-snow",
    "apple": "red-apple",
    "dog": "dog-face",
    "cat": "cat-face",
    "bus": "bus",
    "fish": "tropical-fish",
    "frog": "frog",
    "owl": "owl",
    "banana": "banana",
    "penguin": "penguin",
    "ghost": "ghost",
    "panda": "panda",
    "pig": "pig-face",
    "tulip": "tulip",
    "robot": "robot",
    "elephant": "elephant",
    "crown": "crown",
    "key": "key",
    "house": "house",
    "mushroom": "mushroom",
    "cactus": "cactus",
    "car": "automobile",
    "watermelon": "watermelon",
    "lemon": "lemon",
    "gift": "wrapped-gift",
}
TINTED = (
    "fox", "rocket", "octopus", "dog", "bus", "frog", "owl", "elephant", "mushroom", "car",
    "gift", "house",
)  # fmt: skip
PLURALS = {
    "fox": "foxes", "fish": "fish", "bus": "buses", "octopus": "octopuses",
    "snowman": "snowmen", "cactus": "cacti", "cross": "crosses", "house": "houses",
}  # fmt: skip

NUMBERS = ("one", "two", "three", "four", "five")
SIZES = ("small", "large")
KINDS = ("one", "shape", "count", "pair", "sign", "label")
RELATIONS = ("left", "above")

WORDS = tuple(
    """
    GO UP ON HI NO OK ME WE MY BY IN OUT CAT DOG SUN FUN YES HOT ICE TEA BUS CAR ZOO JAM BOX TOY
    PIE RUN WIN NEW BIG RED FOX OWL PIG STOP OPEN EXIT LOVE HOME STAR MOON TREE FISH BIRD CAKE
    MILK SALE FREE PARK TAXI JUMP PLAY SNOW RAIN WIND FIRE GOLD KING HELP ROAD LAKE BLUE PINK
    HELLO MUSIC ROBOT HAPPY WORLD MAGIC PIZZA LEMON TIGER HORSE APPLE GRAPE BREAD WATER EARTH
    LIGHT NIGHT DREAM SMILE PARTY TRAIN PLANE BEACH RIVER GREEN QUIET QUEEN ZEBRA JUICE
    """.split()
)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Thing(msgspec.Struct, frozen=True):
    """One kind of object in a scene: its name, its stated colour or None, and how many."""

    name: str
    color: str | None = None
    n: int = 1


class Scene(msgspec.Struct, frozen=True):
    """The truth behind one picture; `caption` is all that the model is told.

    `rel` places things[0] relative to things[1] (pair) or to the word (label): "left", "above"
    or "below". `size` is "small", "large" or None.
    """

    kind: str
    bg: str
    things: tuple[Thing, ...]
    size: str | None = None
    rel: str | None = None
    text: str | None = None
    text_color: str | None = None

    @property
    def caption(self) -> str:
        place = f"on a {self.bg} background"
        if self.kind == "sign":
            said = f'that says "{self.text}" in {self.text_color} letters'
            return f"{_article(f'{self.things[0].color} sign')} {said} {place}"
        first = _noun(self.things[0], size=self.size)
        if self.kind == "label":
            return f'{first} {self.rel} the word "{self.text}" in {self.text_color} letters {place}'
        if self.kind == "pair":
            where = "to the left of" if self.rel == "left" else "above"
            return f"{first} {where} {_noun(self.things[1])} {place}"
        return f"{first} {place}"


def is_shape(name: str) -> bool:
    return name in SHAPES


def plural(name: str) -> str:
    return PLURALS.get(name, f"{name}s")


def contrast(a: tuple[int, int, int], b: tuple[int, int, int]) -> float:
    """Perceived distance of two sRGB colours, 0 to about 765 (the "redmean" weighting)."""
    mean_red = (a[0] + b[0]) / 2
    dr, dg, db = (x - y for x, y in zip(a, b, strict=True))
    return float(((2 + mean_red / 256) * dr**2 + 4 * dg**2 + (3 - mean_red / 256) * db**2) ** 0.5)


def luminance_ratio(a: tuple[int, int, int], b: tuple[int, int, int]) -> float:
    """Contrast ratio of two sRGB colours, 1 to 21 (WCAG 2.1); legible text needs about 3."""
    dark, light = sorted((_luminance(a), _luminance(b)))
    return (light + 0.05) / (dark + 0.05)


def sample_scene(rng: random.Random, *, kind: str) -> Scene:
    """Draw one scene of `kind` from the whole grammar, held-out ones included."""
    bg = rng.choice(tuple(BACKGROUNDS))
    if kind in ("sign", "label"):
        return _sample_text_scene(rng, kind, bg)
    if kind == "pair":
        first = _sample_thing(rng, bg, shape=rng.random() < 0.3)
        second = _sample_thing(rng, bg, shape=rng.random() < 0.3)
        while second.name == first.name:
            second = _sample_thing(rng, bg, shape=rng.random() < 0.3)
        return Scene(kind, bg, (first, second), rel=rng.choice(RELATIONS))
    shape = kind == "shape" or (kind == "count" and rng.random() < 0.35)
    n = rng.randint(2, 5) if kind == "count" else 1
    thing = _sample_thing(rng, bg, shape=shape, n=n)
    size = rng.choice((None, *SIZES)) if kind != "count" else None
    return Scene(kind, bg, (thing,), size=size)


def sample_word(rng: random.Random) -> str:
    """Half real words, half random strings, so that spelling is learnt and not a word list."""
    if rng.random() < 0.35:
        return rng.choice(WORDS)
    return "".join(rng.choice(LETTERS) for _ in range(rng.randint(2, 5)))


def held_out_by(scene: Scene) -> tuple[str, ...]:
    """The reasons why `scene` must not be trained on; empty for a training scene.

    "caption": one caption in ten; "color", "count", "pair", "word": one combination in ten, so
    that a test can ask for what was never seen together.
    """
    reasons = []
    if _held(scene.caption):
        reasons.append("caption")
    for thing in scene.things:
        if thing.color and thing.name != "sign" and _held(f"color {thing.name} {thing.color}"):
            reasons.append("color")
        if thing.n > 1 and _held(f"count {thing.name} {thing.n}"):
            reasons.append("count")
    if scene.kind == "pair":
        a, b = scene.things
        if _held(f"pair {a.name} {scene.rel} {b.name}"):
            reasons.append("pair")
    if scene.text and _held(f"word {scene.text}"):
        reasons.append("word")
    return tuple(reasons)


def training_scenes(seed: int, *, shares: dict[str, float]) -> Iterator[Scene]:
    """Endless scenes that are held out for no reason; `shares` weighs the kinds."""
    rng = random.Random(seed)
    kinds, weights = list(shares), list(shares.values())
    while True:
        scene = sample_scene(rng, kind=rng.choices(kinds, weights)[0])
        if not held_out_by(scene):
            yield scene


def test_scenes(num: int, *, reason: str = "caption", seed: int = 2026) -> list[Scene]:
    """`num` scenes held out for exactly `reason`, kinds in turn, no caption twice."""
    kinds = {
        "caption": KINDS,
        "color": ("one", "shape", "count", "pair"),
        "count": ("count",),
        "pair": ("pair",),
        "word": ("sign", "label"),
    }[reason]
    rng = random.Random(f"{seed} {reason}")
    scenes: dict[str, Scene] = {}
    for kind in itertools.cycle(kinds):
        while True:
            scene = sample_scene(rng, kind=kind)
            if set(held_out_by(scene)) == {reason} and scene.caption not in scenes:
                break
        scenes[scene.caption] = scene
        if len(scenes) == num:
            return list(scenes.values())
    raise AssertionError("unreachable")


def _held(key: str) -> bool:
    return zlib.crc32(key.encode()) % 10 == 0


def _sample_thing(rng: random.Random, bg: str, *, shape: bool, n: int = 1) -> Thing:
    if shape:
        colors = [c for c in SHAPE_COLORS if contrast(COLORS[c], BACKGROUNDS[bg]) > 150]
        return Thing(rng.choice(SHAPES), rng.choice(colors), n)
    if rng.random() < 0.5:
        colors = [c for c in TINTS if contrast(COLORS[c], BACKGROUNDS[bg]) > 150]
        return Thing(rng.choice(TINTED), rng.choice(colors), n)
    return Thing(rng.choice(tuple(OBJECTS)), None, n)


def _sample_text_scene(rng: random.Random, kind: str, bg: str) -> Scene:
    word = sample_word(rng)
    if kind == "sign":
        boards = [c for c in SHAPE_COLORS if contrast(COLORS[c], BACKGROUNDS[bg]) > 150]
        board = rng.choice(boards)
        inks = _legible_on(COLORS[board])
        return Scene(kind, bg, (Thing("sign", board),), text=word, text_color=rng.choice(inks))
    inks = _legible_on(BACKGROUNDS[bg])
    thing = _sample_thing(rng, bg, shape=False)
    return Scene(
        kind,
        bg,
        (thing,),
        rel=rng.choice(("above", "below")),
        text=word,
        text_color=rng.choice(inks),
    )


def _legible_on(ground: tuple[int, int, int]) -> list[str]:
    return [c for c in LETTER_COLORS if luminance_ratio(COLORS[c], ground) > 3]


def _luminance(color: tuple[int, int, int]) -> float:
    linear = [c / 255 / 12.92 if c <= 10 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in color]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _noun(thing: Thing, *, size: str | None = None) -> str:
    words = [w for w in (size, thing.color) if w]
    if thing.n > 1:
        return " ".join([NUMBERS[thing.n - 1], *words, plural(thing.name)])
    return _article(" ".join([*words, thing.name]))


def _article(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def scene_from_caption(caption: str) -> Scene | None:
    """The scene that `caption` states, or None where the grammar has no such sentence."""
    parts = _CAPTION.fullmatch(caption)
    nouns = [_NOUN.fullmatch(parts[k]) for k in ("first", "second") if parts[k]] if parts else []
    if not parts or not all(nouns):
        return None
    things = tuple(_stated_thing(noun) for noun in nouns if noun)
    rel = {"to the left of": "left"}.get(parts["where"], parts["where"])
    scene = Scene(
        _stated_kind(things, text=parts["text"]),
        parts["bg"],
        things,
        size=nouns[0]["size"] if nouns[0] else None,
        rel=rel,
        text=parts["text"],
        text_color=parts["ink"],
    )
    # What the patterns let through and the grammar does not say differs when said again.
    return scene if scene.caption == caption and _is_drawable(scene) else None


def _stated_thing(noun: re.Match[str]) -> Thing:
    n = NUMBERS.index(noun["n"]) + 1 if noun["n"] else 1
    singular = {plural(name): name for name in (*SHAPES, *OBJECTS)} if n > 1 else {}
    return Thing(singular.get(noun["name"], noun["name"]), noun["color"], n)


def _stated_kind(things: tuple[Thing, ...], *, text: str | None) -> str:
    if text:
        return "sign" if things[0].name == "sign" else "label"
    if len(things) == 2:
        return "pair"
    if things[0].n > 1:
        return "count"
    return "shape" if is_shape(things[0].name) else "one"


def _is_drawable(scene: Scene) -> bool:
    if scene.kind == "sign":
        return scene.things[0].color in SHAPE_COLORS
    if scene.size and scene.kind not in ("one", "shape"):
        return False
    if scene.kind != "count" and any(thing.n > 1 for thing in scene.things):
        return False
    return all(thing.color in _colors_of(thing.name) for thing in scene.things)


def _colors_of(name: str) -> tuple[str | None, ...]:
    if is_shape(name):
        return SHAPE_COLORS
    return (None, *TINTS) if name in TINTED else (None,) if name in OBJECTS else ()


_CAPTION = re.compile(
    r"(?P<first>.+?)"
    r"(?: (?P<where>to the left of|above|below) (?:the word|(?P<second>.+?)))?"
    r'(?:(?: that says)? "(?P<text>[A-Z]{1,5})" in '
    rf"(?P<ink>{'|'.join(LETTER_COLORS)}) letters)?"
    rf" on a (?P<bg>{'|'.join(BACKGROUNDS)}) background"
)
_NOUN = re.compile(
    rf"(?:an?|(?P<n>{'|'.join(NUMBERS)}))"
    rf"(?: (?P<size>{'|'.join(SIZES)}))?(?: (?P<color>{'|'.join(COLORS)}))? (?P<name>[a-z]+)"
)
