"""What the Model page says about models, their licences, downloads, and what will run here."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication

from engine import protocol
from ppcl_app import figures
from ppcl_app.download_model import Download, Phase
from ppcl_app.time_left import Range

translate = QCoreApplication.translate  # lupdate knows this name
_SIGNS = {"yes": "done", "tight": "caution", "no": "refused"}


def step_title(step: str) -> str:
    """What `Fit.step` is called on the pages."""
    titles = {
        "download": translate("HubWords", "Download"),
        "probe": translate("HubWords", "Find redundant layers"),
        "distill": translate("HubWords", "Shrink and recover quality"),
        "generate": translate("HubWords", "Generate and compare"),
        "export": translate("HubWords", "Export"),
    }
    return titles.get(step, step)


def verdict_sign(fit: protocol.Fit) -> str:
    return _SIGNS.get(fit.verdict, "open")


def verdict_title(fit: protocol.Fit) -> str:
    """The sign in a word."""
    titles = {
        "yes": translate("HubWords", "yes"),
        "tight": translate("HubWords", "just about"),
        "no": translate("HubWords", "no"),
    }
    return titles.get(fit.verdict) or translate("HubWords", "not known")


def fit_text(fit: protocol.Fit) -> str:
    """The need and what there is, for a row below a heading that says what is counted."""
    if fit.verdict == "unknown":
        return translate("HubWords", "not known yet")
    need, have = figures.data_size(fit.need_bytes), figures.data_size(fit.have_bytes)
    if fit.resource == "disk":
        texts = {
            "yes": translate("HubWords", "{need} of disk, {have} free"),
            "no": translate("HubWords", "{need} of disk, only {have} free there"),
        }
        return texts.get(fit.verdict, "{need}").format(need=need, have=have)
    text = translate("HubWords", "{need} of {have}")
    if fit.effort == "quick" and fit.verdict != "no":
        text = translate("HubWords", "{need} of {have}, with the quick setting")
    return text.format(need=need, have=have)


def fits_note(fits: Sequence[protocol.Fit]) -> str:
    """What can be done about the answers that are neither yes nor no."""
    if any(fit.verdict == "tight" for fit in fits):
        return translate("HubWords", "Where the warning sign is: close other programs first.")
    return ""


def licence_title(licence: str) -> str:
    """The name that people know: "apache-2.0" -> "Apache-2.0"."""
    known = {"apache-2.0": "Apache-2.0", "mit": "MIT", "cc0-1.0": "CC0"}
    return known.get(licence.lower(), licence) or translate("HubWords", "not stated")


def is_free(licence: str) -> bool:
    """Anybody may change the model and share the result."""
    return licence.lower() in ("apache-2.0", "mit", "cc0-1.0", "bsd-3-clause")


def licence_meaning(licence: str) -> str:
    """What it means for the smaller model, where that is simple."""
    name = licence.lower()
    if is_free(licence):
        return translate("HubWords", "you may share the smaller model")
    if not name:
        return translate("HubWords", "ask its owner before you share anything")
    if "non-commercial" in name or "noncommercial" in name or "-nc" in name:
        return translate("HubWords", "not for business; read it before you share the smaller model")
    return translate("HubWords", "read it before you share the smaller model")


def part_title(name: str) -> str:
    titles = {
        "transformer": translate("HubWords", "painting part"),
        "text_encoder": translate("HubWords", "text part"),
        "text_encoder_2": translate("HubWords", "second text part"),
        "vae": translate("HubWords", "picture part"),
    }
    return titles.get(name) or name.replace("_", " ")


def parts_text(parts: tuple[protocol.Part, ...]) -> str:
    """The largest first: "painting part 40.9 GB, text part 16.6 GB"."""
    sized = sorted((part for part in parts if part.num_bytes), key=lambda p: -p.num_bytes)
    names = (f"{part_title(p.name)} {figures.data_size(p.num_bytes)}" for p in sized)
    return ", ".join(names)


def download_title(download: Download) -> str:
    titles = {
        Phase.LOADING: translate("HubWords", "Downloading {name}"),
        Phase.PAUSING: translate("HubWords", "Pausing the download of {name}…"),
        Phase.PAUSED: translate("HubWords", "The download of {name} is paused"),
        Phase.FAILED: translate("HubWords", "The download of {name} was interrupted"),
        Phase.CANCELLING: translate("HubWords", "Giving up the download of {name}…"),
        Phase.DONE: translate("HubWords", "{name} is here, and every file was checked"),
    }
    return titles[download.phase].format(name=download.title)


def download_text(download: Download) -> str:
    """How far it is: size, speed and time left, or what it waits for."""
    pieces = [amount(download)]
    transfer = download.transfer
    if download.phase is Phase.LOADING:
        state = transfer.state if transfer is not None else "looking"
        waiting = {
            "looking": translate("HubWords", "asking the Hub…"),
            "checking": translate("HubWords", "checking what is here already…"),
            "waiting": translate("HubWords", "the connection was lost, trying again…"),
        }
        if state in waiting:
            pieces.append(waiting[state])
        elif transfer is not None and transfer.bytes_per_second:
            speed = figures.data_size(transfer.bytes_per_second)
            pieces.append(translate("HubWords", "{size}/s").format(size=speed))
            pieces.append(figures.time_left(download_left(download)))
    return " · ".join(filter(None, pieces))


def amount(download: Download) -> str:
    if not download.total_bytes:
        return ""
    if download.phase is Phase.DONE:
        return figures.data_size(download.total_bytes)
    text = translate("HubWords", "{done} of {total}")
    done, total = figures.data_size(download.done_bytes), figures.data_size(download.total_bytes)
    return text.format(done=done, total=total)


def download_left(download: Download) -> Range | None:
    seconds = download.transfer.seconds_left if download.transfer is not None else None
    return Range(seconds, seconds) if seconds is not None else None


def what_helps(code: str) -> str:
    """What to do about a refusal of the engine, with the buttons of the window; nothing if unknown.

    What the engine itself proposes is meant for a terminal.
    """
    network = translate("HubWords", "Check the network and try again, or use a mirror.")
    again = translate(
        "HubWords", "Fetch it again. If this happens again, use another network or a mirror."
    )
    access = translate(
        "HubWords",
        "Open its page, accept the licence there, and enter an access token that may read.",
    )
    elsewhere = translate("HubWords", "Nothing was changed. Choose another folder.")
    return {
        "gated": access,
        "token_refused": access,
        "no_repository": translate(
            "HubWords", "Check the name. A private model wants an access token that may read it."
        ),
        "bad_name": translate("HubWords", "Write it as OWNER/NAME, for example Qwen/Qwen-Image."),
        "no_connection": network,
        "connection_lost": network,
        "hub_trouble": translate("HubWords", "Try again later, or use a mirror."),
        "too_many_requests": translate("HubWords", "Try again in some minutes."),
        "wrong_checksum": again,
        "disk_full": translate("HubWords", "Make room and go on, or choose another folder."),
        "no_access": elsewhere,
        "not_empty": elsewhere,
        "other_download": elsewhere,
        "busy": translate("HubWords", "Perhaps another window is at it. Wait, then try again."),
        "internal": translate("HubWords", "Try again. What was fetched is kept."),
    }.get(code, "")


def token_text(place: str) -> str:
    """Where the access token is that the engine uses."""
    texts = {
        "keyring": translate("HubWords", "An access token is kept in this computer's keyring."),
        "session": translate("HubWords", "An access token is known until this window is closed."),
        "hub": translate("HubWords", "The access token of your login to the Hub is used."),
    }
    return texts.get(place) or translate("HubWords", "No access token; most models need none.")
