"""What a person sees of a run: bars in a terminal, plain lines elsewhere, and tables at the end."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import IO

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from engine import protocol
from engine.tiers import TierTable

_SAY_EVERY_S = 10.0


def view_on(console: Console) -> TerminalView | PlainView:
    """Bars where somebody watches them; a file or a pipe gets lines that stand for themselves."""
    return TerminalView(console) if console.is_terminal else PlainView(console.file)


class TerminalView:
    """A sink for a Reporter; a context manager that owns the progress display."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._bars = Progress(
            TextColumn("{task.fields[stage]:>10}"), BarColumn(32),
            TextColumn("{task.percentage:>3.0f} %"), TimeElapsedColumn(),
            TextColumn("{task.description}", style="dim"), console=console,
        )  # fmt: skip
        self._current: int | None = None

    def __enter__(self) -> TerminalView:
        self._bars.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._bars.stop()

    def __call__(self, event: protocol.Event, _payload: bytes) -> None:
        if isinstance(event, protocol.Stage):
            self._finish()
            self._current = self._bars.add_task("", total=1, stage=event.name)
        elif isinstance(event, protocol.Progress) and self._current is not None:
            self._bars.update(
                self._current,
                completed=event.done,
                total=max(event.total, 1),
                description=event.what,
            )
        elif isinstance(event, protocol.Notice):
            self._bars.console.print(event.text)
        elif isinstance(event, protocol.Done):
            self._finish()

    def _finish(self) -> None:
        if self._current is not None:
            total = self._bars.tasks[self._current].total
            self._bars.update(self._current, completed=total, description="")


class PlainView:
    """A sink for a Reporter: a line when a stage begins and ends, and every ten seconds between."""

    def __init__(self, stream: IO[str], *, clock: Callable[[], float] = time.monotonic) -> None:
        self._stream, self._clock = stream, clock
        self._stage = ""
        self._began = self._said_at = 0.0

    def __enter__(self) -> PlainView:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def __call__(self, event: protocol.Event, _payload: bytes) -> None:
        if isinstance(event, protocol.Stage):
            self._finish()
            self._stage, self._began = event.name, self._clock()
            self._say(f"{event.name}: stage {event.index + 1} of {event.total} begins")
        elif isinstance(event, protocol.Progress) and self._stage:
            if self._clock() - self._said_at >= _SAY_EVERY_S:
                share = event.done / max(event.total, 1)
                self._say(f"{self._stage}: {share:.0%} {event.what}".rstrip())
        elif isinstance(event, protocol.Notice):
            self._say(event.text)
        elif isinstance(event, protocol.Done):
            self._finish()

    def _finish(self) -> None:
        if self._stage:
            self._say(f"{self._stage}: done after {self._clock() - self._began:.0f} s")
        self._stage = ""

    def _say(self, line: str) -> None:
        self._said_at = self._clock()
        print(line, file=self._stream, flush=True)


def tier_table(table: TierTable) -> Table:
    """The tiers as a table a person can read."""
    view = Table(title=f"Sizes of {table.model}, measured on {table.device or 'nothing yet'}")
    for heading in ("", "blocks", "parameters", "speed-up", "error E", "likeness", "score"):
        view.add_column(heading, justify="right")
    for tier in table.tiers:
        view.add_row(
            tier.name, str(tier.blocks),
            f"{tier.parameters / 1e6:,.2f} M {tier.parameters_ratio:4.0%}",
            _shown(tier.speedup, "{:.2f} x"), _shown(tier.output_error, "{:.4f}"),
            _shown(tier.haarpsi, "{:.3f}"), _shown(tier.score, "{:.1%}"),
        )  # fmt: skip
    return view


def _shown(value: float | None, style: str) -> str:
    return "-" if value is None else style.format(value)
