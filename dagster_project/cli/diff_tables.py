"""`neuron-warehouse diff-tables`: which published cells changed. Imports no Dagster.

This module has the command's options and help; comparing lives in
`warehouse.comparison.table_diff`.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import add_format, add_releases, add_root, add_version
from dagster_project.cli.shared.output import tell, write

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  neuron-warehouse diff-tables 2.19 2.20
  neuron-warehouse diff-tables 2.20.0 2.20.1 --page trn1-training
  neuron-warehouse diff-tables 2.19 2.20 --page whats-new --format csv

It compares what was published, on every page, typed or not. A minor means its latest patch.
`neuron-warehouse compare` shows what a change of a figure means."""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    add_releases(parser)
    parser.add_argument(
        "--page", default="", metavar="PAGE", help="only this page, as `pages` names it"
    )
    add_root(parser)
    add_version(parser)
    add_format(parser)


def run(args: Namespace) -> None:
    """Show which tables, rows and cells are new, gone or changed."""
    import pyarrow as pa

    from warehouse.comparison.table_diff import TableDifference, diff_tables
    from warehouse.database.open_version import open_warehouse, resolve_version
    from warehouse.database.page_lists import published_release

    version = resolve_version(args.root, args.version, args.as_of)
    with open_warehouse(args.root, version) as connection:
        base, target = (published_release(connection, name) for name in (args.base, args.target))
        found = diff_tables(connection, base, target, args.page)
    tell(f"Tables of {base} against {target}", beside=True)
    kinds = {name: pa.string() for name in TableDifference.__slots__}
    kinds |= {"base_row": pa.int64(), "target_row": pa.int64()}
    rows_found = pa.Table.from_pylist([asdict(one) for one in found], schema=pa.schema(kinds))
    write(rows_found, args.format)
