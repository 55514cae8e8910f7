"""A server on loopback that speaks as much of the Hub's protocol as huggingface_hub asks for.

Two ports, as there are two hosts: the Hub answers questions and hands out small files, large ones
are redirected to a storage host, which must never be shown a token. Faults are set per file.
"""

from __future__ import annotations

import functools
import hashlib
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

COMMIT = "0123456789abcdef0123456789abcdef01234567"
LARGE = 100_000
_PIECE = 1 << 16
_SLOW_PIECE = 1 << 12  # a megabyte takes twelve seconds, long enough to be stopped in


@dataclass
class Asked:
    """One request for a file's content, and how much of it was sent."""

    name: str
    begin: int
    had_token: bool
    sent: int = 0


@dataclass
class Repo:
    """A repository and what goes wrong with it. `cut`: bytes after which a file's answer breaks.

    `cut_times` says how often that happens; `damaged` files arrive with other bytes than promised;
    `held` files stop in the middle until `release` is set, and then come slowly, `slow_piece` by
    `slow_piece`; `token` is wanted if it is set.
    """

    name: str
    files: dict[str, bytes]
    license: str = "apache-2.0"
    token: str = ""
    cut: dict[str, int] = field(default_factory=dict)
    cut_times: int = 1
    damaged: set[str] = field(default_factory=set)
    ignores_ranges: bool = False
    held: dict[str, int] = field(default_factory=dict)
    slow_piece: int = _SLOW_PIECE
    is_holding: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    asked: list[Asked] = field(default_factory=list)

    def asked_for(self, name: str) -> list[Asked]:
        """Requests for a file's data, not for its header alone."""
        return [a for a in self.asked if a.name == name]

    def sha256(self, name: str) -> str:
        return _sha256(self.files[name])

    def git_sha1(self, name: str) -> str:
        return _git_sha1(self.files[name])


@dataclass
class Hub:
    """The server: its repositories by name, and the addresses of its two hosts."""

    repos: dict[str, Repo] = field(default_factory=dict)
    url: str = ""
    storage_url: str = ""


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()
    }


@functools.cache
def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@functools.cache
def _git_sha1(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


@contextmanager
def serving() -> Iterator[Hub]:
    """Answer on loopback until the end of the block."""
    hub, servers = Hub(), []
    for attribute in ("url", "storage_url"):
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(hub))
        server.daemon_threads = True
        setattr(hub, attribute, f"http://127.0.0.1:{server.server_port}")
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
    try:
        yield hub
    finally:
        for repo in hub.repos.values():
            repo.release.set()
        for server in servers:
            server.shutdown()
            server.server_close()


def _handler(hub: Hub) -> type[BaseHTTPRequestHandler]:
    class Handler(_Handler):
        pass

    Handler.hub = hub
    return Handler


class _Handler(BaseHTTPRequestHandler):
    hub: Hub
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._answer(with_content=True)

    def do_HEAD(self) -> None:
        self._answer(with_content=False)

    def log_message(self, *_args: object) -> None:
        pass

    def _answer(self, *, with_content: bool) -> None:
        path = unquote(urlsplit(self.path).path).removeprefix("/")
        kind, _, rest = path.partition("/")
        owner_and_name = "/".join((path if kind not in ("api", "storage") else rest).split("/")[:2])
        if kind == "storage":
            _, _, rest = path.partition("/")
            repo = self.hub.repos[owner_and_name]
            name = rest.removeprefix(f"{owner_and_name}/")
            headers = {"ETag": f'"{repo.sha256(name)}"'}
            self._send_file(repo, name, with_content=with_content, headers=headers)
        elif kind == "api":
            rest = rest.removeprefix("models/")
            repo = self.hub.repos.get("/".join(rest.split("/")[:2]))
            self._send_api(repo, rest)
        elif repo := self.hub.repos.get(owner_and_name):
            name = path.removeprefix(f"{repo.name}/resolve/").partition("/")[2]
            if self._is_allowed(repo):
                self._resolve(repo, name, with_content=with_content)
        else:
            self._send(404, b"", {"X-Error-Code": "RepoNotFound"})

    def _is_allowed(self, repo: Repo) -> bool:
        sent = self.headers.get("Authorization", "")
        if not repo.token or sent == f"Bearer {repo.token}":
            return True
        message = f"Access to model {repo.name} is restricted."
        headers = {"X-Error-Code": "GatedRepo", "X-Error-Message": message}
        self._send(403 if sent else 401, b"", headers)
        return False

    def _send_api(self, repo: Repo | None, path: str) -> None:
        if repo is None:
            self._send(401, b"", {"X-Error-Code": "RepoNotFound"})
            return
        verb, _, revision = path.removeprefix(repo.name).removeprefix("/").partition("/")
        if revision.partition("/")[0] not in ("", "main", COMMIT):
            self._send(404, b"", {"X-Error-Code": "RevisionNotFound"})
        elif verb == "tree":
            self._send_json([self._tree_entry(repo, name) for name in repo.files])
        else:
            self._send_json(
                {
                    "id": repo.name, "sha": COMMIT, "private": False, "tags": [], "downloads": 0,
                    "gated": "auto" if repo.token else False,
                    "siblings": [self._sibling(repo, name) for name in repo.files],
                    "cardData": {"license": repo.license},
                }
            )  # fmt: skip

    def _sibling(self, repo: Repo, name: str) -> dict[str, object]:
        size = len(repo.files[name])
        entry: dict[str, object] = {
            "rfilename": name, "size": size, "blobId": repo.git_sha1(name),
        }  # fmt: skip
        if size >= LARGE:
            entry["lfs"] = {"sha256": repo.sha256(name), "size": size, "pointerSize": 130}
        return entry

    def _tree_entry(self, repo: Repo, name: str) -> dict[str, object]:
        size = len(repo.files[name])
        entry: dict[str, object] = {
            "type": "file", "path": name, "size": size, "oid": repo.git_sha1(name),
        }  # fmt: skip
        if size >= LARGE:
            entry["lfs"] = {"oid": repo.sha256(name), "size": size, "pointerSize": 130}
        return entry

    def _resolve(self, repo: Repo, name: str, *, with_content: bool) -> None:
        headers = {"X-Repo-Commit": COMMIT}
        if name not in repo.files:
            self._send(404, b"", {**headers, "X-Error-Code": "EntryNotFound"})
        elif len(repo.files[name]) < LARGE:
            headers["ETag"] = f'"{repo.git_sha1(name)}"'
            self._send_file(repo, name, with_content=with_content, headers=headers)
        else:
            headers["Location"] = f"{self.hub.storage_url}/storage/{repo.name}/{quote(name)}"
            headers["X-Linked-Etag"] = f'"{repo.sha256(name)}"'
            headers["X-Linked-Size"] = str(len(repo.files[name]))
            self._send(302, b"", headers)

    def _send_file(
        self, repo: Repo, name: str, *, with_content: bool, headers: dict[str, str]
    ) -> None:
        content = repo.files[name]
        if name in repo.damaged:
            content = content[:-1] + bytes([content[-1] ^ 1])
        begin, end = 0, len(content)
        wanted = "" if repo.ignores_ranges else self.headers.get("Range", "")
        if wanted:
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            begin, end = int(first), min(end, int(last) + 1) if last else end
            headers["Content-Range"] = f"bytes {begin}-{end - 1}/{len(content)}"
        self.send_response(206 if wanted else 200)
        for key, value in {**headers, "Accept-Ranges": "bytes"}.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(end - begin))
        self.end_headers()
        if not with_content:
            return
        asked = Asked(name, begin, had_token="Authorization" in self.headers)
        if not (wanted and begin == 0):  # a look at the header of the weights is no download
            repo.asked.append(asked)
        self._send_content(repo, name, content[begin:end], asked)

    def _send_content(self, repo: Repo, name: str, content: bytes, asked: Asked) -> None:
        limit = repo.cut.get(name) if repo.cut_times else None
        start = 0
        while start < len(content):
            held = repo.held.get(name)
            is_held = held is not None and asked.begin + start >= held
            piece = content[start : start + (repo.slow_piece if is_held else _PIECE)]
            if limit is not None and start + len(piece) > limit:
                self.wfile.write(piece[: limit - start])
                asked.sent += limit - start
                repo.cut_times -= 1
                self._break_off()
                return
            if is_held:
                repo.is_holding.set()
                repo.release.wait(300)
                time.sleep(0.05)
            asked.sent += len(piece)  # before it is sent: a test may look as soon as all is there
            try:
                self.wfile.write(piece)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True
                return
            start += len(piece)

    def _break_off(self) -> None:
        """End the connection in the middle; what was sent before still arrives."""
        self.wfile.flush()
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _send_json(self, value: object) -> None:
        self._send(200, json.dumps(value).encode(), {"Content-Type": "application/json"})

    def _send(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)
