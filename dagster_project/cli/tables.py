"""`neuron-warehouse tables`: what a query can name. Imports no Dagster.

This module has the command's options and help; the list is made in `warehouse.database.query`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import add_format, add_root, add_version
from dagster_project.cli.shared.output import write

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser

EPILOG = """example:
  neuron-warehouse tables --format markdown"""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    add_root(parser)
    add_version(parser)
    add_format(parser)


def run(args: Namespace) -> None:
    """List tables and views with their descriptions."""
    import pyarrow as pa

    from warehouse.database.open_version import resolve_version
    from warehouse.database.query import list_tables

    listed = list_tables(args.root, resolve_version(args.root, args.version, args.as_of))
    columns = ("name", "kind", "rows", "description")
    rows = {name: [getattr(one, name) for one in listed] for name in columns}
    write(pa.table(rows), args.format)
