"""Downloads, against a server on loopback: whole, broken off, gone on with, refused."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from engine import protocol
from engine.hub.download import RECORD
from engine.teacher.loading import load_pipeline
from tests.engine.hub.conftest import ROOT, WEIGHTS, Worker, environment
from tests.engine.hub.hub_server import Hub, Repo, files_of

LEFT_OUT = {"letters.png", "sprites.png"}
HALF = 1_000_000
TOKEN = "hf_thisTokenIsNeverToBeSeenAnywhere"


def command(repo: Repo, folder: Path, request: int = 1) -> protocol.Download:
    return protocol.Download(request=request, repo=repo.name, folder=str(folder))


def is_whole(folder: Path, repo: Repo) -> bool:
    found = files_of(folder)
    assert found.pop(RECORD)
    return found == {n: c for n, c in repo.files.items() if n not in LEFT_OUT}


def arrived(folder: Path, repo: Repo) -> int:
    """Bytes of the weights on disk once the server holds back the rest; what is sent may not be."""
    assert repo.is_holding.wait(300)
    partial = folder.with_name(f"{folder.name}.part") / f"{WEIGHTS}.incomplete"
    end = time.monotonic() + 300
    while not (size := partial.stat().st_size if partial.is_file() else 0):
        assert time.monotonic() < end, "nothing was written"
        time.sleep(0.01)
    return size


def code(event: object) -> str:
    assert isinstance(event, protocol.Failed), event
    return event.code


def test_download_is_identical_and_loads(repo: Repo, worker: Worker, tmp_path: Path) -> None:
    assert worker.ask(command(repo, tmp_path / "model")) == protocol.Done(request=1)
    assert is_whole(tmp_path / "model", repo)
    assert not (tmp_path / "model.part").exists()
    transfers = [e for e in worker.events if isinstance(e, protocol.Transfer) and e.request == 1]
    assert transfers[-1].done_bytes == transfers[-1].total_bytes == sum(
        len(content) for name, content in repo.files.items() if name not in LEFT_OUT
    )  # fmt: skip
    described = worker.last(protocol.Described)
    assert (described.layers, described.problems) == (24, ())
    pipeline = load_pipeline(tmp_path / "model")
    assert len(pipeline.transformer.transformer_blocks) == described.layers
    asked = len(repo.asked)
    assert isinstance(worker.ask(command(repo, tmp_path / "model")), protocol.Done)
    assert len(repo.asked) == asked  # it is there already


def test_cut_connection_goes_on_by_itself(small: Repo, worker: Worker, tmp_path: Path) -> None:
    small.cut[WEIGHTS] = HALF
    assert isinstance(worker.ask(command(small, tmp_path / "model")), protocol.Done)
    assert is_whole(tmp_path / "model", small)
    first, second = small.asked_for(WEIGHTS)
    assert (first.begin, first.sent, second.begin) == (0, HALF, HALF)
    assert first.sent + second.sent == len(small.files[WEIGHTS])  # no byte twice
    transfers = [e for e in worker.events if isinstance(e, protocol.Transfer)]
    assert "waiting" in {e.state for e in transfers}
    assert any(e.bytes_per_second > 0 and e.seconds_left is not None for e in transfers)


def test_server_that_ignores_ranges_is_asked_for_all(
    small: Repo, worker: Worker, tmp_path: Path
) -> None:
    small.cut[WEIGHTS] = HALF
    small.ignores_ranges = True
    assert isinstance(worker.ask(command(small, tmp_path / "model")), protocol.Done)
    assert is_whole(tmp_path / "model", small)


def test_lost_connection_is_a_sentence_and_keeps_what_came(
    small: Repo, hub: Hub, worker: Worker, tmp_path: Path
) -> None:
    small.cut[WEIGHTS], small.cut_times = 0, 1_000
    script = (
        "import sys, threading; from pathlib import Path\n"
        "from engine.errors import EngineError\n"
        "from engine.hub.download import Task, download\n"
        "try:\n"
        "    download(Task(repo=sys.argv[1], folder=Path(sys.argv[2])), token=None,\n"
        "             say=print, stop=threading.Event(), pauses_s=(0.01, 0.01))\n"
        "except EngineError as error: sys.exit(error.code + ': ' + str(error))\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, small.name, str(tmp_path / "model")],
        cwd=ROOT, env=environment(hub, tmp_path / "hf"), capture_output=True, text=True,
    )  # fmt: skip
    assert ended.stderr.startswith("connection_lost: The connection to"), ended.stderr
    assert "kept" in ended.stderr
    assert len(small.asked_for(WEIGHTS)) == 3
    small.cut_times = 0
    assert isinstance(worker.ask(command(small, tmp_path / "model")), protocol.Done)
    assert is_whole(tmp_path / "model", small)
    assert len(small.asked_for("model_index.json")) == 1


def test_pause_keeps_and_continues(small: Repo, worker: Worker, tmp_path: Path) -> None:
    small.held[WEIGHTS] = HALF
    worker.send(command(small, tmp_path / "model", 5))
    assert arrived(tmp_path / "model", small)
    worker.send(protocol.Stop(request=5))
    small.release.set()
    assert worker.wait_for(protocol.Stopped, protocol.Done) == protocol.Stopped(request=5)
    assert not (tmp_path / "model").exists()
    partial = tmp_path / "model.part" / f"{WEIGHTS}.incomplete"
    size = partial.stat().st_size
    assert size > 0
    small.held.clear()
    assert isinstance(worker.ask(command(small, tmp_path / "model")), protocol.Done)
    assert small.asked_for(WEIGHTS)[-1].begin == size
    assert is_whole(tmp_path / "model", small)


def test_cancel_removes_what_was_fetched(small: Repo, worker: Worker, tmp_path: Path) -> None:
    small.held[WEIGHTS] = HALF
    worker.send(command(small, tmp_path / "model", 6))
    assert arrived(tmp_path / "model", small)
    worker.send(protocol.Stop(request=6, keep=False))
    small.release.set()
    assert worker.wait_for(protocol.Stopped, protocol.Done) == protocol.Stopped(request=6)
    assert list(tmp_path.iterdir()) == []


def test_discard_removes_an_unfinished_download_and_nothing_else(
    small: Repo, worker: Worker, tmp_path: Path
) -> None:
    small.damaged |= {WEIGHTS}
    worker.ask(command(small, tmp_path / "model"))
    part = tmp_path / "model.part"
    assert (part / RECORD).is_file()
    other = protocol.Discard(request=1, repo="someone/else", folder=str(tmp_path / "model"))
    assert isinstance(worker.ask(other), protocol.Done)
    assert (part / RECORD).is_file()
    mine = protocol.Discard(request=1, repo=small.name, folder=str(tmp_path / "model"))
    assert isinstance(worker.ask(mine), protocol.Done)
    assert list(tmp_path.iterdir()) == []
    small.damaged.clear()
    assert isinstance(worker.ask(command(small, tmp_path / "model")), protocol.Done)
    assert isinstance(worker.ask(mine), protocol.Done)
    assert is_whole(tmp_path / "model", small)
    assert worker.last(protocol.Described).license == "apache-2.0"


def test_killed_download_goes_on(
    small: Repo, worker: Worker, start: Callable[..., Worker], tmp_path: Path
) -> None:
    small.held[WEIGHTS] = HALF
    killed = start()
    killed.send(command(small, tmp_path / "model"))
    assert arrived(tmp_path / "model", small)
    os.kill(killed.process.pid, signal.SIGKILL)
    killed.process.wait()
    small.release.set()
    small.held.clear()
    size = (tmp_path / "model.part" / f"{WEIGHTS}.incomplete").stat().st_size
    assert size > 0
    assert isinstance(worker.ask(command(small, tmp_path / "model")), protocol.Done)
    assert small.asked_for(WEIGHTS)[-1].begin == size
    assert is_whole(tmp_path / "model", small)


def test_wrong_bytes_are_removed(small: Repo, worker: Worker, tmp_path: Path) -> None:
    small.damaged |= {WEIGHTS}
    failed = worker.ask(command(small, tmp_path / "model"))
    assert code(failed) == "wrong_checksum"
    assert WEIGHTS in failed.message
    assert not (tmp_path / "model").exists()
    part = tmp_path / "model.part"
    assert not [f for f in part.rglob("*") if f.name.startswith(Path(WEIGHTS).name)]
    small.damaged.clear()
    assert isinstance(worker.ask(command(small, tmp_path / "model")), protocol.Done)
    assert is_whole(tmp_path / "model", small)


def test_wrong_bytes_of_a_small_file_are_noticed(
    small: Repo, worker: Worker, tmp_path: Path
) -> None:
    small.damaged |= {"transformer/config.json"}
    assert code(worker.ask(command(small, tmp_path / "model"))) == "wrong_checksum"


def test_gated_model_and_token(repo: Repo, worker: Worker, tmp_path: Path) -> None:
    repo.token = TOKEN
    failed = worker.ask(command(repo, tmp_path / "model"))
    assert code(failed) == "gated"
    assert repo.name in failed.hint
    assert "token" in failed.hint
    described = worker.ask(protocol.Describe(request=2, repo=repo.name))
    assert isinstance(described, protocol.Done)
    assert worker.last(protocol.Described).is_gated
    assert "accept" in worker.last(protocol.Described).problems[0]
    wrong = protocol.SignIn(request=3, token="hf_wrong")
    assert isinstance(worker.ask(wrong), protocol.Done)
    assert code(worker.ask(command(repo, tmp_path / "model"))) == "gated"
    signing = protocol.SignIn(request=3, token=TOKEN)
    assert TOKEN not in repr(signing)
    assert isinstance(worker.ask(signing), protocol.Done)
    assert worker.last(protocol.Access).token_place in ("session", "keyring")
    assert isinstance(worker.ask(command(repo, tmp_path / "model")), protocol.Done)
    assert is_whole(tmp_path / "model", repo)
    large = [a for a in repo.asked if a.name == WEIGHTS]
    assert large
    assert not any(a.had_token for a in large)
    worker.ask(protocol.SignIn(request=4, token=""))
    assert worker.last(protocol.Access).token_place == ""
    assert TOKEN.encode() not in worker.said + worker.log
    assert not any(TOKEN.encode() in content for content in files_of(tmp_path).values())


def test_token_of_the_environment_is_used(
    repo: Repo, start: Callable[..., Worker], tmp_path: Path
) -> None:
    repo.token = TOKEN
    own = start(HF_TOKEN=TOKEN)
    assert isinstance(own.ask(protocol.Describe(request=1, repo=repo.name)), protocol.Done)
    assert own.last(protocol.Described).layers == 24
    assert own.close() == 0
    assert TOKEN.encode() not in own.said + own.log


def test_unknown_model_and_version(repo: Repo, worker: Worker, tmp_path: Path) -> None:
    nobody = protocol.Describe(request=1, repo="nobody/nothing")
    assert code(worker.ask(nobody)) == "no_repository"
    absent = protocol.Download(request=1, repo="nobody/nothing", folder=str(tmp_path / "model"))
    assert code(worker.ask(absent)) == "no_repository"
    assert list(tmp_path.iterdir()) == []
    old = protocol.Describe(request=1, repo=repo.name, revision="v9")
    assert code(worker.ask(old)) == "no_revision"
    assert code(worker.ask(protocol.Describe(request=1, repo="a/b/c"))) == "bad_name"


def test_mirror_is_asked_instead(
    small: Repo, hub: Hub, start: Callable[..., Worker], tmp_path: Path
) -> None:
    mirrored = start("--mirror", hub.url, HF_ENDPOINT="http://127.0.0.1:9")
    assert isinstance(mirrored.ask(command(small, tmp_path / "model")), protocol.Done)
    assert is_whole(tmp_path / "model", small)


def test_folder_in_use_is_left_alone(small: Repo, worker: Worker, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("dear")
    assert code(worker.ask(command(small, tmp_path))) == "not_empty"
    assert small.asked == []
    other = tmp_path / "model.part"
    other.mkdir()
    (other / "letter.txt").write_text("dear")
    assert code(worker.ask(command(small, tmp_path / "model"))) == "not_empty"
    assert (other / "letter.txt").read_text() == "dear"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Callable[[int], Path]]:
    """Mounts a disk of so many MiB."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    folder = tmp_path / "disk"
    folder.mkdir()

    def mounted(mebibytes: int) -> Path:
        mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(folder)]
        if subprocess.run(mount, check=False, capture_output=True).returncode:
            pytest.skip("mounting is not allowed here")
        return folder

    yield mounted
    subprocess.run(["umount", str(folder)], check=False, capture_output=True)


def test_too_small_a_disk_is_said_before_anything_is_fetched(
    small: Repo, worker: Worker, disk: Callable[[int], Path]
) -> None:
    failed = worker.ask(command(small, disk(1) / "model"))
    assert code(failed) == "disk_full"
    assert "needs 2.0 MB" in failed.message
    assert "1.0 MB are free" in failed.message
    assert small.asked == []


def test_disk_that_fills_up_in_the_middle(
    small: Repo, worker: Worker, disk: Callable[[int], Path]
) -> None:
    folder = disk(4)
    small.held[WEIGHTS] = HALF
    worker.send(command(small, folder / "model"))
    assert arrived(folder / "model", small)
    filler = folder / "filler"
    with pytest.raises(OSError, match="No space"):
        filler.write_bytes(bytes(4 << 20))
    small.release.set()
    assert code(worker.wait_for(protocol.Failed, protocol.Done)) == "disk_full"
    filler.unlink()
    small.held.clear()
    assert isinstance(worker.ask(command(small, folder / "model")), protocol.Done)
    assert small.asked_for(WEIGHTS)[-1].begin > 0
    assert is_whole(folder / "model", small)


def test_command_line_downloads_what_compress_takes(repo: Repo, hub: Hub, tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "engine", "download", repo.name, "--to", "model"],
        cwd=tmp_path, env=environment(hub, tmp_path / "hf", PYTHONPATH=str(ROOT)),
        capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "24 layers" in ended.stdout
    assert "apache-2.0" in ended.stdout
    assert "ppcl compress --model model" in ended.stdout
    assert is_whole(tmp_path / "model", repo)


def test_interrupted_command_says_so_in_events(small: Repo, hub: Hub, tmp_path: Path) -> None:
    small.held[WEIGHTS] = HALF
    process = subprocess.Popen(
        [sys.executable, "-m", "engine", "download", small.name, "--to", "model", "--events"],
        cwd=tmp_path, env=environment(hub, tmp_path / "hf", PYTHONPATH=str(ROOT)),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    assert small.is_holding.wait(300)
    process.send_signal(signal.SIGINT)
    small.release.set()
    out, err = process.communicate(timeout=300)
    assert process.returncode == 130, err
    assert isinstance(protocol.decode_event(out.splitlines()[-1]), protocol.Stopped)
    assert b"Traceback" not in err


def test_own_client_gets_the_same_from_this_server(repo: Repo, hub: Hub, tmp_path: Path) -> None:
    """The server is no fiction: the Hub's unchanged client is content with it too."""
    script = (
        "import sys; from huggingface_hub import snapshot_download\n"
        "snapshot_download(sys.argv[1], local_dir=sys.argv[2], max_workers=1)\n"
    )
    ended = subprocess.run(
        [sys.executable, "-c", script, repo.name, str(tmp_path / "model")],
        env=environment(hub, tmp_path / "hf"), capture_output=True, text=True,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    found = files_of(tmp_path / "model")
    assert {n: c for n, c in found.items() if not n.startswith(".cache")} == repo.files
