"""Probes on disk and in use."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from engine import probes, tensors
from engine.errors import EngineError
from engine.numerics.least_squares import AffineMap


def probe(seed: int, *streams: str) -> probes.Probe:
    draw = torch.Generator().manual_seed(seed)
    return {
        s: AffineMap(torch.randn(4, 4, generator=draw), torch.randn(4, generator=draw))
        for s in streams
    }


def test_probe_adds_its_map_and_leaves_other_streams_alone() -> None:
    states = {"image": torch.ones(1, 2, 4), "text": torch.ones(1, 3, 4)}
    made = probe(0, "image")
    after = probes.apply(made, states)
    torch.testing.assert_close(
        after["image"], 1 + made["image"].weight.sum(0).expand(1, 2, 4) + made["image"].bias
    )
    assert after["text"] is states["text"]


def test_stored_probes_are_read_back_in_order(tmp_path: Path) -> None:
    made = [probe(seed, "image", "text") for seed in range(11)] + [probe(11, "image")]
    probes.save(made, tmp_path / "p.safetensors")
    again = probes.load(tmp_path / "p.safetensors")
    assert [set(p) for p in again] == [set(p) for p in made]
    for a, b in zip(made, again, strict=True):
        assert all(
            torch.equal(a[s].weight, b[s].weight) and torch.equal(a[s].bias, b[s].bias) for s in a
        )


def test_missing_probes_are_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="The probes"):
        probes.load(tmp_path / "p.safetensors")


@pytest.mark.parametrize("metadata", [{}, {"blocks": "1"}, {"blocks": "many"}])
def test_tensor_file_of_another_kind_is_no_probes(tmp_path: Path, metadata: dict[str, str]) -> None:
    tensors.save(tmp_path / "p.safetensors", {"x": torch.zeros(2)}, metadata)
    with pytest.raises(EngineError, match="another kind") as excinfo:
        probes.load(tmp_path / "p.safetensors")
    assert excinfo.value.code == "broken_file"
