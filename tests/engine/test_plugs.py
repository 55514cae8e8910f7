"""Plugs in and out of the real transformer."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from engine import plugs, tensors
from engine.capture import Inside, look_inside
from engine.errors import EngineError
from engine.numerics.least_squares import AffineMap
from engine.plugs import Plug, assemble
from engine.pool import Bucket, Pool
from engine.teacher import shell as replay
from engine.teacher.narrow_block import GroupHead, NarrowBlock, projector
from engine.teacher.shell import Shell, States
from tests.tiny import WIDTH, tiny_inputs, tiny_shell

NUM_BLOCKS = 8
FFN = ("img_ffn_proj", "txt_ffn_proj")


@pytest.fixture(scope="module")
def shell() -> Shell:
    return tiny_shell(NUM_BLOCKS)


@torch.no_grad()
def velocity(shell: Shell, made: Sequence[Plug]) -> Tensor:
    return shell.velocity(tiny_inputs(1), assemble(shell.blocks, made))


@torch.no_grad()
def teacher(shell: Shell) -> Tensor:
    return shell.velocity(tiny_inputs(1), shell.blocks)


def span(shell: Shell, first: int, last: int, *, like: int | None = None) -> Plug:
    student = plugs.student_like(shell.blocks[first if like is None else like])
    return Plug("span", first, last, student.requires_grad_(False))


def ffn(block: int, *, requires: frozenset[str] = frozenset()) -> Plug:
    return Plug("ffn", block, block, shaken(plugs.projectors(FFN, WIDTH)), requires)


def text(first: int, last: int, later: Sequence[int], *, read: bool = True) -> Plug:
    names = {str(b): ["txt_proj"] for b in later}
    if read:
        names[str(later[-1])].append("ehs_proj")
    tree = nn.ModuleDict({b: plugs.projectors(n, WIDTH) for b, n in names.items()})
    return Plug("text", first, last, shaken(tree))


def shaken(module: nn.Module) -> nn.Module:
    draw = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for p in module.parameters():
            p.add_(torch.randn(p.shape, generator=draw), alpha=0.1)
    return module.requires_grad_(False)


def test_without_plugs_the_blocks_are_the_teachers_very_own(shell: Shell) -> None:
    made = assemble(shell.blocks, [])
    assert len(made) == NUM_BLOCKS
    assert all(a is b for a, b in zip(made, shell.blocks, strict=True))
    assert torch.equal(velocity(shell, []), teacher(shell))


def test_span_plug_stands_for_its_blocks(shell: Shell) -> None:
    plug = span(shell, 2, 4)
    made = assemble(shell.blocks, [plug])
    assert len(made) == NUM_BLOCKS - 2
    assert made[2] is plug.module
    assert all(
        a is b
        for a, b in zip(made, [*shell.blocks[:2], plug.module, *shell.blocks[5:]], strict=True)
    )


def test_order_of_plugs_does_not_matter(shell: Shell) -> None:
    made = [span(shell, 0, 1), span(shell, 5, 6), ffn(3), text(5, 7, [7], read=False)]
    assert torch.equal(velocity(shell, made), velocity(shell, made[::-1]))


def test_tier_0_is_the_teacher_to_the_bit_after_any_other_tier(shell: Shell) -> None:
    before, order = teacher(shell), [span(shell, 2, 4), ffn(0), text(5, 7, [6, 7], read=False)]
    seen = []
    for number in (3, 0, 1, 2, 0):
        shell.rebind(assemble(shell.blocks, order[:number]))
        with torch.no_grad():
            seen.append(replay.velocity(shell.transformer, tiny_inputs(1)))
    assert torch.equal(seen[1], before)
    assert torch.equal(seen[4], before)
    assert not any(torch.equal(seen[i], before) for i in (0, 2, 3))
    assert all(
        a is b for a, b in zip(shell.transformer.transformer_blocks, shell.blocks, strict=True)
    )


def test_nested_tiers_share_their_plugs(shell: Shell) -> None:
    order = [span(shell, 2, 4), span(shell, 6, 7)]
    first, second = (assemble(shell.blocks, order[:n]) for n in (1, 2))
    assert first[2] is second[2] is order[0].module
    assert second[-1] is order[1].module
    assert first[-1] is shell.blocks[7]


def test_plug_without_what_it_was_fitted_on_is_refused(shell: Shell) -> None:
    student = span(shell, 2, 4)
    plug = ffn(2, requires=frozenset({student.name}))
    assemble(shell.blocks, [student, plug])
    with pytest.raises(EngineError, match="span-2-4") as excinfo:
        assemble(shell.blocks, [plug])
    assert excinfo.value.code == "missing_plug"


@pytest.mark.parametrize(
    ("spans", "plug"),
    [
        ([], text(2, 5, [3, 4])),
        ([], text(2, 4, [3, 4, 5])),
        ([], text(3, 5, [3, 4, 5])),
        ([(3, 5)], text(2, 5, [3, 4, 5])),
        ([], text(2, 4, [4, 3])),
    ],
    ids=["serves too few", "serves too many", "serves its head", "of other spans", "other end"],
)
def test_text_plug_of_other_layers_is_refused(
    shell: Shell, spans: list[tuple[int, int]], plug: Plug
) -> None:
    students = [span(shell, *s) for s in spans]
    with pytest.raises(EngineError) as excinfo:
        assemble(shell.blocks, [*students, plug])
    assert excinfo.value.code == "other_model"
    assert "text-" in excinfo.value.message


def test_plugs_that_cut_each_other_or_lie_outside_are_refused(shell: Shell) -> None:
    for plugs_given in (
        [span(shell, 2, 4), text(3, 6, [5, 6])],
        [span(shell, 2, 4), span(shell, 4, 5)],
        [span(shell, 2, 4), ffn(3)],
        [text(2, 4, [3, 4]), text(4, 6, [5, 6])],
        [text(6, NUM_BLOCKS, [7, NUM_BLOCKS])],
        [ffn(NUM_BLOCKS)],
    ):
        with pytest.raises(EngineError) as excinfo:
            assemble(shell.blocks, plugs_given)
        assert excinfo.value.code == "bad_plan"


def test_teachers_blocks_are_never_changed(shell: Shell) -> None:
    before = {n: p.clone() for n, p in shell.transformer.state_dict().items()}
    velocity(shell, [span(shell, 2, 4), ffn(0), text(5, 7, [6, 7])])
    assert all(torch.equal(before[n], p) for n, p in shell.transformer.state_dict().items())


class Exact:
    """Projectors that are right to the last token: one sample has fewer tokens than channels."""

    def __init__(self, shell: Shell, spans: Sequence[Plug] = ()) -> None:
        self.shell = shell
        inputs = tiny_inputs(1)
        self._pool = Pool(
            (
                Bucket(
                    inputs.hidden,
                    inputs.sigma,
                    torch.zeros(1),
                    inputs.text,
                    torch.tensor([0]),
                    inputs.shape,
                ),
            )
        )
        self._spans = {p.first: p for p in spans}

    def inside(self, block: int) -> Inside:
        """What goes on in one block, given the states of the model with the spans in place."""
        kept = assemble(
            self.shell.blocks[:block], [p for p in self._spans.values() if p.last < block]
        )
        states: list[States] = self._pool.push(self.shell, kept, None, batch=1)
        module = self._spans[block].module if block in self._spans else self.shell.blocks[block]
        return look_inside(self.shell, module, self._pool, states)[0]

    def ffn(self, block: int) -> Plug:
        seen = self.inside(block)
        module = nn.ModuleDict()
        for stream, name in (("image", "img_ffn_proj"), ("text", "txt_ffn_proj")):
            module[name] = self._map(seen.residual[stream], seen.output[stream])
        return Plug("ffn", block, block, module)

    def text(self, first: int, last: int, members: Sequence[int], *, read: bool) -> Plug:
        head, module = self.inside(members[0]), nn.ModuleDict()
        for block in members[1:]:
            seen = self.inside(block)
            module[str(block)] = nn.ModuleDict(
                {"txt_proj": self._map(head.modulated_text, seen.modulated_text)}
            )
        if read:
            module[str(members[-1])]["ehs_proj"] = self._map(
                head.output["text"], seen.output["text"]
            )
        return Plug(
            "text",
            first,
            last,
            module,
            frozenset(self._spans[b].name for b in members if b in self._spans),
        )

    @staticmethod
    def _map(x: Tensor, y: Tensor) -> nn.Linear:
        x, y = x.flatten(0, 1).double(), y.flatten(0, 1).double()
        assert x.shape[0] < x.shape[1], "exact only with fewer tokens than channels"
        fitted = AffineMap(
            torch.linalg.lstsq(x, y - x, driver="gelsd").solution, torch.zeros(x.shape[1])
        )
        return projector(x.shape[1], fitted.weight.float(), fitted.bias)


def close(given: Tensor, wanted: Tensor) -> None:
    torch.testing.assert_close(given, wanted, atol=2e-3, rtol=2e-3)


def test_ideal_feed_forward_plug_gives_the_teachers_output(shell: Shell) -> None:
    made = [Exact(shell).ffn(3), Exact(shell).ffn(6)]
    assert isinstance(assemble(shell.blocks, made)[3], NarrowBlock)
    close(velocity(shell, made), teacher(shell))


@pytest.mark.parametrize("last", [5, 7])
def test_ideal_text_plug_gives_the_teachers_output(shell: Shell, last: int) -> None:
    plug = Exact(shell).text(2, last, range(2, last + 1), read=last < 7)
    modules = assemble(shell.blocks, [plug])
    assert isinstance(modules[2], GroupHead)
    assert all(isinstance(modules[b], NarrowBlock) for b in range(3, last + 1))
    close(velocity(shell, [plug]), teacher(shell))


def test_ideal_text_and_feed_forward_plugs_work_in_the_same_blocks(shell: Shell) -> None:
    exact = Exact(shell)
    made = [exact.text(2, 5, range(2, 6), read=True), exact.ffn(2), exact.ffn(5)]
    close(velocity(shell, made), teacher(shell))


def test_two_text_groups_do_not_mix(shell: Shell) -> None:
    exact = Exact(shell)
    made = [exact.text(0, 3, range(4), read=True), exact.text(4, 7, range(4, 8), read=False)]
    close(velocity(shell, made), teacher(shell))


@pytest.mark.parametrize(("first", "last"), [(2, 4), (4, 6)])
def test_ideal_text_plug_over_a_student_gives_the_shortened_models_output(
    shell: Shell, first: int, last: int
) -> None:
    """The group [2, 6] begins or ends with the student of a span."""
    student = span(shell, first, last, like=7)
    members = [b for b in range(2, 7) if b == first or not first <= b <= last]
    plug = Exact(shell, [student]).text(2, 6, members, read=True)
    assert plug.requires == {student.name}
    modules = assemble(shell.blocks, [student, plug])
    assert len(modules) == NUM_BLOCKS - 2
    close(velocity(shell, [student, plug]), velocity(shell, [student]))


def test_text_group_that_is_one_span_alone_changes_nothing(shell: Shell) -> None:
    student = span(shell, 2, 4)
    plug = Plug("text", 2, 4, nn.ModuleDict(), frozenset({student.name}))
    assert torch.equal(velocity(shell, [student, plug]), velocity(shell, [student]))


def stored(plug: Plug, folder: Path, shell: Shell) -> Plug:
    file = plugs.save(plug, folder, fingerprint="abc")
    assert plugs.stored_fingerprint(file) == "abc"
    return plugs.load(file, template=shell.blocks[0])


def test_stored_plugs_are_read_back_to_the_bit(shell: Shell, tmp_path: Path) -> None:
    student = span(shell, 2, 4)
    for plug in (
        student,
        ffn(2, requires=frozenset({student.name})),
        text(4, 7, [5, 6, 7]),
        text(0, 1, [1], read=False),
    ):
        again = stored(plug, tmp_path, shell)
        assert (again.kind, again.first, again.last, again.name) == (
            plug.kind,
            plug.first,
            plug.last,
            plug.name,
        )
        assert again.requires == plug.requires
        assert plugs.same_weights(plug, again)
        assert not any(p.requires_grad for p in again.module.parameters())


def test_stored_plugs_give_the_same_velocity(shell: Shell, tmp_path: Path) -> None:
    made = [span(shell, 2, 4), ffn(0), text(5, 7, [6, 7], read=False)]
    again = [stored(p, tmp_path, shell) for p in made]
    assert torch.equal(velocity(shell, made), velocity(shell, again))


def test_missing_plug_has_no_fingerprint(tmp_path: Path) -> None:
    assert plugs.stored_fingerprint(tmp_path / "span-1-2.safetensors") is None


def test_plug_of_another_model_is_a_sentence(shell: Shell, tmp_path: Path) -> None:
    plug = Plug("span", 1, 2, nn.Linear(3, 3))
    file = plugs.save(plug, tmp_path, fingerprint="abc")
    with pytest.raises(EngineError) as excinfo:
        plugs.load(file, template=shell.blocks[0])
    assert excinfo.value.code == "other_model"


def test_broken_plug_is_a_sentence(shell: Shell, tmp_path: Path) -> None:
    file = plugs.save(span(shell, 2, 4), tmp_path, fingerprint="abc")
    file.write_bytes(file.read_bytes()[:-1])
    assert plugs.stored_fingerprint(file) is None
    with pytest.raises(EngineError) as excinfo:
        plugs.load(file, template=shell.blocks[0])
    assert excinfo.value.code == "broken_file"


@pytest.mark.parametrize("metadata", [{}, {"kind": "span"}, {"kind": "text", "first": "two"}])
def test_tensor_file_of_another_kind_is_no_plug(
    shell: Shell, tmp_path: Path, metadata: dict[str, str]
) -> None:
    file = tmp_path / "span-2-4.safetensors"
    tensors.save(file, {"x": torch.zeros(2)}, metadata)
    with pytest.raises(EngineError, match="another kind") as excinfo:
        plugs.load(file, template=shell.blocks[0])
    assert excinfo.value.code == "broken_file"
