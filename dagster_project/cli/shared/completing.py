"""What the Tab key completes in a shell: commands, options, and names that a dataset has.

This module says which argument takes which names, by the argument's own name, so that a new command
has them too. The names of a dataset are read in `warehouse.database.known_names`. A shell asks
through `argcomplete`, waits for the answer, and must hear nothing else: no error and no remark.
"""

from __future__ import annotations

import os
from argparse import _SubParsersAction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster_project.cli.shared.output import PROGRAM
from dagster_project.cli.shared.parser import Parser
from pipelines.composition.vocabulary import FRAMEWORKS
from pipelines.contract.accelerators import ACCELERATOR_NAMES
from pipelines.contract.metrics import METRIC_NAMES
from warehouse.comparison.verdicts import VERDICTS

if TYPE_CHECKING:
    from argparse import Action, Namespace
    from collections.abc import Callable, Iterable, Mapping

KINDS: Mapping[str, str] = {
    "model": "models",
    "text": "models",
    "instance": "instance types",
    "instance_types": "instance types",
    "usd_per_hour": "instance types",
    "family": "families",
    "model_family": "families",
    "task": "tasks",
    "benchmark": "benchmarks",
    "package": "packages",
    "page": "pages",
    **dict.fromkeys(("release", "base", "target", "since", "until"), "releases"),
}
"""The kind of names that a dataset has for an argument, by the argument's name."""
CLOSED: Mapping[str, tuple[str, ...]] = {
    "accelerator": ACCELERATOR_NAMES,
    "metric": METRIC_NAMES,
    "only": tuple(VERDICTS),
    "fail_on": tuple(VERDICTS),
    "framework": tuple(name.lower() for name in FRAMEWORKS),
}
"""The names that an argument takes in every dataset."""
_LISTS = {"metric", "only", "fail_on"}
_SIDES = {"base", "target"}
_PATHS = {"FILE", "FOLDER", "DIR", "SOURCE"}
"""What help calls an argument that names a file."""


def complete(commands: Mapping[str, str], declare_command: Callable[[str, Parser], None]) -> None:
    """Print how the line in a shell could go on, and end the process.

    Args:
        commands: What each command does, by its name.
        declare_command: Adds a command's arguments to a parser.
    """
    from argcomplete import autocomplete
    from argcomplete.completers import SuppressCompleter

    autocomplete(
        _parser(commands, declare_command),
        always_complete_options=False,
        validator=lambda name, typed: name.lower().startswith(typed.lower()),
        default_completer=SuppressCompleter(),
    )


def _parser(commands: Mapping[str, str], declare_command: Callable[[str, Parser], None]) -> Parser:
    """Return a parser of whole lines; only the command in the line has its arguments."""
    line = os.environ.get("COMP_LINE", "")[: int(os.environ.get("COMP_POINT", "0"))]
    typed = line.split()
    parser = Parser(prog=PROGRAM)
    parser.add_argument("--version", action="store_true", help="print the version")
    group = parser.group()
    for name, summary in commands.items():
        one = group.add_parser(name, help=summary, description=summary)
        if name in typed[1:2]:
            declare_command(name, one)
            _add_completers(one)
    shown = group.add_parser("help", help="Show the help of a command.")
    shown.add_argument("command", nargs="?", choices=tuple(commands))
    return parser


def _add_completers(parser: Parser) -> None:
    for action in parser._actions:  # noqa: SLF001 - argparse has no list of its own
        if isinstance(action, _SubParsersAction):
            for one in action.choices.values():
                _add_completers(one)
            continue
        if not action.option_strings and action.nargs == "?":
            # argparse takes what may be left out for left out as soon as an option comes before it.
            action.nargs = None
        if completer := completer_of(action):
            action.completer = completer  # type: ignore[attr-defined]


def completer_of(action: Action) -> Callable[..., Iterable[str]] | None:
    """Return what completes an argument; None where only its choices are known, or nothing."""
    if action.metavar in _PATHS:
        return _files
    if action.choices or action.type is int or action.nargs == 0:
        return None
    if action.dest in KINDS:
        return _known
    return _closed if action.dest in CLOSED else None


def _known(*, action: Action, parsed_args: Namespace, **_: Any) -> Iterable[str]:
    """Return the names that the dataset has which the command would read."""
    from neuron_warehouse.bundled_copy import existing_root
    from warehouse.database.known_names import known_names

    root = getattr(parsed_args, "root", None) or existing_root()
    names = known_names(root, KINDS[action.dest]) if root else ()
    if action.dest == "usd_per_hour":
        return (f"{name}=" for name in names)
    if names and action.dest in _SIDES:
        return (*names, "latest", "previous")
    return names


def _closed(*, prefix: str, action: Action, **_: Any) -> Iterable[str]:
    """Return names of a closed set; of a list, behind what stands before its last comma."""
    before = prefix.rpartition(",")[0] if action.dest in _LISTS else ""
    taken = before.split(",")
    return (
        f"{before},{name}" if before else name for name in CLOSED[action.dest] if name not in taken
    )


def _files(*, prefix: str, **_: Any) -> Iterable[str]:
    """Return the files and folders that start with a text; hidden ones only after a dot."""
    folder, slash, start = prefix.rpartition("/")
    try:
        found = sorted(Path(f"{folder}{slash}" or ".").expanduser().iterdir())
    except (OSError, RuntimeError):  # there is no such folder, or no such user
        return
    for path in found:
        if start.startswith(".") or not path.name.startswith("."):
            yield f"{folder}{slash}{path.name}{'/' if path.is_dir() else ''}"
