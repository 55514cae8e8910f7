"""Shell replay on the real transformer class: bit for bit, or refused."""

from __future__ import annotations

import copy

import pytest
import torch
from torch import Tensor, nn

from engine.errors import EngineError
from engine.numerics.losses import state_loss
from engine.teacher.shell import Shell
from tests.tiny import tiny_inputs, tiny_shell, tiny_transformer


@pytest.fixture
def shell() -> Shell:
    return tiny_shell()


def new_shell(transformer: nn.Module) -> Shell:
    return Shell(transformer, blocks="transformer_blocks", sample=tiny_inputs(1))


def test_streams_are_found_and_the_text_behind_the_last_block_is_not_read(shell: Shell) -> None:
    assert sorted(shell.streams) == ["image", "text"]
    assert shell.unread_at_end == ("text",)
    assert shell.read_later(5) == ("image",)
    assert sorted(shell.read_later(4)) == ["image", "text"]
    states = shell.states(tiny_inputs(2), [])
    assert states["image"].shape == (2, 25, 32)
    assert states["text"].shape == (2, 7, 32)


@torch.no_grad()
def test_replay_from_every_border_is_the_plain_forward_bit_for_bit(shell: Shell) -> None:
    inputs = tiny_inputs(3)
    plain = shell.transformer(
        hidden_states=inputs.hidden, encoder_hidden_states=inputs.text, timestep=inputs.sigma,
        img_shapes=[[inputs.shape]] * 3, return_dict=False,
    )[0]  # fmt: skip
    states = shell.states(inputs, [])
    for block in range(7):
        assert torch.equal(shell.velocity(inputs, shell.blocks[block:], states=states), plain)
        if block < 6:
            whole = shell.states(inputs, shell.blocks[: block + 1])
            states = shell.states(inputs, [shell.blocks[block]], states=states)
            assert all(torch.equal(states[name], whole[name]) for name in shell.streams)


def test_gradient_of_a_replayed_student_is_that_of_distillation_in_place(shell: Shell) -> None:
    inputs, block = tiny_inputs(2), 3
    target = shell.states(inputs, shell.blocks[: block + 1])

    def gradients(in_place: bool) -> list[Tensor]:
        torch.manual_seed(0)
        student = copy.deepcopy(shell.blocks[1]).requires_grad_(True)
        if in_place:
            seen: list[tuple[Tensor, Tensor]] = []
            student.register_forward_hook(lambda _m, _args, out: seen.append(out))
            shell.velocity(inputs, [*shell.blocks[:block], student, *shell.blocks[block + 1 :]])
            text, image = seen[0]
            given = {"text": text, "image": image}
        else:
            with torch.no_grad():
                front = shell.states(inputs, shell.blocks[:block])
            given = shell.states(inputs, [student], states=front)
        state_loss("both", given, target, shell.streams).backward()
        return [p.grad for p in student.parameters() if p.grad is not None]

    replayed, wanted = gradients(False), gradients(True)
    assert len(replayed) == len(wanted) == len(list(shell.blocks[1].parameters()))
    assert any(g.abs().max() > 0 for g in wanted)
    assert all(torch.equal(a, b) for a, b in zip(replayed, wanted, strict=True))


def test_model_that_remembers_between_calls_is_refused() -> None:
    transformer, calls = tiny_transformer(), []

    def drift(
        _module: nn.Module, _args: object, output: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor]:
        calls.append(1)
        return output[0], output[1] + 1e-3 * len(calls)

    transformer.transformer_blocks[3].register_forward_hook(drift)
    with pytest.raises(EngineError) as excinfo:
        new_shell(transformer)
    assert excinfo.value.code == "keeps_state"


@pytest.mark.parametrize("keeps", ["the input of the call before", "the average of all inputs"])
def test_block_that_remembers_what_it_was_given_is_refused(keeps: str) -> None:
    """For one sample again and again, such a block gives the same result each time."""
    transformer, kept = tiny_transformer(), {}

    def remember(
        _module: nn.Module, _args: object, arguments: dict[str, Tensor], output: tuple[Tensor, ...]
    ) -> tuple[Tensor, Tensor]:
        given = arguments["hidden_states"]
        before = kept.get("x", given)
        kept["x"] = given if keeps == "the input of the call before" else (before + given) / 2
        return output[0], output[1] + 1e-3 * before

    transformer.transformer_blocks[3].register_forward_hook(remember, with_kwargs=True)
    with pytest.raises(EngineError) as excinfo:
        new_shell(transformer)
    assert excinfo.value.code in ("keeps_state", "replay_differs")
    assert "not changed" in excinfo.value.hint


def test_blocks_that_share_what_one_of_them_was_given_are_refused() -> None:
    """A cache between blocks, filled once a call: right in a plain forward, wrong in a replay."""
    transformer, kept = tiny_transformer(), {}
    blocks = transformer.transformer_blocks
    blocks[1].register_forward_hook(lambda _m, _a, out: kept.update(image=out[1]))

    def reuse(
        _module: nn.Module, _args: object, output: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor]:
        return output[0], output[1] + 0.1 * kept.get("image", output[1])

    blocks[4].register_forward_hook(reuse)
    with pytest.raises(EngineError) as excinfo:
        new_shell(transformer)
    assert excinfo.value.code == "replay_differs"


def test_model_with_a_secret_path_around_its_blocks_is_refused() -> None:
    transformer, kept = tiny_transformer(), {}
    first, last = transformer.transformer_blocks[0], transformer.transformer_blocks[5]
    transformer.register_forward_pre_hook(lambda _m, _a: kept.clear())
    first.register_forward_hook(lambda _m, _a, out: kept.update(image=out[1]))

    def skip(
        _module: nn.Module, _args: object, output: tuple[Tensor, Tensor]
    ) -> tuple[Tensor, Tensor]:
        return output[0], output[1] + kept.pop("image", 0)

    last.register_forward_hook(skip)
    with pytest.raises(EngineError) as excinfo:
        new_shell(transformer)
    assert excinfo.value.code == "replay_differs"


def test_model_whose_streams_cannot_be_told_apart_is_refused() -> None:
    transformer = tiny_transformer()
    transformer.transformer_blocks[0].register_forward_hook(lambda _m, _a, out: (out[1], out[1]))
    with pytest.raises(EngineError) as excinfo:
        new_shell(transformer)
    assert excinfo.value.code == "unsupported_model"


@pytest.mark.parametrize("value", [float("nan"), 0.0])
def test_model_with_broken_weights_is_refused(value: float) -> None:
    transformer = tiny_transformer()
    nn.init.constant_(transformer.proj_out.weight, value)
    with pytest.raises(EngineError) as excinfo:
        new_shell(transformer)
    assert excinfo.value.code == "unsupported_model"


@torch.no_grad()
def test_block_list_is_put_back_even_after_an_error(shell: Shell) -> None:
    before = shell.transformer.transformer_blocks
    with pytest.raises(ZeroDivisionError):
        shell.velocity(tiny_inputs(), [shell.mapped(lambda _states: {}[0] if False else 1 / 0)])  # type: ignore[arg-type,return-value]
    assert shell.transformer.transformer_blocks is before


@torch.no_grad()
def test_stand_in_that_changes_nothing_is_a_left_out_block(shell: Shell) -> None:
    inputs = tiny_inputs(2)
    left_out = shell.velocity(inputs, [*shell.blocks[:2], *shell.blocks[3:]])
    stand_in = shell.mapped(lambda states: states)
    assert torch.equal(
        shell.velocity(inputs, [*shell.blocks[:2], stand_in, *shell.blocks[3:]]), left_out
    )
    assert not torch.equal(left_out, shell.velocity(inputs, shell.blocks))


@torch.no_grad()
def test_rebound_model_runs_the_given_blocks_and_the_original_again(shell: Shell) -> None:
    inputs = tiny_inputs(2)
    plain, fewer = shell.velocity(inputs, shell.blocks), shell.velocity(inputs, shell.blocks[:4])

    def own_forward() -> Tensor:
        return shell.transformer(
            hidden_states=inputs.hidden, encoder_hidden_states=inputs.text, timestep=inputs.sigma,
            img_shapes=[[inputs.shape]] * 2, return_dict=False,
        )[0]  # fmt: skip

    shell.rebind(shell.blocks[:4])
    assert torch.equal(own_forward(), fewer)
    shell.rebind(shell.blocks)
    assert torch.equal(own_forward(), plain)
    assert all(
        a is b for a, b in zip(shell.transformer.transformer_blocks, shell.blocks, strict=True)
    )
