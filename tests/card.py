"""A stand-in for a graphics card: tensors of a device of their own, computed on the CPU.

Like a real card it refuses to mix its tensors with those in main memory, so code that forgets to
move something fails without one. torch calls this a Python backend for `privateuseone`.
"""

from __future__ import annotations

import functools
from typing import Any

import torch
from torch.utils import _pytree as tree
from torch.utils.backend_registration import _setup_privateuseone_for_python_backend

NAME = "card"
aten = torch.ops.aten
_MOVES = {aten._to_copy.default, aten.copy_.default, aten._copy_from.default}


class CardTensor(torch.Tensor):
    """Holds its values in `raw`, a tensor of the CPU."""

    raw: torch.Tensor

    @staticmethod
    def __new__(cls, raw: torch.Tensor) -> CardTensor:
        made: CardTensor = torch.Tensor._make_wrapper_subclass(
            cls, raw.size(), strides=raw.stride(), storage_offset=raw.storage_offset(),
            dtype=raw.dtype, device=f"{NAME}:0",
        )  # fmt: skip
        made.raw = raw
        return made

    def tolist(self) -> Any:
        return self.raw.tolist()

    def __repr__(self, **_: object) -> str:  # type: ignore[override]
        return f"CardTensor({self.raw!r})"

    @classmethod
    def __torch_dispatch__(
        cls, func: Any, _types: object, args: Any = (), kwargs: Any = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        if func is aten._fused_sdp_choice.default:
            return 0  # plain mathematics: there are no fused kernels here
        tensors = [t for t in tree.tree_leaves((args, kwargs)) if isinstance(t, torch.Tensor)]
        strangers = [t for t in tensors if not isinstance(t, CardTensor) and t.ndim]
        if strangers and func not in _MOVES:
            raise RuntimeError(f"{func}: all tensors should be on the same device, {NAME} and cpu")
        to_memory = torch.device(kwargs.get("device") or NAME).type == "cpu"
        if "device" in kwargs:
            kwargs["device"] = torch.device("cpu")
        raw_args, raw_kwargs = tree.tree_map_only(CardTensor, lambda t: t.raw, (args, kwargs))
        made = func(*raw_args, **raw_kwargs)
        if func._schema.is_mutable and tensors and func is not aten._to_copy.default:
            return args[0] if made is raw_args[0] else made
        return made if to_memory else tree.tree_map_only(torch.Tensor, CardTensor, made)


@functools.cache
def plug_in() -> torch.device:
    """Make the card known to torch, once a process."""
    _setup_privateuseone_for_python_backend(NAME)
    library = torch.library.Library("_", "IMPL")

    def on_card(op: Any, *args: Any, **kwargs: Any) -> Any:
        """Tensors made of nothing; all others have come to CardTensor by themselves."""
        made = op(*args, **{**kwargs, "device": torch.device("cpu")})
        return tree.tree_map_only(torch.Tensor, CardTensor, made)

    library.fallback(on_card, "PrivateUse1")
    plug_in.library = library  # type: ignore[attr-defined]  # it lives as long as the process
    return torch.device(f"{NAME}:0")


def moved_tensor(make: Any, data: Any, *, device: Any = None, **rest: Any) -> torch.Tensor:
    """What torch.tensor should do: it cannot make tensors of a Python backend by itself."""
    made: torch.Tensor = make(data, **rest)
    return made if device is None else made.to(device)
