"""packaging/start.py: what it decides, not what pip does."""

from __future__ import annotations

import ast
import importlib.util
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

PACKAGING = Path(__file__).resolve().parents[2] / "packaging"
CONSTRAINTS = (PACKAGING / "constraints.txt").read_text(encoding="utf-8")


def _load(name: str) -> ModuleType:
    """A script of packaging/, loaded as it is when started from there."""
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, PACKAGING / f"{name}.py")
        assert spec
        assert spec.loader
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


machine = _load("machine")
start = _load("start")


@pytest.mark.parametrize("script", ["start.py", "machine.py"])
def test_scripts_parse_on_python_3_8(script: str) -> None:
    ast.parse((PACKAGING / script).read_text(encoding="utf-8"), feature_version=(3, 8))


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 7), (3, 13, 1)])
def test_supported_python_is_accepted(version: tuple[int, ...]) -> None:
    machine.check_python(version)


@pytest.mark.parametrize("version", [(3, 8, 18), (3, 10, 13), (3, 14, 0)])
def test_other_python_is_refused_by_name(
    version: tuple[int, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "runs", lambda *command: False)
    with pytest.raises(machine.SetupError, match=re.escape(".".join(map(str, version)))) as error:
        machine.check_python(version)
    assert "Install Python 3.12" in str(error.value)


def test_refusal_names_a_python_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "runs", lambda name, *rest: name == "python3.13")
    with pytest.raises(machine.SetupError, match=r"`python3\.13 packaging/start\.py`"):
        machine.check_python((3, 9, 0))


def test_old_glibc_is_refused() -> None:
    machine.check_glibc("glibc", "2.36")
    machine.check_glibc("", "")
    with pytest.raises(machine.SetupError, match=r"2\.31"):
        machine.check_glibc("glibc", "2.31")


def test_torch_build_follows_the_driver_unless_asked_for() -> None:
    assert machine.choose_torch(None, "").kind == "cpu"
    assert machine.choose_torch(None, "driver 550 found").kind == "cuda"
    assert machine.choose_torch("cpu", "driver 550 found").kind == "cpu"
    assert machine.choose_torch("cuda", "").kind == "cuda"


def test_torch_sentence_says_which_and_why_and_hides_the_index() -> None:
    torch = machine.choose_torch(None, "")
    plain = machine.torch_sentence(torch, index="", version="2.13.0")
    assert "torch 2.13.0, CPU build: no NVIDIA driver was found" in plain
    assert "PPCL_TORCH_INDEX" in plain
    assert "secret" not in machine.torch_sentence(torch, index="secret", version="2.13.0")


def test_cpu_build_in_the_place_of_cuda_is_told_or_refused() -> None:
    assert machine.judge_build(machine.choose_torch(None, "driver"), "cpu").startswith("Notice")
    with pytest.raises(machine.SetupError, match="leave --cuda out"):
        machine.judge_build(machine.choose_torch("cuda", ""), "cpu")
    assert machine.judge_build(machine.choose_torch("cpu", ""), "cpu") == ""


@pytest.mark.parametrize(
    ("lines", "build"),
    [
        ("cuda: Optional[str] = None\nhip: Optional[str] = None", "cpu"),
        ("cuda: Optional[str] = '13.0'\nhip: Optional[str] = None", "cuda"),
        ("cuda: Optional[str] = None\nhip: Optional[str] = '7.1'", "rocm"),
    ],
)
def test_installed_build_is_read_from_its_version_file(
    tmp_path: Path, lines: str, build: str
) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "version.py").write_text(f"__version__ = '2.13.0'\n{lines}\n")
    assert machine.installed_build(tmp_path) == build


def test_installed_build_of_nothing_is_empty(tmp_path: Path) -> None:
    assert machine.installed_build(tmp_path) == ""


@pytest.mark.parametrize(
    ("system", "environment", "screen"),
    [
        ("linux", {}, ""),
        ("linux", {"DISPLAY": ""}, ""),
        ("linux", {"DISPLAY": ":0"}, "xcb"),
        ("linux", {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "wayland"),
        ("darwin", {}, "native"),
    ],
)
def test_display(system: str, environment: dict[str, str], screen: str) -> None:
    assert machine.display(system, environment) == screen


@pytest.mark.parametrize(
    ("os_release", "tool"),
    [
        ('ID=debian\nVERSION_ID="12"', "apt"),
        ('NAME="Linux Mint"\nID=linuxmint\nID_LIKE="ubuntu debian"', "apt"),
        ('ID="rocky"\nID_LIKE="rhel centos fedora"', "dnf"),
        ('ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"', "zypper"),
        ("ID=arch", "pacman"),
        ("ID=alpine", ""),
        ("", ""),
    ],
)
def test_package_tool_of_a_distribution(os_release: str, tool: str) -> None:
    assert machine.package_tool(os_release) == tool


LIBRARIES = ["libEGL.so.1", "libX11.so.6", "libglib-2.0.so.0", "libxcb-icccm.so.4"]


@pytest.mark.parametrize(
    ("tool", "line"),
    [
        ("apt", "sudo apt-get install -y libegl1 libglib2.0-0 libx11-6 libxcb-icccm4"),
        ("pacman", "sudo pacman -S --needed glib2 libglvnd libx11 xcb-util-wm"),
        (
            "dnf",
            "sudo dnf install -y 'libEGL.so.1()(64bit)' 'libX11.so.6()(64bit)' "
            "'libglib-2.0.so.0()(64bit)' 'libxcb-icccm.so.4()(64bit)'",
        ),
        ("", ""),
    ],
)
def test_install_line_per_distribution(tool: str, line: str) -> None:
    assert machine.install_line(machine.packages_for(LIBRARIES, tool), tool) == line


def test_missing_libraries_are_read_from_ldd() -> None:
    text = (
        "libqxcb.so:\n\tlibxcb-icccm.so.4 => not found\n\tlibEGL.so.1 => not found\n"
        "\tlibc.so.6 => /lib/libc.so.6 (0x00007f)\n\tlibEGL.so.1 => not found\n"
    )
    assert machine.parse_ldd(text) == ["libEGL.so.1", "libxcb-icccm.so.4"]


WANTED = {"inputs": "a", "root": "/here", "torch": "", "index": ""}


@pytest.mark.parametrize(
    ("changed", "current"),
    [
        ({}, True),
        ({"inputs": "b"}, False),
        ({"root": "/there"}, False),
        ({"torch": "cpu"}, True),
        ({"torch": "cuda"}, False),
        ({"index": "c"}, False),
    ],
)
def test_stamp_is_current_until_something_wanted_differs(
    tmp_path: Path, changed: dict[str, str], current: bool
) -> None:
    file = tmp_path / "stamp.json"
    start.write_stamp(file, {**WANTED, "torch": "cpu"})
    assert start.is_current(start.read_stamp(file), {**WANTED, **changed}) is current


@pytest.mark.parametrize("content", ["", "{", "[]"])
def test_broken_stamp_means_install_again(tmp_path: Path, content: str) -> None:
    file = tmp_path / "stamp.json"
    file.write_text(content)
    assert not start.is_current(start.read_stamp(file), WANTED)


def test_hash_changes_with_every_file(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.write_text("x")
    two.write_text("y")
    before = start.hash_of(one, two)
    two.write_text("z")
    assert start.hash_of(one, two) != before


def test_options_that_are_not_ours_are_handed_on() -> None:
    options, rest = start.parse(["test", "--cpu", "-k", "plan", "-x"])
    assert (options.verb, options.torch, rest) == ("test", "cpu", ["-k", "plan", "-x"])
    assert start.parse([])[0].verb == "start"


def test_constraints_pin_every_dependency_exactly() -> None:
    project = tomllib.loads((PACKAGING.parent / "pyproject.toml").read_text("utf-8"))["project"]
    extras = project["optional-dependencies"]
    for requirement in (*project["dependencies"], *extras["dev"], *extras["recipe"]):
        name = re.match(r"[\w.-]+", requirement)
        assert name
        assert re.match(r"\d", start.pinned_version(CONSTRAINTS, name.group(0).lower()))


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_ci_script_parses() -> None:
    subprocess.run(["bash", "-n", str(PACKAGING.parent / ".ci" / "run")], check=True)
