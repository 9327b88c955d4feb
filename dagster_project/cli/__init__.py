"""The command line: `neuron-warehouse`, also `python -m dagster_project`.

This module holds which commands there are, and turns errors into one line and an exit code. Each
command has a module of its own, and imports what it needs when it runs, so that `--help`
imports neither Dagster nor DuckDB nor pyarrow. `argparse` reads the arguments: to import it takes a
tenth of the time of a whole `compare`, where other libraries need a quarter.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from typing import TYPE_CHECKING

from dagster_project.cli.output import PROGRAM, print_error
from dagster_project.cli.parser import Parser, help_text
from pipelines.errors import NeuronWarehouseError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_CODES = """exit codes:
  0  done
  1  a requested check failed
  2  wrong usage
  3  the source could not be read, or the dataset's folder or the output not written
  4  what was read violates the contract
After 3 and 4 the last good version stays; what the command tells as published is published."""

COMMANDS = {
    "build": "Read documentation pages into the warehouse.",
    "sql": "Run a query on the warehouse, read-only.",
    "tables": "List tables and views with their descriptions.",
    "compare": "Tell what changed between two releases.",
    "packages": "Show the packages of a release, or what changed between two.",
    "pages": "List the pages of a release, or those that look like performance and are not read.",
    "diff-tables": "Show which tables, rows and cells appeared, vanished or changed.",
    "report": "Write one HTML file that shows the dataset offline.",
    "export": "Write the dataset as Delta tables over copies of its Parquet files.",
    "captures": "List captures of live sites, and each cell edited since.",
    "versions": "List dataset versions and what each changed; diff, show, verify, restore, prune.",
}
"""What each command does, in the order in which `--help` lists them; its module has its name."""


# What writing to standard output can fail with; a closed reader is told apart.
_NO_OUTPUT = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


def main() -> None:
    """Run the command line and exit; errors for people become one line on standard error."""
    if sys.stdout is None:  # the caller closed it
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - a device
    try:
        code = _run(sys.argv[1:])
        sys.stdout.flush()
        sys.exit(code)
    except NeuronWarehouseError as error:
        print_error(str(error))
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output has gone; what it wanted it has.
        _drop_output()
        sys.exit(0)
    except OSError as error:
        # One of a file names it, and should have been told where the file was meant.
        if error.filename is not None or error.errno not in _NO_OUTPUT:
            raise
        _drop_output()
        print_error(f"the output cannot be written ({error.strerror})")
        sys.exit(3)
    except KeyboardInterrupt:
        print_error("interrupted; the last good version stays")
        sys.exit(130)
    finally:
        # All that lives now ends with the process; to look for garbage in it would take longer
        # than most commands.
        gc.freeze()


def _drop_output() -> None:
    """Let Python find nothing wrong with standard output when it ends."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: Sequence[str]) -> int:
    """Run the command that arguments begin with; give its exit code."""
    name, *others = arguments or ("--help",)
    if name in ("-h", "--help"):
        _all_commands().print_help()
        return 0
    if name not in COMMANDS:
        raise UsageError(
            f"options stand after the command, not before: {name}"
            if name.startswith("-")
            else f"there is no command {name!r}; there are {', '.join(COMMANDS)}"
        )
    command = import_module(f"{__name__}.{name.replace('-', '_')}")
    parser = Parser(prog=f"{PROGRAM} {name}", **help_text(COMMANDS[name], command.EPILOG))
    command.declare(parser)
    args = parser.ask(others)
    return int(args.run(args) or 0)


def _all_commands() -> Parser:
    """Return the parser whose help lists the commands."""
    asks = "What did this Neuron SDK release change for my model, on my instance, at my price?"
    listed = "\n".join(f"  {name:<12}  {says}" for name, says in COMMANDS.items())
    parser = Parser(prog=PROGRAM, **help_text(asks, f"commands:\n{listed}\n\n{EXIT_CODES}"))
    parser.add_argument("command", metavar="COMMAND", help="what to do; each has its own --help")
    return parser
