"""The record of a run as lines that a person reads: stages, what was found, what was said."""

from __future__ import annotations

from pathlib import Path

from engine import protocol
from ppcl_app import figures
from ppcl_app.run_history import events_of
from ppcl_app.vocabulary import stage_title, subject_title


def record_of(folder: Path) -> str:
    """One line for every stage, notice, result and ending; curves as their last value."""
    lines: list[str] = []
    last: dict[str, protocol.Metric] = {}
    now_s = 0.0
    for event in events_of(folder):
        if isinstance(event, protocol.Metric):
            last[event.series] = event
            now_s = max(now_s, event.time_s)
            continue
        now_s = max(now_s, event.time_s)
        text = _text(event)
        if text:
            lines += _values(last)
            last.clear()
            lines.append(f"{figures.duration(now_s):>12}  {text}")
    lines += _values(last)
    return "\n".join(lines)


def _text(event: protocol.AnyEvent) -> str:
    match event:
        case protocol.Stage():
            return stage_title(event.name)
        case protocol.Notice():
            return event.text
        case protocol.Artifact():
            return f"-> {event.path}"
        case protocol.Failed():
            return f"{event.code}: {event.message} {event.hint}".strip()
        case protocol.Done():
            return "done"
        case protocol.Stopped():
            return "stopped"
    return ""


def _values(last: dict[str, protocol.Metric]) -> list[str]:
    """ "distill/3-5/loss" at its last step, below the stage that it belongs to."""
    lines = []
    for series, metric in last.items():
        stage, _, rest = series.partition("/")
        subject, _, name = rest.rpartition("/")
        what = subject_title(stage, subject) if stage in ("distill", "narrow") else subject
        words = " ".join(word for word in (what, name) if word)
        lines.append(f"{'':>14}{words}: {metric.value:.4g} at {metric.step}")
    return lines
