"""`docs/reference/commands/`: one page a command, and their list, written from the parsers.

The words live with the commands in `dagster_project.cli`. Put here how a page is laid out.
"""

from __future__ import annotations

from argparse import SUPPRESS, Action, _HelpAction, _SubParsersAction
from importlib import import_module
from itertools import groupby
from textwrap import dedent
from typing import TYPE_CHECKING

from dagster_project.cli import COMMANDS, module_of
from dagster_project.cli.shared.output import PROGRAM
from dagster_project.cli.shared.parser import Parser, help_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FOLDER = "docs/reference/commands"
_NOTE = (
    "<!-- This file is written by `python -m tools.documents` from the command's own help. -->\n"
)


def parser_of(command: str) -> Parser:
    """Return the parser of a command, with all its arguments."""
    module = import_module(module_of(command))
    parser = Parser(prog=f"{PROGRAM} {command}", **help_text(COMMANDS[command], module.EPILOG))
    module.declare(parser)
    return parser


def pages() -> Mapping[str, str]:
    """Return the path and the text of each page."""
    commands = {f"{FOLDER}/{name}.md": _page(name) for name in COMMANDS}
    return {f"{FOLDER}/index.md": _index(), **commands}


def _index() -> str:
    rows = "\n".join(f"| [`{name}`]({name}.md) | {text} |" for name, text in COMMANDS.items())
    return f"""{_NOTE}
# Commands

`{PROGRAM} help COMMAND` shows the same as these pages.

| Command | What it does |
|---|---|
{rows}

Every command ends with one of these [exit codes](../exit-codes.md).
"""


def _page(name: str) -> str:
    parts = [f"{_NOTE}\n# `{PROGRAM} {name}`\n", *_parts(parser_of(name))]
    return "\n".join(parts).rstrip() + "\n"


def _parts(parser: Parser) -> Iterator[str]:
    yield f"{(parser.description or '').replace('<', '&lt;')}\n"
    shown = [one for one in parser._actions if one.help != SUPPRESS]  # noqa: SLF001 - no other way
    plain = [one for one in shown if not isinstance(one, _HelpAction | _SubParsersAction)]
    if plain:
        yield "| Argument | Meaning |\n|---|---|"
        yield from (f"| {_name(one)} | {_meaning(one, parser)} |" for one in plain)
        yield ""
    yield from _examples(parser.epilog or "")
    for group in (one for one in shown if isinstance(one, _SubParsersAction)):
        for name, part in group.choices.items():
            yield f"## `{parser.prog.rpartition(' ')[2]} {name}`\n"
            yield from _parts(part)


def _name(action: Action) -> str:
    value = action.metavar or "|".join(map(str, action.choices or ())) or action.dest.upper()
    if not action.option_strings:
        return _code(str(value))
    taken = "" if action.nargs == 0 else f" {value}"
    return ", ".join(_code(f"{one}{taken}") for one in action.option_strings)


def _meaning(action: Action, parser: Parser) -> str:
    text = (action.help or "") % {**vars(action), "prog": parser.prog}
    return text.replace("|", "\\|").replace("<", "&lt;")


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _examples(epilog: str) -> Iterator[str]:
    """Yield what follows the options: lines that are indented are examples, others are text."""
    for indented, group in groupby(epilog.splitlines(), key=lambda line: line.startswith("  ")):
        text = "\n".join(group)
        if indented:
            yield f"```sh\n{dedent(text)}\n```\n"
            continue
        for paragraph in filter(None, text.split("\n\n")):
            said = paragraph.strip()
            yield f"{said[:1].upper()}{said[1:]}\n"
