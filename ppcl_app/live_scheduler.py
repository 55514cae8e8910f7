"""Which picture the engine paints next: the newest slider position wins, finished ones are kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

DEBOUNCE_S = 0.06  # between two stops of a slider that is dragged; all else is felt as waiting
AHEAD_S = 1.0  # nobody has moved anything for so long: time for what may be looked at next
CACHE_BYTES = 256 << 20


@dataclass(frozen=True, slots=True)
class Wish:
    """One picture: the same wish gives the same pixels. 0 steps are the model's own number.

    A picture whose tier is changed while it is painted has a number of its own, its `take`: so it
    can never be taken for that of a single tier.
    """

    prompt: str
    seed: int
    tier: int
    steps: int = 0
    take: int = 0

    @property
    def original(self) -> Wish:
        """The same picture by the original model, which it is compared with."""
        return replace(self, tier=0, take=0)

    def of_tier(self, tier: int) -> Wish:
        return replace(self, tier=tier, take=0)


@dataclass(frozen=True, slots=True)
class Painted:
    """Pixels (RGB, row by row) with what was measured while painting them.

    `tiers` has the tier of every step: several where the slider was moved in the middle.
    """

    pixels: bytes
    width: int
    height: int
    seconds: float = 0.0
    haarpsi: float | None = None
    tiers: tuple[int, ...] = ()

    @property
    def is_mixed(self) -> bool:
        return len(set(self.tiers)) > 1


@dataclass(frozen=True, slots=True)
class Pane:
    """One picture on screen. `is_stale`: it is of another wish, kept until the right one comes.

    `wish` is what belongs here; `tier` paints now, which is another one while tiers are switched.
    """

    tier: int
    picture: Painted | None
    wish: Wish
    is_stale: bool = False
    is_painting: bool = False
    step: int = 0
    steps: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """What is sent to the engine; `number` comes back with everything about it."""

    number: int
    wish: Wish


class LiveScheduler:
    """Keeps the list of wanted pictures, the running request and the finished pictures.

    The engine drops what it paints when it is sent something newer. So a wish in front that is
    missing interrupts the running request (while the slider is dragged only after a short rest, so
    that a sweep over all sizes asks for one picture), and pictures painted ahead never interrupt
    anything. Those begin late: a step that is being painted ends before anything newer is heard.

    The engine compares with originals that it has painted itself. So where one comes from the
    project's earlier pictures, it is painted once more before a smaller size of it.
    """

    def __init__(
        self,
        *,
        debounce_s: float = DEBOUNCE_S,
        ahead_s: float = AHEAD_S,
        cache_bytes: int = CACHE_BYTES,
    ) -> None:
        self._debounce_s, self._ahead_s = debounce_s, ahead_s
        self._cache_bytes = cache_bytes
        self._cache: OrderedDict[Wish, Painted] = OrderedDict()
        self._front: list[Wish] = []
        self._also: list[Wish] = []
        self._ahead: list[Wish] = []
        self._refused: set[Wish] = set()
        self._compared: set[Wish] = set()
        self._sent: dict[int, Wish] = {}
        self._due = 0.0
        self._ahead_due: float | None = None  # counted from the next look at the clock
        self._number = 0
        self.running: Request | None = None

    def want(
        self,
        front: Sequence[Wish],
        ahead: Sequence[Wish] = (),
        *,
        also: Sequence[Wish] = (),
        now: float,
        at_once: bool = False,
        again: bool = False,
    ) -> None:
        """Replace all earlier wishes. `front` is what is looked at, `ahead` what may be next.

        `also` follows `front` without a rest, for whoever looks at many pictures. With `again`,
        what was refused is asked for once more.
        """
        self._front, self._also, self._ahead = list(front), list(also), list(ahead)
        self._due = now if at_once else now + self._debounce_s
        self._ahead_due = now + self._ahead_s
        if again:
            self._refused.clear()

    def hurry(self) -> None:
        """Whoever looks has chosen: what is in front needs no rest any more."""
        self._due = 0.0

    def next_request(self, now: float) -> Request | None:
        """The request to send now, or None."""
        if self._ahead_due is None:
            self._ahead_due = now + self._ahead_s
        missing = self._missing(self._front)
        if missing is not None:
            if self.running is not None and self.running.wish in self._front:
                return None  # it is looked at too; the other one follows
            return self._begin(missing) if now >= self._due else None
        if self.running is not None:
            return None
        if (missing := self._missing(self._also)) is not None:
            return self._begin(missing) if now >= self._due else None
        missing = self._missing(self._ahead)
        return self._begin(missing) if missing is not None and now >= self._ahead_due else None

    def wait_s(self, now: float) -> float | None:
        """Seconds until `next_request` may answer differently by time alone."""
        if self._missing(self._front) or self._missing(self._also):
            due = self._due
        elif self._missing(self._ahead) and self.running is None:
            due = self._ahead_due or 0.0
        else:
            return None
        return due - now if now < due else None

    def wish_of(self, number: int) -> Wish | None:
        """The wish behind a running request, None if it was replaced by a newer one."""
        return self.running.wish if self.running and self.running.number == number else None

    def painted(self, number: int, picture: Painted) -> Wish | None:
        """Keep a finished picture, also one that a newer wish was just about to interrupt.

        Returns the wish that it fulfils, which is another one where the tier was changed before the
        first step; None if nobody knows the request any more.
        """
        wish = self._sent.pop(number, None)
        if wish is None:
            return None
        if picture.tiers and not picture.is_mixed:
            wish = wish.of_tier(picture.tiers[0])
        if wish.tier == 0 and not wish.take:
            self._compared.add(wish)
        self.keep(wish, picture)
        return wish

    def keep(self, wish: Wish, picture: Painted) -> None:
        self._cache[wish] = picture
        self._trim()

    def forget_one(self, wish: Wish) -> None:
        """It is to be painted again."""
        self._cache.pop(wish, None)

    def ended(self, number: int, *, refused: bool = False) -> None:
        """The engine is through with a request; a refused one is not asked for again."""
        self._sent.pop(number, None)
        if self.running is not None and self.running.number == number:
            if refused:
                self._refused.add(self.running.wish)
            if self.running.wish in self._front:
                self._ahead_due = None
            self.running = None

    def cached(self, wish: Wish) -> Painted | None:
        picture = self._cache.get(wish)
        if picture is not None:
            self._cache.move_to_end(wish)
        return picture

    def is_cached(self, wish: Wish) -> bool:
        return wish in self._cache

    def is_refused(self, wish: Wish) -> bool:
        return wish in self._refused

    def refuse_running(self) -> None:
        """The engine has ended over it: another one is not asked for the same."""
        if self.running is not None:
            self.ended(self.running.number, refused=True)

    def drop_wishes(self) -> None:
        """Nothing more is wanted; finished pictures stay."""
        self._front, self._also, self._ahead, self.running = [], [], [], None
        self._sent.clear()

    def forget_engine(self) -> None:
        """Another engine process knows no originals yet."""
        self._compared.clear()

    def forget(self) -> None:
        """The model has changed: nothing that was painted is true any more."""
        self.drop_wishes()
        self._cache.clear()
        self._refused.clear()
        self._compared.clear()

    def _begin(self, wish: Wish) -> Request:
        self._number += 1
        is_compared = wish.original in self._compared | self._refused
        if wish != wish.original and not is_compared:
            wish = wish.original
        self.running = Request(self._number, wish)
        self._sent[self._number] = wish
        return self.running

    def _missing(self, wishes: Sequence[Wish]) -> Wish | None:
        return next((w for w in wishes if w not in self._cache and w not in self._refused), None)

    def _trim(self) -> None:
        kept = sum(len(picture.pixels) for picture in self._cache.values())
        while kept > self._cache_bytes and len(self._cache) > 2:
            kept -= len(self._cache.popitem(last=False)[1].pixels)


def paint_order(wish: Wish, num_tiers: int) -> tuple[list[Wish], list[Wish]]:
    """What is looked at (the original, then the tier), and the other tiers, nearest first."""
    front = [wish] if wish == wish.original else [wish.original, wish]
    others = sorted(
        (k for k in range(1, num_tiers) if k != wish.tier), key=lambda k: (abs(k - wish.tier), k)
    )
    return front, [wish.of_tier(k) for k in others]
