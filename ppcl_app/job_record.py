"""What a run has done: in words for whoever did it, and line by line for whoever helps."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from engine import protocol
from ppcl_app import figures
from ppcl_app.engine_texts import say
from ppcl_app.metrics import LEARNING_STAGES
from ppcl_app.run_history import events_of
from ppcl_app.vocabulary import stage_title, subject_title

translate = QCoreApplication.translate  # lupdate knows this name


@dataclass(slots=True)
class _Chapter:
    """One stage of a run: how long it took, what learned in it, and what was said."""

    stage: str
    began_s: float
    ended_s: float
    said: list[str] = field(default_factory=list)
    learned: dict[str, protocol.Metric] = field(default_factory=dict)

    def lines(self) -> list[str]:
        took = figures.duration(self.ended_s - self.began_s)
        details = [_learned(self.stage, *item) for item in self.learned.items()]
        title = [f"{stage_title(self.stage)} · {took}"] if self.stage else []
        return [*title, *(f"    {text}" for text in (*details, *self.said))]


def story_of(folder: Path) -> str:
    """Every stage with the time that it took, how close what learned in it came, and notices."""
    chapters = [_Chapter("", 0.0, 0.0)]
    for event in events_of(folder):
        now = chapters[-1]
        now.ended_s = max(now.ended_s, event.time_s)
        match event:
            case protocol.Stage():
                chapters.append(_Chapter(event.name, now.ended_s, now.ended_s))
            case protocol.Metric():
                stage, _, rest = event.series.partition("/")
                subject, _, name = rest.rpartition("/")
                if name == "validation" and stage == now.stage in LEARNING_STAGES:
                    now.learned[subject] = event
            case protocol.Notice():
                now.said.append(say(event.text))
            case protocol.Failed():
                now.said.append(f"{say(event.message)} {say(event.hint)}".strip())
    return "\n".join(line for chapter in chapters for line in chapter.lines())


def _learned(stage: str, subject: str, metric: protocol.Metric) -> str:
    text = translate("JobRecord", "{what}: difference {value} after step {step}")
    value = f"{metric.value:.2g}"
    return text.format(what=subject_title(stage, subject), value=value, step=metric.step)


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
