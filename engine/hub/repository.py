"""A repository on the Hub: which of its files a model needs, what they must be, and what it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec
from huggingface_hub import HfApi, constants, hf_hub_url
from huggingface_hub.errors import SafetensorsParsingError
from huggingface_hub.utils import build_hf_headers, get_session, hf_raise_for_status

from engine import __version__, protocol
from engine.errors import EngineError
from engine.hub.facts import Tensors, facts
from engine.hub.fit import fits
from engine.hub.machine import Machine
from engine.hub.refusals import sentences

if TYPE_CHECKING:
    from hashlib import _Hash

INDEX = "model_index.json"
CONFIG = "transformer/config.json"
DEFAULTS = "ppcl_defaults.json"
WEIGHTS = ".safetensors"
TIMEOUT_S = constants.HF_HUB_DOWNLOAD_TIMEOUT
_PARTS = (WEIGHTS, ".json", ".txt", ".model", ".jinja")
_BESIDE = ("", ".md", ".json", ".txt")  # README, LICENSE, model_index.json
_VARIANT = re.compile(r"\.(fp16|bf16|non_ema|ema)[.-]")
_READERS = 8
_SMALL_FILE = 4 << 20


class RemoteFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file with its size and its digest: of its content (LFS), or as a git blob."""

    name: str
    num_bytes: int
    sha256: str = ""
    git_sha1: str = ""

    def digest(self) -> _Hash:
        """An empty digest of the kind that the Hub gives for this file."""
        if self.sha256:
            return hashlib.sha256()
        return hashlib.sha1(b"blob %d\0" % self.num_bytes, usedforsecurity=False)

    def matches(self, digest: _Hash) -> bool:
        return digest.hexdigest() == (self.sha256 or self.git_sha1)


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """The files of one commit that a model needs."""

    repo: str
    commit: str
    files: tuple[RemoteFile, ...]
    left_out_bytes: int = 0
    license: str = ""
    license_link: str = ""
    is_gated: bool = False

    @property
    def num_bytes(self) -> int:
        return sum(file.num_bytes for file in self.files)


def look_up(repo: str, revision: str, token: str | None) -> Listing:
    """Ask the Hub. Raises EngineError where it refuses or where there is no diffusers model."""
    with sentences(repo, has_token=bool(token)):
        info = _api(token).model_info(
            repo, revision=revision, files_metadata=True, timeout=TIMEOUT_S
        )
    every = {s.rfilename: s for s in info.siblings or ()}
    names = needed(every)
    if INDEX not in names:
        raise EngineError(
            "not_diffusers",
            f"{repo} is not stored the way the diffusers library does it.",
            hint="Look for a repository of the same model that has a model_index.json.",
        )
    files = tuple(_remote_file(repo, every[name]) for name in names)
    card: Any = info.card_data or {}
    return Listing(
        repo=repo,
        commit=info.sha or revision,
        files=files,
        left_out_bytes=sum(s.size or 0 for s in every.values()) - sum(f.num_bytes for f in files),
        license=str(card.get("license_name") or card.get("license") or ""),
        license_link=str(card.get("license_link") or ""),
        is_gated=bool(info.gated),
    )


def needed(names: Mapping[str, object]) -> list[str]:
    """The files that a diffusers model needs: no code, no pickles, nothing twice.

    Its parts are the folders that hold a configuration. Raises EngineError for a name that points
    out of the folder.
    """
    paths = [PurePosixPath(name) for name in names]
    for path in paths:
        if path.is_absolute() or ".." in path.parts or "\\" in str(path) or ":" in str(path):
            raise EngineError(
                "bad_file_name",
                f"The repository names a file {str(path)!r}, outside of its own folder.",
                hint="Nothing was fetched. Do not use this repository.",
            )
    parts = {p.parent for p in paths if len(p.parts) > 1 and p.name.endswith("config.json")}
    return sorted(
        str(p)
        for p in paths
        if not _VARIANT.search(p.name)
        and not p.name.startswith(".")
        and (p.suffix in _BESIDE if len(p.parts) == 1 else p.suffix in _PARTS and p.parent in parts)
    )


def describe(
    listing: Listing, *, request: int, machine: Machine, folder: Path, token: str | None
) -> protocol.Described:
    """What the model is and whether it runs here, from its configuration and weights' headers.

    What a closed door hides is a problem of the description, not an error.
    """
    small: dict[str, dict[str, object]] = {}
    weights: dict[str, dict[str, int]] = {}
    problems: tuple[str, ...] = ()
    names = [file.name for file in listing.files]
    try:
        with sentences(listing.repo, has_token=bool(token)):
            for name in (INDEX, CONFIG, DEFAULTS):
                small[name] = _read_json(listing, name, token) if name in names else {}
            weights = _headers(listing, token)
    except EngineError as error:
        if error.code not in ("gated", "token_refused"):
            raise
        problems = (error.message, error.hint)
    found = facts(
        index=small.get(INDEX, {}), config=small.get(CONFIG, {}),
        defaults=small.get(DEFAULTS, {}), weights=weights, sizes=_sizes(listing),
    )  # fmt: skip
    return protocol.Described(
        request=request,
        repo=listing.repo,
        commit=listing.commit,
        folder=str(folder),
        title=listing.repo.rpartition("/")[2],
        family=found.family,
        layers=found.layers,
        parameters=found.parameters,
        parts=found.parts,
        num_bytes=listing.num_bytes,
        left_out_bytes=listing.left_out_bytes,
        num_files=len(listing.files),
        license=listing.license,
        license_link=listing.license_link,
        is_gated=listing.is_gated,
        problems=problems or found.problems,
        fits=fits(found, machine, download_bytes=listing.num_bytes, folder=folder),
    )


def address(repo: str, commit: str, name: str) -> str:
    return str(hf_hub_url(repo, name, revision=commit))


def headers(token: str | None) -> dict[str, str]:
    """Of every request for a file; no compression, so that sizes and ranges are the file's."""
    made = build_hf_headers(
        token=token or False, library_name="ppcl-studio", library_version=__version__
    )
    return {**made, "Accept-Encoding": "identity"}


def _api(token: str | None) -> HfApi:
    return HfApi(token=token or False, library_name="ppcl-studio", library_version=__version__)


def _remote_file(repo: str, sibling: Any) -> RemoteFile:
    sha256 = sibling.lfs.sha256 if sibling.lfs else ""
    if sibling.size is None or not (sha256 or sibling.blob_id):
        raise EngineError(
            "no_checksums",
            f"This server does not say what {sibling.rfilename} of {repo} must be.",
            hint="Use another mirror, or none: what cannot be checked is not fetched.",
        )
    return RemoteFile(
        name=sibling.rfilename,
        num_bytes=sibling.size,
        sha256=sha256,
        git_sha1="" if sha256 else sibling.blob_id,
    )


def _read_json(listing: Listing, name: str, token: str | None) -> dict[str, object]:
    response = get_session().get(
        address(listing.repo, listing.commit, name), headers=headers(token), timeout=TIMEOUT_S
    )
    hf_raise_for_status(response)
    try:
        return msgspec.json.decode(response.content[:_SMALL_FILE], type=dict[str, object])
    except msgspec.DecodeError as error:
        raise EngineError(
            "broken_model",
            f"{name} of {listing.repo} cannot be read.",
            hint="Nothing was fetched. Choose another version of the model.",
        ) from error


def _headers(listing: Listing, token: str | None) -> dict[str, dict[str, int]]:
    """Values per tensor by part, read from the first bytes of every file of weights."""
    api = _api(token)

    def read(file: RemoteFile) -> tuple[str, Tensors]:
        found = api.parse_safetensors_file_metadata(
            listing.repo, file.name, revision=listing.commit, timeout=TIMEOUT_S
        )
        values = {name: tensor.parameter_count for name, tensor in found.tensors.items()}
        return _part_of(file.name), values

    weights: dict[str, dict[str, int]] = {}
    try:
        with ThreadPoolExecutor(_READERS) as pool:
            for part, tensors in pool.map(read, _weights(listing)):
                weights.setdefault(part, {}).update(tensors)
    except SafetensorsParsingError as error:
        raise EngineError(
            "broken_model",
            f"A file of weights of {listing.repo} cannot be read.",
            hint="Nothing was fetched. Choose another version of the model.",
        ) from error
    return weights


def _sizes(listing: Listing) -> dict[str, int]:
    sizes: dict[str, int] = {}
    for file in _weights(listing):
        sizes[_part_of(file.name)] = sizes.get(_part_of(file.name), 0) + file.num_bytes
    return sizes


def _weights(listing: Listing) -> list[RemoteFile]:
    return [f for f in listing.files if f.name.endswith(WEIGHTS)]


def _part_of(name: str) -> str:
    return str(PurePosixPath(name).parent)
