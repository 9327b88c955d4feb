"""`neuron-warehouse sql`: one query on the warehouse. Imports no Dagster.

This module has the command's options and help; the query runs in `warehouse.database.query`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import PARQUET, add_format, add_root, add_version
from dagster_project.cli.shared.output import write

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  neuron-warehouse sql "SELECT model, throughput_inferences_per_s FROM benchmark_results LIMIT 5"
  neuron-warehouse sql "FROM quality_flags WHERE severity = 'error'" --format json
  neuron-warehouse sql "FROM releases ORDER BY release_order" --version 1
  neuron-warehouse sql "SELECT count(*) FROM measurements" --as-of 2026-11-01"""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.add_argument("query", metavar="QUERY", help="the query, in DuckDB's SQL")
    add_root(parser)
    add_version(parser)
    add_format(parser)


def run(args: Namespace) -> None:
    """Run a query on the warehouse, read-only."""
    from warehouse.database.open_version import resolve_version
    from warehouse.database.query import rows_of_sql, run_sql

    version = resolve_version(args.root, args.version, args.as_of)
    ask = run_sql if args.format == PARQUET else rows_of_sql
    write(ask(args.root, args.query, version), args.format)
