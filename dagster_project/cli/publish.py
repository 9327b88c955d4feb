"""`neuron-warehouse publish`: the dataset as a static site.

This module has the command's options and its sentence. What the site holds lives in
`warehouse.publication`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import add_root
from dagster_project.cli.shared.output import tell

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  neuron-warehouse publish site
  neuron-warehouse publish s3://bucket/neuron --url https://neuron.example.org

Any web server, bucket or archive can hold the site: the page of `report`, every table as Parquet,
CSV and JSON (data/latest and data/v<N>), a JSON API (api/v1), feeds and descriptions.
The same command again writes only what changed."""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "target", metavar="FOLDER", help="where the site goes: a folder, or s3://bucket/prefix"
    )
    parser.add_argument(
        "--url",
        default="",
        metavar="ADDRESS",
        help="where people will open the site; feeds and descriptions then hold whole links",
    )
    add_root(parser)


def run(args: Namespace) -> None:
    """Write the site and print what was written."""
    from warehouse.publication.write_site import publish_site

    done = publish_site(args.root, args.target, address=args.url)
    if not done.written and not done.removed:
        tell(f"No changes: {args.target} already shows dataset version {done.version}.")
        return
    removed = f", {len(done.removed):,} removed" if done.removed else ""
    tell(
        f"Published dataset version {done.version}: {len(done.written):,} files written{removed}, "
        f"{done.unchanged:,} unchanged. Open {done.index}"
    )
