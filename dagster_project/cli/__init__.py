"""The command line: `neuron-warehouse`, also `python -m dagster_project`.

Here belongs putting the commands together and turning errors into one line and an exit code. Each
command stands in a module of its own and imports what it needs when it runs, so that `--help`
imports neither Dagster nor DuckDB nor pyarrow.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

import typer

from pipelines.errors import NeuronWarehouseError

if TYPE_CHECKING:
    from collections.abc import Sequence

EPILOG = """Exit codes: 0 done; 1 a requested check failed; 2 wrong usage; 3 the source or the
dataset's folder could not be read or written; 4 what was read violates the contract. After 3 and
4 nothing of what was refused has changed: the last good version stays."""

_MODULES = {
    "build": "build",
    "sql": "reading",
    "tables": "reading",
    "compare": "compare",
    "packages": "packages",
    "diff-tables": "diff_tables",
    "versions": "versions",
    "export": "export",
    "captures": "captures",
}
"""Which module holds which command, in the order in which `--help` lists them."""


def application(arguments: Sequence[str]) -> typer.Typer:
    """Give the commands that arguments can mean: the one that they begin with, or else all."""
    app = typer.Typer(
        name="neuron-warehouse",
        help="What did this Neuron SDK release change for my model, on my instance, at my price?",
        epilog=EPILOG,
        no_args_is_help=True,
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    # Without one, Typer takes a single command for the whole.
    app.callback()(lambda: None)
    called = _MODULES.get(arguments[0]) if arguments else None
    for module in [called] if called else dict.fromkeys(_MODULES.values()):
        import_module(f"{__name__}.{module}").register(app)
    return app


def main() -> None:
    """Run the command line; errors for people become one line on standard error."""
    try:
        application(sys.argv[1:])()
    except NeuronWarehouseError as error:
        for line in str(error).splitlines():
            print(f"neuron-warehouse: {line}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output has gone; what it wanted it has.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except KeyboardInterrupt:
        print("neuron-warehouse: interrupted; the last good version stays", file=sys.stderr)
        sys.exit(130)
    finally:
        # All that lives now ends with the process; to look for garbage in it would take longer
        # than most commands.
        gc.freeze()
