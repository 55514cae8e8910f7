"""Reading the word of a Pocket picture: its ink is spaced like print and given to an OCR model."""

from __future__ import annotations

import string
import unicodedata
from typing import Any

import numpy as np
from PIL import Image

from engine.errors import EngineError

_INK_COVER = 0.3
_GAP_PX = 2
_MARGIN_PX = 3
_LINE_HEIGHT_PX = 48

# Pocket writes capital letters only, so a sign that the OCR model takes for a digit is a letter.
_LOOK_ALIKES = str.maketrans({"0": "O", "1": "I", "l": "I", "|": "I", "5": "S", "2": "Z", "8": "B"})


class WordReader:
    """The OCR model, loaded at the first word; it is never told which word to expect.

    Its libraries are imported at once, so that workers forked later need not, each for itself.
    """

    def __init__(self) -> None:
        self._ocr_class = _ocr_class()
        self._engine: Any = None

    def read(self, cover: np.ndarray) -> str:
        """The capital letters in `cover`, ink coverage in 0..1, float32 [height, width]."""
        line = printed_line(cover)
        if line is None:
            return ""
        if self._engine is None:
            self._engine = self._ocr_class(params=_PARAMETERS)
        # RapidOCR remembers the three switches of the last call, so each call sets them all.
        found = self._engine(line, use_det=False, use_cls=False, use_rec=True)
        return "".join(capital_letters(text) for text in found.txts or ())


def printed_line(cover: np.ndarray) -> np.ndarray | None:
    """Dark letters on white, 2 px apart, 48 px high, uint8 [48, W, 3]; None without ink."""
    inked = cover > _INK_COVER
    rows = np.flatnonzero(inked.any(axis=1))
    starts, ends = _runs(np.asarray(inked.any(axis=0)))
    if not len(starts):
        return None
    body = cover[rows[0] : rows[-1] + 1]
    gap = np.zeros((len(body), _GAP_PX), cover.dtype)
    letters = [part for a, b in zip(starts, ends, strict=True) for part in (body[:, a:b], gap)]
    tight = np.pad(np.concatenate(letters[:-1], axis=1), _MARGIN_PX)
    page = Image.fromarray(np.uint8(255 - 255 * tight))
    width = round(page.width * _LINE_HEIGHT_PX / page.height)
    page = page.resize((width, _LINE_HEIGHT_PX), Image.Resampling.BICUBIC)
    return np.repeat(np.asarray(page)[..., None], 3, axis=-1)


def capital_letters(text: str) -> str:
    """`text` as ASCII capitals: full-width forms and look-alike digits are letters here."""
    plain = unicodedata.normalize("NFKC", text).translate(_LOOK_ALIKES).upper()
    return "".join(char for char in plain if char in string.ascii_uppercase)


def edit_distance(a: str, b: str) -> int:
    """Fewest insertions, deletions and substitutions of one letter that turn `a` into `b`."""
    row = list(range(len(b) + 1))
    for i, char_a in enumerate(a, start=1):
        above_left, row[0] = row[0], i
        for j, char_b in enumerate(b, start=1):
            cost = min(row[j] + 1, row[j - 1] + 1, above_left + (char_a != char_b))
            above_left, row[j] = row[j], cost
    return row[-1]


def _runs(on: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Starts and ends (exclusive) of the stretches of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], on.astype(np.int8), [0]])))
    return edges[::2], edges[1::2]


def _ocr_class() -> Any:
    """Raises EngineError without its package."""
    try:
        import rapidocr.inference_engine.onnxruntime  # otherwise the model does, when it is made

        return rapidocr.RapidOCR
    except ImportError as error:
        raise EngineError(
            "ocr_missing",
            "Reading words needs the package rapidocr, which is missing. Nothing was changed.",
            hint="Start the app with packaging/start.py, which installs it.",
        ) from error


_THREADS = "EngineConfig.onnxruntime.{}_op_num_threads"
_PARAMETERS = {
    "Global.log_level": "critical",
    _THREADS.format("intra"): 1,
    _THREADS.format("inter"): 1,
}
