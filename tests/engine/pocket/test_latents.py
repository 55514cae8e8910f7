"""The training set: latents as the pipeline holds them."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from diffusers import QwenImagePipeline

from engine.pocket import autoencoder, grammar, latents, text
from engine.pocket.renderer import CELLS, cell_truth


def test_packing_is_the_pipelines() -> None:
    x = torch.randn(3, 16, 2 * CELLS, 2 * CELLS, generator=torch.Generator().manual_seed(0))
    wanted = QwenImagePipeline._pack_latents(x.unsqueeze(2), 3, 16, 2 * CELLS, 2 * CELLS)
    assert torch.equal(latents.packed(x), wanted)


def test_normalised_latents_are_what_the_pipeline_undoes() -> None:
    vae = autoencoder.planar_twin()
    vae.register_to_config(
        latents_mean=[0.1 * i for i in range(16)], latents_std=[1 + 0.1 * i for i in range(16)]
    )
    raw = torch.randn(2, 16, 4, 4, generator=torch.Generator().manual_seed(0))
    # As in QwenImagePipeline.__call__: latents / (1 / std) + mean.
    mean = torch.tensor(vae.config.latents_mean).view(1, 16, 1, 1)
    inverse = 1.0 / torch.tensor(vae.config.latents_std).view(1, 16, 1, 1)
    torch.testing.assert_close(latents.normalised(vae, raw) / inverse + mean, raw)


def test_shard_holds_latents_captions_and_truth_of_its_scenes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latents, "SHARD", 6)
    latents.make_shard(tmp_path, 0, autoencoder.planar_twin())
    assert [f.name for f in tmp_path.iterdir()] == ["shard-0.safetensors"]
    samples = latents.load_shards(tmp_path)
    assert samples["latents"].shape == (6, CELLS * CELLS, 64)
    assert samples["truth"].shape == (6, 2, CELLS * CELLS)
    scenes = grammar.training_scenes(1000, shares=latents.SHARES)
    tokenizer = text.build_tokenizer()
    for i, scene in zip(range(6), scenes, strict=False):
        length = int(samples["length"][i])
        assert samples["ids"][i, :length].tolist() == text.prompt_ids(tokenizer, scene.caption)
        assert torch.equal(
            samples["truth"][i].view(2, CELLS, CELLS), torch.from_numpy(cell_truth(scene, seed=i))
        )


def test_shares_of_kinds_are_a_whole() -> None:
    assert sum(latents.SHARES.values()) == pytest.approx(1)
    assert set(latents.SHARES) == set(grammar.KINDS)
