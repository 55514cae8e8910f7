"""`python -m engine` is the `ppcl` command."""

import sys

from engine.parent import end_with_parent

if __name__ == "__main__":
    end_with_parent()
    if sys.argv[1:2] == ["io"]:  # a window waits for it, so it does without the command line
        from engine.hub.worker import main as io

        sys.exit(io(sys.argv[2:]))
    from engine.cli import main

    main()
