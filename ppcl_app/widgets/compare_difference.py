"""The difference of two compared pictures, reckoned once for each pair and strength."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage

from ppcl_app.live_scheduler import Painted
from ppcl_app.widgets.compare_modes import Scene
from ppcl_app.widgets.compare_shot import Shot
from ppcl_app.widgets.difference import Difference, difference_of

translate = QCoreApplication.translate  # lupdate knows this name


class CompareDifference:
    """Gives a scene its colours and the numbers below them, or the reason why there are none."""

    def __init__(self) -> None:
        self._known: tuple[Painted, Painted, Difference | None] | None = None
        self._colored: tuple[int, QImage] | None = None

    def add_to(self, scene: Scene, original: Shot, other: Shot, strength: int) -> None:
        a, b = original.picture, other.picture
        if a is None or b is None or original.is_dimmed or other.is_dimmed:
            scene.numbers = translate(
                "Compare", "The difference is shown once both pictures are there"
            )
            return
        known = self._known
        if known is None or known[0] is not a or known[1] is not b:
            found = difference_of(scene.store.image(a), scene.store.image(b))
            known = self._known = (a, b, found)
            self._colored = None
        difference = known[2]
        if difference is None:
            scene.numbers = translate("Compare", "The two pictures are of different sizes")
            return
        if self._colored is None or self._colored[0] != strength:
            self._colored = (strength, difference.colored(strength))
        scene.difference = self._colored[1]
        scene.numbers = _numbers(difference, b.haarpsi)


def _numbers(difference: Difference, haarpsi: float | None) -> str:
    mean = f"{difference.mean * 100:.1f}"
    if haarpsi is None:
        return translate("Compare", "mean difference {mean} % of white").format(mean=mean)
    text = translate("Compare", "{alike} % alike (HaarPSI) · mean difference {mean} % of white")
    return text.format(alike=round(haarpsi * 100), mean=mean)
