"""Measuring work."""

from __future__ import annotations

import pytest
import torch

from engine import measure


def test_flops_of_a_product_are_counted() -> None:
    a, b = torch.zeros(8, 16), torch.zeros(16, 4)
    assert measure.flops(lambda: a @ b) == 2 * 8 * 16 * 4


def test_most_bytes_alive_at_once_are_counted() -> None:
    def work() -> None:
        first = torch.zeros(250_000)
        del first
        second = torch.zeros(500_000)
        third = torch.zeros(250_000)
        del second, third

    assert measure.peak_bytes(work) == pytest.approx(3e6, rel=0.05)


def test_seconds_are_measured() -> None:
    took = [measure.seconds(lambda: None) for _ in range(20)]  # others may come in between
    assert 0 <= min(took) < 0.1
