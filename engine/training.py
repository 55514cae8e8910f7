"""The one training loop: resumable, early-stopped on held-out error, the same bits every time.

Everything random comes from the step's number, so a run that was killed and goes on from its
checkpoint ends with the weights of an undisturbed one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from engine import tensors
from engine.errors import Cancelled
from engine.reporting import Reporter

BETAS = (0.9, 0.95)
WEIGHT_DECAY = 0.02
WARM_UP_SHARE = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """`steps` with a cosine to zero, held-out error every `check_every`.

    `patience` checks without gain end it.
    """

    steps: int
    learning_rate: float
    check_every: int
    patience: int = 1_000_000


@dataclass(slots=True)
class _Progress:
    step: int = 0
    best: float = math.inf
    misses: int = 0


def fit(
    parameters: Mapping[str, nn.Parameter],
    loss_at: Callable[[int], Tensor],
    held_out: Callable[[], float],
    *,
    schedule: Schedule,
    checkpoint: Path,
    fingerprint: str,
    series: str,
    report: Reporter,
) -> float:
    """Minimise `loss_at(step)` over `parameters` in place; returns the best held-out error.

    The parameters end as they were at their best check, the state before the first step included.
    `checkpoint` is continued from if it carries `fingerprint`, and removed at the end. Raises
    Cancelled when asked to stop, after writing the checkpoint.
    """
    optimizer = torch.optim.AdamW(
        parameters.values(), lr=schedule.learning_rate, betas=BETAS, weight_decay=WEIGHT_DECAY
    )
    best = {name: p.detach().clone() for name, p in parameters.items()}
    progress = _resume(checkpoint, fingerprint, parameters, best, optimizer)
    if progress.step == 0:
        progress.best = held_out()
        report.metric(f"{series}/validation", 0, progress.best)
    while progress.step < schedule.steps and progress.misses < schedule.patience:
        try:
            report.progress(progress.step, schedule.steps, series)
        except Cancelled:
            _save(checkpoint, fingerprint, parameters, best, optimizer, progress)
            raise
        for group in optimizer.param_groups:
            group["lr"] = schedule.learning_rate * rate_at(progress.step, schedule.steps)
        loss = loss_at(progress.step)
        loss.backward()
        nn.utils.clip_grad_norm_(parameters.values(), 1.0)
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        progress.step += 1
        if progress.step % 10 == 0:
            report.metric(f"{series}/loss", progress.step, float(loss.detach()))
        if progress.step % schedule.check_every == 0 or progress.step == schedule.steps:
            error = held_out()
            report.metric(f"{series}/validation", progress.step, error)
            if error < progress.best:
                progress.best, progress.misses = error, 0
                best = {name: p.detach().clone() for name, p in parameters.items()}
            else:
                progress.misses += 1
            _save(checkpoint, fingerprint, parameters, best, optimizer, progress)
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(best[name])
    checkpoint.unlink(missing_ok=True)
    return progress.best


def rate_at(step: int, num_steps: int) -> float:
    """Share of the learning rate: a short linear warm-up, then a cosine to zero."""
    warm_up = max(1, round(WARM_UP_SHARE * num_steps))
    if step < warm_up:
        return (step + 1) / warm_up
    return 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, num_steps - warm_up)))


def _save(
    file: Path,
    fingerprint: str,
    parameters: Mapping[str, nn.Parameter],
    best: Mapping[str, Tensor],
    optimizer: torch.optim.Optimizer,
    progress: _Progress,
) -> None:
    stored = {}
    for name, parameter in parameters.items():
        stored[f"now.{name}"] = parameter
        stored[f"best.{name}"] = best[name]
        for key in ("exp_avg", "exp_avg_sq"):
            if parameter in optimizer.state:
                stored[f"{key}.{name}"] = optimizer.state[parameter][key]
    record = {"step": progress.step, "best": progress.best, "misses": progress.misses}
    tensors.save(file, stored, {"fingerprint": fingerprint, "progress": json.dumps(record)})


def _resume(
    file: Path,
    fingerprint: str,
    parameters: Mapping[str, nn.Parameter],
    best: dict[str, Tensor],
    optimizer: torch.optim.Optimizer,
) -> _Progress:
    """Take up a checkpoint of the same work; anything else is no checkpoint."""
    if tensors.metadata(file).get("fingerprint") != fingerprint:
        return _Progress()
    stored, metadata = tensors.load(
        file, what="The checkpoint", hint="Delete it and run the same again."
    )
    progress = _Progress(**json.loads(metadata["progress"]))
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(stored[f"now.{name}"])
            best[name] = stored[f"best.{name}"]
            if f"exp_avg.{name}" in stored:
                optimizer.state[parameter] = {
                    "step": torch.tensor(float(progress.step)),
                    "exp_avg": stored[f"exp_avg.{name}"],
                    "exp_avg_sq": stored[f"exp_avg_sq.{name}"],
                }
    return progress
