"""`neuron-warehouse export`: the dataset in a form that other engines keep their own history of.

This module has the options and the sentence of the command. `warehouse.output.delta` does the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import add_root, add_version
from dagster_project.cli.shared.output import tell

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  neuron-warehouse export --format delta ./lake
  neuron-warehouse export --format delta ./lake --history

Each dataset version becomes one commit of each Delta table; its number stands in the commit as
`datasetVersion`. The same command again adds only what is new since."""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.add_argument("folder", metavar="FOLDER", help="where the tables go")
    # There is one form yet; it is named so that others can follow.
    parser.add_argument("--format", choices=("delta",), required=True, help="what to export to")
    parser.add_argument(
        "--history",
        action="store_true",
        help="begin a new table with the oldest version, not this one",
    )
    add_root(parser)
    add_version(parser)


def run(args: Namespace) -> None:
    """Write the dataset as Delta tables."""
    from warehouse.database.query import resolve_version
    from warehouse.output.delta import export_delta

    number = resolve_version(args.root, args.version, args.as_of)
    done = export_delta(args.root, args.folder, version=number, history=args.history)
    if not done.added:
        tell(f"Nothing has changed: {args.folder} holds dataset version {done.version} already.")
        return
    names = ", ".join(map(str, done.added))
    tell(f"Added dataset version{'s' if len(done.added) > 1 else ''} {names} to {args.folder}.")
