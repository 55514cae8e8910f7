"""Painting: prompts to pictures through the model's stock pipeline, step by step and stoppable."""

from __future__ import annotations

import contextlib
import functools
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import msgspec
import numpy as np
import torch
from diffusers import DiffusionPipeline
from torch import Tensor

from engine import guidance
from engine.errors import EngineError
from engine.first_frame import first_frames_only
from engine.project import read_json

DEFAULTS_FILE = "ppcl_defaults.json"
_KEPT_STATES = 2  # of the prompt that is painted by one size after the other, and the negative one


class Defaults(msgspec.Struct, frozen=True, kw_only=True):
    """How a model likes to be run; lies beside model_index.json for models of ours."""

    width: int = 1024
    height: int = 1024
    steps: int = 30
    guidance: float = 4.0
    negative_prompt: str = " "


OnStep = Callable[[int, int, Tensor], None]


class Painter:
    """A pipeline with its defaults. Which tier paints is whatever its transformer holds."""

    def __init__(self, pipeline: DiffusionPipeline, defaults: Defaults) -> None:
        self.pipeline = pipeline
        self.defaults = defaults
        self._states = functools.lru_cache(_KEPT_STATES)(self._encode)

    @classmethod
    def of(cls, pipeline: DiffusionPipeline, folder: Path) -> Painter:
        file = folder / DEFAULTS_FILE
        return cls(pipeline, read_json(file, Defaults) if file.is_file() else Defaults())

    @torch.no_grad()
    def paint(
        self,
        prompts: Sequence[str],
        seeds: Sequence[int],
        *,
        steps: int | None = None,
        on_step: OnStep | None = None,
    ) -> list[np.ndarray]:
        """Pictures uint8 [H, W, 3], one a prompt; a picture depends on its prompt and seed only.

        `on_step(done, steps, latents)` is called after every denoising step with packed latents
        [B, L, C]; what it raises ends the painting.
        """
        return self.decode(self.latents(prompts, seeds, steps=steps, on_step=on_step))

    @torch.no_grad()
    def latents(
        self,
        prompts: Sequence[str] | Tensor,
        seeds: Sequence[int],
        *,
        steps: int | None = None,
        on_step: OnStep | None = None,
    ) -> Tensor:
        """Final packed latents [B, L, C] without decoding them; `on_step` as for `paint`.

        `prompts` may be their states [B, T, D], where all are of one length.
        """
        num_steps = steps or self.defaults.steps
        if num_steps < 1:
            raise EngineError(
                "bad_steps",
                f"A picture cannot be painted in {num_steps} steps.",
                hint="Give 1 or more; 0 stands for the model's own number.",
            )

        def after_step(
            _pipe: object, step: int, _t: object, values: dict[str, Tensor]
        ) -> dict[str, Tensor]:
            if on_step is not None:
                on_step(step + 1, num_steps, values["latents"])
            return values

        d = self.defaults
        latents, prompt = self.noise(seeds), self._words(prompts)
        arguments = _given("prompt", prompt)
        call: AbstractContextManager[None] = contextlib.nullcontext()
        if d.guidance > 1:
            negative = self._words([d.negative_prompt] * len(prompts))
            arguments |= _given("negative_prompt", negative)
            if guidance.is_small(latents.shape[0] * latents.shape[1], prompt, negative):
                call = guidance.at_once(self.pipeline.transformer, prompt, negative)
        with call:
            painted: Tensor = self.pipeline(
                **arguments,
                true_cfg_scale=d.guidance,
                width=d.width,
                height=d.height,
                num_inference_steps=num_steps,
                latents=latents,
                output_type="latent",
                callback_on_step_end=after_step,
            ).images
        return painted

    @torch.no_grad()
    def decode(self, latents: Tensor) -> list[np.ndarray]:
        """Pictures of packed latents [B, L, C], to rounding as the pipeline decodes them."""
        pipe, d = self.pipeline, self.defaults
        unpacked = pipe._unpack_latents(latents, d.height, d.width, pipe.vae_scale_factor)
        config = pipe.vae.config
        mean = unpacked.new_tensor(config.latents_mean).view(1, -1, 1, 1, 1)
        spread = unpacked.new_tensor(config.latents_std).view(1, -1, 1, 1, 1)
        with first_frames_only(pipe.vae):
            decoded = pipe.vae.decode(unpacked * spread + mean, return_dict=False)[0][:, :, 0]
        pictures = pipe.image_processor.postprocess(decoded, output_type="np")
        return [np.asarray((picture * 255).round(), np.uint8) for picture in pictures]

    def encode(self, prompts: Sequence[str]) -> tuple[Tensor, Tensor | None]:
        """Text states [B, T, D] and their mask (None where all prompts are of one length).

        The last ones are kept, and not to be written into.
        """
        return self._states(tuple(prompts))

    def noise(self, seeds: Sequence[int]) -> Tensor:
        """Packed latents [B, L, C] that the pictures of `seeds` begin with."""
        pipe, d = self.pipeline, self.defaults
        channels = pipe.transformer.config.in_channels // 4
        draws = [torch.Generator().manual_seed(seed) for seed in seeds]
        latents: Tensor = pipe.prepare_latents(
            len(seeds), channels, d.height, d.width, pipe.text_encoder.dtype,
            pipe.text_encoder.device, draws,
        )  # fmt: skip
        return latents

    def clean_estimate(self, step: int, before: Tensor, after: Tensor) -> Tensor:
        """Where the picture is heading: x0 from the latents before and after `step` (from 0).

        The scheduler is Euler's: after = before + (sigma' - sigma) v, and x0 = after - sigma' v.
        """
        sigma, following = self.pipeline.scheduler.sigmas[step : step + 2].tolist()
        velocity = (after - before) / (following - sigma)
        return after - following * velocity

    def _words(self, prompts: Sequence[str] | Tensor) -> guidance.Words:
        if isinstance(prompts, Tensor):
            states, mask = prompts.to(self.pipeline.text_encoder.device), None
        else:
            states, mask = self.encode(prompts)
        if mask is None:
            mask = torch.ones(states.shape[:2], dtype=torch.long, device=states.device)
        return states, mask

    @torch.no_grad()
    def _encode(self, prompts: tuple[str, ...]) -> tuple[Tensor, Tensor | None]:
        states, mask = self.pipeline.encode_prompt(list(prompts))
        return states, mask


def _given(name: str, words: guidance.Words) -> dict[str, Tensor]:
    """Arguments of the pipeline that stand for its argument `name`."""
    return {f"{name}_embeds": words[0], f"{name}_embeds_mask": words[1]}
