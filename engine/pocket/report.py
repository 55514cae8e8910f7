"""How good the built-in model is: `python -m engine.pocket.report [--model FOLDER] [--captions N]`.

Pictures of held-out captions at fixed seeds through the stock pipeline, judged by the exact scorer;
each held-out set on its own.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

import torch

from engine.generation import Painter
from engine.pocket import grammar
from engine.quality.pocket_score import PocketScorer
from engine.teacher.loading import POCKET, load_pipeline

BATCH = 40
SETS = ("caption", "color", "count", "pair", "word")


def report(
    folder: Path, *, captions: int, sets: tuple[str, ...], steps: int | None
) -> dict[str, object]:
    """Accuracy of every truth field on `captions` captions of each of `sets`."""
    painter = Painter.of(load_pipeline(folder), folder)
    scorer = PocketScorer()
    figures: dict[str, object] = {}
    for name in sets:
        scenes = grammar.test_scenes(captions, reason=name)
        began = time.monotonic()
        pictures = []
        for start in range(0, captions, BATCH):
            chosen = scenes[start : start + BATCH]
            seeds = range(start, start + len(chosen))
            pictures += painter.paint([s.caption for s in chosen], list(seeds), steps=steps)
        pace = (time.monotonic() - began) / captions
        summary = scorer.score_all(pictures, scenes)
        figures[name] = {
            "score": round(summary.score, 4),
            **{field: round(value, 4) for field, value in summary.fields.items()},
            "seconds_per_picture": round(pace, 3),
        }
    return figures


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=POCKET)
    parser.add_argument("--captions", type=int, default=200)
    parser.add_argument("--sets", default=",".join(SETS))
    parser.add_argument("--steps", type=int, default=None)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    sets = tuple(options.sets.split(","))
    print(
        json.dumps(
            report(options.model, captions=options.captions, sets=sets, steps=options.steps),
            indent=2,
        )
    )
