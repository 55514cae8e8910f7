"""What the Model page says, without a process."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

from engine import protocol
from ppcl_app import hub_words
from ppcl_app.base_model import BUILT_IN, downloaded_repo, folder_of, model_folder_of
from ppcl_app.download_model import Download, Phase, room_for
from ppcl_app.pages.source_cards import repo_named

pytestmark = pytest.mark.usefixtures("qapp")


def plain(text: str) -> str:
    return text.replace("\N{NARROW NO-BREAK SPACE}", " ")


def fit(verdict: str, *, effort: str = "", resource: str = "memory") -> protocol.Fit:
    return protocol.Fit(
        step="distill", verdict=verdict, resource=resource, need_bytes=20_000_000_000,  # type: ignore[arg-type]
        have_bytes=16_000_000_000, estimated=True, text="", effort=effort,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "repo"),
    [
        ("Qwen/Qwen-Image", "Qwen/Qwen-Image"),
        ("  Qwen/Qwen-Image/ ", "Qwen/Qwen-Image"),
        ("https://huggingface.co/Qwen/Qwen-Image", "Qwen/Qwen-Image"),
        ("https://huggingface.co/Qwen/Qwen-Image/tree/main/vae", "Qwen/Qwen-Image"),
        ("Qwen-Image", ""),
        ("a/b/c", ""),
        ("Qwen/../x", ""),
        ("https://huggingface.co/", ""),
        ("", ""),
    ],
)
def test_name_of_a_model_is_found_in_what_people_type(text: str, repo: str) -> None:
    assert repo_named(text) == repo


def test_answers_say_need_and_have() -> None:
    assert plain(hub_words.fit_text(fit("yes"))) == "20.0 GB of 16.0 GB"
    assert "close other programs" in hub_words.fits_note([fit("yes"), fit("tight")])
    assert hub_words.fits_note([fit("yes"), fit("no")]) == ""
    assert hub_words.fit_text(fit("yes", effort="quick")).endswith("with the quick setting")
    assert "quick" not in hub_words.fit_text(fit("no", effort="quick"))
    assert "free there" in hub_words.fit_text(fit("no", resource="disk"))
    assert hub_words.fit_text(fit("unknown")) == "not known yet"
    signs = [hub_words.verdict_sign(fit(v)) for v in ("yes", "tight", "no", "unknown")]
    assert len(set(signs)) == 4


def test_licences_say_what_they_mean_for_the_smaller_model() -> None:
    assert hub_words.licence_title("apache-2.0") == "Apache-2.0"
    assert "may share" in hub_words.licence_meaning("apache-2.0")
    assert "not for business" in hub_words.licence_meaning("flux-1-dev-non-commercial-license")
    assert "read it" in hub_words.licence_meaning("openrail++")
    assert hub_words.licence_title("") == "not stated"


def test_download_says_how_far_how_fast_and_how_long() -> None:
    transfer = protocol.Transfer(
        request=1, state="loading", bytes_per_second=38e6, seconds_left=1200.0
    )
    download = Download(
        "Qwen/Qwen-Image", Path("/m"), done_bytes=12_300_000_000, total_bytes=57_700_000_000,
        transfer=transfer,
    )  # fmt: skip
    text = plain(hub_words.download_text(download))
    assert text == "12.3 GB of 57.7 GB · 38.0 MB/s · about 20 min left"
    waiting = protocol.Transfer(request=1, state="waiting")
    broken = Download("a/b", Path("/m"), transfer=waiting)
    assert hub_words.download_text(broken) == "the connection was lost, trying again…"
    titles = {hub_words.download_title(Download("a/b", Path("/m"), phase)) for phase in Phase}
    assert len(titles) == len(Phase)


def test_room_counts_what_has_arrived(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qapp: QApplication
) -> None:
    monkeypatch.setattr("ppcl_app.machine.free_disk", lambda _folder: 100)
    assert room_for(100, tmp_path / "m").verdict == "yes"
    assert room_for(101, tmp_path / "m").verdict == "no"
    (tmp_path / "m.part").mkdir()
    (tmp_path / "m.part" / "x").write_bytes(bytes(50))
    assert room_for(150, tmp_path / "m").verdict == "yes"
    monkeypatch.setattr("ppcl_app.machine.free_disk", lambda _folder: None)
    assert room_for(101, tmp_path / "m").verdict == "unknown"


def test_folder_of_a_model_is_found_from_inside(tmp_path: Path) -> None:
    model = folder_of(BUILT_IN)
    weights = model / "transformer" / "diffusion_pytorch_model.safetensors"
    assert model_folder_of(weights) == model
    assert model_folder_of(weights.parent) == model
    assert model_folder_of(model) == model
    assert model_folder_of(tmp_path) == tmp_path
    (tmp_path / "x.safetensors").write_bytes(b"")
    assert model_folder_of(tmp_path / "x.safetensors") == tmp_path


def test_only_a_whole_download_counts_as_one(tmp_path: Path) -> None:
    assert downloaded_repo(tmp_path) == ""
    (tmp_path / "ppcl_download.json").write_text('{"repo": "a/b", "commit": "1"}')
    assert downloaded_repo(tmp_path) == "a/b"
    (tmp_path / "ppcl_download.json").write_text("[]")
    assert downloaded_repo(tmp_path) == ""
