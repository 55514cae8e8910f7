"""What a user can choose."""

from __future__ import annotations

import msgspec
import pytest

from engine.settings import EFFORTS, Settings


@pytest.mark.parametrize("effort", sorted(EFFORTS))
def test_effort_is_valid_by_its_own_rules(effort: str) -> None:
    assert msgspec.convert(msgspec.to_builtins(EFFORTS[effort]), Settings) == EFFORTS[effort]


@pytest.mark.parametrize(
    ("stage", "name", "value"),
    [
        ("calibrate", "num_prompts", 2),
        ("calibrate", "num_samples", 0),
        ("calibrate", "empty_share", 1.5),
        ("plan", "cost", "free"),
        ("distill", "batch", 0),
        ("distill", "steps", -1),
        ("distill", "learning_rate", 0.0),
        ("finetune", "mode", "magic"),
        ("plan", "spans", [[1, 2, 3]]),
        ("distill", "no_such_setting", 1),
    ],
)
def test_impossible_value_is_refused(stage: str, name: str, value: object) -> None:
    tree = msgspec.to_builtins(EFFORTS["normal"])
    tree[stage][name] = value
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(tree, Settings)
