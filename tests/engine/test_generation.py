"""Painting with the stock pipeline."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest
import torch
from diffusers import QwenImagePipeline
from torch import Tensor
from torch.nn import functional

from engine.errors import Cancelled, EngineError
from engine.first_frame import first_frames_only
from engine.generation import Defaults, Painter

PROMPTS = [
    "a cat",
    "two red rings on a mint background",
    "a red star above a fox on a navy background",
]


@pytest.fixture
def painter(pipeline: QwenImagePipeline, model_folder: Path) -> Painter:
    return Painter.of(pipeline, model_folder)


def largest_difference(a: Sequence[np.ndarray], b: Sequence[np.ndarray]) -> int:
    return max(int(np.abs(x.astype(int) - y.astype(int)).max()) for x, y in zip(a, b, strict=True))


def test_pictures_are_as_large_as_the_model_likes_them(painter: Painter) -> None:
    assert painter.defaults == Defaults(width=32, height=32, steps=3, guidance=2.5)
    (picture,) = painter.paint(["a cat"], [0])
    assert picture.shape == (32, 32, 3)
    assert picture.dtype == np.uint8
    assert picture.std() > 1


def test_picture_depends_on_its_own_prompt_and_seed_only(painter: Painter) -> None:
    together = painter.paint(PROMPTS, [5, 6, 7])
    alone = [painter.paint([p], [s])[0] for p, s in zip(PROMPTS, (5, 6, 7), strict=True)]
    assert largest_difference(together, alone) <= 1
    others = [painter.paint(["a cat"], [6])[0], painter.paint([PROMPTS[2]], [5])[0]]
    assert all(largest_difference([o], [alone[0]]) > 1 for o in others)


def test_same_prompt_and_seed_are_the_same_picture_to_the_bit(painter: Painter) -> None:
    assert largest_difference(painter.paint(["a cat"], [3]), painter.paint(["a cat"], [3])) == 0


def test_negative_number_of_steps_is_a_sentence(painter: Painter) -> None:
    with pytest.raises(EngineError) as excinfo:
        painter.paint(["a cat"], [0], steps=-1)
    assert excinfo.value.code == "bad_steps"


def test_every_step_is_announced_with_its_latents(painter: Painter) -> None:
    heard: list[tuple[int, int, tuple[int, ...]]] = []
    painter.paint(
        PROMPTS[:2], [0, 1], steps=4, on_step=lambda d, t, x: heard.append((d, t, tuple(x.shape)))
    )
    assert heard == [(d, 4, (2, 4, 64)) for d in (1, 2, 3, 4)]


def test_stop_ends_the_painting_within_the_step(painter: Painter) -> None:
    steps: list[int] = []
    forwards: list[int] = []
    handle = painter.pipeline.transformer.register_forward_pre_hook(lambda *_: forwards.append(1))

    def stop(done: int, _total: int, _latents: Tensor) -> None:
        steps.append(done)
        if done == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        painter.paint(["a cat"], [0], steps=6, on_step=stop)
    handle.remove()
    assert steps == [1, 2]
    assert len(forwards) == 4, "two steps, with and without the prompt"
    painter.paint(["a cat"], [0])


def test_clean_estimate_is_the_picture_itself_at_the_last_step(painter: Painter) -> None:
    seen: list[Tensor] = []
    (picture,) = painter.paint(["a cat"], [0], steps=4, on_step=lambda _d, _t, x: seen.append(x))
    estimate = painter.clean_estimate(3, seen[2], seen[3])
    assert torch.equal(estimate, seen[3])
    assert largest_difference(painter.decode(estimate), [picture]) <= 1


def test_clean_estimate_is_where_the_velocity_points(painter: Painter) -> None:
    """before = (1 - sigma) x0 + sigma noise, and the velocity is noise - x0."""
    painter.pipeline.scheduler.set_timesteps(4, mu=None)
    sigma, following = painter.pipeline.scheduler.sigmas[1:3].tolist()
    draw = torch.Generator().manual_seed(0)
    clean, noise = torch.randn(2, 1, 4, 64, generator=draw)
    before, after = (torch.lerp(clean, noise, s) for s in (sigma, following))
    torch.testing.assert_close(
        painter.clean_estimate(1, before, after), clean, atol=1e-5, rtol=1e-5
    )


def test_painting_begins_with_the_noise_of_its_seeds(painter: Painter) -> None:
    given: list[Tensor] = []
    handle = painter.pipeline.transformer.register_forward_pre_hook(
        lambda _module, _args, named: given.append(named["hidden_states"]), with_kwargs=True
    )
    painter.latents(PROMPTS[:2], [8, 9], steps=1)
    handle.remove()
    assert torch.equal(given[0], torch.cat([painter.noise([8]), painter.noise([9])]))


def test_prompt_is_read_once_for_pictures_that_follow_each_other(painter: Painter) -> None:
    read: list[int] = []
    handle = painter.pipeline.text_encoder.register_forward_pre_hook(lambda *_: read.append(1))
    for seed in range(3):
        painter.paint(["a cat"], [seed], steps=1)
    assert len(read) == 2, "the prompt and the negative one"
    painter.paint(["a fox"], [0], steps=1)
    assert len(read) == 3
    painter.paint(["a cat"], [0], steps=1)
    handle.remove()
    assert len(read) == 4, "many prompts are not kept"


def test_latents_decode_to_the_picture(painter: Painter) -> None:
    latents = painter.latents(PROMPTS[:2], [1, 2], steps=3)
    assert (
        largest_difference(painter.decode(latents), painter.paint(PROMPTS[:2], [1, 2], steps=3))
        <= 1
    )


def test_single_picture_is_decoded_without_the_frames_before_it(painter: Painter) -> None:
    """As the stock decoder does it, and that is as it was afterwards."""
    vae = painter.pipeline.vae
    latents = torch.randn(2, vae.config.z_dim, 1, 4, 4, generator=torch.Generator().manual_seed(0))
    films = torch.cat([latents, latents.flip(0)], 2)
    convolved: list[str] = []
    in_space, over_time = functional.conv2d, functional.conv3d

    def spied(name: str, do: Callable[..., Tensor]) -> Callable[..., Tensor]:
        return lambda *args, **named: convolved.append(name) or do(*args, **named)

    with torch.no_grad(), pytest.MonkeyPatch.context() as patch:
        stock, film = (vae.decode(x, return_dict=False)[0] for x in (latents, films))
        patch.setattr(functional, "conv2d", spied("space", in_space))
        patch.setattr(functional, "conv3d", spied("time", over_time))
        with first_frames_only(vae):
            short = vae.decode(latents, return_dict=False)[0]
            assert convolved
            assert set(convolved) == {"space"}
            torch.testing.assert_close(vae.decode(films, return_dict=False)[0], film)
            assert "time" in convolved, "later frames look back"
    torch.testing.assert_close(short, stock)
    assert stock.std() > 0.01
    assert not any("forward" in vars(module) for module in vae.modules())


def test_encoded_prompts_of_one_length_need_no_mask(painter: Painter) -> None:
    states, mask = painter.encode(["a cat", "a fox"])
    assert states.shape == (2, 2, 128)
    assert mask is None
    states, mask = painter.encode(PROMPTS)
    assert mask is not None
    assert mask.shape == states.shape[:2]


def test_model_without_defaults_gets_those_of_large_models(
    pipeline: QwenImagePipeline, tmp_path: Path
) -> None:
    assert Painter.of(pipeline, tmp_path).defaults == Defaults()


def test_broken_defaults_are_a_sentence(pipeline: QwenImagePipeline, tmp_path: Path) -> None:
    (tmp_path / "ppcl_defaults.json").write_text('{"width": "wide"}')
    with pytest.raises(EngineError):
        Painter.of(pipeline, tmp_path)
