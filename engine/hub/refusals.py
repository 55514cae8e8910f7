"""What the Hub or the network refuses, as sentences with a next step."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

import httpx2
from huggingface_hub import constants
from huggingface_hub.errors import (
    GatedRepoError,
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from engine.errors import EngineError

_TOO_MANY = 429


@contextlib.contextmanager
def sentences(repo: str, *, has_token: bool) -> Iterator[None]:
    """Turn what goes wrong between here and the Hub into an EngineError about `repo`."""
    try:
        yield
    except GatedRepoError as error:
        raise _gated(repo, has_token=has_token) from error
    except RepositoryNotFoundError as error:
        raise EngineError(
            "no_repository",
            f"There is no model {repo} at {constants.ENDPOINT}, or it is private.",
            hint="Check the name; for a private model, give an access token that may read it.",
        ) from error
    except RevisionNotFoundError as error:
        raise EngineError(
            "no_revision", f"{repo} does not have that version.", hint="Leave the version out."
        ) from error
    except HfHubHTTPError as error:
        raise _answered(repo, error.response.status_code, has_token=has_token) from error
    except HFValidationError as error:
        raise EngineError(
            "bad_name",
            f"{repo!r} is not the name of a model on the Hub.",
            hint="Write it as OWNER/NAME, for example Qwen/Qwen-Image.",
        ) from error
    except OfflineModeIsEnabled as error:
        raise EngineError(
            "offline",
            "Downloads are switched off by the variable HF_HUB_OFFLINE.",
            hint="Remove it from the environment and start again.",
        ) from error
    except httpx2.TransportError as error:
        raise EngineError(
            "no_connection",
            f"{constants.ENDPOINT} cannot be reached.",
            hint="Check the network, or give the address of a mirror. What has arrived is kept.",
        ) from error


def _gated(repo: str, *, has_token: bool) -> EngineError:
    page = f"{constants.ENDPOINT}/{repo}"
    if has_token:
        return EngineError(
            "gated",
            f"{repo} has a licence that this access token's owner has not been granted yet.",
            hint=f"Open {page}, accept the licence there, and start again.",
        )
    return EngineError(
        "gated",
        f"{repo} has a licence that its owner wants you to accept first.",
        hint=f"Open {page}, accept the licence, make an access token with the right to read, "
        "and give it to PPCL Studio or as HF_TOKEN.",
    )


def _answered(repo: str, status: int, *, has_token: bool) -> EngineError:
    if status in (401, 403):
        return EngineError(
            "token_refused",
            f"The Hub refuses access to {repo}" + (" with this token." if has_token else "."),
            hint="Give an access token that is valid and may read this model.",
        )
    if status == _TOO_MANY:
        return EngineError(
            "too_many_requests",
            "The Hub asks to wait: too many requests came from here.",
            hint="Start again in some minutes; what has arrived is kept.",
        )
    return EngineError(
        "hub_trouble",
        f"The Hub could not answer for {repo} (status {status}).",
        hint="Start again later, or use a mirror. What has arrived is kept.",
    )
