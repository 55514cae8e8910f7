"""Tests of engine.quality.sheet."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.quality.sheet import comparison_sheet

_GREEN, _BLUE = (0, 160, 60), (20, 60, 220)


def _plain(color: tuple[int, int, int], side: int = 80) -> np.ndarray:
    return np.full((side, side, 3), color, np.uint8)


def _where(sheet: np.ndarray, color: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """Left, top, width and height of the area of `color`, which has to be full."""
    ys, xs = np.nonzero((sheet == color).all(axis=-1))
    width, height = int(np.ptp(xs)) + 1, int(np.ptp(ys)) + 1
    assert len(xs) == width * height
    return int(xs.min()), int(ys.min()), width, height


def _drawn(path: Path) -> np.ndarray:
    return np.asarray(Image.open(path).convert("RGB"))


def test_rows_are_tiers_columns_are_prompts_and_small_pictures_are_doubled(tmp_path: Path) -> None:
    white, out = _plain((255, 255, 255)), tmp_path / "sheet.png"
    rows = [
        (["Full size", "1.00\u00d7"], [white, _plain(_GREEN)]),
        (["Tier 1"], [_plain(_BLUE), white]),
    ]
    comparison_sheet(rows, captions=["a fox", "an owl"], out=out)
    green, blue = _where(_drawn(out), _GREEN), _where(_drawn(out), _BLUE)
    assert green[2:] == blue[2:] == (160, 160)
    assert green[0] >= blue[0] + 160
    assert blue[1] >= green[1] + 160
    assert [path.name for path in tmp_path.iterdir()] == ["sheet.png"]


def test_pixels_of_small_pictures_stay_square(tmp_path: Path) -> None:
    checks = np.indices((80, 80)).sum(axis=0) % 2
    picture = np.where(checks[..., None], _GREEN, _BLUE).astype(np.uint8)
    comparison_sheet([(["Tier"], [picture])], captions=["a"], out=tmp_path / "s.png")
    sheet = _drawn(tmp_path / "s.png")
    assert (sheet == _GREEN).all(axis=-1).sum() == (sheet == _BLUE).all(axis=-1).sum() == 160**2 / 2


def test_large_pictures_are_shrunk(tmp_path: Path) -> None:
    comparison_sheet([(["Tier"], [_plain(_BLUE, 1024)])], captions=["a"], out=tmp_path / "s.png")
    assert _where(_drawn(tmp_path / "s.png"), _BLUE)[2:] == (320, 320)


def test_a_long_caption_is_wrapped_above_its_own_column(tmp_path: Path) -> None:
    rows = [(["Tier"], [_plain(_GREEN), _plain(_BLUE)])]
    comparison_sheet(rows, captions=["word " * 200, ""], out=tmp_path / "s.png")
    sheet = _drawn(tmp_path / "s.png")
    (left, top, width, _), (other, *_) = _where(sheet, _GREEN), _where(sheet, _BLUE)
    inked = (sheet[: top - 1] < 200).any(axis=-1)
    assert inked[:, left : left + width].any()
    assert not inked[:, other:].any()
    assert top < 200


def test_signs_that_the_font_lacks_are_written_another_way(tmp_path: Path) -> None:
    for name, lines in {"sign": ["Tür", "2\u00d7"], "plain": ["Tur", "2x"]}.items():
        rows = [(lines, [_plain(_GREEN)])]
        comparison_sheet(rows, captions=["a"], out=tmp_path / f"{name}.png")
    assert (tmp_path / "sign.png").read_bytes() == (tmp_path / "plain.png").read_bytes()


def test_a_row_with_too_few_pictures_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="Tier 3 has 1 pictures for 2 captions"):
        comparison_sheet([(["Tier 3"], [_plain(_BLUE)])], captions=["a", "b"], out=tmp_path / "s")
    with pytest.raises(ValueError, match="at least one"):
        comparison_sheet([], captions=["a"], out=tmp_path / "s")
    assert not list(tmp_path.iterdir())
