"""`neuron-warehouse captures`: when releases were read, and what upstream had edited since.

This module has the command's options and help; the list is made in `warehouse.captures`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import add_format, add_root
from dagster_project.cli.shared.output import tell, write

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  neuron-warehouse captures --release 2.20.0
  neuron-warehouse captures --format csv

The view capture_changes holds the edits with their place on the page."""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "--release",
        action="append",
        default=[],
        metavar="RELEASE",
        help="only this release; may be given several times",
    )
    add_root(parser)
    add_format(parser)


def run(args: Namespace) -> None:
    """List captures of live sites: when, fit to publish or why not, and each cell edited since."""
    from warehouse.captures import list_captures

    wanted = tuple(name.removeprefix("v") for name in args.release)
    found = list_captures(args.root, wanted)
    if not found.num_rows:
        tell(
            "No capture: `build --source live`, or of another site, makes them; a folder's pages "
            "are only listed where they were edited since.",
            beside=True,
        )
    write(found, args.format)
