"""The page on which sizes are judged, with an engine that pretends."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from ppcl_app import machine
from ppcl_app.main_window import MainWindow
from ppcl_app.outcome import OUT_OF_MEMORY, Failure
from ppcl_app.pages.generate_page import GeneratePage
from ppcl_app.picture_recipe import Recipe, read_recipe
from ppcl_app.places import Place
from ppcl_app.results.pair import ORIGINAL_CHUNK
from ppcl_app.widgets.compare_modes import Mode

MakePage = Callable[..., GeneratePage]


@pytest.fixture
def make_page(make_window: Callable[..., MainWindow], finished_project: Path) -> MakePage:
    """In its window, with the pictures of the first visit asked for."""

    def make(behaviour: str = "normal:0.001") -> GeneratePage:
        window = make_window(behaviour, folder=finished_project)
        window.activateWindow()
        page = window.page(Place.GENERATE)
        assert isinstance(page, GeneratePage)
        assert window.current_page() is page
        return page

    return make


def painted(qtbot: QtBot, page: GeneratePage) -> None:
    generation = page._generation
    qtbot.waitUntil(lambda: generation.is_painted(0), timeout=30_000)
    qtbot.waitUntil(lambda: generation.is_painted(generation.tier), timeout=30_000)


def test_labels_tell_what_was_measured_of_the_picture(qtbot: QtBot, make_page: MakePage) -> None:
    page = make_page()
    painted(qtbot, page)
    original, smaller = page.view.shots
    assert original.label.startswith("Original")
    assert "measured" in original.note
    assert smaller.title == "Tier 3 · 70\N{NARROW NO-BREAK SPACE}%"
    assert "94\N{NARROW NO-BREAK SPACE}% alike, measured" in smaller.note


def test_s_saves_both_pictures_with_their_recipes(
    qtbot: QtBot, make_page: MakePage, tmp_path: Path
) -> None:
    page = make_page()
    painted(qtbot, page)
    window, file = page.window(), tmp_path / "pair.png"
    assert isinstance(window, MainWindow)
    window.dialogs.answer = file  # type: ignore[attr-defined]
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_S)
    recipe, image = read_recipe(file), QImage(str(file))
    assert recipe is not None
    assert recipe.tiers[-1] == page._generation.tier
    original = msgspec.json.decode(image.text(ORIGINAL_CHUNK), type=Recipe)
    assert set(original.tiers) == {0}
    assert (original.prompt, original.seed) == (recipe.prompt, recipe.seed)
    assert image.width() > 2 * 512
    assert image.pixelColor(100, 100) != image.pixelColor(2, 2), "no picture"


def test_without_memory_a_smaller_size_is_offered(qtbot: QtBot, make_page: MakePage) -> None:
    page = make_page()
    painted(qtbot, page)
    generation, before = page._generation, page._generation.tier
    generation._set_failure(Failure("No memory.", "", "", code=OUT_OF_MEMORY))
    page.failure_card.buttons[0].click()
    assert page.failure_card.isHidden()
    assert generation.tier == before + 1
    qtbot.waitUntil(lambda: generation.is_painted(before + 1), timeout=30_000)
    generation.set_tier(generation.num_tiers - 1)
    generation._set_failure(Failure("No memory.", "", "", code=OUT_OF_MEMORY))
    assert "smaller" not in page.failure_card.buttons[0].text(), "there is none"


def test_clicked_size_is_asked_for_at_once_and_a_dragged_one_when_it_is_let_go(
    qtbot: QtBot, make_page: MakePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = make_page()
    painted(qtbot, page)
    generation, slider = page._generation, page.slider
    scheduler, original = generation._scheduler, generation.pane(0).picture
    scheduler._debounce_s = 1e6
    generation.seed += 1  # of which the original alone is there
    assert original is not None
    scheduler.keep(generation.wish(0), original)
    scheduler._compared.add(generation.wish(0))
    generation.set_tier(0)
    asked: list[int] = []
    monkeypatch.setattr(generation._process, "send", lambda command: asked.append(command.tier))
    spots = [QPoint(round(slider._x(tier)), 18) for tier in range(generation.num_tiers)]
    qtbot.mousePress(slider, Qt.MouseButton.LeftButton, pos=spots[3])
    assert asked == [3]
    for tier in (4, 5):
        qtbot.mouseMove(slider, spots[tier])
    assert asked == [3]
    qtbot.mouseRelease(slider, Qt.MouseButton.LeftButton, pos=spots[5])
    assert asked == [3, 5]


def test_fit_takes_the_largest_size_and_says_why(
    qtbot: QtBot, make_page: MakePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "memory", lambda: machine.Memory(8 << 30, 4 << 30))
    page = make_page("slow:9")  # nothing is painted, so the table counts
    page.fit.seconds.setValue(1.2)
    page.fit.button.click()
    assert page._generation.tier == 2  # 1.42 s, 1.28 s, 1.14 s
    assert "Tier 2" in page.summary.text()
    assert "Tier 1" in page.summary.text()
    assert "measured" in page.summary.text()
    page.fit.seconds.setValue(5)
    page.fit.button.click()
    assert page._generation.tier == 0
    assert "strong enough" in page.summary.text()
    page.slider.setValue(3)
    assert page.summary.text() == ""


def test_dropped_picture_restores_its_recipe(
    qtbot: QtBot, make_page: MakePage, tmp_path: Path
) -> None:
    page = make_page()
    painted(qtbot, page)
    generation = page._generation
    generation.history.settle()
    kept = next(e for e in generation.history.entries if e.recipe.tiers[0] == generation.tier)
    file = tmp_path / "from-a-friend.png"
    file.write_bytes(kept.file.read_bytes())
    tier = generation.tier
    page.prompt.set_all("a green star", 5, 3)
    page.primary.click()
    page.slider.setValue(1)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(file))])
    drop = QDropEvent(
        QPointF(50, 50), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    page.dropEvent(drop)
    assert drop.isAccepted()
    assert (page.prompt.prompt, page.prompt.seed, page.prompt.steps) == (
        kept.recipe.prompt, kept.recipe.seed, 0,
    )  # fmt: skip
    assert page.slider.value() == tier
    (tmp_path / "from-a-friend.png").write_bytes(b"")
    page.dropEvent(drop)
    assert "tells nothing" in page.summary.text()


def test_history_is_shown_restored_dragged_and_copied(qtbot: QtBot, make_page: MakePage) -> None:
    page = make_page()
    painted(qtbot, page)
    generation, strip = page._generation, page.compare.strip
    qtbot.waitUntil(lambda: all(map(generation.is_painted, range(6))), timeout=30_000)
    model = strip.model()
    assert model.rowCount() == 6
    generation.history.settle()
    row = next(n for n, e in enumerate(generation.history.entries) if e.recipe.tiers[0] == 5)
    index = model.index(row, 0)
    (url,) = model.mimeData([index]).urls()
    recipe = read_recipe(Path(url.toLocalFile()))
    assert isinstance(recipe, Recipe)
    assert recipe.tiers == (5,) * 8
    assert "Tier 5" in index.data(Qt.ItemDataRole.AccessibleTextRole)
    strip.setCurrentIndex(index)
    qtbot.keyClick(strip, Qt.Key.Key_Return)
    assert page.slider.value() == 5
    page.compare.copy_picture()
    copied = QGuiApplication.clipboard().image()
    assert (copied.width(), copied.height()) == (64, 64)


def test_arrow_keys_bring_earlier_prompts(qtbot: QtBot, make_page: MakePage) -> None:
    page = make_page()
    painted(qtbot, page)
    first, editor = page.prompt.prompt, page.prompt._prompt
    page.prompt.set_prompt("a green star")
    editor.setFocus()
    qtbot.keyClick(editor, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(editor, Qt.Key.Key_Up)
    assert page.prompt.prompt == first
    qtbot.keyClick(editor, Qt.Key.Key_End, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(editor, Qt.Key.Key_Down)
    assert page.prompt.prompt == "a green star"


def test_brackets_go_to_the_seeds_beside(qtbot: QtBot, make_page: MakePage) -> None:
    page = make_page()
    painted(qtbot, page)
    page.view.setFocus()
    qtbot.keyClick(page.view, Qt.Key.Key_BracketRight)
    assert page._generation.seed == 43
    qtbot.keyClick(page.view, Qt.Key.Key_Down)
    assert page.slider.value() == 4
    qtbot.keyClick(page.view, Qt.Key.Key_M)
    assert page.compare.modes.buttons[Mode.SIDE].isChecked()


def test_blind_test_from_the_first_pair_to_the_verdict(qtbot: QtBot, make_page: MakePage) -> None:
    page = make_page()
    painted(qtbot, page)
    blind = page.compare.blind
    page.compare.blind_button.click()
    assert not page.slider.isEnabled()
    assert not page.compare.strip.isVisible()  # it would tell
    assert not page.primary.isEnabled()
    for _ in range(6):
        qtbot.waitUntil(lambda: blind.is_ready, timeout=30_000)
        left, right = page.view.shots
        assert (left.label, right.label) == ("Left", "Right")
        pair = blind.test.current  # type: ignore[union-attr]
        assert pair is not None
        original = page._generation.picture(blind._wishes(pair)[0])
        assert (left.picture is original) is pair.is_original_left
        key = Qt.Key.Key_Left if pair.is_original_left else Qt.Key.Key_Right
        qtbot.keyClick(page.view, key)
    qtbot.waitUntil(lambda: blind.is_ready, timeout=30_000)
    for key, count in ((Qt.Key.Key_Down, 7), (Qt.Key.Key_Backspace, 6)):
        qtbot.keyClick(page.view, key)
        assert len(blind.test.votes) == count  # type: ignore[union-attr]
    blind.end.click()
    assert "the original 6 times, this size 0 times, no difference 0 times" in blind.verdict()
    assert "clearly preferred the original" in blind.verdict()
    assert page.slider.isEnabled()
    assert page.view.shots[0].title == "Original"
    assert blind.isVisible()
    blind.end.click()
    assert not blind.isVisible()


def test_few_votes_prove_nothing(qtbot: QtBot, make_page: MakePage) -> None:
    page = make_page()
    painted(qtbot, page)
    blind = page.compare.blind
    page.compare.start_blind_test()
    for _ in range(5):
        qtbot.waitUntil(lambda: blind.is_ready, timeout=30_000)
        is_left = blind.test.current.is_original_left  # type: ignore[union-attr]
        (blind.left if is_left else blind.right).click()
    blind.end.click()
    assert "too few to tell" in blind.verdict()


def test_grid_is_filled_in_the_background_and_opens_a_picture(
    qtbot: QtBot, make_page: MakePage
) -> None:
    page = make_page()
    painted(qtbot, page)
    page.view.set_mode(Mode.GRID)
    prompts = page.compare.grid_prompts
    assert len(prompts) >= 6
    generation = page._generation
    page.view.cell_opened.emit(2, 4)
    assert page.view.mode is Mode.WIPE
    assert (generation.prompt, generation.tier) == (prompts[2], 4)
    assert page.prompt.prompt == prompts[2]
    qtbot.waitUntil(lambda: generation.is_painted(4), timeout=30_000)


def test_way_of_comparing_is_remembered(
    qtbot: QtBot, make_page: MakePage, make_window: Callable[..., MainWindow]
) -> None:
    page = make_page()
    page.view.set_mode(Mode.FADE)
    again = make_page()
    assert again.view.mode is Mode.FADE
    QApplication.processEvents()
