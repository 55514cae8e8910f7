"""The io worker against a Hub on loopback that serves the built-in model."""

from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from engine import protocol
from tests.engine.hub.hub_server import Hub, Repo, files_of, serving

ROOT = Path(__file__).resolve().parents[3]
POCKET = ROOT / "resources" / "pocket"
WEIGHTS = "transformer/diffusion_pytorch_model.safetensors"
SMALL = 2_000_000


@pytest.fixture(scope="session")
def pocket_files() -> dict[str, bytes]:
    """Read once: somebody may be training new weights."""
    return files_of(POCKET)


@pytest.fixture(scope="session")
def hub() -> Iterator[Hub]:
    with serving() as hub:
        yield hub


@pytest.fixture
def repo(hub: Hub, pocket_files: dict[str, bytes], request: pytest.FixtureRequest) -> Repo:
    """The built-in model as a repository of this test's own."""
    repo = Repo(f"maker/{request.node.name.partition('[')[0][:60]}", dict(pocket_files))
    hub.repos[repo.name] = repo
    return repo


@pytest.fixture
def small(hub: Hub, pocket_files: dict[str, bytes], request: pytest.FixtureRequest) -> Repo:
    """For what goes wrong on the way: the same layout, and the beginning of one file of weights."""
    kept = ("model_index.json", "transformer/config.json", WEIGHTS)
    repo = Repo(f"maker/{request.node.name[:60]}", {n: pocket_files[n][:SMALL] for n in kept})
    hub.repos[repo.name] = repo
    return repo


class Worker:
    """One `ppcl io` process: what it is told, and everything that it says."""

    def __init__(self, environment: dict[str, str], *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "engine", "io", *arguments], cwd=ROOT, env=environment,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        self.said = b""
        self.log = b""
        self.events: list[Any] = []
        self._inbox: queue.Queue[Any] = queue.Queue()
        self._readers = [threading.Thread(target=t, daemon=True) for t in (self._read, self._err)]
        for reader in self._readers:
            reader.start()

    def send(self, command: protocol.Command) -> None:
        assert self.process.stdin
        self.process.stdin.write(protocol.encode(command))
        self.process.stdin.flush()

    def wait_for(self, *kinds: type, timeout: float = 300) -> Any:
        """The next event of one of these kinds."""
        while True:
            event = self._inbox.get(timeout=timeout)
            if isinstance(event, kinds):
                return event

    def ask(self, command: protocol.Command) -> Any:
        """How the request ends: Done, Stopped or Failed."""
        self.send(command)
        return self.wait_for(protocol.Done, protocol.Stopped, protocol.Failed)

    def last(self, kind: type) -> Any:
        return next(e for e in reversed(self.events) if isinstance(e, kind))

    def close(self) -> int:
        assert self.process.stdin
        self.process.stdin.close()
        code = self.process.wait(300)
        for reader in self._readers:
            reader.join(5)
        return code

    def _read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.said += line
            event = protocol.decode_event(line)
            self.events.append(event)
            self._inbox.put(event)

    def _err(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.log += line


def environment(hub: Hub, home: Path, **more: str) -> dict[str, str]:
    """Of a process that takes `hub` for the Hub and knows no token."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("HF_")}
    return {
        **kept, "HF_ENDPOINT": hub.url, "HF_HOME": str(home), "NO_PROXY": "127.0.0.1",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring", **more,
    }  # fmt: skip


@pytest.fixture(scope="session")
def worker(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Worker]:
    """One io worker for all tests that do not need one of their own."""
    worker = Worker(environment(hub, tmp_path_factory.mktemp("hf")))
    yield worker
    assert worker.close() == 0


@pytest.fixture
def start(hub: Hub, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Starts an io worker of the test's own."""
    workers: list[Worker] = []

    def begin(*arguments: str, **more: str) -> Worker:
        workers.append(Worker(environment(hub, tmp_path / "hf", **more), *arguments))
        return workers[-1]

    yield begin
    for one in workers:
        one.process.kill()
        one.process.wait()
