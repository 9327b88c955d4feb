"""This module is `neuron-warehouse pages`: the pages of a release. It imports no Dagster.

Put the command's options and help here; the lists are made in `warehouse.database.page_lists`.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import add_format, add_root, add_version
from dagster_project.cli.shared.output import write

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  neuron-warehouse pages
  neuron-warehouse pages --release 2.20 --format markdown
  neuron-warehouse pages --unread --release 2.32.0
  neuron-warehouse pages --unread --format csv > unread.csv

The first list has the pages that were read, with their tables and benchmarks. --unread lists pages
whose labels or tables look like performance and that are not read. A page leaves that list when it
is declared in pipelines/pages/catalog.py, or when its label is ignored there, with a reason."""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--release",
        default="latest",
        metavar="RELEASE",
        help="the docs release: 2.20, 2.20.2; by default the latest",
    )
    parser.add_argument(
        "--unread",
        action="store_true",
        help="list pages that look like performance and are not read",
    )
    add_root(parser)
    add_version(parser)
    add_format(parser)


def run(args: Namespace) -> None:
    """List the pages of a release, or those that look like performance and are not read."""
    from warehouse.database.open_version import open_warehouse, resolve_version
    from warehouse.database.page_lists import list_pages, list_unread_pages, published_release

    version = resolve_version(args.root, args.version, args.as_of)
    with open_warehouse(args.root, version) as connection:
        release = published_release(connection, args.release)
        listed = (list_unread_pages if args.unread else list_pages)(connection, release)
    what = "Pages that look like performance and are not read" if args.unread else "Pages"
    print(f"{what}, {release}: {listed.num_rows}", file=sys.stderr)
    write(listed, args.format)
