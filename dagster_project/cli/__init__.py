"""The command line: `neuron-warehouse`, also `python -m dagster_project`.

This module lists the commands, and turns errors into one line and an exit code. To add a command,
write a module with its name, here or in the room `questions`, and list it in `COMMANDS`. The
module has:

- `declare(parser)`, which adds the arguments;
- `EPILOG`, with at least one example;
- `run(args)`, which does it, and returns the exit code if it is not always 0;
- `check_arguments(args)`, if something is wrong usage that `declare` cannot say.

A command imports what it needs when it runs, so that `--help` imports neither Dagster nor DuckDB
nor pyarrow. `argparse` reads the arguments: its import takes a tenth of the time of a whole
`compare`, that of other libraries a quarter.
"""

from __future__ import annotations

import errno
import gc
import os
import sys
from contextlib import suppress
from importlib import import_module
from io import TextIOWrapper
from typing import TYPE_CHECKING

from dagster_project.cli.shared.nearest import did_you_mean
from dagster_project.cli.shared.output import PROGRAM, print_error
from dagster_project.cli.shared.parser import Parser, help_text, refuse_odd_bytes
from dagster_project.cli.shared.unused_modules import NEVER_USED, left_alone
from pipelines.errors import NeuronWarehouseError, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

EXIT_CODES = """exit codes:
  0  done
  1  a requested check failed
  2  wrong usage, or nothing to check
  3  the source, the output, or the dataset's folder could not be read or written
  4  something that was read was held back; the rest is published
After 3 nothing was changed, except for what the summary or the error calls published."""

COMMANDS = {
    "build": "Read documentation pages into the warehouse.",
    "sql": "Run a query on the warehouse, read-only.",
    "tables": "List tables and views with their descriptions.",
    "compare": "Compare two releases, or your measurements with what AWS published.",
    "measure": "Import results of your load generator, and list what was imported.",
    "models": "List the models, with the releases that print them.",
    "history": "Show one model over all releases: what was measured, and what only repeated.",
    "advise": "Find the cheapest published ways to run a model, under bounds, at your prices.",
    "trends": "Show what got better or worse most over a span of SDK releases.",
    "reproduce": "Show how one figure was measured: script, SDK, packages, settings.",
    "identify": "Say which SDK release installed packages are of, and what they can move to.",
    "support": "Show the first and last SDK release of an accelerator, framework or Python.",
    "packages": "Show the packages of a release, or what changed between two.",
    "pages": "List the pages of a release, or those that look like performance and are not read.",
    "diff-tables": "Show which tables, rows and cells are new, gone or changed.",
    "report": "Write one HTML file that shows the dataset offline.",
    "publish": "Write the dataset as a static site: page, tables, JSON API, feeds.",
    "export": "Write the dataset as Delta tables, a SQLite file, or tables of PostgreSQL.",
    "captures": "List captures of live sites, and each cell edited since.",
    "versions": "List dataset versions and what each changed; diff, show, verify, restore, prune.",
    "completion": "Print what makes bash, zsh or fish complete commands, options and names.",
}
"""What each command does, in the order in which `--help` lists them; its module has its name."""

QUESTIONS = (
    "models", "history", "advise", "trends", "reproduce", "identify", "support", "measure",
)  # fmt: skip
"""The commands whose module is in the room `questions`."""


_OBJECTS = 50_000
"""New objects after which Python looks for garbage; few commands make so many."""
# Errors of writing to standard output; a reader that closed it is handled by itself.
_NO_OUTPUT = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EBADF)


def main() -> None:
    """Run the command line and exit; errors for people become one line on standard error."""
    # By default, Python looks for garbage a hundred times while a command imports its modules.
    gc.set_threshold(_OBJECTS)
    if sys.stdout is None:  # the caller closed it
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - a device
    if isinstance(sys.stdout, TextIOWrapper):
        # A terminal of another encoding shows what it lacks as `\u2026`, as standard error does.
        sys.stdout.reconfigure(errors="backslashreplace")
    if "_ARGCOMPLETE" in os.environ:  # a shell asks how a line could go on
        from dagster_project.cli.shared.completing import complete

        complete(COMMANDS, declare_command)
    try:
        with left_alone(hide=NEVER_USED):
            code = _run(sys.argv[1:])
        sys.stdout.flush()
        sys.exit(code)
    except NeuronWarehouseError as error:
        print_error(str(error))
        sys.exit(error.exit_code)
    except BrokenPipeError:
        # The reader of our output has closed it: it has what it wanted.
        _drop_output()
        sys.exit(0)
    except OSError as error:
        # An error that names a file is a fault of ours: it should have become a message.
        if error.filename is not None or error.errno not in _NO_OUTPUT:
            raise
        _drop_output()
        print_error(f"the output cannot be written ({error.strerror})")
        sys.exit(3)
    except KeyboardInterrupt:
        print_error("interrupted; the last good version stays")
        sys.exit(130)
    finally:
        # The process ends: looking for garbage would take longer than most commands.
        gc.freeze()


def _drop_output() -> None:
    """Send standard output nowhere, so that Python does not fail on it when it ends."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(arguments: Sequence[str]) -> int:
    """Run the command that the arguments start with, and return its exit code."""
    name, *others = arguments or ("--help",)
    if name == "--version":
        _print_version()
        return 0
    if name == "help":
        # `help versions diff` is `versions diff --help`.
        name, *others = (*others, "--help")
    if name in ("-h", "--help"):
        _all_commands().print_help()
        return 0
    if name not in COMMANDS:
        raise _unknown_command(name)
    command = import_module(module_of(name))
    parser = Parser(prog=f"{PROGRAM} {name}", **help_text(COMMANDS[name], command.EPILOG))
    declare_command(name, parser)
    args = parser.ask(others)
    if hasattr(command, "check_arguments"):
        command.check_arguments(args)
    if getattr(args, "root", "") is None:
        from neuron_warehouse.bundled_copy import reading_root

        args.root = reading_root()
    # A group's command sets `run` itself.
    run = getattr(args, "run", None) or command.run
    return int(run(args) or 0)


def declare_command(name: str, parser: Parser) -> None:
    """Add a command's arguments to a parser."""
    import_module(module_of(name)).declare(parser)


def module_of(command: str) -> str:
    """Return the dotted name of a command's module."""
    room = f"{__name__}.questions" if command in QUESTIONS else __name__
    return f"{room}.{command.replace('-', '_')}"


def _unknown_command(name: str) -> UsageError:
    refuse_odd_bytes(name)
    if name.startswith("-"):
        return UsageError(f"options go after the command: write `{PROGRAM} COMMAND {name}`")
    nearest = did_you_mean(name, (*COMMANDS, "help"))
    return UsageError(f"unknown command {name!r} (choose from {', '.join(COMMANDS)}){nearest}")


def _print_version() -> None:
    from warehouse.versions.descriptor import pipeline_version

    print(f"{PROGRAM} {pipeline_version()}")


def _all_commands() -> Parser:
    """Return the parser whose help lists the commands."""
    question = "What did this Neuron SDK release change for my model, on my instance, at my price?"
    width = max(map(len, COMMANDS))
    listed = "\n".join(f"  {name:<{width}}  {text}" for name, text in COMMANDS.items())
    more = f"commands:\n{listed}\n\n`{PROGRAM} help COMMAND` shows its options.\n\n{EXIT_CODES}"
    parser = Parser(prog=PROGRAM, **help_text(question, more))
    parser.add_argument("command", metavar="COMMAND", help="what to do")
    parser.add_argument("--version", action="store_true", help="print the version of this program")
    return parser
