"""What `ppcl doctor` says of a machine."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from engine import cli, device, doctor
from engine.doctor import Examination, Finding
from engine.hub.machine import Machine

LAPTOP = Machine(8 * 10**9, 6 * 10**9)
WITH_CARD = Machine(128 * 10**9, 100 * 10**9, "NVIDIA H100", 80 * 10**9, "570.12")


def examined(monkeypatch: pytest.MonkeyPatch, machine: Machine, *, why: str = "x") -> Examination:
    monkeypatch.setattr(doctor, "look", lambda: machine)
    monkeypatch.setattr(device, "why_not_cuda", lambda: why)
    return doctor.examine(Path.cwd())


def finding(found: Examination, what: str) -> Finding:
    return next(f for f in found.findings if f.what == what)


def test_small_machine_runs_the_built_in_model_and_not_the_large_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = examined(monkeypatch, LAPTOP)
    pocket, qwen = ({f.step: f.verdict for f in m.fits} for m in found.models)
    assert set(pocket.values()) == {"yes"}
    assert {qwen[step] for step in ("probe", "distill", "generate", "export")} == {"no"}
    download = next(f for f in found.models[1].fits if f.step == "download")
    assert download.need_bytes == pytest.approx(57.7e9, rel=0.001)


def test_large_machine_paints_with_the_large_model(monkeypatch: pytest.MonkeyPatch) -> None:
    found = examined(monkeypatch, Machine(512 * 10**9, 500 * 10**9))
    qwen = {f.step: f.verdict for f in found.models[1].fits}
    assert (qwen["generate"], qwen["distill"]) == ("yes", "yes")


@pytest.mark.parametrize(
    ("machine", "why", "verdict", "words"),
    [
        (LAPTOP, "this build of torch is for the CPU only", "note", "No NVIDIA card"),
        (WITH_CARD, "", "good", "torch computes on it"),
        (WITH_CARD, "this build of torch is for the CPU only", "bad", "CPU only"),
    ],
)
def test_card_that_torch_cannot_use_is_a_problem_with_a_next_step(
    monkeypatch: pytest.MonkeyPatch, machine: Machine, why: str, verdict: str, words: str
) -> None:
    card = finding(examined(monkeypatch, machine, why=why), "graphics card")
    assert card.verdict == verdict
    assert words in card.text
    assert ("--cuda" in card.hint) == (verdict == "bad")
    if machine.gpu:
        assert "80.0 GB" in card.text
        assert "driver 570.12" in card.text


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="there is no ldd")
def test_system_library_that_the_window_lacks_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    linker = tmp_path / "ldd"
    linker.write_text("#!/bin/sh\necho '\tlibxcb-cursor.so.0 => not found'\n")
    linker.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    window = finding(examined(monkeypatch, LAPTOP), "window")
    assert window.verdict == "bad"
    assert "libxcb-cursor.so.0" in window.text
    assert "start.py" in window.hint


def test_command_prints_it_for_people_and_as_json(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["ppcl", "doctor"])
    cli.main()
    assert "Qwen-Image" in capsys.readouterr().out
    monkeypatch.setattr(sys, "argv", ["ppcl", "doctor", "--json"])
    cli.main()
    found = json.loads(capsys.readouterr().out)
    assert {f["what"] for f in found["findings"]} >= {"processor", "disk", "graphics card"}
