"""The `ppcl` command: the verbs of the `cli_*` modules, and how each of them ends."""

from __future__ import annotations

import os
import sys

import typer

from engine import cli_models, cli_pictures, cli_projects, cli_runs
from engine.errors import Cancelled, EngineError

app = typer.Typer(add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)
for _verbs in (cli_projects, cli_pictures, cli_runs, cli_models):
    app.add_typer(_verbs.app)

# Libraries' own bars and chatter would tear the progress display; errors stay.
_QUIET = {
    "TQDM_DISABLE": "1",
    "KINETO_LOG_LEVEL": "99",
    "TORCH_CPP_LOG_LEVEL": "ERROR",  # torch's profiler warns of tensors that are older than it
    "HF_HUB_DISABLE_PROGRESS_BARS": "1",
    "DIFFUSERS_VERBOSITY": "error",
    "TRANSFORMERS_VERBOSITY": "error",
}


def main() -> None:
    """Entry point: errors become one sentence and an exit code (2 theirs, 1 ours, 130 stopped)."""
    for name, value in _QUIET.items():
        os.environ.setdefault(name, value)
    try:
        app(standalone_mode=False)
    except EngineError as error:
        print(f"{error.message} {error.hint}".strip(), file=sys.stderr)
        sys.exit(2)
    except typer.Exit as leave:
        sys.exit(leave.exit_code)
    except (Cancelled, KeyboardInterrupt, typer.Abort):
        print(
            "Stopped. What is finished is kept; the same command goes on from here.",
            file=sys.stderr,
        )
        sys.exit(130)
    except Exception as error:
        if hasattr(error, "format_message"):  # a usage error of the command line
            print(error.format_message(), file=sys.stderr)
            sys.exit(2)
        raise
