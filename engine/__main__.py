"""`python -m engine` is the `ppcl` command."""

import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["io"]:  # a window waits for it, so it does without the command line
        from engine.hub.worker import main as io

        sys.exit(io(sys.argv[2:]))
    from engine.cli import main

    main()
