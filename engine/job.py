"""What every stage is given: the project, its settings, and the loaded model."""

from __future__ import annotations

import functools
import zlib
from dataclasses import dataclass
from pathlib import Path

import torch
from diffusers import DiffusionPipeline
from torch import nn

from engine import device, pool
from engine.errors import EngineError
from engine.families import Family
from engine.generation import Painter
from engine.plan import Plan, validate
from engine.plugs import Plug, assemble
from engine.plugs import load as load_plug
from engine.pool import Pool
from engine.project import Project, read_json
from engine.settings import Settings
from engine.teacher.loading import family_of, load_pipeline, model_folder
from engine.teacher.shell import Shell
from engine.tiers import Tier

_LARGE_BYTES = 256 * 2**20
_MEASURED_WIDTH = 96


@dataclass(frozen=True)
class Job:
    """One project with settings; the model and the pool are loaded at first use and kept."""

    project: Project
    settings: Settings

    @property
    def seed(self) -> int:
        return self.project.header.seed

    @property
    def model(self) -> str:
        return self.project.header.model

    @property
    def is_pocket(self) -> bool:
        return self.model == "pocket"

    @functools.cached_property
    def model_folder(self) -> Path:
        return model_folder(self.model)

    @functools.cached_property
    def family(self) -> Family:
        return family_of(self.model_folder)

    @property
    def device(self) -> torch.device:
        return device.chosen()

    @property
    def threads_inside(self) -> int:
        """Threads inside an operation while one picture is painted.

        Two of them paint Pocket no sooner than one, for twice the processor time, and on a busy
        machine far later.
        """
        weights = (self.model_folder / "transformer").glob("*.safetensors")
        is_large = sum(file.stat().st_size for file in weights) >= _LARGE_BYTES
        return self.project.header.threads if is_large else 1

    @functools.cached_property
    def pipeline(self) -> DiffusionPipeline:
        return load_pipeline(self.model_folder).to(self.device)

    @functools.cached_property
    def painter(self) -> Painter:
        return Painter.of(self.pipeline, self.model_folder)

    @functools.cached_property
    def shell(self) -> Shell:
        """The transformer as blocks, checked on a sample of the validation pool."""
        bucket = self.validation.buckets[0]
        return Shell(
            self.pipeline.transformer, blocks=self.family.blocks, sample=bucket.inputs(slice(0, 1))
        )

    @property
    def blocks(self) -> list[nn.Module]:
        return self.shell.blocks

    @functools.cached_property
    def training(self) -> Pool:
        return pool.load(self.project.folder / "calibration" / "training.safetensors")

    @functools.cached_property
    def validation(self) -> Pool:
        return pool.load(self.project.folder / "calibration" / "validation.safetensors")

    @functools.cached_property
    def test(self) -> Pool:
        return pool.load(self.project.folder / "calibration" / "test.safetensors")

    def plan(self) -> Plan:
        """plan.json. Raises EngineError if it cannot be carried out on this model."""
        plan = read_json(self.project.folder / "plan.json", Plan)
        if plan.num_blocks != len(self.blocks) or plan.model != self.model:
            raise EngineError(
                "other_model",
                f"plan.json was made for {plan.model} with {plan.num_blocks} blocks, "
                f"not for {self.model} with {len(self.blocks)}.",
                hint="Nothing was changed. Run the stage plan again.",
            )
        validate(plan)
        return plan

    def plug_folder(self, stage: str) -> Path:
        """Where `stage` leaves its plugs; each has its own, so that one can be redone alone."""
        return self.project.folder / "plugs" / stage

    def plugs(self, stage: str) -> dict[str, Plug]:
        """The plugs that `stage` left, by name."""
        files = sorted(self.plug_folder(stage).glob("*.safetensors"))
        return {p.name: p for p in (load_plug(f, template=self.blocks[0]) for f in files)}

    def tier_modules(self, tier: Tier) -> list[nn.Module]:
        """The block list of `tier`; for the original these are the teacher's very blocks.

        Raises EngineError if a plug of it is gone.
        """
        return assemble(self.blocks, self.tier_plugs(tier))

    def tier_plugs(self, tier: Tier) -> list[Plug]:
        """The plugs of `tier` in their latest form. Raises EngineError if one is gone."""
        found = self.plugs(tier.weights) if tier.weights else self._final
        missing = [name for name in tier.plugs if name not in found]
        if missing:
            stages = "finetune" if tier.weights else "distill narrow"
            place = self.plug_folder(tier.weights)
            raise EngineError(
                "missing_plug",
                f"{tier.name} needs {missing[0]}, which is not in {place}.",
                hint=f"Run `ppcl run PROJECT {stages} --again`, then `ppcl compress PROJECT`: "
                "plugs that are there are not made again.",
            )
        return [found[name] for name in tier.plugs]

    @functools.cached_property
    def _final(self) -> dict[str, Plug]:
        """Every plug that tiers share in its latest form: tuned, else as it was first made."""
        return self.plugs("distill") | self.plugs("narrow") | self.plugs("finetune")

    def rate(self, learning_rate: float) -> float:
        """`learning_rate` for this model's width: those of the settings were measured at Pocket's.

        The best one falls as width grows (Yang et al. 2022, "Tensor Programs V", for Adam).
        """
        width: int = self.pipeline.transformer.inner_dim
        return learning_rate * min(1.0, _MEASURED_WIDTH / width)

    def generator(self, *key: object) -> torch.Generator:
        """A CPU generator of its own for every (seed, key), so that nothing depends on order."""
        text = " ".join(map(str, (self.seed, *key)))
        high, low = zlib.crc32(text.encode()), zlib.crc32(text[::-1].encode())
        return torch.Generator().manual_seed(high << 32 | low)
