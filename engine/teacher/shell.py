"""Shell replay: run any row of blocks inside the model's own forward, from stored states.

The transformer keeps its own forward, so time embedding, rotary tables, masks and glue are made by
the model's code. Only its list of blocks is rebound: a source in front that hands out stored
states, a stop behind that ends the pass with what the last block gave. A tier is the same thing
without source and stop.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from engine import device
from engine.errors import EngineError

States = dict[str, Tensor]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What one call of the transformer is given, B samples of equal size and text length.

    hidden [B, L, C] packed noisy latents, text [B, T, D] prompt states, sigma [B] in 0..1,
    shape (frames, rows, columns) in tokens.
    """

    hidden: Tensor
    text: Tensor
    sigma: Tensor
    shape: tuple[int, int, int]

    def __len__(self) -> int:
        return len(self.hidden)

    def to(self, place: torch.device) -> Inputs:
        return Inputs(self.hidden.to(place), self.text.to(place), self.sigma.to(place), self.shape)

    def __getitem__(self, rows: Tensor | slice) -> Inputs:
        return Inputs(self.hidden[rows], self.text[rows], self.sigma[rows], self.shape)


def velocity(transformer: nn.Module, inputs: Inputs) -> Tensor:
    """What `transformer` answers to `inputs`, [B, L, C], on its own device."""
    inputs = inputs.to(device.of(transformer))
    output: Tensor = transformer(
        hidden_states=inputs.hidden,
        encoder_hidden_states=inputs.text,
        timestep=inputs.sigma,
        img_shapes=[[inputs.shape]] * len(inputs),
        return_dict=False,
    )[0]
    return output


class Shell:
    """A transformer whose block list can be rebound; `blocks` are the teacher's, in depth order."""

    def __init__(self, transformer: nn.Module, *, blocks: str, sample: Inputs) -> None:
        self.transformer = transformer
        self._attribute = blocks
        self.blocks: list[nn.Module] = list(getattr(transformer, blocks))
        self._order: tuple[str, ...] = ()
        self._keywords: dict[str, str] = {}
        self._find_streams(sample)
        self.unread_at_end = self._find_unread(sample)
        self._check(sample)

    @property
    def device(self) -> torch.device:
        """Where it computes; inputs and states may come from anywhere."""
        return device.of(self.transformer)

    @property
    def streams(self) -> tuple[str, ...]:
        """Names of the states that blocks pass on; the output is made of "image"."""
        return tuple(self._keywords)

    def velocity(
        self, inputs: Inputs, modules: Sequence[nn.Module], *, states: States | None = None
    ) -> Tensor:
        """Output [B, L, C] of the model with `modules` for blocks, from `states` if given."""
        with self._rebound(modules, states):
            return velocity(self.transformer, inputs)

    def states(
        self, inputs: Inputs, modules: Sequence[nn.Module], *, states: States | None = None
    ) -> States:
        """States behind the last of `modules`, from `states` if given, else the model's front."""
        stop = _Stop()
        with self._rebound([*modules, stop], states):
            try:
                velocity(self.transformer, inputs)
            except _Stopped as stopped:
                return {name: stopped.arguments[key] for name, key in self._keywords.items()}
        raise AssertionError("the stop was not reached")

    def read_later(self, block: int) -> tuple[str, ...]:
        """Streams of the output of `block` that anything behind it reads."""
        if block < len(self.blocks) - 1:
            return self.streams
        return tuple(s for s in self.streams if s not in self.unread_at_end)

    def rebind(self, modules: Sequence[nn.Module]) -> None:
        """Let the model itself run `modules` from now on, for example a tier."""
        setattr(self.transformer, self._attribute, nn.ModuleList(modules))

    def mapped(self, change: Callable[[States], States]) -> nn.Module:
        """A stand-in block that turns states into states by `change`."""
        return _Mapped(change, self._keywords, self._order)

    @contextlib.contextmanager
    def _rebound(self, modules: Sequence[nn.Module], states: States | None) -> Iterator[None]:
        before = getattr(self.transformer, self._attribute)
        source = []
        if states is not None:
            source = [_Source(tuple(states[name].to(self.device) for name in self._order))]
        setattr(self.transformer, self._attribute, nn.ModuleList([*source, *modules]))
        try:
            yield
        finally:
            setattr(self.transformer, self._attribute, before)

    @torch.no_grad()
    def _find_streams(self, sample: Inputs) -> None:
        """Learn which output of a block is which argument of the next, by tensor identity."""
        first, stop = _Recorder(self.blocks[0]), _Stop()
        with self._rebound([first, stop], None):
            try:
                velocity(self.transformer, sample)
            except _Stopped as stopped:
                arguments = stopped.arguments
        order = []
        for output in first.outputs:
            names = [key for key, value in arguments.items() if value is output]
            if len(names) != 1:
                raise EngineError(
                    "unsupported_model",
                    "The blocks of this model pass their states on "
                    "in a way that is not known here.",
                    hint="The model was not changed. Choose a model of a supported family.",
                )
            order.append(names[0])
        # Provisional names; `_find_unread` settles which stream the output is made of.
        self._keywords = {key: key for key in order}
        self._order = tuple(order)

    @torch.no_grad()
    def _find_unread(self, sample: Inputs) -> tuple[str, ...]:
        """Streams behind the last block that do not change the output; sets their final names."""
        last = self.states(sample, self.blocks)
        plain = self.velocity(sample, [], states=last)
        unread = [
            name
            for name in self._order
            if torch.equal(
                plain, self.velocity(sample, [], states={**last, name: last[name].roll(1, -1)})
            )
        ]
        read = [name for name in self._order if name not in unread]
        if (len(read), len(unread)) != (1, 1):
            raise EngineError(
                "unsupported_model",
                "The output of this model is not made of one of its two streams alone.",
                hint="The model was not changed. "
                "Its weights may be broken, or its family is not supported.",
            )
        names = {read[0]: "image"} | dict.fromkeys(unread, "text")
        self._order = tuple(names[key] for key in self._order)
        self._keywords = {names[key]: key for key in self._keywords}
        return tuple(names[key] for key in unread)

    @torch.no_grad()
    def _check(self, sample: Inputs) -> None:
        """Refuse a model for which block-by-block replay is not the plain forward, bit for bit.

        Two samples take turns, block by block: a block that keeps something of the call before
        has then kept it of the other sample. Alone, a sample would only meet itself again.
        """
        samples = (sample, _another(sample))
        plain = [velocity(self.transformer, inputs) for inputs in samples]
        if not torch.equal(velocity(self.transformer, sample), plain[0]):
            raise EngineError(
                "keeps_state",
                "This model gives another result for the same input when it is called again.",
                hint="The model was not changed. A part of it keeps something from call to call, "
                "or draws random numbers, and this version cannot work with that.",
            )
        states = [self.states(inputs, self.blocks[:1]) for inputs in samples]
        for block in self.blocks[1:]:
            states = [
                self.states(inputs, [block], states=here)
                for inputs, here in zip(samples, states, strict=True)
            ]
        for inputs, here, wanted in zip(samples, states, plain, strict=True):
            if not torch.equal(self.velocity(inputs, [], states=here), wanted):
                raise EngineError(
                    "replay_differs",
                    "Running this model block by block does not give the model's own result.",
                    hint="The model was not changed. "
                    "It has a part that this version does not know.",
                )


def _another(sample: Inputs) -> Inputs:
    """A sample of the same size, other in all that a block could remember."""
    return Inputs(
        sample.hidden.flip(1) + 0.5, sample.text.flip(1) - 0.5, 1 - sample.sigma, sample.shape
    )


class _Source(nn.Module):
    def __init__(self, outputs: tuple[Tensor, ...]) -> None:
        super().__init__()
        self.outputs = outputs

    def forward(self, *_args: object, **_kwargs: object) -> tuple[Tensor, ...]:
        return self.outputs


class _Mapped(nn.Module):
    def __init__(
        self, change: Callable[[States], States], keywords: dict[str, str], order: tuple[str, ...]
    ) -> None:
        super().__init__()
        self._change, self._keywords, self._order = change, keywords, order

    def forward(self, **arguments: Tensor) -> tuple[Tensor, ...]:
        states = self._change({name: arguments[key] for name, key in self._keywords.items()})
        return tuple(states[name] for name in self._order)


class _Stopped(Exception):
    def __init__(self, arguments: dict[str, Tensor]) -> None:
        self.arguments = arguments


class _Stop(nn.Module):
    def forward(self, **arguments: Tensor) -> None:
        raise _Stopped(arguments)


class _Recorder(nn.Module):
    def __init__(self, block: nn.Module) -> None:
        super().__init__()
        self.block = block
        self.outputs: tuple[Tensor, ...] = ()

    def forward(self, *args: object, **kwargs: object) -> tuple[Tensor, ...]:
        self.outputs = self.block(*args, **kwargs)
        return self.outputs
