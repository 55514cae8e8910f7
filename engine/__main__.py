"""`python -m engine` is the `ppcl` command."""

import sys

from engine.leaving import run_and_leave
from engine.parent import end_with_parent


def run() -> None:
    """Entry point of the command."""
    run_and_leave(main)


def main() -> None:
    end_with_parent()
    if sys.argv[1:2] == ["io"]:  # a window waits for it, so it does without the command line
        from engine.hub.worker import main as io

        sys.exit(io(sys.argv[2:]))
    from engine.cli import main as ppcl
    from engine.memory import keep_freed

    keep_freed()
    ppcl()


if __name__ == "__main__":
    run()
