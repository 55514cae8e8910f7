"""The words that people see for what the engine calls by shorter names."""

from __future__ import annotations

import re

from PySide6.QtCore import QCoreApplication

from ppcl_app.translation import LANGUAGES, SYSTEM

translate = QCoreApplication.translate  # lupdate knows this name
_DASH = "\N{EN DASH}"
STAGES = ("calibrate", "probe", "plan", "distill", "narrow", "order", "finetune", "evaluate")


def stage_title(name: str) -> str:
    titles = {
        "calibrate": translate("Vocabulary", "Watch the original paint"),
        "probe": translate("Vocabulary", "Find layers that do the same job"),
        "plan": translate("Vocabulary", "Choose the layers to merge"),
        "distill": translate("Vocabulary", "Teach the merged layers"),
        "narrow": translate("Vocabulary", "Narrow some layers"),
        "order": translate("Vocabulary", "Put the sizes in order"),
        "finetune": translate("Vocabulary", "Recover quality"),
        "evaluate": translate("Vocabulary", "Measure every size"),
        "export": translate("Vocabulary", "Write the model"),
    }
    return titles.get(name) or name.replace("_", " ").capitalize()


def stage_tip(name: str) -> str:
    """One sentence with the technical word, for a tool tip."""
    tips = {
        "calibrate": translate(
            "Vocabulary", "Activations of the original are collected (calibration)."
        ),
        "probe": translate(
            "Vocabulary", "Layers are compared with each other (CKA and held-out error)."
        ),
        "plan": translate(
            "Vocabulary", "Runs of neighbouring layers with the least error are chosen."
        ),
        "distill": translate(
            "Vocabulary", "One new layer learns to do the work of several (distillation)."
        ),
        "narrow": translate("Vocabulary", "Wide parts are replaced by thin ones (width pruning)."),
        "order": translate(
            "Vocabulary", "What costs least quality for its size comes first (tiers)."
        ),
        "finetune": translate("Vocabulary", "All new layers learn together (fine-tuning)."),
        "evaluate": translate(
            "Vocabulary", "Speed, likeness and correctness of every size are measured."
        ),
    }
    return tips.get(name, "")


def subject_title(stage: str, subject: str) -> str:
    """What learns: "3-5" of distill -> "Layers 3-5"."""
    if stage == "distill":
        return translate("Vocabulary", "Layers {range}").format(range=subject.replace("-", _DASH))
    if stage == "narrow":
        kind, _, rest = subject.partition("-")
        if kind == "text":
            return translate("Vocabulary", "Text part {range}").format(
                range=rest.replace("-", _DASH)
            )
        if kind == "ffn":
            return translate("Vocabulary", "Wide part {range}").format(range=rest)
    if stage == "finetune" and not subject:
        return translate("Vocabulary", "All together")
    return subject or stage_title(stage)


def work_title(stage: str, what: str, done: int, total: int) -> str:
    """What a running stage does now: "distill/3-5", 120, 600 -> "Layers 3-5, step 120 of 600"."""
    if "/" in what or what in STAGES:
        subject = subject_title(stage, what.partition("/")[2])
        text = translate("Vocabulary", "{what}, step {done} of {total}")
        return text.format(what=subject, done=done, total=total)
    what = _deed(what)
    if not what or total <= 1:
        return what
    return translate("Vocabulary", "{what}, {done} of {total}").format(
        what=what, done=done, total=total
    )


def _deed(what: str) -> str:
    """What the engine says that it does, in the words of the window."""
    deeds = {
        "painting with the original": translate("Vocabulary", "pictures painted by the original"),
        "asking the original": translate("Vocabulary", "answers of the original"),
        "reading the prompts": translate("Vocabulary", "prompts read"),
        "fitting probes": translate("Vocabulary", "layers looked at"),
        "comparing blocks": translate("Vocabulary", "layers compared"),
        "trying layers {}": translate("Vocabulary", "trying layers {range}"),
        "looking into layer {}": translate("Vocabulary", "looking into layer {range}"),
        "fitting layer {} again": translate("Vocabulary", "fitting layer {range} again"),
        "trying {}": translate("Vocabulary", "trying {range}"),
        "ordering": translate("Vocabulary", "sizes put in order"),
        "ordering, {}": translate("Vocabulary", "sizes put in order"),
        "measuring {}": translate("Vocabulary", "measuring {range}"),
        "painting": translate("Vocabulary", "pictures painted"),
        "timing": translate("Vocabulary", "speed measured"),
        "copying {}": translate("Vocabulary", "copying the other parts"),
        "writing weights": translate("Vocabulary", "writing the model"),
        "loading it again": translate("Vocabulary", "loading it again"),
    }
    for said, deed in deeds.items():
        before, _, after = said.partition("{}")
        value = what.removeprefix(before).removesuffix(after)
        if what == said or (value and what == f"{before}{value}{after}" and before != said):
            return deed.format(range=_value(value))
    return what


def _value(text: str) -> str:
    """ "3-5", "Tier 3", "text-9-11" and the like."""
    if re.fullmatch(r"(text|ffn)-.*", text):
        return subject_title("narrow", text)
    return tier_title(text) if text.startswith(("Tier", "Original")) else text.replace("-", _DASH)


def unfinished_title(name: str) -> str:
    """What was learning when it was cut short: "distill-span-3-5" -> "Layers 3-5"."""
    stage, _, rest = name.partition("-")
    return subject_title(stage, rest.removeprefix("span-"))


def tier_title(name: str) -> str:
    """What a size is called: "Tier 3" as the engine names it."""
    if name == "Original":
        return translate("Vocabulary", "Original")
    found = re.fullmatch(r"Tier (\d+)( \(tuned alone\))?", name)
    if found is None:
        return name
    text = translate("Vocabulary", "Tier {number}")
    if found[2]:
        text = translate("Vocabulary", "Tier {number} (tuned alone)")
    return text.format(number=found[1])


def step_title(name: str, number: int, count: int) -> str:
    """Size `number` of `count` below the original, some of which are easier to speak of by name."""
    title, word = tier_title(name), ""
    if number == count:
        word = translate("Vocabulary", "smallest")
    elif number == 1:
        word = translate("Vocabulary", "light")
    elif number == (count + 1) // 2:
        word = translate("Vocabulary", "balanced")
    is_plain = not number or not word or count < 2 or "(" in name
    return title if is_plain else f"{title} · {word}"


def score_title(field: str) -> str:
    """What of a prompt is looked for in the picture."""
    titles = {
        "background": translate("Vocabulary", "background"),
        "count": translate("Vocabulary", "count"),
        "object": translate("Vocabulary", "things"),
        "color": translate("Vocabulary", "colour"),
        "relation": translate("Vocabulary", "place"),
        "text": translate("Vocabulary", "written word"),
        "text_color": translate("Vocabulary", "colour of the word"),
    }
    return titles.get(field, field)


def appearance_titles() -> dict[str, str]:
    return {
        "system": translate("Vocabulary", "Like the system"),
        "light": translate("Vocabulary", "Light"),
        "dark": translate("Vocabulary", "Dark"),
    }


def language_titles() -> dict[str, str]:
    """Each in its own words, so that everybody finds theirs."""
    return {SYSTEM: translate("Vocabulary", "Like the system"), **LANGUAGES}


def outcome_title(outcome: str) -> str:
    """How a run ended, in a word."""
    titles = {
        "done": translate("Vocabulary", "done"),
        "stopped": translate("Vocabulary", "paused"),
        "failed": translate("Vocabulary", "failed"),
        "crashed": translate("Vocabulary", "crashed"),
        "cut_off": translate("Vocabulary", "cut off"),
        "running": translate("Vocabulary", "running"),
    }
    return titles.get(outcome, outcome)


def verb_title(verb: str) -> str:
    """What a run was for."""
    titles = {
        "compress": translate("Vocabulary", "Make the smaller sizes"),
        "run": translate("Vocabulary", "Look at the layers"),
        "plan": translate("Vocabulary", "Choose the layers to merge"),
        "export": translate("Vocabulary", "Write a model"),
        "evaluate": translate("Vocabulary", "Measure every size"),
    }
    return titles.get(verb) or verb.capitalize()
