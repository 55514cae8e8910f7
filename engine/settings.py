"""What a user can choose about each stage, with the defaults of every effort level."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from engine.plan import Span, TextGroup
from engine.project import Project, read_json

FILE = "settings.json"
DEVICE_VARIABLE = "PPCL_DEVICE"
Mode = Literal["default", "paper"]
Optimizer = Literal["adamw", "muon"]
Count = Annotated[int, msgspec.Meta(ge=1)]
CountOrNone = Annotated[int, msgspec.Meta(ge=0)]
Share = Annotated[float, msgspec.Meta(ge=0, le=1)]
# Learning rates are those of Pocket's width; a wider model takes smaller ones (Job.rate).
Rate = Annotated[float, msgspec.Meta(gt=0)]


class _Base(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    pass


class Calibrate(_Base, frozen=True, kw_only=True):
    """`num_samples`: size of the training pool; validation and test are sized by their prompts.

    Many prompts painted in few steps: students learn few prompts by heart long before few times.
    On Pocket 700 prompts in 8 steps, 2,000 in 4 and 3,000 in 3 (1, 1.4 and 1.6 times the painting)
    gave scores of .87, .90 and .93 at 52 to 54 % of the parameters (128 prompts, one seed); 2,400
    in 2 and in 3 gave .94 and .93 at 48 % (32 prompts), with likeness .75 and .74.
    """

    num_prompts: Annotated[int, msgspec.Meta(ge=3)] = 2400
    num_samples: Count = 6480
    num_heldout_samples: Count = 256
    num_steps: Count = 2
    trajectory_share: Share = 0.7
    empty_share: Share = 0.1
    prompts_file: str | None = None


class Probe(_Base, frozen=True, kw_only=True):
    """`mode` paper: raw linear CKA, and gradient steps behind the least squares (its eq. 2).

    default: debiased CKA, per-channel standardised; least squares alone are the minimum already.
    Probes are fitted to every token of `num_samples`, a hundred times as many as they have columns;
    likeness is that of `num_tokens`.
    """

    mode: Mode = "default"
    num_samples: Count = 512
    num_tokens: Count = 8192
    gradient_steps: CountOrNone = 100


class PlanRule(_Base, frozen=True, kw_only=True):
    """How spans are chosen. `spans`, where given, are used as they are (by hand).

    Later stages choose by the held-out error E of `num_samples`, too.
    """

    rule: Literal["optimal", "first_difference"] = "optimal"
    cost: Literal["cka", "residual", "measured"] = "measured"
    remove_share: Share = 0.42
    max_span: Count = 4
    num_candidates: Count = 200
    num_samples: Count = 128
    spans: tuple[Span, ...] | None = None


class Distill(_Base, frozen=True, kw_only=True):
    """Depth distillation, `steps` for each block that a span removes, or each span (the paper's).

    `start`: initial weights, of block u, the middle or the best one.
    `loss` direction is the paper's; output weighs errors by what they do to the model's answer.
    `sequential`: each student learns on the states of the smaller model in front of it, so it makes
    up for their drift; without it spans never see each other, which is the paper's way and trains
    them side by side. E of Pocket with 10 of 24 blocks removed after 1,000 steps in all, before
    fine-tuning, three seeds: .20, non-sequential .26, the paper's settings .40.

    `num_samples` are pushed through the blocks and drawn from. Half of Pocket's pool takes half of
    the pushing, a third of the time at 200 steps, and E was .149 instead of .147 (one seed).
    """

    num_samples: Count = 3240
    loss: Literal["direction", "relative", "both", "output"] = "output"
    start: Literal["first", "middle", "best"] = "best"
    steps: CountOrNone = 200
    steps_for_each: Literal["removed_block", "span"] = "removed_block"
    batch: Count = 32
    learning_rate: Rate = 3e-2
    check_every: Count = 100
    patience: Count = 4
    optimizer: Optimizer = "muon"
    sequential: bool = True


class Narrow(_Base, frozen=True, kw_only=True):
    """Width. How many FFN blocks and text groups to replace; lists are used as they are."""

    num_ffn: CountOrNone = 4
    num_text_groups: CountOrNone = 1
    max_group: Count = 3
    steps: CountOrNone = 50
    batch: Count = 32
    learning_rate: Rate = 5e-4
    ffn: tuple[int, ...] | None = None
    text_groups: tuple[TextGroup, ...] | None = None


class Order(_Base, frozen=True, kw_only=True):
    """At most `max_tiers` tiers below the original, in steps of even size; plugs stay single.

    `narrow_first`: narrowed layers come before students, as far as they do not require them. E per
    parameter alone put late feed-forwards last, though pictures hardly show them. Likeness and
    score of Pocket were .80 and .95 at 61 % of its parameters; by E alone .81 and .92 at 67 %,
    .75 and .92 at 55 % (32 captions, one seed).
    """

    max_tiers: Count = 8
    narrow_first: bool = True


class Finetune(_Base, frozen=True, kw_only=True):
    """`mode` elastic trains all tiers in turn; tier: only the smallest; sweep: corrects drift."""

    mode: Literal["elastic", "tier", "sweep", "none"] = "elastic"
    steps: CountOrNone = 480
    batch: Count = 32
    learning_rate: Rate = 4e-3
    optimizer: Optimizer = "muon"


class Evaluate(_Base, frozen=True, kw_only=True):
    num_captions: Count = 32
    num_repeats: Count = 9
    num_picture_repeats: Count = 3
    timing_batch: Count = 8


class Settings(_Base, frozen=True, kw_only=True):
    calibrate: Calibrate = Calibrate()
    probe: Probe = Probe()
    plan: PlanRule = PlanRule()
    distill: Distill = Distill()
    narrow: Narrow = Narrow()
    order: Order = Order()
    finetune: Finetune = Finetune()
    evaluate: Evaluate = Evaluate()


EFFORTS: dict[str, Settings] = {
    "quick": Settings(
        calibrate=Calibrate(num_prompts=400, num_samples=1200, num_heldout_samples=96),
        probe=Probe(num_samples=128, num_tokens=4096),
        plan=PlanRule(remove_share=0.34, num_candidates=40, num_samples=32),
        distill=Distill(steps=60, batch=16, sequential=False),
        narrow=Narrow(num_ffn=0, num_text_groups=0),
        order=Order(max_tiers=4),
        finetune=Finetune(steps=60, batch=16),
        evaluate=Evaluate(num_captions=8, num_repeats=5, num_picture_repeats=1),
    ),
    "normal": Settings(),
    "best": Settings(
        calibrate=Calibrate(
            num_prompts=8000, num_samples=32000, num_heldout_samples=1024, num_steps=4
        ),
        distill=Distill(num_samples=32000, steps=4000, check_every=500),
        narrow=Narrow(steps=600),
        finetune=Finetune(steps=5000),
        evaluate=Evaluate(num_captions=200),
    ),
}


def of_project(project: Project) -> Settings:
    """What the stages of `project` last ran with; before the first one, its effort's defaults."""
    file = project.folder / FILE
    return read_json(file, Settings) if file.is_file() else EFFORTS[project.header.effort]
