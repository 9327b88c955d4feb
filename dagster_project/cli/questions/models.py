"""`neuron-warehouse models`: which models were published, where and when. Imports no Dagster.

This module has the command's options and help. How a typed name is matched lives in
`warehouse.comparison.model_names`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import add_format, add_root, add_version
from dagster_project.cli.shared.output import write

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  neuron-warehouse models
  neuron-warehouse models llama 2 13b
  neuron-warehouse models bert --format csv"""

_QUERY = """
    SELECT
        b.model,
        array_to_string(list_sort(list(DISTINCT b.model_family)), ', ') AS family,
        min_by(b.release, r.release_order) AS first_release,
        max_by(b.release, r.release_order) AS last_release,
        max_by(
            b.measured_release, try_cast(string_split(b.measured_release, '.') AS INTEGER[])
        ) AS last_measured,
        array_to_string(list_sort(list_distinct(flatten(list(b.instance_types)))), ', ')
            AS instance_types
    FROM benchmarks AS b
    JOIN releases AS r ON r.release = b.release
    WHERE {wanted}
    GROUP BY b.model
    ORDER BY lower(b.model), b.model
"""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.set_defaults(run=models)
    parser.add_argument(
        "text", nargs="*", metavar="TEXT", help="only models whose name has this text"
    )
    add_root(parser)
    add_version(parser)
    add_format(parser)


def models(args: Namespace) -> None:
    """List the models whose name has a text, with the releases that print them."""
    from warehouse.comparison import model_names as names
    from warehouse.database.open_version import open_warehouse, resolve_version

    text = " ".join(args.text)
    wanted = names.model_condition(text, "b.model") if text else "true"
    version = resolve_version(args.root, args.version, args.as_of)
    with open_warehouse(args.root, version) as connection:
        answer = connection.sql(_QUERY.format(wanted=wanted)).to_arrow_table()
        if not answer.num_rows and text:
            raise names.unknown_name("model", text, names.all_models(connection))
    write(answer, args.format)
