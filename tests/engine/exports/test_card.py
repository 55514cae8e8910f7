"""The model card says where a model comes from, what it measured, and how to load it."""

from __future__ import annotations

import msgspec

from engine.exports.card import Card, readme
from engine.exports.recipe import Recipe
from engine.generation import DEFAULTS_FILE, Defaults
from engine.plan import Span
from engine.project import write_json
from engine.tiers import Tier, TierTable

RECIPE = Recipe(
    base="Qwen/Qwen-Image", tier="tier 3", num_base_blocks=60, spans=(Span(3, 4),), text_groups=(),
    ffn=(2,), blocks=tuple(b for b in range(60) if b != 4), single_stream_index=(),
    ffn_proj_index=(2,), ehs_proj_index=(), parameters=12_000_000_000, dtype="bfloat16",
)  # fmt: skip
TIER = Tier(
    name="tier 3", plugs=("span-3-4",), parameters=12_000_000_000, parameters_ratio=0.6, blocks=59,
    bytes_bf16=24_000_000_000, output_error=0.0712, score=None,
)  # fmt: skip
TABLE = TierTable(model="Qwen/Qwen-Image", tiers=(TIER,), device="cpu", captions=32)


def test_base_model_and_licence_are_carried_over(tmp_path):
    (tmp_path / "README.md").write_text(
        "---\nlicense: apache-2.0\nlanguage: en\n---\nlicense: mine\n"
    )
    text = readme(Card(base="Qwen/Qwen-Image", tier="tier 3"), RECIPE, base_folder=tmp_path)
    header = text.split("---")[1]
    assert "license: apache-2.0" in header
    assert "base_model:\n- Qwen/Qwen-Image" in header


def test_unknown_licence_is_not_made_up(tmp_path):
    text = readme(Card(base="Tiny", tier="tier 3"), RECIPE, base_folder=tmp_path)
    assert "license: other" in text
    assert "base_model" not in text.split("---")[1]


def test_narrowed_model_says_that_it_runs_code(tmp_path):
    text = readme(Card(base="Tiny", tier="tier 3"), RECIPE, base_folder=tmp_path)
    assert "trust_remote_code=True, torch_dtype=torch.bfloat16" in text
    assert "ppcl_transformer.py" in text


def test_table_has_the_figures_and_marks_the_tier(tmp_path):
    card = Card(base="Tiny", tier="tier 3", table=TABLE)
    text = readme(card, RECIPE, base_folder=tmp_path)
    row = next(line for line in text.splitlines() if line.startswith("| **tier 3**"))
    assert row == "| **tier 3** | **12,000.0 M (60%)** | **59** | **0.0712** |  |  |  |"


def test_example_runs_the_model_as_it_likes_to_be_run(tmp_path):
    write_json(tmp_path / DEFAULTS_FILE, Defaults(width=80, height=80, steps=20, guidance=2.5))
    text = readme(Card(base="Tiny", tier="tier 3"), RECIPE, base_folder=tmp_path)
    assert "width=80, height=80, num_inference_steps=20, true_cfg_scale=2.5)" in text


def test_recipe_in_the_card_is_the_recipe(tmp_path):
    text = readme(Card(base="Tiny", tier="tier 3"), RECIPE, base_folder=tmp_path)
    block = text.split("```json\n")[1].split("```")[0]
    assert msgspec.json.decode(block, type=Recipe) == RECIPE
