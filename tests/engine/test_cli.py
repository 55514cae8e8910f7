"""The command: bad input is one sentence and exit code 2, and leaves nothing behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest
from safetensors.torch import load_file, save

from engine import cli, protocol
from engine.cli_base import settings_for, with_reports
from engine.compress import STAGES, fingerprints, run_stages
from engine.errors import EngineError
from engine.job import Job
from engine.plan import Plan, Span
from engine.project import Header, Project, read_json
from engine.reporting import SILENT, Reporter
from engine.settings import EFFORTS, Settings
from engine.stages import evaluate
from engine.tiers import TierTable
from tests.engine.conftest import job_in

WEIGHTS = "transformer/diffusion_pytorch_model.safetensors"


@pytest.fixture(autouse=True)
def _signals() -> Iterator[None]:
    """The command answers SIGTERM and SIGINT itself; give them back."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def broken_model(model_folder: Path, tmp_path: Path) -> Path:
    """A copy of the model of which single files can be replaced."""
    folder = tmp_path / "broken"
    shutil.copytree(model_folder, folder, copy_function=os.link)
    return folder


def ppcl(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], *arguments: object
) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of the command."""
    monkeypatch.setattr(sys, "argv", ["ppcl", *map(str, arguments)])
    capfd.readouterr()
    try:
        cli.main()
        code = 0
    except SystemExit as left:
        code = int(left.code or 0)
    said = capfd.readouterr()
    return code, said.out, said.err


class Refusal:
    """What a refused command says: one line, code 2, and the folder is as it was before."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
        self._given = monkeypatch, capfd

    def __call__(self, *arguments: object, keeps: Path) -> str:
        before = contents(keeps)
        code, out, err = ppcl(*self._given, *arguments)
        assert code == 2, err
        assert out == ""
        assert len(err.strip().splitlines()) == 1, err
        assert "Traceback" not in err
        assert contents(keeps) == before
        return err

    def run(self, *arguments: object) -> tuple[int, str, str]:
        """The same for a command that writes down that it was tried."""
        return ppcl(*self._given, *arguments)


@pytest.fixture
def refused(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Refusal:
    return Refusal(monkeypatch, capfd)


def contents(folder: Path) -> dict[str, bytes] | None:
    """All files below a folder; None where there is no folder."""
    if not folder.exists():
        return None
    return {str(f.relative_to(folder)): f.read_bytes() for f in folder.rglob("*") if f.is_file()}


def replaced(file: Path, content: bytes) -> None:
    file.unlink()
    file.write_bytes(content)


@pytest.mark.parametrize(
    "verb",
    [["tiers"], ["run", "probe"], ["evaluate"], ["plan"], ["compress"],
     ["generate", "--prompt", "a fox", "--out", "x.png"], ["export", "--tier", "1", "--out", "x"]],
    ids=lambda v: v[0],
)  # fmt: skip
def test_folder_without_project_is_refused(
    refused: Refusal, tmp_path: Path, verb: list[str]
) -> None:
    name, *rest = verb
    assert "no project" in refused(name, tmp_path / "none", *rest, keeps=tmp_path)


def test_project_of_a_newer_format_is_refused(refused: Refusal, tmp_path: Path) -> None:
    (tmp_path / "project.json").write_text('{"format": 99, "model": "pocket"}')
    for verb in (
        ["tiers", tmp_path],
        ["compress", tmp_path],
        ["compress", "--demo", "--out", tmp_path],
    ):
        assert "newer" in refused(*verb, keeps=tmp_path)


def test_broken_project_file_is_refused(refused: Refusal, tmp_path: Path) -> None:
    (tmp_path / "project.json").write_bytes(b'{"model": "poc')
    assert "cannot be read" in refused("tiers", tmp_path, keeps=tmp_path)


def test_folder_of_someone_else_is_refused(
    refused: Refusal, model_folder: Path, prompts_file: Path, tmp_path: Path
) -> None:
    (tmp_path / "thesis.tex").write_text("x")
    assert "not empty" in refused(
        "compress", "--model", model_folder, "--prompts", prompts_file, "--out", tmp_path,
        keeps=tmp_path,
    )  # fmt: skip


def test_folder_below_a_file_is_refused(
    refused: Refusal, model_folder: Path, prompts_file: Path
) -> None:
    assert "in the way" in refused(
        "compress", "--model", model_folder, "--prompts", prompts_file,
        "--out", prompts_file / "p.ppcl", keeps=prompts_file.parent,
    )  # fmt: skip


def test_missing_model_is_refused(refused: Refusal, tmp_path: Path) -> None:
    out = tmp_path / "p.ppcl"
    assert "no diffusers model" in refused(
        "compress", "--model", tmp_path / "none", "--out", out, keeps=out
    )


def test_nothing_to_compress_is_refused(refused: Refusal, tmp_path: Path) -> None:
    assert "nothing to compress" in refused(
        "compress", "--out", tmp_path / "p", keeps=tmp_path / "p"
    )


def test_model_without_prompts_is_refused_before_a_project_is_made(
    refused: Refusal, model_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "p.ppcl"
    said = refused("compress", "--model", model_folder, "--out", out, keeps=tmp_path)
    assert "--prompts" in said
    assert not out.exists()


def test_damaged_text_encoder_and_vae_are_refused(
    refused: Refusal, broken_model: Path, prompts_file: Path, tmp_path: Path
) -> None:
    out, given = tmp_path / "p.ppcl", ("compress", "--model", broken_model, "--prompts")
    for file in (
        "vae/diffusion_pytorch_model.safetensors",
        "text_encoder/model.safetensors",
        "text_encoder/config.json",
    ):
        whole = (broken_model / file).read_bytes()
        replaced(broken_model / file, whole[: len(whole) // 2])
        assert file.split("/")[0] in refused(*given, prompts_file, "--out", out, keeps=out)
        replaced(broken_model / file, whole)


@pytest.mark.parametrize("name", ["tokenizer", "scheduler"])
def test_model_without_what_has_no_weights_is_refused_before_a_project_is_made(
    refused: Refusal, broken_model: Path, prompts_file: Path, tmp_path: Path, name: str
) -> None:
    out, given = tmp_path / "p.ppcl", ("compress", "--model", broken_model, "--prompts")
    for file in (broken_model / name).iterdir():
        replaced(file, b"{")
    said = refused(*given, prompts_file, "--out", out, keeps=out)
    assert f"{name} of the model" in said
    shutil.rmtree(broken_model / name)
    assert f"has no {name}." in refused(*given, prompts_file, "--out", out, keeps=out)
    assert not out.exists()


@pytest.mark.parametrize("part", ["transformer", "vae", "text_encoder"])
def test_weights_that_are_no_numbers_are_refused_before_a_project_is_made(
    refused: Refusal, broken_model: Path, prompts_file: Path, tmp_path: Path, part: str
) -> None:
    out, (file,) = tmp_path / "p.ppcl", (broken_model / part).glob("*.safetensors")
    weights = load_file(file)
    last = max(weights)
    weights[last] = weights[last].clone()
    weights[last].view(-1)[-1] = float("nan")
    replaced(file, save(weights, {"format": "pt"}))
    said = refused(
        "compress", "--model", broken_model, "--prompts", prompts_file, "--out", out, keeps=out
    )
    assert "no numbers" in said
    assert not out.exists()


def test_program_hears_why_no_project_is_made(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes], tmp_path: Path
) -> None:
    arguments = ["compress", "--model", tmp_path / "none", "--out", tmp_path / "p", "--events"]
    monkeypatch.setattr(sys, "argv", ["ppcl", *map(str, arguments)])
    kept = os.dup(1)
    try:
        with pytest.raises(SystemExit):
            cli.main()
    finally:
        os.dup2(kept, 1)
        os.close(kept)
    (event,) = map(protocol.decode_event, capfdbinary.readouterr().out.splitlines())
    assert isinstance(event, protocol.Failed)
    assert event.code == "no_model"


def test_finished_project_whose_model_broke_is_refused_and_kept(
    refused: Refusal, job: Job, tmp_path: Path
) -> None:
    model = tmp_path / "model"
    shutil.copytree(job.model_folder, model)
    job.project.update(model=str(model))
    file = model / WEIGHTS
    file.write_bytes(file.read_bytes()[:-1])
    folder, picture = job.project.folder, tmp_path / "x.png"
    for verb in (
        ["generate", folder, "--prompt", "a fox", "--out", picture],
        ["export", folder, "--tier", "1", "--out", tmp_path / "export"],
    ):
        code, out, err = refused.run(*verb)
        assert (code, out) == (2, "")
        assert "truncated or corrupt" in err.strip().splitlines()[-1]
        assert "Traceback" not in err
    assert not picture.exists()
    assert not (tmp_path / "export").exists()


def test_plan_of_another_model_is_refused(refused: Refusal, job: Job) -> None:
    """plan.json was copied from elsewhere; the plugs that are there stay."""
    file = job.project.folder / "plan.json"
    plan = json.loads(file.read_text())
    file.write_text(json.dumps({**plan, "num_blocks": 60}))
    before = contents(job.project.folder / "plugs")
    code, _, err = refused.run("run", job.project.folder, "distill", "--again")
    assert code == 2, err
    assert "60 blocks" in err
    assert "Traceback" not in err
    assert contents(job.project.folder / "plugs") == before


@pytest.mark.parametrize("content", [b"", b"{}", b'{"format": 99}', b"[1]"])
def test_broken_project_parts_are_refused(refused: Refusal, job: Job, content: bytes) -> None:
    folder = job.project.folder
    for name, verb in (
        ("tiers.json", ["tiers", folder]),
        ("plan.json", ["plan", folder]),
        ("settings.json", ["run", folder, "plan"]),
    ):
        if name == "settings.json" and content == b"{}":
            continue  # every setting has a default
        whole = (folder / name).read_bytes()
        (folder / name).write_bytes(content)
        assert name in refused(*verb, keeps=folder)
        (folder / name).write_bytes(whole)


def test_unsupported_family_is_refused(
    refused: Refusal, broken_model: Path, tmp_path: Path
) -> None:
    replaced(
        broken_model / "transformer" / "config.json", b'{"_class_name": "FluxTransformer2DModel"}'
    )
    out = tmp_path / "p.ppcl"
    said = refused("compress", "--model", broken_model, "--out", out, keeps=out)
    assert "FluxTransformer2DModel" in said
    assert "Qwen-Image" in said


def test_missing_truncated_and_corrupt_weights_are_refused(
    refused: Refusal, broken_model: Path, tmp_path: Path
) -> None:
    file, out = broken_model / WEIGHTS, tmp_path / "p.ppcl"
    whole = file.read_bytes()
    for content in (
        whole[:-1],
        whole[: len(whole) // 3],
        b"\0" * 99,
        b"",
        whole[:8] + b"#" + whole[9:],
    ):
        replaced(file, content)
        said = refused("compress", "--model", broken_model, "--out", out, keeps=out)
        assert "truncated or corrupt" in said
    file.unlink()
    assert "no weights" in refused("compress", "--model", broken_model, "--out", out, keeps=out)


@pytest.mark.parametrize("num_layers", [5, 7])
def test_wrong_number_of_layers_is_refused(
    refused: Refusal, broken_model: Path, tmp_path: Path, num_layers: int
) -> None:
    config, out = broken_model / "transformer" / "config.json", tmp_path / "p.ppcl"
    replaced(
        config, json.dumps({**json.loads(config.read_text()), "num_layers": num_layers}).encode()
    )
    said = refused("compress", "--model", broken_model, "--out", out, keeps=out)
    assert "do not fit its config.json" in said


@pytest.mark.parametrize(
    "spans", ["[[1,3],[3,5]]", "[[2,2]]", "[[3,1]]", "[[1,2,3]]", "oops", "[[-1,2]]", "[[4,6]]"]
)
def test_impossible_spans_are_refused(
    refused: Refusal, model_folder: Path, prompts_file: Path, tmp_path: Path, spans: str
) -> None:
    out = tmp_path / "p.ppcl"
    refused("compress", "--model", model_folder, "--out", out, "--prompts", prompts_file,
            "--set", f"plan.spans={spans}", keeps=out)  # fmt: skip


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "has 0 different prompts"),
        ("\n\n", "has 0 different prompts"),
        ("a fox\na fox\n", "has only one prompt;"),
        ("a fox\na cat\n", "has 2 different prompts"),
        (None, "cannot be read"),
    ],
)
def test_prompt_file_without_enough_prompts_is_refused(
    refused: Refusal, model_folder: Path, tmp_path: Path, content: str | None, words: str
) -> None:
    file, out = tmp_path / "prompts.txt", tmp_path / "p.ppcl"
    if content is not None:
        file.write_text(content)
    said = refused("compress", "--model", model_folder, "--out", out, "--prompts", file, keeps=out)
    assert "prompt file" in said
    assert words in said


@pytest.mark.parametrize(
    "change",
    [
        "distill.los=direction",
        "distil.loss=direction",
        "distill.loss=best",
        "distill.steps=-1",
        "distill.steps",
        "plan.remove_share=2",
    ],
)
def test_odd_setting_is_refused(
    refused: Refusal, model_folder: Path, tmp_path: Path, change: str
) -> None:
    out = tmp_path / "p.ppcl"
    assert "setting" in refused(
        "compress", "--model", model_folder, "--out", out, "--set", change, keeps=out
    )


@pytest.mark.parametrize(
    "arguments",
    [
        ["compress", "--demo", "--effort", "heroic"],
        ["dance"],
        ["compress", "--seed", "x"],
        ["size", "flux"],
        ["compress", "--demo", "--threads", "0"],
        ["compress", "--demo", "--seed", "-1"],
        ["evaluate", "p", "--captions", "0"],
        ["generate", "p", "--prompt", "a fox", "--out", "x.png", "--steps", "0"],
        ["generate", "p", "--prompt", "a fox", "--out", "x.png", "--steps", "-3"],
    ],
)
def test_wrong_usage_is_refused(refused: Refusal, tmp_path: Path, arguments: list[str]) -> None:
    refused(*arguments, keeps=tmp_path)


def test_other_model_or_seed_for_a_project_is_refused(
    refused: Refusal, job: Job, broken_model: Path, prompts_file: Path
) -> None:
    folder = job.project.folder
    assert "not of" in refused(
        "compress",
        "--model",
        broken_model,
        "--out",
        folder,
        "--prompts",
        prompts_file,
        "--threads",
        1,
        keeps=folder,
    )
    assert "seed" in refused(
        "compress",
        "--model",
        job.model,
        "--out",
        folder,
        "--prompts",
        prompts_file,
        "--threads",
        1,
        "--seed",
        9,
        keeps=folder,
    )


def test_full_disk_is_refused_and_what_was_finished_stays(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    model_folder: Path,
    prompts_file: Path,
    small_disk: Path,
) -> None:
    out = small_disk / "p.ppcl"
    changes = ("calibrate.num_prompts=3", "calibrate.num_steps=2", "calibrate.num_samples=400")
    code, _, err = ppcl(
        monkeypatch,
        capfd,
        "compress",
        "--model",
        model_folder,
        "--out",
        out,
        "--prompts",
        prompts_file,
        "--threads",
        1,
        *(part for c in changes for part in ("--set", c)),
        "--json",
    )
    assert code == 2, err
    assert "The disk is full" in err
    assert "Traceback" not in err
    assert Project(out).header.model == str(model_folder)
    assert not list((out / "calibration").glob("*.safetensors"))
    assert not list(out.rglob("*/.*"))


def test_tiers_are_shown_as_one_line_of_json(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], finished: Path
) -> None:
    code, out, _ = ppcl(monkeypatch, capfd, "tiers", finished, "--json")
    assert code == 0
    assert len(out.splitlines()) == 1
    tiers = json.loads(out)["tiers"]
    assert {
        "name",
        "parameters",
        "parameters_ratio",
        "flops_ratio",
        "speedup",
        "output_error",
        "haarpsi",
        "score",
    } <= set(tiers[0])
    assert tiers[0]["parameters_ratio"] == 1


def test_plan_is_shown(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], finished: Path
) -> None:
    code, out, _ = ppcl(monkeypatch, capfd, "plan", finished)
    assert code == 0
    assert out.startswith("3 of 6 blocks removed (optimal, cost measured)")
    code, out, _ = ppcl(monkeypatch, capfd, "plan", finished, "--json")
    assert json.loads(out)["num_blocks"] == 6


def test_unfinished_project_has_no_tiers(refused: Refusal, tmp_path: Path) -> None:
    Project.create(tmp_path, Header(model="pocket"))
    assert "missing" in refused("tiers", tmp_path, keeps=tmp_path)


def test_settings_start_from_the_effort_and_take_single_changes(prompts_file: Path) -> None:
    assert settings_for("quick", None, []) == EFFORTS["quick"]
    changed = settings_for(
        "quick", prompts_file, ["plan.spans=[[1,2],[4,5]]", "distill.loss=both", "narrow.ffn=[3]"]
    )
    assert changed.plan.spans == (Span(1, 2), Span(4, 5))
    assert changed.distill.loss == "both"
    assert changed.narrow.ffn == (3,)
    assert changed.calibrate.prompts_file == str(prompts_file)
    back = msgspec.structs.replace(
        changed,
        plan=EFFORTS["quick"].plan,
        distill=EFFORTS["quick"].distill,
        narrow=EFFORTS["quick"].narrow,
        calibrate=EFFORTS["quick"].calibrate,
    )
    assert back == EFFORTS["quick"]
    assert isinstance(changed, Settings)


def test_stopped_by_a_signal_is_code_130(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    project = Project.create(tmp_path, Header(model="pocket", threads=1))

    def work(report: Reporter) -> None:
        report.progress(0, 2)
        os.kill(os.getpid(), signal.SIGTERM)
        report.progress(1, 2)
        raise AssertionError("it went on after the signal")

    def verb() -> None:
        with_reports(work, project, verb="test", events=False, quiet=False)

    monkeypatch.setattr(cli, "app", lambda standalone_mode: verb())
    code, _, err = ppcl(monkeypatch, capfd)
    assert code == 130
    assert "Stopped" in err


def test_our_own_mistake_is_no_sentence_but_a_trace(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def mistake(standalone_mode: bool) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(cli, "app", mistake)
    with pytest.raises(ZeroDivisionError):
        ppcl(monkeypatch, capfd)


def test_module_is_the_command_and_speaks_in_sentences(tmp_path: Path) -> None:
    asked = subprocess.run(
        [sys.executable, "-m", "engine", "tiers", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert asked.returncode == 2
    assert asked.stdout == ""
    assert asked.stderr.startswith("There is no project in")
    assert len(asked.stderr.splitlines()) == 1


def test_help_does_not_load_torch() -> None:
    code = "import sys; from engine import cli; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_errors_say_what_to_do() -> None:
    error = EngineError("disk_full", "The disk is full.", hint="Make room.")
    assert str(error) == "The disk is full. Make room."
    assert (error.code, error.message, error.hint) == (
        "disk_full",
        "The disk is full.",
        "Make room.",
    )


def test_project_goes_on_with_the_settings_that_it_was_made_with(
    job: Job, prompts_file: Path, settings: Settings
) -> None:
    project = job.project
    assert settings.calibrate.prompts_file == str(prompts_file)
    assert settings_for(None, None, [], project=project) == settings
    changed = settings_for(None, None, ["plan.remove_share=0.2"], project=project)
    assert changed.plan.remove_share == 0.2
    assert changed.calibrate == settings.calibrate
    assert settings_for("best", None, [], project=project) == EFFORTS["best"]


def test_new_project_starts_from_its_effort(tmp_path: Path) -> None:
    project = Project.create(tmp_path, Header(model="pocket", effort="quick"))
    assert settings_for(None, None, [], project=project) == EFFORTS["quick"]
    assert settings_for(None, None, []) == EFFORTS["normal"]


def test_finished_project_is_continued_by_its_name_alone(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], job: Job
) -> None:
    """Nothing is left to do, so nothing is done, and the tiers are shown."""
    job.project.mark_done("evaluate", fingerprints(job)["evaluate"])
    before = contents(job.project.folder / "stages")
    code, out, err = ppcl(monkeypatch, capfd, "compress", job.project.folder, "--json")
    assert code == 0, err
    assert len(json.loads(out)["tiers"]) > 1
    assert contents(job.project.folder / "stages") == before


def test_a_pipe_hears_of_every_stage_and_gets_the_result_alone(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], job: Job
) -> None:
    """What is said goes to standard error, so that the one JSON object can be read by a program."""
    monkeypatch.setattr(evaluate, "run", lambda _job, report: report.progress(1, 1, "measuring"))
    folder = job.project.folder
    code, out, err = ppcl(monkeypatch, capfd, "evaluate", folder, "--json")
    assert code == 0, err
    assert len(json.loads(out)["tiers"]) > 1
    said = [line for line in err.splitlines() if line.startswith("evaluate: ")]
    assert [line.rpartition(" after ")[0] or line for line in said] == [
        "evaluate: stage 1 of 1 begins",
        "evaluate: done",
    ]


def edited(job: Job, **values: object) -> Path:
    """plan.json of the finished project, changed as with a text editor."""
    file = job.project.folder / "plan.json"
    plan = json.loads(file.read_text())
    file.write_text(json.dumps({**plan, **values}))
    return file


def test_plan_edited_by_hand_is_what_is_used(job: Job) -> None:
    assert settings_for(None, None, [], project=job.project) == job.settings, "not edited"
    edited(job, spans=[[1, 2], [4, 5]], text_groups=[[2, 4]][:0], ffn=[0, 4], predicted=[])
    settings = settings_for(None, None, [], project=job.project)
    assert settings.plan.spans == (Span(1, 2), Span(4, 5))
    assert settings.narrow.ffn == (0, 4)
    assert settings.narrow.text_groups == job.settings.narrow.text_groups
    run_stages(job_in(job.project.folder, settings, job.pipeline), SILENT, names=STAGES[:-1])
    made = read_json(job.project.folder / "plan.json", Plan)
    assert made.spans == (Span(1, 2), Span(4, 5))
    assert made.ffn == (0, 4)
    assert len(made.predicted) == 2, "priced like any other"
    last = read_json(job.project.folder / "tiers.json", TierTable).tiers[-1]
    assert {"span-1-2", "span-4-5", "ffn-0", "ffn-4"} <= set(last.plugs)
    assert settings_for(None, None, [], project=job.project) == settings, "used, so not edited"


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"model": "/other"}, "was made for /other"),
        ({"spans": [[0, 2], [2, 3]]}, "overlap"),
        ({"spans": [[0, 2]], "ffn": [1]}, "inside a span"),
        ({"spans": [[1, 2]], "text_groups": [[2, 4]]}, "cuts span"),
        ({"spans": [[4, 9]]}, "does not fit"),
        ({"num_blocks": 20}, "20 blocks"),
        ({"format": 99}, "newer"),
        ({"spans": "many"}, "cannot be read"),
    ],
)
def test_plan_edited_into_an_impossible_one_is_refused(
    refused: Refusal, job: Job, values: dict[str, object], words: str
) -> None:
    edited(job, predicted=[], **values)
    for verb in (["run", "plan", "distill"], ["plan"], ["evaluate"]):
        name, *stages = verb
        assert words in refused(name, job.project.folder, *stages, keeps=job.project.folder)


def test_plan_edited_by_hand_is_shown_before_it_is_priced(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], job: Job
) -> None:
    edited(job, spans=[[1, 2]])
    code, out, err = ppcl(monkeypatch, capfd, "plan", job.project.folder)
    assert code == 0, err
    assert "layers 1 to 2\n" in out


def test_spans_beyond_the_model_leave_the_plan_and_what_was_learned_from_it(
    refused: Refusal, job: Job
) -> None:
    folder = job.project.folder
    assert "does not fit" in refused("plan", folder, "--spans", "[[4,9]]", keeps=folder)


def test_text_groups_and_feed_forwards_are_named_on_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], job: Job
) -> None:
    arguments = ["plan", job.project.folder, "--spans", "[[1,2]]", "--ffn", "[0]"]
    code, out, err = ppcl(monkeypatch, capfd, *arguments, "--text", "[[3,5]]")
    assert code == 0, err
    assert "layers 3 to 5: one text stream" in out
    assert "feed-forward replaced in layers 0" in out
    code, _, err = ppcl(monkeypatch, capfd, *arguments, "--text", "[[2,4]]")
    assert code == 2
    assert "cuts span" in err
