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
        speedup=num_layers / max(1, num_layers - removed),
        difference=sum(known) if len(known) == len(prices) and prices else None,
        is_measured=all(is_measured for _, is_measured in prices),
    )


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
