"""The curves of a run as they arrive: one group per thing that learns, one after the other."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from dataclasses import dataclass, field

LEARNING_STAGES = ("distill", "narrow", "finetune")


@dataclass(slots=True)
class Curve:
    """One series; steps rise, and a resumed run overwrites what it does again."""

    steps: array[float] = field(default_factory=lambda: array("d"))
    values: array[float] = field(default_factory=lambda: array("d"))

    def add(self, step: float, value: float) -> None:
        if self.steps and step <= self.steps[-1]:
            keep = bisect_left(self.steps, step)
            del self.steps[keep:], self.values[keep:]
        self.steps.append(step)
        self.values.append(value)


@dataclass(slots=True)
class Group:
    """Everything that is measured while one thing learns, for example span 3-5.

    `curves` are named by the last part of their series: "loss", "validation", "tier-2".
    """

    stage: str
    subject: str
    curves: dict[str, Curve] = field(default_factory=dict)

    @property
    def last_step(self) -> float:
        return max((curve.steps[-1] for curve in self.curves.values() if curve.steps), default=0.0)


class Metrics:
    """Everything that learns, in order of appearance, on one common axis of learning steps.

    Spans learn one after the other, so each group begins where the one before it ended.
    """

    def __init__(self) -> None:
        self.groups: dict[str, Group] = {}
        self.version = 0

    def add(self, series: str, step: int, value: float) -> None:
        """Take one point of "stage/subject/curve" or "stage/curve"; other stages draw no curves."""
        key, _, name = series.rpartition("/")
        stage, _, subject = key.partition("/")
        if stage not in LEARNING_STAGES:
            return
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = Group(stage, subject)
        group.curves.setdefault(name, Curve()).add(step, value)
        self.version += 1

    def clear(self) -> None:
        self.groups.clear()
        self.version += 1

    def offsets(self) -> list[float]:
        """Where each group begins on the common axis."""
        at, offsets = 0.0, []
        for group in self.groups.values():
            offsets.append(at)
            at += group.last_step
        return offsets

    @property
    def newest(self) -> Group | None:
        return next(reversed(self.groups.values()), None)
