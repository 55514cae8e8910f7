"""The way to the Hub: its address and the access token, which nothing here ever prints.

`prepare` comes before the first import of huggingface_hub, which reads its settings while loading.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
from urllib.parse import urlsplit

from engine.errors import EngineError

_SERVICE, _NAME = "PPCL Studio", "hugging-face"


def prepare(mirror: str = "") -> None:
    """Set the address of the Hub, and keep its library quiet and about its own business.

    Raises EngineError for an address that is none; it may not carry a name or a password.
    """
    if mirror:
        parts = urlsplit(mirror)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
            raise EngineError(
                "bad_mirror",
                "The mirror's address cannot be used.",
                hint="Write it like https://hub.example.org, without name and password.",
            )
        os.environ["HF_ENDPOINT"] = mirror.rstrip("/")
    os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")


class Token:
    """The access token: one given for this session, else the keyring's, else the Hub's own login.

    The Hub's own is the variable HF_TOKEN or the file that `hf auth login` writes.
    """

    def __init__(self) -> None:
        self._given = ""

    def get(self) -> str | None:
        return self._given or _from_keyring() or _from_hub()

    @property
    def place(self) -> str:
        """session, keyring, hub, or "" where there is none."""
        if self._given:
            return "session"
        if _from_keyring():
            return "keyring"
        return "hub" if _from_hub() else ""

    def keep(self, token: str) -> None:
        """Keep `token` in the keyring, else until this process ends; an empty one is forgotten."""
        self._given = ""
        if not _to_keyring(token.strip()):
            self._given = token.strip()


def _from_hub() -> str | None:
    from huggingface_hub import get_token

    return get_token()


def _from_keyring() -> str | None:
    if importlib.util.find_spec("keyring") is None:
        return None
    import keyring
    from keyring.errors import KeyringError

    with contextlib.suppress(KeyringError):  # locked, or none on this system
        token: str | None = keyring.get_password(_SERVICE, _NAME)
        return token
    return None


def _to_keyring(token: str) -> bool:
    if importlib.util.find_spec("keyring") is None:
        return False
    import keyring
    from keyring.errors import KeyringError, PasswordDeleteError

    try:
        if token:
            keyring.set_password(_SERVICE, _NAME, token)
            return bool(keyring.get_password(_SERVICE, _NAME) == token)  # some only pretend to
        with contextlib.suppress(PasswordDeleteError):  # there was none
            keyring.delete_password(_SERVICE, _NAME)
    except KeyringError:
        return False
    return True
