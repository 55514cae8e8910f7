"""The report of a project as one self-contained page: what was done, figures, settings."""

from __future__ import annotations

import base64
import platform
from collections.abc import Iterable, Sequence
from html import escape

import msgspec
import PySide6
from PySide6.QtCore import QCoreApplication, QDateTime, QLocale, QSysInfo
from PySide6.QtWidgets import QApplication

import engine
from engine.tiers import Tier
from ppcl_app import figures
from ppcl_app.outcome import redact
from ppcl_app.project_model import ProjectModel
from ppcl_app.results.recipe import command_of
from ppcl_app.vocabulary import STAGES, stage_title, tier_title

translate = QCoreApplication.translate  # lupdate knows this name
SHEET = "comparison-sheet.png"
_STYLE = """
body { font-family: sans-serif; color: #1A1D23; background: #FFFFFF; font-size: 10pt; }
h1 { font-size: 18pt; } h2 { font-size: 13pt; }
table { border-collapse: collapse; } td, th { padding: 3px 10px 3px 0; text-align: right; }
th { color: #5A6270; font-weight: normal; } td.first, th.first { text-align: left; }
p.note { color: #5A6270; } pre { background: #ECEEF2; font-size: 8pt; white-space: pre-wrap; }
"""
_ROOMY = """
@media screen { body { max-width: 60em; margin: 2em auto; padding: 0 1em; line-height: 1.45; } }
td, th { border-bottom: 1px solid #DDE1E7; } img { max-width: 100%; } pre { padding: 1em; }
"""


def self_contained(project: ProjectModel) -> str:
    """A page that holds its pictures itself."""
    sheet = project.comparison_sheet
    source = ""
    if sheet is not None:
        source = "data:image/png;base64," + base64.b64encode(sheet.read_bytes()).decode()
    return page(project, sheet=source, style=_STYLE + _ROOMY)


def page(project: ProjectModel, *, sheet: str = SHEET, style: str = _STYLE) -> str:
    """The report as HTML; `sheet` is where its picture is found, if there is one."""
    parts = [f"<h1>{escape(title(project))}</h1>", _done(project), _sizes(project)]
    if sheet and project.comparison_sheet is not None:
        parts += [
            f"<h2>{_say('Pictures')}</h2>",
            f'<p><img src="{sheet}" width="640" alt="{_say("Comparison sheet")}"></p>',
        ]
    parts += [_plan(project), _settings(project), _versions()]
    body = "\n".join(parts)
    return (
        f'<!DOCTYPE html>\n<html><head><meta charset="utf-8"><title>{escape(title(project))}'
        f"</title><style>{style}</style></head>\n<body>\n{body}\n</body></html>\n"
    )


def title(project: ProjectModel) -> str:
    text = translate("ProjectReport", "{model} made smaller")
    return text.format(model=project.model.title)


def _done(project: ProjectModel) -> str:
    plan, tiers = project.plan, project.tiers
    now = QLocale().toString(QDateTime.currentDateTime(), QLocale.FormatType.LongFormat)
    lines = [translate("ProjectReport", "Written on {date}.").format(date=now)]
    if plan is not None:
        text = translate(
            "ProjectReport", "{count} of the model's {total} layers were taken out of use."
        )
        lines.append(text.format(count=plan.removes, total=plan.num_blocks))
    if tiers:
        text = translate(
            "ProjectReport",
            "The smallest of the sizes has {share} of the original's parameters.",
        )
        lines.append(text.format(share=figures.percent(tiers[-1].parameters_ratio)))
    return f"<p>{escape(' '.join(lines))}</p>"


def _sizes(project: ProjectModel) -> str:
    table = project.table
    if table is None or not project.tiers:
        return ""
    heads = (
        "", _say("Layers"), _say("Parameters"), _say("Speed"), _say("One picture"),
        _say("Difference"), _say("Alike"), _say("Prompt followed"),
    )  # fmt: skip
    rows = [_row(tier) for tier in project.tiers]
    conditions = translate(
        "ProjectReport",
        "Measured on {device} (threads: {threads}) with {captions} prompts that nothing was "
        "chosen by, one seed each. Parameters and layers are counted. Difference: squared error "
        "of what is predicted, relative to the original's. Alike: mean likeness (HaarPSI) to the "
        "original's pictures.",
    ).format(device=table.device.upper(), threads=table.threads, captions=table.captions)
    return f"<h2>{_say('Sizes')}</h2>{_table(heads, rows)}<p class='note'>{escape(conditions)}</p>"


def _row(tier: Tier) -> tuple[str, ...]:
    def shown(value: float | None, text: str) -> str:
        return "\N{EN DASH}" if value is None else text

    return (
        tier_title(tier.name),
        str(tier.blocks),
        f"{figures.count(tier.parameters)} ({figures.percent(tier.parameters_ratio)})",
        shown(tier.speedup, figures.factor(tier.speedup or 0)),
        shown(tier.picture_seconds, figures.seconds(tier.picture_seconds or 0)),
        shown(tier.output_error, f"{tier.output_error or 0:.4f}"),
        shown(tier.haarpsi, f"{tier.haarpsi or 0:.3f}"),
        shown(tier.score, figures.percent(tier.score or 0)),
    )


def _plan(project: ProjectModel) -> str:
    plan = project.plan
    if plan is None or not plan.spans:
        return ""
    costs = plan.predicted or ("",) * len(plan.spans)
    rows = [
        (
            f"{span.first}\N{EN DASH}{span.last}",
            str(span.removes),
            f"{cost:.4f}" if isinstance(cost, float) else "\N{EN DASH}",
        )
        for span, cost in zip(plan.spans, costs, strict=True)
    ]
    heads = (_say("Layers"), _say("Taken out"), _say("Expected cost"))
    return f"<h2>{_say('Which layers were merged')}</h2>{_table(heads, rows)}"


def _settings(project: ProjectModel) -> str:
    header, settings = project.header, project.settings
    if header is None or settings is None:
        return ""
    stages: dict[str, dict[str, object]] = msgspec.to_builtins(settings)
    rows = []
    for name in STAGES:
        values = stages.get(name, {})
        text = ", ".join(f"{key} {value}" for key, value in values.items() if value is not None)
        rows.append((stage_title(name), redact(text)))
    cells = "".join(
        f"<tr><td class='first'>{escape(name)}</td><td class='first'>{escape(text)}</td></tr>"
        for name, text in rows
        if text
    )
    command = redact(command_of(header, settings, out=f"{project.name}.ppcl"))
    return (
        f'<h2 style="page-break-before: always">{_say("Settings")}</h2><table>{cells}</table>'
        f"<p>{_say('The same in a terminal:')}</p><pre>{escape(command)}</pre>"
    )


def _versions() -> str:
    text = (
        f"PPCL Studio {QApplication.applicationVersion()}, engine {engine.__version__}, "
        f"Python {platform.python_version()}, Qt {PySide6.__version__}, "
        f"{QSysInfo.prettyProductName()}"
    )
    return f"<h2>{_say('Versions')}</h2><p>{escape(text)}</p>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    def line(tag: str, cells: Sequence[str]) -> str:
        marks = [" class='first'", *[""] * (len(cells) - 1)]
        inside = "".join(
            f"<{tag}{mark}>{escape(cell)}</{tag}>" for mark, cell in zip(marks, cells, strict=True)
        )
        return f"<tr>{inside}</tr>"

    return f"<table>{line('th', heads)}{''.join(line('td', row) for row in rows)}</table>"


def _say(heading: str) -> str:
    """The short words of the report; listed here so that lupdate finds them."""
    known = {
        "Pictures": translate("ProjectReport", "Pictures"),
        "Comparison sheet": translate("ProjectReport", "Comparison sheet"),
        "Sizes": translate("ProjectReport", "Sizes"),
        "Layers": translate("ProjectReport", "Layers"),
        "Parameters": translate("ProjectReport", "Parameters"),
        "Speed": translate("ProjectReport", "Speed"),
        "One picture": translate("ProjectReport", "One picture"),
        "Difference": translate("ProjectReport", "Difference"),
        "Alike": translate("ProjectReport", "Alike"),
        "Prompt followed": translate("ProjectReport", "Prompt followed"),
        "Which layers were merged": translate("ProjectReport", "Which layers were merged"),
        "Taken out": translate("ProjectReport", "Taken out"),
        "Expected cost": translate("ProjectReport", "Expected cost"),
        "Settings": translate("ProjectReport", "Settings"),
        "The same in a terminal:": translate("ProjectReport", "The same in a terminal:"),
        "Versions": translate("ProjectReport", "Versions"),
    }
    return escape(known[heading])
