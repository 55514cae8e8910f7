"""All stages on a tiny model: the same bytes every time, however they were disturbed."""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest
import torch
from diffusers import QwenImagePipeline
from safetensors.torch import load_file

from engine import plugs, protocol, tensors
from engine.compress import STAGES, fingerprints, run_stages
from engine.errors import Cancelled, EngineError
from engine.job import Job
from engine.plan import Plan, Span
from engine.project import Header, Project, read_json
from engine.reporting import SILENT, Reporter
from engine.settings import Settings
from engine.stages import distill
from engine.tiers import TierTable
from tests.engine.conftest import TINY, job_in

MADE = STAGES[:-1]  # all but the measuring


class Killed(BaseException):
    """Stands for a process that ends without another word."""


def results(folder: Path) -> dict[str, bytes]:
    """Everything that the stages leave, by name."""
    names = ("calibration", "probe", "plan.json", "plugs", "tiers.json")
    files = [
        f for name in names for f in [folder / name, *(folder / name).rglob("*")] if f.is_file()
    ]
    return {str(f.relative_to(folder)): f.read_bytes() for f in files}


def stages_run(job: Job, *names: str, again: bool = False) -> list[str]:
    heard: list[protocol.Event] = []
    run_stages(job, Reporter(lambda e, _: heard.append(e)), names=names or MADE, again=again)
    return [e.name for e in heard if isinstance(e, protocol.Stage)]


def changed(settings: Settings, stage: str, **values: object) -> Settings:
    part = msgspec.structs.replace(getattr(settings, stage), **values)
    return msgspec.structs.replace(settings, **{stage: part})


def new_job(
    folder: Path,
    model_folder: Path,
    settings: Settings,
    pipeline: QwenImagePipeline,
    *,
    threads: int = 1,
) -> Job:
    Project.create(folder, Header(model=str(model_folder), threads=threads, effort="quick"))
    return job_in(folder, settings, pipeline)


def test_every_stage_leaves_its_files(finished: Path) -> None:
    found = set(results(finished))
    assert {
        "calibration/prompts.txt",
        "calibration/training.safetensors",
        "calibration/test.safetensors",
        "probe/table.json",
        "probe/probes.safetensors",
        "plan.json",
        "tiers.json",
    } <= found
    plan = read_json(finished / "plan.json", Plan)
    assert plan.removes == 3
    names = {f"span-{s.name}" for s in plan.spans}
    assert {f"plugs/distill/{n}.safetensors" for n in names} == {f for f in found if "distill" in f}
    tiers = read_json(finished / "tiers.json", TierTable).tiers
    assert tiers[0].plugs == ()
    assert [len(t.plugs) for t in tiers] == list(range(len(names) + 3))
    assert all(a.plugs == b.plugs[:-1] for a, b in itertools.pairwise(tiers))
    sizes = [t.parameters for t in tiers]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == len(sizes)
    assert {Path(f).stem for f in found if "finetune" in f} == set(tiers[-1].plugs)
    assert not list((finished / "checkpoints").iterdir())


def test_finished_stages_are_left_alone(job: Job) -> None:
    before = results(job.project.folder)
    assert stages_run(job) == []
    assert results(job.project.folder) == before


def test_same_seed_gives_the_same_bytes(
    finished: Path,
    model_folder: Path,
    settings: Settings,
    pipeline: QwenImagePipeline,
    tmp_path: Path,
) -> None:
    twin = new_job(tmp_path / "twin.ppcl", model_folder, settings, pipeline)
    assert stages_run(twin) == list(MADE)
    first, second = results(finished), results(twin.project.folder)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def test_two_threads_give_the_weights_of_one(
    finished: Path,
    model_folder: Path,
    settings: Settings,
    pipeline: QwenImagePipeline,
    tmp_path: Path,
) -> None:
    stages_run(new_job(tmp_path / "p", model_folder, settings, pipeline, threads=2))
    check_weights(tmp_path / "p", finished)


def check_weights(folder: Path, finished: Path) -> None:
    """Every plug of one project is the other's; their fingerprints may name other threads."""
    files = sorted((folder / "plugs").rglob("*.safetensors"))
    assert len(files) == len(list((finished / "plugs").rglob("*.safetensors"))) > 0
    for file in files:
        ours, theirs = load_file(file), load_file(finished / file.relative_to(folder))
        assert all(torch.equal(ours[key], theirs[key]) for key in theirs), file


@pytest.mark.skipif(sys.platform != "linux", reason="processes are forked on Linux alone")
@pytest.mark.parametrize(
    ("how", "stages"),
    [(signal.SIGKILL, ("calibrate", "finetune")), (signal.SIGTERM, ("distill", "narrow"))],
)
def test_workers_that_end_with_their_stage_leave_what_can_be_gone_on_with(
    how: signal.Signals,
    stages: tuple[str, str],
    finished: Path,
    model_folder: Path,
    settings: Settings,
    pipeline: QwenImagePipeline,
    tmp_path: Path,
) -> None:
    """SIGTERM is a stop that is asked for: every worker stores how far it is."""
    folder, ended = tmp_path / "p", []
    for stage in stages:
        for latest in (0.02, 0.1):
            job = new_job(folder, model_folder, settings, pipeline, threads=2)
            if ended_while(job, stage, latest, how=how):
                ended.append(stage)
    assert {"distill", "finetune"} & set(ended)
    stages_run(new_job(folder, model_folder, settings, pipeline, threads=2))
    check_weights(folder, finished)


def test_other_seed_gives_other_plugs(
    finished: Path,
    model_folder: Path,
    settings: Settings,
    pipeline: QwenImagePipeline,
    tmp_path: Path,
) -> None:
    Project.create(
        tmp_path / "p", Header(model=str(model_folder), threads=1, effort="quick", seed=1)
    )
    run_stages(job_in(tmp_path / "p", settings, pipeline), SILENT, names=["calibrate"])
    name = "calibration/training.safetensors"
    assert results(tmp_path / "p")[name] != results(finished)[name]


def test_killed_at_many_moments_and_started_again_gives_the_same_bytes(
    finished: Path,
    model_folder: Path,
    settings: Settings,
    pipeline: QwenImagePipeline,
    tmp_path: Path,
) -> None:
    """A new job takes over each time, killed at the second and at the sixth event of a stage."""
    folder, killed_in = tmp_path / "p", []
    moments = [(stage, number) for stage in MADE for number in (2, 6)]
    while True:
        job, stage, said = new_job(folder, model_folder, settings, pipeline), "", 0

        def sink(event: protocol.Event, _payload: bytes) -> None:
            nonlocal stage, said
            stage, said = (
                (event.name, 1) if isinstance(event, protocol.Stage) else (stage, said + 1)
            )
            while moments and MADE.index(moments[0][0]) < MADE.index(stage):
                moments.pop(0)
            if moments and moments[0] == (stage, said):
                killed_in.append(moments.pop(0))
                raise Killed

        try:
            run_stages(job, Reporter(sink), names=MADE)
            break
        except Killed:
            continue
    assert {stage for stage, _ in killed_in} == set(MADE)
    assert len(killed_in) > 10
    first, second = results(finished), results(folder)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_by_the_system_at_random_moments_of_every_stage_gives_the_same_bytes(
    finished: Path,
    model_folder: Path,
    settings: Settings,
    pipeline: QwenImagePipeline,
    tmp_path: Path,
) -> None:
    """SIGKILL, so nothing is cleaned up. The model is in memory already, to save its loading."""
    folder, moments, killed = tmp_path / "p", random.Random(0), []
    for stage in MADE:
        for latest in (0.01, 0.1):  # some stages of a model this small are soon done
            job = new_job(folder, model_folder, settings, pipeline)
            if killed_while(job, stage, moments.uniform(0.0, latest)):
                killed.append(stage)
    assert set(killed) == set(MADE)
    stages_run(new_job(folder, model_folder, settings, pipeline))
    first, second = results(finished), results(folder)
    assert first.keys() == second.keys()
    assert [name for name in first if first[name] != second[name]] == []


def killed_while(job: Job, stage: str, delay_s: float) -> bool:
    return ended_while(job, stage, delay_s, how=signal.SIGKILL)


def ended_while(job: Job, stage: str, delay_s: float, *, how: signal.Signals) -> bool:
    """Run up to `stage` in another process, ended so long after it began; whether it was.

    It sets an alarm for itself: were it killed by us, a busy machine might let it finish before.
    What nobody handles ends it in the system, as SIGKILL does.
    """
    names = MADE[: MADE.index(stage) + 1]
    child = os.fork()
    if child == 0:
        asked: list[int] = []
        is_kill = how is signal.SIGKILL
        signal.signal(
            signal.SIGALRM,
            signal.SIG_DFL if is_kill else lambda number, _frame: asked.append(number),
        )

        def sink(event: protocol.Event, _payload: bytes) -> None:
            if isinstance(event, protocol.Stage) and event.name == stage:
                signal.setitimer(signal.ITIMER_REAL, max(delay_s, 1e-6))  # 0 would be never

        with contextlib.suppress(BaseException):
            run_stages(job, Reporter(sink, should_stop=lambda: bool(asked)), names=names)
        os._exit(3 if asked else 0)
    return os.waitpid(child, 0)[1] != 0


def test_stopped_run_goes_on_and_gives_the_same_bytes(
    finished: Path,
    model_folder: Path,
    settings: Settings,
    pipeline: QwenImagePipeline,
    tmp_path: Path,
) -> None:
    heard: list[protocol.Event] = []
    enough = Reporter(
        lambda e, _: heard.append(e),
        should_stop=lambda: any(
            isinstance(e, protocol.Metric) and e.series.startswith("distill/") for e in heard
        ),
    )
    job = new_job(tmp_path / "p", model_folder, settings, pipeline)
    with pytest.raises(Cancelled):
        run_stages(job, enough, names=MADE)
    assert list((tmp_path / "p" / "checkpoints").iterdir())
    assert stages_run(new_job(tmp_path / "p", model_folder, settings, pipeline))[0] == "distill"
    assert results(tmp_path / "p") == results(finished)


def test_command_killed_by_the_system_and_continued_gives_the_same_bytes(
    finished: Path, model_folder: Path, prompts_file: Path, settings: Settings,
    pipeline: QwenImagePipeline, tmp_path: Path,
) -> None:  # fmt: skip
    folder = tmp_path / "p.ppcl"
    command = [
        sys.executable,
        "-m",
        "engine",
        "compress",
        "--model",
        str(model_folder),
        "--out",
        str(folder),
        "--prompts",
        str(prompts_file),
        "--threads",
        "1",
        "--effort",
        "quick",
        "--json",
    ]
    command += [part for change in TINY for part in ("--set", change)]
    for _ in range(10):  # a busy machine may let it finish before we look
        shutil.rmtree(folder, ignore_errors=True)
        with (tmp_path / "log").open("wb") as log:
            process = subprocess.Popen(command, stdout=log, stderr=log)
            while not list((folder / "plugs").glob("distill/*.safetensors")):
                assert process.poll() is None, (tmp_path / "log").read_text()
                time.sleep(0.005)
            process.send_signal(signal.SIGKILL)
            process.wait()
        unfinished = results(folder)
        if "tiers.json" not in unfinished:
            break
    assert process.returncode == -signal.SIGKILL, (tmp_path / "log").read_text()
    assert "tiers.json" not in unfinished
    stages_run(job_in(folder, settings, pipeline))
    assert results(folder) == results(finished)


def test_changed_setting_redoes_its_stage_and_those_behind_it(
    job: Job, pipeline: QwenImagePipeline
) -> None:
    other = changed(job.settings, "narrow", num_text_groups=0)
    again = job_in(job.project.folder, other, pipeline)
    assert stages_run(again) == ["narrow", "order", "finetune"]
    names = {f.stem for f in (job.project.folder / "plugs" / "narrow").iterdir()}
    assert all(n.startswith("ffn-") for n in names)


def test_plugs_of_spans_that_left_the_plan_are_gone(job: Job, pipeline: QwenImagePipeline) -> None:
    before = {f.stem for f in (job.project.folder / "plugs" / "distill").iterdir()}
    other = changed(job.settings, "plan", spans=(Span(4, 5),))
    stages_run(job_in(job.project.folder, other, pipeline), "plan", "distill", "narrow", "order")
    assert before != {"span-4-5"}
    assert {f.stem for f in (job.project.folder / "plugs" / "distill").iterdir()} == {"span-4-5"}
    last = read_json(job.project.folder / "tiers.json", TierTable).tiers[-1]
    assert {p for p in last.plugs if p.startswith("span")} == {"span-4-5"}


def test_settings_that_were_tried_and_left_again_give_the_first_results(
    finished: Path, job: Job, pipeline: QwenImagePipeline
) -> None:
    """Stopped in the middle of other settings, the first ones must not take the others' files."""
    folder = job.project.folder
    other = changed(job.settings, "distill", loss="direction")
    with pytest.raises(Killed):
        run_stages(
            job_in(folder, other, pipeline), Reporter(killed_by("plugs/distill")), names=MADE
        )
    assert results(folder) != results(finished)
    assert stages_run(job_in(folder, job.settings, pipeline))[0] == "distill"
    assert results(folder) == results(finished)


def killed_by(path: str):  # type: ignore[no-untyped-def]
    """A sink that dies when a file there is announced."""

    def sink(event: protocol.Event, _payload: bytes) -> None:
        if isinstance(event, protocol.Artifact) and path in event.path:
            raise Killed

    return sink


def with_own_model(job: Job, tmp_path: Path) -> Job:
    """The finished project, of a model whose files can be changed."""
    model = tmp_path / "model"
    shutil.copytree(job.model_folder, model)
    return new_job(tmp_path / "own.ppcl", model, few_samples(job), job.pipeline)


def few_samples(job: Job) -> Settings:
    return changed(job.settings, "calibrate", num_samples=1, num_heldout_samples=1, num_steps=1)


@pytest.mark.parametrize(
    "file",
    ["transformer/diffusion_pytorch_model.safetensors", "text_encoder/model.safetensors",
     "vae/diffusion_pytorch_model.safetensors"],
)  # fmt: skip
def test_weights_changed_in_place_are_another_model(job: Job, tmp_path: Path, file: str) -> None:
    """One bit of one number; name, size and age stay as they are."""
    job = with_own_model(job, tmp_path)
    assert stages_run(job, "calibrate") == ["calibrate"]
    assert stages_run(job, "calibrate") == []
    before, header = fingerprints(job), job.project.header
    weights = job.model_folder / file
    age, content = weights.stat().st_mtime, bytearray(weights.read_bytes())
    content[-4] ^= 1
    weights.write_bytes(content)
    os.utime(weights, (age, age))
    assert stages_run(job, "calibrate") == ["calibrate"]
    after = fingerprints(job)
    assert all(before[stage] != after[stage] for stage in STAGES)
    assert job.project.header != header, "plugs and checkpoints carry a fingerprint of it"
    assert Project(job.project.folder).header == job.project.header


def test_prompt_file_changed_in_place_redoes_everything(
    job: Job, pipeline: QwenImagePipeline, tmp_path: Path
) -> None:
    file = tmp_path / "prompts.txt"
    shutil.copy(job.settings.calibrate.prompts_file or "", file)
    settings = changed(few_samples(job), "calibrate", prompts_file=str(file))
    job = job_in(job.project.folder, settings, pipeline)
    assert stages_run(job, "calibrate") == ["calibrate"]
    file.write_text(file.read_text().replace("a cat", "a dog"))
    assert stages_run(job, "calibrate") == ["calibrate"]
    assert "a dog" in (job.project.folder / "calibration" / "prompts.txt").read_text()
    assert stages_run(job, "calibrate") == []
    file.unlink()
    assert stages_run(job, "calibrate") == [], "what is gone has not changed"


def test_plugs_of_other_weights_are_made_again(job: Job) -> None:
    files = sorted(job.plug_folder("distill").iterdir())
    before = [plugs.stored_fingerprint(f) for f in files]
    distill.run(job, SILENT)
    assert [plugs.stored_fingerprint(f) for f in files] == before
    job.project.update(model_digest="of other weights")
    distill.run(job, SILENT)
    assert not set(before) & {plugs.stored_fingerprint(f) for f in files}


def test_broken_model_is_refused_before_anything_is_undone(job: Job, tmp_path: Path) -> None:
    job = with_own_model(job, tmp_path)
    stages_run(job, "calibrate")
    prints, weights = fingerprints(job), job.model_folder / "vae"
    weights.rename(tmp_path / "vae")
    before = (job.project.folder / "settings.json").read_bytes()
    for again in (False, True):
        with pytest.raises(EngineError) as excinfo:
            stages_run(job, "calibrate", again=again)
        assert excinfo.value.code == "missing_weights"
    assert (job.project.folder / "settings.json").read_bytes() == before
    (tmp_path / "vae").rename(weights)
    assert stages_run(job, "calibrate") == []
    assert fingerprints(job) == prints


def test_stage_that_runs_again_unmarks_those_behind_it(job: Job) -> None:
    prints = fingerprints(job)
    stages_run(job, "order", again=True)
    done = [s for s in MADE if job.project.is_done(s, prints[s])]
    assert done == ["calibrate", "probe", "plan", "distill", "narrow", "order"]


def test_learning_that_was_enough_is_measured_and_can_go_on(job: Job) -> None:
    whole = results(job.project.folder)
    heard: list[protocol.Event] = []
    report = Reporter(lambda e, _: heard.append(e), should_finish=lambda: True)
    job.project.mark_undone("finetune")
    run_stages(job, report, names=(*MADE, "evaluate"))
    assert [e.name for e in heard if isinstance(e, protocol.Stage)] == ["finetune", "evaluate"]
    table = read_json(job.project.folder / "tiers.json", TierTable)
    assert table.device, "it was measured"
    assert stages_run(job) == ["finetune"], "neither of them is done"
    assert results(job.project.folder) == whole


def test_unknown_stage_is_refused(job: Job) -> None:
    with pytest.raises(EngineError) as excinfo:
        stages_run(job, "polish")
    assert excinfo.value.code == "no_stage"


def test_stage_before_its_predecessor_is_refused(job: Job) -> None:
    shutil.rmtree(job.project.folder / "stages")
    with pytest.raises(EngineError) as excinfo:
        stages_run(job, "distill")
    assert excinfo.value.code == "stage_missing"
    assert "plan" in excinfo.value.hint


def test_stage_behind_one_with_other_settings_is_refused(
    job: Job, pipeline: QwenImagePipeline
) -> None:
    other = job_in(job.project.folder, changed(job.settings, "plan", max_span=2), pipeline)
    for stage in ("distill", "narrow", "finetune"):
        with pytest.raises(EngineError) as excinfo:
            stages_run(other, stage)
        assert excinfo.value.code == "stage_missing"


def test_lost_calibration_is_a_sentence(job: Job) -> None:
    (job.project.folder / "calibration" / "training.safetensors").unlink()
    with pytest.raises(EngineError) as excinfo:
        stages_run(job, "distill", again=True)
    assert excinfo.value.code == "broken_file"


def test_stored_tensors_say_their_format(finished: Path) -> None:
    files = [f for f in finished.rglob("*.safetensors") if f.parent.name != "checkpoints"]
    assert len(files) > 6
    assert all(tensors.metadata(f)["format"] == "1" for f in files)
