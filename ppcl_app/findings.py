"""What was found out about the layers, and what a choice of runs costs: arithmetic, no Qt."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec

from engine.errors import EngineError
from engine.plan import Span
from engine.project import read_json
from engine.tiers import Tier

Heat = tuple[tuple[float, ...], ...]


class _Table(msgspec.Struct, frozen=True, kw_only=True):
    """The part of probe/table.json that is shown."""

    format: int = 1
    num_blocks: int
    residual: tuple[tuple[float | None, ...], ...]
    heat: dict[str, Heat]


@dataclass(frozen=True, slots=True)
class Findings:
    """`heat[stream][i][j]`: how alike the outputs of two layers are. `costs`: by name of a span.

    `residual[u][v]`: what simple stand-ins of layers u to v get wrong, None where v < u.
    """

    num_layers: int
    residual: tuple[tuple[float | None, ...], ...]
    heat: dict[str, Heat] = field(default_factory=dict)
    costs: dict[str, float] = field(default_factory=dict)

    def of_layers(self) -> dict[int, float]:
        """What a simple stand-in of each single layer gets wrong."""
        return {layer: row[layer] or 0.0 for layer, row in enumerate(self.residual)}

    def cost(self, span: Span) -> tuple[float | None, bool]:
        """The difference that a span makes before anything learns, and whether it was measured.

        Spans that were never tried are judged by the tried ones with a like residual.
        """
        known = self.costs.get(span.name)
        if known is not None:
            return known, True
        ratio, own = self._ratio(), self._residual(span)
        return (own * ratio if own is not None and ratio is not None else None), False

    def _residual(self, span: Span) -> float | None:
        if not 0 <= span.first <= span.last < len(self.residual):
            return None
        return self.residual[span.first][span.last]

    def _ratio(self) -> float | None:
        ratios = []
        for name, cost in self.costs.items():
            first, _, last = name.partition("-")
            own = self._residual(Span(int(first), int(last)))
            if own:
                ratios.append(cost / own)
        return statistics.median(ratios) if ratios else None


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a choice of spans would give. Parameters are counted, `speedup` is estimated.

    `difference` is before learning: single measurements, added up; None where nothing is known.
    """

    num_layers: int
    removed: int
    parameters: int
    parameters_ratio: float
    speedup: float
    difference: float | None
    is_measured: bool

    @property
    def left(self) -> int:
        return self.num_layers - self.removed


def read_findings(project: Path) -> Findings | None:
    """None where nothing has been compared yet, or the file is broken."""
    file = project / "probe" / "table.json"
    if not file.is_file():
        return None
    try:
        table = read_json(file, _Table)
    except EngineError:
        return None
    return Findings(table.num_blocks, table.residual, table.heat, _read_costs(project))


def predict(
    spans: Sequence[Span],
    *,
    layer_parameters: Sequence[int],
    parameters: int,
    findings: Findings | None,
    speed: Speed | None = None,
) -> Prediction:
    """Of every span one layer is left; the rest of the model stays as it is."""
    num_layers = len(layer_parameters)
    gone = sum(layer_parameters[block] for s in spans for block in s.blocks()[1:])
    removed = sum(span.removes for span in spans)
    prices = [findings.cost(span) if findings is not None else (None, False) for span in spans]
    known = [price for price, _ in prices if price is not None]
    return Prediction(
        num_layers=num_layers,
        removed=removed,
        parameters=parameters - gone,
        parameters_ratio=1 - gone / parameters if parameters else 1.0,
        speedup=(speed or Speed()).up(num_layers - removed, num_layers),
        difference=sum(known) if len(known) == len(prices) and prices else None,
        is_measured=all(is_measured for _, is_measured in prices),
    )


@dataclass(frozen=True, slots=True)
class Speed:
    """Time of a picture as a share that all models pay, and a share that goes with the layers.

    `is_measured`: found on the sizes that were measured here, not assumed to be none.
    """

    fixed_share: float = 0.0
    is_measured: bool = False

    def up(self, left: int, num_layers: int) -> float:
        """How many times as fast with `left` layers of `num_layers`."""
        return 1 / (self.fixed_share + (1 - self.fixed_share) * max(1, left) / max(1, num_layers))


def speed_of(tiers: Sequence[Tier]) -> Speed:
    """Least squares over the measured sizes whose layers are all whole."""
    whole_s = tiers[0].forward_seconds if tiers else None
    if not whole_s:
        return Speed()
    points = [
        (tier.blocks / tiers[0].blocks, tier.forward_seconds / whole_s)
        for tier in tiers[1:]
        if tier.forward_seconds and all(name.startswith("span-") for name in tier.plugs)
    ]
    top = sum((1 - x) * (y - x) for x, y in points)
    bottom = sum((1 - x) ** 2 for x, _ in points)
    if not bottom:
        return Speed()
    return Speed(min(0.95, max(0.0, top / bottom)), is_measured=True)


def runner_up(spans: Sequence[Span], findings: Findings) -> float | None:
    """By what share the difference would grow if one span moved to its next best place.

    Only places that were measured count; None where there is none, or a span was not measured.
    """
    costs = [findings.costs.get(span.name) for span in spans]
    known = [cost for cost in costs if cost is not None]
    if not known or len(known) < len(costs):
        return None
    best: float | None = None
    for number, span in enumerate(spans):
        taken = {block for i, s in enumerate(spans) if i != number for block in s.blocks()}
        for name, cost in findings.costs.items():
            other = Span(*map(int, name.split("-")))
            fits = other.removes == span.removes and not taken.intersection(other.blocks())
            if fits and other != span:
                more = (cost - known[number]) / sum(known)
                best = more if best is None else min(best, more)
    return best


def in_order(spans: Sequence[Span], findings: Findings | None) -> list[Span]:
    """The spans as they are put in one after the other: what costs least for its size first."""

    def price(span: Span) -> tuple[float, Span]:
        cost = findings.cost(span)[0] if findings is not None else None
        return (cost if cost is not None else 1.0) / max(1, span.removes), span

    return sorted(spans, key=price)


def _read_costs(project: Path) -> dict[str, float]:
    try:
        raw = (project / "probe" / "costs.json").read_bytes()
        return msgspec.json.decode(raw, type=dict[str, float])
    except (OSError, msgspec.MsgspecError):
        return {}
