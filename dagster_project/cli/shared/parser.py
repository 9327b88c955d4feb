"""How arguments are read: mistakes are one line, and help keeps the lines of its examples.

This module has what all commands share of `argparse`. Put options that several commands have into
`options`.
"""

from __future__ import annotations

import re
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from functools import partial
from typing import TYPE_CHECKING, Any, NoReturn

from dagster_project.cli.shared.nearest import did_you_mean
from pipelines.errors import UsageError
from warehouse.visible import visible

if TYPE_CHECKING:
    from argparse import Namespace, _SubParsersAction
    from collections.abc import Iterator, Sequence

    from _typeshed import SupportsWrite

_WRONG_CHOICE = re.compile(r"invalid choice: '(?P<text>.*?)' \(choose from (?P<known>.*)\)")
_UNKNOWN_OPTION = re.compile(r"unrecognized arguments: (?P<text>--[^\s=]+)")


class Parser(ArgumentParser):
    """A parser of one command's arguments."""

    _is_group = False

    def ask(self, arguments: Sequence[str]) -> Namespace:
        """Return what arguments say; options may stand between the others.

        Raises:
            UsageError: The command does not take them.
        """
        for argument in arguments:
            refuse_odd_bytes(argument)
        # In a group, what follows a command's name belongs to that command. And reading options
        # between the others loses the `--` after which there are no options.
        plain = self._is_group or "--" in arguments
        return self.parse_args(arguments) if plain else self.parse_intermixed_args(arguments)

    def group(self) -> _SubParsersAction[Parser]:
        """Return the object to which a group adds its commands."""
        self._is_group = True
        return self.add_subparsers(metavar="COMMAND", title="commands")

    def print_help(self, file: SupportsWrite[str] | None = None) -> None:
        """Print the help; unlike argparse, raise an error if it cannot be written."""
        (file or sys.stdout).write(self.format_help())
        sys.stdout.flush()

    def error(self, message: str) -> NoReturn:
        """Raise a mistake as `UsageError`, with the nearest name where one is near."""
        raise UsageError(f"{message}{self._nearest(message)}; see `{self.prog} --help`")

    def _nearest(self, message: str) -> str:
        wrong = _WRONG_CHOICE.search(message)
        if wrong:
            known = [name.strip("' ") for name in wrong["known"].split(",")]
            return did_you_mean(wrong["text"], known)
        unknown = _UNKNOWN_OPTION.search(message)
        return did_you_mean(unknown["text"], self._options()) if unknown else ""

    def _options(self) -> Iterator[str]:
        for action in self._actions:
            yield from action.option_strings


def refuse_odd_bytes(text: str) -> None:
    """Raise `UsageError` for an argument that is not UTF-8: it could not be printed."""
    try:
        text.encode()
    except UnicodeEncodeError:
        raise UsageError(f"the argument {visible(text)} is not valid UTF-8") from None


def help_text(summary: str, more: str = "") -> dict[str, Any]:
    """Return arguments of a parser: what a command does, and examples in the lines as written.

    Args:
        summary: One sentence.
        more: What follows the options.
    """
    return {
        "description": summary,
        "epilog": more,
        "formatter_class": partial(RawDescriptionHelpFormatter, max_help_position=28),
        "allow_abbrev": False,
    }
