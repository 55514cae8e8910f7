"""The one training loop: resumable, early-stopped on held-out error, the same bits every time.

Everything random comes from the step's number, so a run that was killed and goes on from its
checkpoint ends with the weights of an undisturbed one.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import torch
from torch import Tensor, nn

from engine import tensors
from engine.errors import Cancelled
from engine.numerics.muon import Muon
from engine.reporting import Reporter

BETAS = (0.9, 0.95)
WEIGHT_DECAY = 0.02
WARM_UP_SHARE = 0.05
Rule = Literal["adamw", "muon"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """`steps` with a cosine to zero, held-out error every `check_every`.

    `patience` checks without gain end it. `optimizer` muon takes orthogonalised steps for matrices
    (Jordan et al. 2024), as long as AdamW's, and AdamW's for everything else. Matrices are dealt
    out to so many `threads`, which changes no bit of a step.
    """

    steps: int
    learning_rate: float
    check_every: int
    patience: int = 1_000_000
    optimizer: Rule = "adamw"
    threads: int = 1


class _Optimizer:
    """Optimizers of torch under one learning rate; their state as named tensors."""

    def __init__(self, parameters: Mapping[str, nn.Parameter], schedule: Schedule) -> None:
        self._names = {p: name for name, p in parameters.items()}
        self._top_rate = schedule.learning_rate
        matrices = [p for p in parameters.values() if schedule.optimizer == "muon" and p.ndim == 2]
        others = [p for p in parameters.values() if not any(p is m for m in matrices)]
        self._parts: list[torch.optim.Optimizer] = []
        if others:
            self._parts.append(
                torch.optim.AdamW(others, betas=BETAS, weight_decay=WEIGHT_DECAY, fused=True)
            )
        matrices.sort(key=lambda p: -p.numel())  # so that everybody gets as much
        for dealt in (matrices[n :: schedule.threads] for n in range(schedule.threads)):
            if dealt:
                self._parts.append(Muon(dealt, lr=self._top_rate, weight_decay=WEIGHT_DECAY))
        self._threads = ThreadPoolExecutor(schedule.threads) if schedule.threads > 1 else None

    def step(self, *, rate: float) -> None:
        """One step at `rate` times the learning rate; gradients are gone afterwards."""
        for part in self._parts:
            for group in part.param_groups:
                group["lr"] = self._top_rate * rate
        run = map if self._threads is None else self._threads.map
        for _ in run(_step, self._parts):
            pass

    def state(self) -> dict[str, Tensor]:
        """Every tensor of the state, as KEY.PARAMETER."""
        return {
            f"{key}.{self._names[p]}": value
            for part in self._parts
            for p, values in part.state.items()
            for key, value in values.items()
        }

    def load(self, stored: Mapping[str, Tensor]) -> None:
        """Take up what `state` gave; other tensors are passed over."""
        for part in self._parts:
            keys = ("momentum_buffer",) if isinstance(part, Muon) else _ADAM_KEYS
            for group in part.param_groups:
                for p in group["params"]:
                    names = {key: f"{key}.{self._names[p]}" for key in keys}
                    if all(name in stored for name in names.values()):
                        part.state[p] = {
                            key: stored[name] if key == "step" else stored[name].to(p.device)
                            for key, name in names.items()
                        }


def _step(part: torch.optim.Optimizer) -> None:
    part.step()
    part.zero_grad(set_to_none=True)


_ADAM_KEYS = ("step", "exp_avg", "exp_avg_sq")


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
    on_check: Callable[[int], None] | None = None,
    may_end_early: bool = False,
) -> float:
    """Minimise `loss_at(step)` over `parameters` in place; returns the best held-out error.

    A loss without a graph has left its gradients in the parameters already.

    The parameters end as they were at their best check, the state before the first step included.
    `checkpoint` is continued from if it carries `fingerprint`, and removed at the end. Raises
    Cancelled when asked to stop, after writing the checkpoint. `on_check(step)` is called behind
    every check, once all is stored that a later run needs; it must leave the weights alone.
    With `may_end_early` it ends where the reporter says that it is enough; then the checkpoint
    stays, so that it can go on another time.
    """
    optimizer = _Optimizer(parameters, schedule)
    best = {name: p.detach().clone() for name, p in parameters.items()}
    progress = _resume(checkpoint, fingerprint, parameters, best, optimizer)
    if progress.step == 0:
        progress.best = held_out()
        report.metric(f"{series}/validation", 0, progress.best)
        if on_check is not None:
            on_check(0)
    recent: list[Tensor] = []  # their mean is told: single ones tremble, or are of several tiers
    is_cut = False
    while progress.step < schedule.steps and progress.misses < schedule.patience:
        if is_cut := may_end_early and report.is_enough():
            _save(checkpoint, fingerprint, parameters, best, optimizer, progress)
            break
        try:
            report.progress(progress.step, schedule.steps, series)
        except Cancelled:
            _save(checkpoint, fingerprint, parameters, best, optimizer, progress)
            raise
        loss = loss_at(progress.step)
        if loss.requires_grad:
            loss.backward()
        nn.utils.clip_grad_norm_(parameters.values(), 1.0)
        optimizer.step(rate=rate_at(progress.step, schedule.steps))
        progress.step += 1
        recent.append(loss.detach())
        if progress.step % 10 == 0:
            report.metric(f"{series}/loss", progress.step, float(torch.stack(recent).mean()))
            recent.clear()
        if progress.step % schedule.check_every == 0 or progress.step == schedule.steps:
            error = held_out()
            report.metric(f"{series}/validation", progress.step, error)
            if error < progress.best:
                progress.best, progress.misses = error, 0
                best = {name: p.detach().clone() for name, p in parameters.items()}
            else:
                progress.misses += 1
            _save(checkpoint, fingerprint, parameters, best, optimizer, progress)
            if on_check is not None:
                on_check(progress.step)
    with torch.no_grad():
        for name, parameter in parameters.items():
            parameter.copy_(best[name])
    if not is_cut:
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
    optimizer: _Optimizer,
    progress: _Progress,
) -> None:
    stored = optimizer.state()
    for name, parameter in parameters.items():
        stored[f"now.{name}"] = parameter
        stored[f"best.{name}"] = best[name]
    record = {"step": progress.step, "best": progress.best, "misses": progress.misses}
    tensors.save(file, stored, {"fingerprint": fingerprint, "progress": json.dumps(record)})


def _resume(
    file: Path,
    fingerprint: str,
    parameters: Mapping[str, nn.Parameter],
    best: dict[str, Tensor],
    optimizer: _Optimizer,
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
    optimizer.load(stored)
    return progress
