"""Sets up `.venv` and starts PPCL Studio, its tests or its linters: `python3 packaging/start.py`.

Standard library only, and nothing newer than Python 3.8, so that an unsuited Python says so.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib.util
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import machine

ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / ".venv"
CONSTRAINTS = ROOT / "packaging" / "constraints.txt"
STAMP = VENV / "ppcl-stamp.json"
UNFINISHED = VENV / "ppcl-unfinished"
DEMO = ROOT / "pocket-demo.ppcl"
# Each computes with one thread, and takes tests from the other when it has none left.
TWO_AT_A_TIME = ("--numprocesses=2", "--dist=worksteal")
LINTERS = (
    ("ruff", "format", "--check", "."),
    ("ruff", "check", "."),
    ("mypy",),
    ("lint-imports", "--no-logo"),
)


def main(argv: Sequence[str]) -> int:
    """Exit code: 0 done, 2 the user can act on it, 130 stopped, else that of what was started."""
    try:
        machine.check_python(sys.version_info[:3])
        machine.check_glibc(*platform.libc_ver())
        options, rest = parse(argv)
        install(forced=options.torch, index=os.environ.get(machine.INDEX_VARIABLE, ""))
        return _VERBS[options.verb](rest)
    except machine.SetupError as error:
        sys.stdout.flush()
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("Stopped. Run the same command again to go on.", file=sys.stderr)
        return 130


def parse(argv: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Our own options, and what is handed on to pytest or to `ppcl compress`."""
    parser = argparse.ArgumentParser(
        prog="start.py", description="Set up .venv and start PPCL Studio.", allow_abbrev=False
    )
    parser.add_argument(
        "verb",
        nargs="?",
        default="start",
        choices=tuple(_VERBS),
        help="start: the studio, or the demo in the terminal where there is no display. "
        "Options that are not listed here go to pytest or `ppcl compress`.",
    )
    for kind in ("cpu", "cuda"):
        parser.add_argument(
            f"--{kind}",
            dest="torch",
            action="store_const",
            const=kind,
            help=f"take torch's {kind.upper()} build, whatever is found",
        )
    return parser.parse_known_args(argv)


# What runs once everything is installed.


def start(rest: Sequence[str]) -> int:
    """Open the studio; without a display, run the demo in the terminal."""
    screen = machine.display(sys.platform, os.environ)
    if screen:
        ensure_system_libraries(screen)
        return become("ppcl-studio", *rest)
    machine.say(f"There is no display, so the demo runs here. Its project folder is {DEMO}")
    return become("ppcl", "compress", "--demo", "--out", str(DEMO), *rest)


def test(rest: Sequence[str]) -> int:
    """Run the tests, in two processes, with windows drawn in memory."""
    ensure_system_libraries("offscreen")
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    return become("pytest", *TWO_AT_A_TIME, *rest)


def lint(rest: Sequence[str]) -> int:
    """Run every linter, also after one has found something."""
    codes = []
    for name, *arguments in LINTERS:
        machine.say(f"\n{shlex.join([name, *arguments])}")
        codes.append(subprocess.call([str(program(name)), *arguments], cwd=str(ROOT)))
    return max(codes)


def setup(rest: Sequence[str]) -> int:
    """Only install."""
    ensure_system_libraries("offscreen")
    return 0


_VERBS = {"start": start, "test": test, "lint": lint, "setup": setup}


def become(name: str, *arguments: str) -> int:
    """Turn into that program, so that signals and exit code are its own."""
    command = [str(program(name)), *arguments]
    os.chdir(str(ROOT))
    sys.stdout.flush()
    if os.name == "posix":
        os.execv(command[0], command)
    return subprocess.call(command)


# The virtual environment.


def install(*, forced: str | None, index: str) -> None:
    """Bring .venv to what pyproject.toml and constraints.txt say; at once where it is there."""
    wanted = {
        "inputs": hash_of(ROOT / "pyproject.toml", CONSTRAINTS),
        "root": str(ROOT),
        "torch": forced or "",
        "index": hashlib.sha256(index.encode()).hexdigest() if index else "",
    }
    if _is_whole() and is_current(read_stamp(STAMP), wanted):
        return
    with _only_one():
        if _is_whole() and is_current(read_stamp(STAMP), wanted):
            return
        _make_venv()
        torch = machine.choose_torch(forced, machine.find_driver())
        version = pinned_version(CONSTRAINTS.read_text(encoding="utf-8"), "torch")
        machine.say(machine.torch_sentence(torch, index=index, version=version))
        _install_packages(torch, index)
        UNFINISHED.unlink()
        installed = machine.installed_build(site_packages())
        notice = machine.judge_build(torch, installed)
        if notice:
            machine.say(notice)
        # A CPU build must not pass for CUDA next time; a CUDA build serves both wishes.
        write_stamp(STAMP, {**wanted, "torch": "cpu" if installed == "cpu" else torch.kind})


def hash_of(*files: Path) -> str:
    """A digest of the files that decide what is installed."""
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()


def read_stamp(file: Path) -> dict[str, str]:
    """What was installed last, {} where that is not known."""
    try:
        stamp = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(file: Path, stamp: Mapping[str, str]) -> None:
    """Replace the stamp in one step."""
    temporary = file.with_suffix(".tmp")
    temporary.write_text(json.dumps(stamp), encoding="utf-8")
    temporary.replace(file)


def is_current(stamp: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    """Whether the stamp meets every wish; an empty wish is met by anything."""
    return all(not value or stamp.get(name) == value for name, value in wanted.items())


def pinned_version(constraints: str, package: str) -> str:
    """The version that constraints.txt gives for a package."""
    match = re.search(rf"^{re.escape(package)}==(\S+)", constraints, re.MULTILINE)
    assert match, f"{package} is not in constraints.txt"
    return match.group(1)


def program(name: str) -> Path:
    """A program of the virtual environment."""
    return VENV / "Scripts" / f"{name}.exe" if os.name == "nt" else VENV / "bin" / name


def site_packages() -> Path:
    """Where the virtual environment keeps its packages."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    answer = subprocess.run(
        [str(program("python")), "-c", code], stdout=subprocess.PIPE, check=True
    )
    return Path(answer.stdout.decode().strip())


def _is_whole() -> bool:
    return program("python").exists() and not UNFINISHED.exists()


def _make_venv() -> None:
    """Make .venv, also in the place of one that was left half-made, moved or lost its Python."""
    moved = read_stamp(STAMP).get("root", str(ROOT)) != str(ROOT)
    if _is_whole() and not moved and machine.runs(str(program("python")), "-c", "import pip"):
        UNFINISHED.touch()
        with contextlib.suppress(FileNotFoundError):
            STAMP.unlink()
        return
    if importlib.util.find_spec("ensurepip") is None:
        name = "python{}.{}-venv".format(*sys.version_info[:2])
        machine.need(
            "Python cannot make virtual environments here: its ensurepip is missing.", [name]
        )
    _remove_venv()
    machine.say(f"Making a virtual environment in {VENV}")
    VENV.mkdir()
    UNFINISHED.touch()
    if subprocess.call([sys.executable, "-m", "venv", str(VENV)]) != 0:
        raise machine.SetupError(
            "Python could not make a virtual environment; its reason is above. Nothing else was "
            "changed. Put that right and run this again."
        )


def _remove_venv() -> None:
    """Renamed first: killed in the middle, half of it must not pass for the whole."""
    old = VENV.with_name(".venv.old")
    shutil.rmtree(str(old), ignore_errors=True)
    if VENV.exists():
        machine.say("The virtual environment in .venv is not whole, so it is made again.")
        VENV.rename(old)
        shutil.rmtree(str(old))


def _install_packages(torch: machine.Torch, index: str) -> None:
    options = ["--extra-index-url", index] if index else []
    if (index or torch.forced) and machine.installed_build(site_packages()) not in ("", torch.kind):
        options.append("--force-reinstall")
    _pip("torch", *options)
    _pip("--editable", ".[dev]")


def _pip(*arguments: str) -> None:
    """Install under the constraints. Raises SetupError where pip fails."""
    command = [str(program("python")), "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--constraint", str(CONSTRAINTS), *arguments]
    environment = {**os.environ, "PIP_USER": "0"}  # a user's own default of 1 fails inside a venv
    code = subprocess.call(command, cwd=str(ROOT), env=environment, pass_fds=_lock)
    if code < 0:
        raise machine.SetupError("pip was killed. Run this again: .venv is then made anew.")
    if code > 0:
        UNFINISHED.unlink()  # pip ended by itself, so what is there is whole
        raise machine.SetupError(
            "pip could not install everything; its reason is above. What is installed is safe. "
            "Look to the network and the room on the disk, and run this again."
        )


_lock: list[int] = []


@contextlib.contextmanager
def _only_one() -> Iterator[None]:
    """Wait for another set-up, or for a pip that outlived one: pip inherits the lock."""
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with Path(__file__).open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            machine.say("Another set-up is at work here; this one goes on when that has ended.")
            fcntl.flock(file, fcntl.LOCK_EX)
        _lock[:] = [file.fileno()]
        yield
        _lock.clear()


# System libraries that Qt needs.


def ensure_system_libraries(screen: str) -> None:
    """Install or name the libraries that Qt lacks to draw on that screen; looked up once."""
    checked = VENV / f"ppcl-qt-{screen}"
    if not sys.platform.startswith("linux") or checked.exists():
        return
    qt = site_packages() / "PySide6"
    files = (qt / "QtWidgets.abi3.so", qt / "Qt" / "plugins" / "platforms" / f"libq{screen}.so")
    missing = machine.missing_libraries(files)
    if missing:
        packages = machine.packages_for(missing, machine.package_tool(machine.os_release()))
        machine.need(f"Qt needs system libraries that are missing: {', '.join(missing)}.", packages)
    _check_qt()
    checked.touch()


def _check_qt() -> None:
    code = "from PySide6.QtWidgets import QApplication; QApplication([])"
    answer = subprocess.run(
        [str(program("python")), "-c", code],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        stderr=subprocess.PIPE,
        check=False,
    )
    if answer.returncode != 0:
        lines = answer.stderr.decode(errors="replace").strip().splitlines()
        raise machine.SetupError(
            f"Qt does not start on this system: {lines[-1] if lines else answer.returncode}. "
            "What is installed is safe. Look to that, and run this again."
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
