"""The demo as a newcomer runs it; takes minutes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

FIELDS = {
    "name", "parameters", "parameters_ratio", "flops_ratio", "speedup", "output_error", "haarpsi",
    "score",
}  # fmt: skip


@pytest.mark.slow
def test_quick_demo_ends_with_the_tiers_as_one_line_of_json(tmp_path: Path) -> None:
    command = ["compress", "--demo", "--effort", "quick", "--out", str(tmp_path / "p"), "--json"]
    done = subprocess.run(
        [sys.executable, "-m", "engine", *command], stdout=subprocess.PIPE, text=True, check=True
    )
    (line,) = done.stdout.splitlines()
    original, *smaller = json.loads(line)["tiers"]
    assert len(smaller) == 4
    for tier in (original, *smaller):
        assert tier.keys() >= FIELDS
        assert None not in (tier[field] for field in FIELDS)
    assert original["parameters_ratio"] == original["flops_ratio"] == original["haarpsi"] == 1
    assert original["output_error"] == 0
    sizes = [tier["parameters"] for tier in (original, *smaller)]
    assert sizes == sorted(sizes, reverse=True)
    assert (tmp_path / "p" / "comparison.png").is_file()
