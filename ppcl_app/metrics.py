"""The curves of a run as they arrive: one group per thing that learns, one after the other."""

from __future__ import annotations

import math
from array import array
from collections.abc import Container
from dataclasses import dataclass, field

from ppcl_app.curve import Curve

LEARNING_STAGES = ("distill", "narrow", "finetune")


@dataclass(slots=True)
class Group:
    """Everything that is measured while one thing learns, for example span 3-5.

    `curves` are named by the last part of their series: "loss", "validation", "tier-2".
    """

    stage: str
    subject: str
    curves: dict[str, Curve] = field(default_factory=dict)

    @property
    def last_step(self) -> int:
        return max((curve.steps[-1] for curve in self.curves.values() if curve.steps), default=0)

    @property
    def summary(self) -> tuple[float | None, float | None, float | None]:
        """The first and the newest value while learning, and the best check."""
        loss = [v for v in self._values("loss") if not math.isnan(v)]
        checks = self._values("validation")
        best = min(checks) if checks else None
        return (loss[0], loss[-1], best) if loss else (None, None, best)

    def _values(self, name: str) -> array[float]:
        curve = self.curves.get(name)
        return curve.values if curve is not None else array("d")


class Metrics:
    """Everything that learns, in order of appearance, on one common axis of learning steps.

    Spans learn one after the other, so each group begins where the one before it ended. What is
    found out about single layers is kept apart: `findings["probe/image"][layer]`.
    """

    def __init__(self) -> None:
        self.groups: dict[str, Group] = {}
        self.findings: dict[str, dict[int, float]] = {}
        self.version = 0

    def add(self, series: str, step: int, value: float) -> None:
        """Take one point of "stage/subject/curve" or "stage/curve", or one finding."""
        key, _, name = series.rpartition("/")
        stage, _, subject = key.partition("/")
        if stage not in LEARNING_STAGES:
            self.findings.setdefault(series, {})[step] = value
            return
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = Group(stage, subject)
        group.curves.setdefault(name, Curve()).add(step, value)
        self.version += 1

    def clear(self) -> None:
        self.groups.clear()
        self.findings.clear()
        self.version += 1

    def forget_findings(self, stage: str) -> None:
        """The stage begins anew."""
        for series in [name for name in self.findings if name.startswith(f"{stage}/")]:
            del self.findings[series]

    def keep_spans(self, names: Container[str]) -> None:
        """Another choice of layers: curves of runs that are no longer in it are dropped."""
        kept = {
            key: group
            for key, group in self.groups.items()
            if group.stage == "distill" and group.subject in names
        }
        if any(g.stage == "distill" and g.subject not in names for g in self.groups.values()):
            self.groups = kept
            self.version += 1

    def mark_gap(self) -> None:
        """Whatever learns now was paused; the next point does not hang together with the last."""
        newest = self.newest
        if newest is not None and "loss" in newest.curves:
            newest.curves["loss"].add_gap()
            self.version += 1

    def offsets(self) -> list[int]:
        """Where each group begins on the common axis."""
        at, offsets = 0, []
        for group in self.groups.values():
            offsets.append(at)
            at += group.last_step
        return offsets

    def as_csv(self) -> str:
        """Every point of every curve, one a line."""
        lines = ["stage,what,curve,step,value"]
        for group in self.groups.values():
            for name, curve in group.curves.items():
                lines += [
                    f"{group.stage},{group.subject},{name},{step},{value:.8g}"
                    for step, value in zip(curve.steps, curve.values, strict=True)
                    if not math.isnan(value)
                ]
        return "\n".join(lines) + "\n"

    @property
    def newest(self) -> Group | None:
        return next(reversed(self.groups.values()), None)
