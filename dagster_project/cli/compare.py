"""`neuron-warehouse compare`: what changed between two releases. Imports no Dagster.

This module has the command's options, help, and exit code. Comparing lives in
`warehouse.comparison`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from dagster_project.cli.options import (
    TABLE,
    add_accelerator,
    add_format,
    add_releases,
    add_root,
    add_version,
)
from dagster_project.cli.output import tell, terminal_width, write
from pipelines.contract.metrics import METRIC_NAMES
from warehouse.comparison.verdicts import DEFAULT_TOLERANCE

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.parser import Parser
    from warehouse.comparison.request import Comparison
    from warehouse.comparison.results import ComparedRow

EPILOG = """examples:
  neuron-warehouse compare 2.19 2.20
  neuron-warehouse compare 2.18 2.20 --axis measured --model bert --metric throughput
  neuron-warehouse compare 2.17.0 2.18.0 --only revised,removed
  neuron-warehouse compare 2.20 latest --fail-on regressed --format csv

A minor stands for its latest patch; on the measured axis, for its patches together. The rules are
told in docs/comparing.md."""

_WIDTH = 100


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.set_defaults(run=compare)
    add_releases(parser)
    parser.add_argument(
        "--axis",
        default="published",
        metavar="AXIS",
        help="published compares what two releases' pages say, as by default; measured, what was "
        "measured on two",
    )
    for name, text in (
        ("model", "only models whose name holds this text"),
        ("instance", "only instance types that begin so: inf2, inf2.xlarge"),
        ("metric", f"only this metric: {', '.join(METRIC_NAMES)}"),
        ("family", "only this model family: encoder, decoder, ..."),
    ):
        parser.add_argument(f"--{name}", default="", metavar="TEXT", help=text)
    add_accelerator(parser)
    parser.add_argument(
        "--only",
        type=_listed,
        default=(),
        metavar="VERDICT,...",
        help="only these verdicts: improved, regressed, ...",
    )
    parser.add_argument(
        "--tolerance",
        type=float,
        default=DEFAULT_TOLERANCE,
        metavar="NUMBER",
        help="what is called unchanged; by default %(default)s, which means 2 %%",
    )
    parser.add_argument(
        "--fail-on",
        type=_listed,
        default=(),
        metavar="VERDICT,...",
        help="end with exit code 1 where a row comes to one of these; rows with an error flag do "
        "not count",
    )
    add_root(parser)
    add_version(parser)
    add_format(parser)


def compare(args: Namespace) -> bool:
    """Print what changed; return whether a row came to a verdict of `--fail-on`."""
    from warehouse.comparison.request import (
        Comparison,
        Filters,
        Question,
    )
    from warehouse.database.query import open_warehouse, resolve_version

    filters = Filters(
        args.model, args.instance, args.metric, args.accelerator, args.family, args.only
    )
    question = Question(args.base, args.target, args.axis, args.tolerance, filters)
    failing = Filters(only=args.fail_on).only
    version = resolve_version(args.root, args.version, args.as_of)
    with open_warehouse(args.root, version) as connection:
        # The dataset is small: a second thread costs more than it brings.
        connection.execute("SET threads = 1")
        return _tell(Comparison(connection, question), args.format, failing)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _tell(comparison: Comparison, form: str, failing: tuple[str, ...]) -> bool:
    """Print the answer; tell whether a believable row came to one of the failing verdicts."""
    from warehouse.comparison.results import COLUMNS, ComparedRow, believable

    rows: list[ComparedRow] = []
    if form == TABLE or failing:
        rows = [ComparedRow(*values) for values in comparison.fetch(COLUMNS)]
    if form == TABLE:
        _print_report(comparison, rows)
    else:
        _write_rows(comparison, form)
    return any(row.verdict in failing for row in believable(rows))


def _print_report(comparison: Comparison, rows: list[ComparedRow]) -> None:
    from warehouse.comparison.report import report

    width = terminal_width()
    color = width is not None and not os.environ.get("NO_COLOR")
    text = report(comparison, rows, width=_WIDTH if width is None else width, color=color)
    sys.stdout.buffer.write(text.encode())
    sys.stdout.flush()


def _write_rows(comparison: Comparison, form: str) -> None:
    """Write rows to standard output alone, and what they stand on beside them."""
    from warehouse.comparison.report import heading

    tell(heading(comparison), beside=True)
    answer = comparison.arrow()
    if not answer.num_rows:
        tell(comparison.why_empty(), beside=True)
    write(answer, form)
