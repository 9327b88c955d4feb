"""The command line: `neuron-warehouse`, also `python -m dagster_project`.

Here belongs which commands there are, and turning errors into one line and an exit code. Each
command stands in a module of its own, and imports what it needs when it runs, so that `--help`
imports neither Dagster nor DuckDB nor pyarrow. `argparse` reads the arguments: it is there in a
tenth of the time that `compare` takes, other libraries take a quarter of it.
"""

from __future__ import annotations

import gc
import os
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from dagster_project.cli.parsing import Parser, told
from pipelines.errors import NeuronWarehouseError

if TYPE_CHECKING:
    from collections.abc import Sequence

PROGRAM = "neuron-warehouse"
EXIT_CODES = """exit codes:
  0  done
  1  a requested check failed
  2  wrong usage
  3  the source or the dataset's folder could not be read or written
  4  what was read violates the contract
After 3 and 4 nothing of what was refused has changed: the last good version stays."""

COMMANDS = {
    "build": "Read documentation pages into the warehouse.",
    "sql": "Run a query on the warehouse, read-only.",
    "tables": "List tables and views with their descriptions.",
    "compare": "Tell what changed between two releases.",
    "packages": "Show the packages of a release, or what changed between two.",
    "diff-tables": "Show which tables, rows and cells appeared, vanished or changed.",
    "export": "Write the dataset as Delta tables over copies of its Parquet files.",
    "captures": "List captures of live sites, and each cell edited since.",
    "versions": "List dataset versions and what each changed; compare, verify, restore, prune.",
}
"""What each command does, in the order in which `--help` lists them; its module has its name."""


def main() -> None:
    """Run the command line and exit; errors for people become one line on standard error."""
    try:
        code = _run(sys.argv[1:])
        sys.stdout.flush()
        sys.exit(code)
    except NeuronWarehouseError as error:
        for line in str(error).splitlines():
            print(f"{PROGRAM}: {line}", file=sys.stderr)
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output has gone; what it wanted it has.
        _drop_output()
        sys.exit(0)
    except OSError as error:
        # One of a file names it, and should have been told where the file was meant.
        if error.filename is not None:
            raise
        _drop_output()
        print(f"{PROGRAM}: the output cannot be written ({error.strerror})", file=sys.stderr)
        sys.exit(3)
    except KeyboardInterrupt:
        print(f"{PROGRAM}: interrupted; the last good version stays", file=sys.stderr)
        sys.exit(130)
    finally:
        # All that lives now ends with the process; to look for garbage in it would take longer
        # than most commands.
        gc.freeze()


def _drop_output() -> None:
    """Let Python find nothing wrong with standard output when it ends."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: Sequence[str]) -> int:
    """Run the command that arguments begin with; give its exit code."""
    name, *others = arguments or ("--help",)
    if name not in COMMANDS:
        _all_commands().parse_args([name])
    parser = Parser(prog=f"{PROGRAM} {name}", **told(COMMANDS[name]))
    import_module(f"{__name__}.{name.replace('-', '_')}").declare(parser)
    asked = parser.ask(others)
    return int(asked.run(asked) or 0)


def _all_commands() -> Parser:
    """Give the parser that lists the commands, and refuses others."""
    asks = "What did this Neuron SDK release change for my model, on my instance, at my price?"
    listed = "\n".join(f"  {name:<12}  {says}" for name, says in COMMANDS.items())
    parser = Parser(prog=PROGRAM, **told(asks, f"commands:\n{listed}\n\n{EXIT_CODES}"))
    parser.add_argument(
        "command", choices=COMMANDS, metavar="COMMAND", help="what to do; each has its own --help"
    )
    return parser
