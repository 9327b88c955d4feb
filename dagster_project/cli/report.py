"""`neuron-warehouse report`: one HTML file to look at, offline.

This module has the command's options. What the page shows lives in `warehouse.report`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import add_root, add_version

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  neuron-warehouse report -o report.html
  neuron-warehouse report --base 2.18 --target 2.20 --model bert -o bert.html

The file holds its data, charts and scripts: it opens from a disk or a mail, sends no request, and
is the same to its last byte for one dataset version. A minor means its latest patch."""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "-o",
        "--output",
        required=True,
        metavar="FILE",
        help="where the page goes; a file of that name is replaced",
    )
    parser.add_argument(
        "--base",
        default="",
        metavar="RELEASE",
        help="open on what changed since this release; by default, the minor before the target",
    )
    parser.add_argument(
        "--target",
        default="",
        metavar="RELEASE",
        help="open on what this release changed; by default, the newest",
    )
    parser.add_argument(
        "--model",
        default="",
        metavar="TEXT",
        help="open with only models whose name holds this text",
    )
    add_root(parser)
    add_version(parser)


def run(args: Namespace) -> None:
    """Write the page and print its name and size."""
    from dagster_project.cli.shared.output import write_file
    from warehouse.database.open_version import open_warehouse, resolve_version
    from warehouse.report.data import Opening, report_data
    from warehouse.report.page import page

    opening = Opening(args.base, args.target, args.model)
    version = resolve_version(args.root, args.version, args.as_of)
    with open_warehouse(args.root, version) as connection:
        connection.execute("SET threads = 1")
        text = page(report_data(connection, opening)).encode()
    write_file(args.output, text)
    print(f"Wrote {args.output} ({len(text) / 1e6:.1f} MB); open it in a browser.")
