"""Where an access token is kept, and which addresses are taken for a mirror."""

from __future__ import annotations

import os

import pytest

from engine.errors import EngineError
from engine.hub import access

TOKEN = "hf_thisTokenIsNeverToBeSeenAnywhere"


@pytest.fixture(autouse=True)
def _nothing_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(access, "_from_hub", lambda: None)


def test_token_is_kept_in_the_keyring_and_forgotten() -> None:
    backend = pytest.importorskip("keyring.backend")
    keyring = pytest.importorskip("keyring")

    class Memory(backend.KeyringBackend):  # type: ignore[misc, name-defined]
        priority = 1

        def __init__(self) -> None:
            super().__init__()
            self.kept: dict[tuple[str, str], str] = {}

        def get_password(self, service: str, username: str) -> str | None:
            return self.kept.get((service, username))

        def set_password(self, service: str, username: str, password: str) -> None:
            self.kept[service, username] = password

        def delete_password(self, service: str, username: str) -> None:
            if not self.kept.pop((service, username), ""):
                raise keyring.errors.PasswordDeleteError

    before, memory = keyring.get_keyring(), Memory()
    keyring.set_keyring(memory)
    try:
        access.Token().keep(f" {TOKEN}\n")
        assert list(memory.kept.values()) == [TOKEN]
        assert (access.Token().get(), access.Token().place) == (TOKEN, "keyring")
        access.Token().keep("")
        assert memory.kept == {}
        access.Token().keep("")
        assert access.Token().get() is None
    finally:
        keyring.set_keyring(before)


def test_without_keyring_the_token_lives_as_long_as_the_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(access, "_to_keyring", lambda _token: False)
    monkeypatch.setattr(access, "_from_keyring", lambda: None)
    token = access.Token()
    assert (token.get(), token.place) == (None, "")
    token.keep(TOKEN)
    assert (token.get(), token.place) == (TOKEN, "session")
    assert access.Token().get() is None
    token.keep("")
    assert token.get() is None


@pytest.mark.parametrize(
    "mirror", ["ftp://hub.example.org", "hub.example.org", "https://me:secret@hub.example.org"]
)
def test_odd_mirror_is_refused_and_not_repeated(mirror: str) -> None:
    before = os.environ.get("HF_ENDPOINT")
    with pytest.raises(EngineError) as refused:
        access.prepare(mirror)
    assert refused.value.code == "bad_mirror"
    assert "secret" not in str(refused.value)
    assert os.environ.get("HF_ENDPOINT") == before
