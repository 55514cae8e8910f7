"""What this machine has and lacks: Python, C library, graphics driver, display, libraries of Qt.

Nothing newer than Python 3.8 here, see start.py.
"""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

INDEX_VARIABLE = "PPCL_TORCH_INDEX"
OLDEST_PYTHON, NEWEST_PYTHON = (3, 11), (3, 13)
OLDEST_GLIBC = (2, 34)
_INSTALL = {
    "apt": ("apt-get", "install", "-y"),
    "dnf": ("dnf", "install", "-y"),
    "zypper": ("zypper", "install", "-y"),
    "pacman": ("pacman", "-S", "--needed"),
}
_DISTRIBUTIONS = {
    "debian": "apt",
    "ubuntu": "apt",
    "fedora": "dnf",
    "rhel": "dnf",
    "centos": "dnf",
    "suse": "zypper",
    "opensuse": "zypper",
    "arch": "pacman",
}
# Debian names a library's package after its soname; these are the exceptions among Qt's needs.
_APT_EXCEPTIONS = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libGLdispatch.so.0": "libglvnd0",
    "libz.so.1": "zlib1g",
}
_PACMAN_PATTERNS = (
    (r"lib(EGL|GL|GLX|GLdispatch|OpenGL)", r"libglvnd"),
    (r"libX11(-xcb)?", r"libx11"),
    (r"libxcb-icccm", r"xcb-util-wm"),
    (r"libxcb-render-util", r"xcb-util-renderutil"),
    (r"libxcb-(cursor|image|keysyms)", r"xcb-util-\1"),
    (r"libxcb-util", r"xcb-util"),
    (r"libxcb(-\w+)?", r"libxcb"),
    (r"libxkbcommon(-x11)?", r"libxkbcommon\1"),
    (r"libdbus-1", r"dbus"),
    (r"libfontconfig", r"fontconfig"),
    (r"libfreetype", r"freetype2"),
    (r"lib(glib|gthread)-2\.0", r"glib2"),
    (r"libwayland-\w+", r"wayland"),
    (r"libzstd", r"zstd"),
    (r"libz", r"zlib"),
)


class SetupError(Exception):
    """Something that the user can act on: the cause and what is safe, then the next step."""


class Torch(NamedTuple):
    """The torch build to take, "cpu" or "cuda", why, and whether the user asked for it."""

    kind: str
    why: str
    forced: bool = False


def check_python(version: Sequence[int]) -> None:
    """Refuse a Python outside 3.11 to 3.13, and name one on this machine that suits."""
    if OLDEST_PYTHON <= tuple(version[:2]) <= NEWEST_PYTHON:
        return
    found = [name for name in ("python3.12", "python3.13", "python3.11") if runs(name, "-c", "")]
    step = f"Run `{found[0]} packaging/start.py`." if found else "Install Python 3.12."
    raise SetupError(
        "PPCL Studio needs Python 3.11, 3.12 or 3.13, and this is Python "
        f"{'.'.join(map(str, version))}. Nothing was changed. {step}"
    )


def check_glibc(name: str, version: str) -> None:
    """Refuse a system older than Qt's packages; pip's own message would not say why."""
    numbers = tuple(int(n) for n in re.findall(r"\d+", version)[:2])
    if name == "glibc" and numbers < OLDEST_GLIBC:
        raise SetupError(
            "PPCL Studio needs glibc 2.34 or newer (Debian 12, Ubuntu 22.04, RHEL 9), and this "
            f"system has {version}. Nothing was changed. Use a newer system."
        )


def choose_torch(forced: str | None, driver: str) -> Torch:
    """`driver` says how an NVIDIA driver was found; it is empty where none was."""
    if forced:
        return Torch(forced, f"asked for with --{forced}", forced=True)
    if driver:
        return Torch("cuda", driver)
    return Torch("cpu", "no NVIDIA driver was found")


def find_driver() -> str:
    """How an NVIDIA driver shows, or "": nvidia-smi answers, or the kernel has it loaded."""
    question = ["nvidia-smi", "--query-gpu=driver_version", "--format=csv,noheader"]
    with contextlib.suppress(OSError, subprocess.SubprocessError):
        answer = subprocess.run(
            question, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=20, check=True
        )
        versions = answer.stdout.decode(errors="replace").split()
        if versions:
            return f"nvidia-smi names NVIDIA driver {versions[0]}"
    if Path("/proc/driver/nvidia/version").exists():
        return "an NVIDIA driver is loaded (/proc/driver/nvidia)"
    return ""


def torch_sentence(torch: Torch, *, index: str, version: str) -> str:
    """Which build is taken, why, and where from; the index's address may hold a secret."""
    text = f"torch {version}, {torch.kind.upper()} build: {torch.why}. "
    if index:
        return text + f"It comes from the index in {INDEX_VARIABLE}."
    other = {
        "cpu": "has only the CUDA build, which is larger and works too",
        "cuda": "has only the CPU build",
    }
    return text + (
        f"It comes from pip's usual index. Where that {other[torch.kind]}, set {INDEX_VARIABLE} "
        f"to the address of torch's own {torch.kind.upper()} index."
    )


def judge_build(torch: Torch, installed: str) -> str:
    """What to tell of the build that pip gave: "" if it is the wanted one."""
    if installed == torch.kind:
        return ""
    if installed == "cpu" and torch.forced:
        raise SetupError(
            "pip gave the CPU build of torch, which cannot use the graphics card. What was "
            f"installed is safe. Set {INDEX_VARIABLE} to the address of torch's CUDA index, or "
            "leave --cuda out."
        )
    if installed == "cpu":
        return (
            "Notice: pip gave the CPU build of torch, so the graphics card is not used. To use "
            f"it, run this with --cuda and the address of torch's CUDA index in {INDEX_VARIABLE}."
        )
    return (
        f"Notice: pip gave the {installed.upper()} build of torch. It takes more room on the disk "
        "and runs on the processor too."
    )


def installed_build(site: Path) -> str:
    """One of "cpu", "cuda", "rocm", or "" without torch; read from its file, not imported."""
    file = site / "torch" / "version.py"
    if not file.is_file():
        return ""
    text = file.read_text(encoding="utf-8")
    for variable, kind in (("cuda", "cuda"), ("hip", "rocm")):
        if re.search(rf"^{variable}\b.*= *['\"]", text, re.MULTILINE):
            return kind
    return "cpu"


def display(system: str, environment: Mapping[str, str]) -> str:
    """Qt's name for where windows can appear: "xcb", "wayland", "native", or "" for nowhere."""
    if not system.startswith("linux"):
        return "native"
    if environment.get("WAYLAND_DISPLAY"):
        return "wayland"
    return "xcb" if environment.get("DISPLAY") else ""


def missing_libraries(files: Iterable[Path]) -> list[str]:
    """Sonames that the dynamic linker does not find for these files."""
    if not shutil.which("ldd"):
        return []
    answer = subprocess.run(
        ["ldd", *map(str, files)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=False
    )
    return parse_ldd(answer.stdout.decode(errors="replace"))


def parse_ldd(text: str) -> list[str]:
    """The sonames in ldd's answer that are "not found", sorted, each once."""
    return sorted(set(re.findall(r"^\s*(\S+) => not found", text, re.MULTILINE)))


def package_tool(text: str) -> str:
    """The distribution's package tool by the text of /etc/os-release, "" where unknown."""
    words = re.findall(r'^(?:ID|ID_LIKE)="?([^"\n]+)', text, re.MULTILINE)
    names = [name.split("-")[0] for name in " ".join(words).split()]
    return next((_DISTRIBUTIONS[name] for name in names if name in _DISTRIBUTIONS), "")


def packages_for(sonames: Iterable[str], tool: str) -> list[str]:
    """What to ask the package tool for, sorted; the tools of RPM take the soname itself."""
    if tool == "apt":
        return sorted({_apt_package(soname) for soname in sonames})
    if tool == "pacman":
        return sorted({_pacman_package(soname) for soname in sonames})
    return sorted(f"{soname}()(64bit)" for soname in sonames)


def install_line(packages: Iterable[str], tool: str) -> str:
    """The command that a user types, "" for an unknown distribution."""
    return "sudo " + shlex.join([*_INSTALL[tool], *packages]) if tool in _INSTALL else ""


def _apt_package(soname: str) -> str:
    name, _, version = soname.partition(".so.")
    dash = "-" if name[-1].isdigit() else ""
    return _APT_EXCEPTIONS.get(soname, f"{name.lower()}{dash}{version}")


def _pacman_package(soname: str) -> str:
    name = soname.partition(".so")[0]
    for pattern, package in _PACMAN_PATTERNS:
        match = re.fullmatch(pattern, name)
        if match:
            return match.expand(package)
    return name.lower()


def need(cause: str, packages: Sequence[str]) -> None:
    """Install system packages as root with apt; else raise SetupError with the line to type."""
    tool = package_tool(os_release())
    if tool == "apt" and os.geteuid() == 0:
        say(f"{cause} Installing {' '.join(packages)}")
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        subprocess.call(["apt-get", "update", "-q"], env=environment)
        if subprocess.call([*_INSTALL["apt"], *packages], env=environment) == 0:
            return
    line = install_line(packages, tool)
    step = "Install what is missing with your system's package tool, "
    if line:
        step = f"Install it with\n\n    {line}\n\n"
    raise SetupError(f"{cause} What is installed is safe. {step}and run this again.")


def say(text: str) -> None:
    """Print at once, so that our sentences stay in order with pip's."""
    print(text, flush=True)


def runs(*command: str) -> bool:
    """Whether that works here; a program that is only a pyenv stand-in is there and fails."""
    quiet = subprocess.DEVNULL
    try:
        return subprocess.call(command, stdout=quiet, stderr=quiet) == 0
    except OSError:
        return False


def os_release() -> str:
    file = Path("/etc/os-release")
    return file.read_text(encoding="utf-8") if file.is_file() else ""
