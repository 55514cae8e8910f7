"""The translations are whole, up to date, and in use where they should be."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
import xml.etree.ElementTree as ElementTree
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QLocale
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QDialogButtonBox
from pytestqt.qtbot import QtBot

from ppcl_app import engine_texts, figures
from ppcl_app.main_window import MainWindow
from ppcl_app.outcome import Failure
from ppcl_app.places import Place
from ppcl_app.pseudo_locale import pseudo
from ppcl_app.settings import Settings
from ppcl_app.translation import CHOICES, FOLDER, LANGUAGES, Translation, language_of
from ppcl_app.vocabulary import work_title
from ppcl_app.widgets.failure_card import FailureCard
from tests.ppcl_app.test_texts import FILES, calls_to_translate, text_of

ROOT = Path(__file__).parents[2]
TRANSLATED = sorted(set(LANGUAGES) - {"en"})
PLACEHOLDER = re.compile(r"\{\w*\}|%n|<\w+>|</\w+>|\(\*\.\w+\)")


def load_script() -> object:
    """packaging/translations.py, as it is when started from there."""
    file = ROOT / "packaging" / "translations.py"
    spec = importlib.util.spec_from_file_location("ppcl_translations", file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


script = load_script()


def messages(file: Path) -> Iterator[tuple[str, str, list[str], bool]]:
    """Context, source, translations (several where there are plurals), whether it is finished."""
    for context in ElementTree.parse(file).iter("context"):
        for message in context.iter("message"):
            translation = message.find("translation")
            assert translation is not None
            forms = [form.text or "" for form in translation.iter("numerusform")]
            yield (
                context.findtext("name", ""), message.findtext("source", ""),
                forms or [translation.text or ""], translation.get("type") != "unfinished",
            )  # fmt: skip


@pytest.mark.parametrize("code", ["en", *TRANSLATED])
def test_every_text_is_translated_and_keeps_its_placeholders(code: str) -> None:
    for context, source, forms, is_finished in messages(FOLDER / f"ppcl_{code}.ts"):
        where = f"{context}: {source}"
        assert is_finished, where
        for form in forms:
            assert form.strip(), where
            assert Counter(PLACEHOLDER.findall(form)) == Counter(PLACEHOLDER.findall(source)), where


def test_chinese_texts_are_written_as_chinese_ones_are() -> None:
    """Mnemonics stand in parentheses behind the words, as nobody types Chinese with Alt."""
    for _context, source, (form,), _finished in messages(FOLDER / "ppcl_zh_CN.ts"):
        assert form.count("&") == source.count("&"), source
        if "&" in source:
            assert re.search(r"\(&[A-Z]\)(…|\.\.\.)?( ?\{\w+\})?$", form), source
        assert source.endswith("…") == form.endswith("…"), source
        bare = PLACEHOLDER.sub("", form)
        assert not re.search(r"[\u4e00-\u9fff][,;:!?]", bare), f"{source}: half-width sign"


def test_no_two_entries_of_a_menu_share_a_letter() -> None:
    """Within the menu bar, which is the one place where all letters are seen at once."""
    bar = ("&File", "&Edit", "&View", "&Model", "&Run", "E&xport", "&Help")
    forms = {s: f[0] for c, s, f, _ in messages(FOLDER / "ppcl_zh_CN.ts") if c == "Menus"}
    letters = [forms[text].partition("&")[2][:1] for text in bar]
    assert len(set(letters)) == len(letters)


def test_translation_files_hold_exactly_the_texts_that_there_are(tmp_path: Path) -> None:
    """If this fails: python packaging/translations.py"""
    for code in ("en", *TRANSLATED):
        (tmp_path / f"ppcl_{code}.ts").write_bytes((FOLDER / f"ppcl_{code}.ts").read_bytes())
    script.update(tmp_path)  # type: ignore[attr-defined]
    for code in ("en", *TRANSLATED):
        now, then = tmp_path / f"ppcl_{code}.ts", FOLDER / f"ppcl_{code}.ts"
        assert sorted(messages(now)) == sorted(messages(then))


@pytest.mark.parametrize("code", ["en", *TRANSLATED])
def test_compiled_files_are_of_these_texts(code: str, tmp_path: Path) -> None:
    script.compile_file(FOLDER / f"ppcl_{code}.ts", tmp_path / "now.qm")  # type: ignore[attr-defined]
    assert (tmp_path / "now.qm").read_bytes() == (FOLDER / f"ppcl_{code}.qm").read_bytes()


def test_no_text_of_the_window_escapes_the_tool() -> None:
    """lupdate skips what it does not understand; here the syntax tree is asked."""
    known = {source for _context, source, _forms, _ in messages(FOLDER / "ppcl_zh_CN.ts")}
    for file in FILES:
        for call in calls_to_translate(ast.parse(file.read_text())):
            text = text_of(call)
            assert isinstance(text, ast.Constant)
            assert text.value in known, f"{file.name}:{call.lineno}"


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        (["zh-Hans-CN", "en-US"], "zh_CN"),
        (["zh_CN"], "zh_CN"),
        (["zh-TW"], "en"),
        (["de-DE", "zh-CN"], "zh_CN"),
        (["en-GB", "zh-CN"], "en"),
        (["C"], "en"),
        ([], "en"),
    ],
)
def test_language_of_the_system_is_found(wanted: list[str], code: str) -> None:
    assert language_of(wanted) == code


def test_language_that_is_not_there_is_refused(speak: Callable[[str], Translation]) -> None:
    with pytest.raises(ValueError, match="klingon"):
        speak("klingon")
    assert set(CHOICES) >= {"system", "en", "zh_CN", "pseudo"}


def test_english_has_plurals(speak: Callable[[str], Translation]) -> None:
    speak("en")
    text = QCoreApplication.translate
    assert text("ExportPage", "%n layers", "", 1) == "1 layer"
    assert text("ExportPage", "%n layers", "", 7) == "7 layers"


def test_chinese_speaks_through_qt_as_well(
    qtbot: QtBot, speak: Callable[[str], Translation]
) -> None:
    speak("zh_CN")
    assert QCoreApplication.translate("Places", "Export") == "导出"
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    assert "取消" in box.button(QDialogButtonBox.StandardButton.Cancel).text()
    assert QLocale().language() == QLocale.Language.Chinese
    assert figures.duration(125).replace("\N{NARROW NO-BREAK SPACE}", "") == "2分 05秒"


def test_pseudo_text_keeps_what_programs_read() -> None:
    text = pseudo("&Undo {what} of <b>%n</b> (*.png)")
    assert all(part in text for part in ("&", "{what}", "<b>%n</b>", "(*.png)"))
    assert "ndo" not in text
    assert len(pseudo("Find redundant layers")) >= 1.35 * len("Find redundant layers")


# Engine.


def test_engine_speaks_the_language_of_the_window(speak: Callable[[str], Translation]) -> None:
    cause = "The disk is full: /data/x.bin could not be written."
    assert engine_texts.say(cause) == cause
    speak("zh_CN")
    said = engine_texts.say(cause)
    assert "/data/x.bin" in said
    assert "disk" not in said
    both = engine_texts.say("There is no project in /x/My. Project.")
    assert "/x/My. Project" in both
    assert both.startswith("/x/My. Project") or "There is" not in both
    hint = engine_texts.say("The prompt is empty. Say what to paint.")
    assert not re.search(r"[A-Za-z]{3}", hint)
    assert engine_texts.say("Something unheard of happened.") == "Something unheard of happened."


def test_every_way_in_which_the_engine_fails_is_known() -> None:
    known = {s for c, s, _f, _ in messages(FOLDER / "ppcl_zh_CN.ts") if c == engine_texts.CONTEXT}
    assert len(known) > 100
    assert known == set(script.engine_texts())  # type: ignore[attr-defined]
    assert "{file} cannot be read: {error}." in known


def test_whatever_the_engine_does_has_words(speak: Callable[[str], Translation]) -> None:
    """What stands beside the progress of a stage, such as "trying layers 3-5"."""
    speak("pseudo")
    said = set()
    for file in sorted((ROOT / "engine").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if is_call and node.func.attr == "progress" and len(node.args) == 3:
                text = script._template(node.args[2])  # type: ignore[attr-defined]
                said |= {re.sub(r"\{\w+\}", "3-5", text)} if text else set()
    assert len(said) > 8
    for text in said:
        title = work_title("probe", text, 1, 2)
        assert not re.search(r"[A-Za-z]{3}", title), text
    assert work_title("evaluate", "measuring Tier 3", 1, 2).count("⟦") == 3


def test_report_stays_in_the_words_of_the_engine(
    qtbot: QtBot, speak: Callable[[str], Translation]
) -> None:
    speak("zh_CN")
    card = FailureCard(lambda _failure: [])
    qtbot.addWidget(card)
    card.show_failure(Failure("The prompt is empty.", "", "Say what to paint."))
    with qtbot.waitSignal(card.report_asked) as asked:
        card.report_button.click()
    assert asked.args[0].cause == "The prompt is empty."
    assert "The prompt" not in card.accessibleName()


# The window.


def test_language_is_switched_while_work_goes_on(
    qtbot: QtBot,
    make_window: Callable[..., MainWindow],
    speak: Callable[[str], Translation],
) -> None:
    window = make_window("slow:0.02")
    translation, run = speak("en"), window.studio.run
    window.studio.settings.preferences_changed.connect(
        lambda: translation.choose(window.studio.settings.preferences.language)
    )
    for place in Place:
        window.go_to(place)
    window.go_to(Place.RECOVER)
    window.start_learning()
    qtbot.waitUntil(lambda: bool(run.metrics.groups), timeout=15_000)
    engine = run._process.process_id
    old = window.current_page()
    for code, word in (("zh_CN", "导出"), ("en", "Export")):
        entry = next(
            a for a in window.menuBar().findChildren(QAction) if a.text() == LANGUAGES[code]
        )
        entry.trigger()
        qtbot.waitUntil(lambda word=word: window.rail.item(Place.EXPORT).text() == word)
        assert window.place is Place.RECOVER
        assert run._process.process_id == engine
        assert run.is_active
    assert window.current_page() is not old
    assert Settings(window.studio.settings._folder).preferences.language == "en"
    for place in Place:
        window.go_to(place)
    run.stop()
    qtbot.waitUntil(lambda: not run.is_active, timeout=10_000)
    assert window.current_page().isVisible()
    window.studio.settings.problem_found.emit("told once")
    assert window.status.text == "told once"
