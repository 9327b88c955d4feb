"""How arguments are read: mistakes are one line, and help keeps the lines of its examples.

Here belongs what all commands share of `argparse`; options that several have stand in `options`.
"""

from __future__ import annotations

import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from pipelines.errors import UsageError
from warehouse.output.visible import visible

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction
    from collections.abc import Sequence

    from _typeshed import SupportsWrite


class Parser(ArgumentParser):
    """A parser of one command's arguments."""

    _is_group = False

    def ask(self, arguments: Sequence[str]) -> Namespace:
        """Read arguments; options may stand between the others.

        Raises `UsageError` for what the command does not take.
        """
        # Of a group, what follows its command's name is that command's; and what reads options
        # between the others loses the `--` after which there are none.
        for argument in arguments:
            refuse_odd_bytes(argument)
        plain = self._is_group or "--" in arguments
        return self.parse_args(arguments) if plain else self.parse_intermixed_args(arguments)

    def group(self) -> _SubParsersAction[Parser]:
        """Return what a group of commands adds its commands to."""
        self._is_group = True
        return self.add_subparsers(metavar="COMMAND", title="commands")

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print the help; unlike argparse, let an output that cannot be written be an error."""
        (file or sys.stdout).write(self.format_help())
        sys.stdout.flush()

    def error(self, message: str) -> NoReturn:
        """Tell a mistake as all errors are told."""
        raise UsageError(f"{message}; see `{self.prog} --help`")


def refuse_odd_bytes(text: str) -> None:
    """Reject an argument that is not UTF-8: it could be neither asked for nor printed."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(f"the argument {visible(text)} is not valid UTF-8") from None


def help_text(says: str, more: str = "") -> dict[str, Any]:
    """Return what a parser takes to say what a command does, with examples as they are written."""
    return {
        "description": says,
        "epilog": more,
        "formatter_class": partial(RawDescriptionHelpFormatter, max_help_position=28),
        "allow_abbrev": False,
    }
