"""One scorer for all tests: its OCR model takes a second to load."""

from __future__ import annotations

import pytest

from engine.quality.pocket_score import PocketScorer


@pytest.fixture(scope="session")
def scorer() -> PocketScorer:
    return PocketScorer()
