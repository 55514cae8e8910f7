"""What is said of a picture: its label in the view, and its line in the history."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine.tiers import Tier
from ppcl_app import figures
from ppcl_app.live_scheduler import Painted, Pane
from ppcl_app.picture_history import Entry
from ppcl_app.picture_recipe import schedule
from ppcl_app.vocabulary import tier_title
from ppcl_app.widgets.compare_shot import Shot

translate = QCoreApplication.translate  # lupdate knows this name


def shot_of(pane: Pane, tiers: Sequence[Tier], *, waiting: str) -> Shot:
    """`waiting` says why there is no picture yet."""
    picture = pane.picture
    if pane.is_painting:
        share = pane.step / pane.steps if pane.steps else 0.0
        note = translate("Pictures", "painting…")
        if pane.steps:
            text = translate("Pictures", "step {step} of {steps}")
            note = text.format(step=pane.step, steps=pane.steps)
        title = size_name(tiers, pane.tier)
        return Shot(picture, title, note, pane.is_stale, share, waiting)
    if picture is None or pane.is_stale:
        return Shot(picture, size_name(tiers, pane.tier), "", pane.is_stale, None, waiting)
    if picture.is_mixed:
        title = translate("Pictures", "Mixed: {tiers}")
        title = title.format(tiers=mixture(picture.tiers, tiers))
        return Shot(picture, title, measured(picture, is_original=False))
    return Shot(picture, size_name(tiers, pane.tier), measured(picture, is_original=pane.tier == 0))


def size_name(tiers: Sequence[Tier], tier: int) -> str:
    """ "Tier 3 · 75 %", or "Original"."""
    if not 0 <= tier < len(tiers):
        return translate("Pictures", "Size {number}").format(number=tier)
    name = tier_title(tiers[tier].name)
    return f"{name} · {figures.percent(tiers[tier].parameters_ratio)}" if tier else name


def measured(picture: Painted, *, is_original: bool) -> str:
    """What was measured of this very picture."""
    time = figures.seconds(picture.seconds)
    if is_original or picture.haarpsi is None:
        return translate("Pictures", "{time}, measured").format(time=time)
    text = translate("Pictures", "{time} · {alike} alike, measured")
    return text.format(time=time, alike=figures.percent(picture.haarpsi))


def mixture(painted: tuple[int, ...], tiers: Sequence[Tier]) -> str:
    """Which sizes have painted how many steps: "6x Original, 6x Tier 3"."""
    runs = schedule(painted)
    names = (tier_title(tiers[t].name) if t < len(tiers) else str(t) for t, _count in runs)
    return ", ".join(
        f"{count} {figures.TIMES} {name}" for (_t, count), name in zip(runs, names, strict=True)
    )


def badge(entry: Entry) -> str:
    """The size in a corner of a small picture."""
    if entry.recipe.is_mixed:
        return translate("Pictures", "mixed")
    return figures.percent(entry.recipe.size) if entry.recipe.size else "?"


def story(entry: Entry, tiers: Sequence[Tier], *, is_present: bool) -> str:
    """Everything about a picture of the history; `is_present`: it is of the sizes of now."""
    recipe = entry.recipe
    if not is_present:
        name = translate("Pictures", "{size} of earlier sizes").format(size=badge(entry))
    elif recipe.is_mixed:
        name = mixture(recipe.tiers, tiers)
    else:
        name = size_name(tiers, recipe.tiers[-1] if recipe.tiers else 0)
    text = translate("Pictures", "{name} · seed {seed} · {steps} steps")
    lines = [recipe.prompt, text.format(name=name, seed=recipe.seed, steps=recipe.steps)]
    if recipe.seconds:
        is_original = set(recipe.tiers) <= {0}
        painted = Painted(b"", 0, 0, recipe.seconds, recipe.haarpsi, recipe.tiers)
        lines.append(measured(painted, is_original=is_original))
    return "\n".join(lines)
