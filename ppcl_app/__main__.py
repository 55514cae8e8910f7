"""`ppcl-studio`, and `python -m ppcl_app`."""

from __future__ import annotations

import gc
import sys

FIRST_BAD_QT = (6, 12)


def startup_problem(qt: tuple[int, int], python: tuple[int, int]) -> str:
    """One sentence if the window cannot run with these versions, else nothing.

    PySide6 6.12 on Python 3.11 loses a reference to None with each call that returns nothing; the
    process then aborts after some hundred frames.
    """
    if qt >= FIRST_BAD_QT and python == (3, 11):
        version = ".".join(map(str, qt))
        return (
            f"PPCL Studio cannot run with PySide6 {version} on Python 3.11: together they crash. "
            'Install an older one with: python -m pip install "PySide6-Essentials<6.12"'
        )
    return ""


def main() -> int:
    """Refuse versions that crash, before anything is loaded that could."""
    try:
        import PySide6
    except ImportError:
        print(
            'PPCL Studio needs PySide6: python -m pip install "PySide6-Essentials<6.12"',
            file=sys.stderr,
        )
        return 2
    problem = startup_problem(PySide6.__version_info__[:2], sys.version_info[:2])
    if problem:
        print(problem, file=sys.stderr)
        return 2
    gc.disable()  # what is loaded for the first paint stays; looking through it takes a tenth
    from ppcl_app.app import run

    return run(sys.argv)


if __name__ == "__main__":
    sys.exit(main())
