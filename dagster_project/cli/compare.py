"""`neuron-warehouse compare`: what changed between two releases. Imports no Dagster.

Here belong the command's options, help, and exit code. Asking and telling stand in
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
from dagster_project.cli.writing import terminal_width, write
from warehouse.comparison.verdicts import DEFAULT_TOLERANCE

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.parsing import Parser
    from warehouse.comparison.asking import Comparison
    from warehouse.comparison.rows import Row

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
        ("metric", "only this metric: throughput, latency, ..."),
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


def compare(asked: Namespace) -> bool:
    """Tell what changed between two releases; true where a row came to a verdict of `--fail-on`."""
    from warehouse.comparison.asking import (  # noqa: PLC0415 - see the package's words
        Comparison,
        Filters,
        Question,
    )
    from warehouse.reading import open_warehouse, resolve_version  # noqa: PLC0415 - as above

    filters = Filters(
        asked.model, asked.instance, asked.metric, asked.accelerator, asked.family, asked.only
    )
    question = Question(asked.base, asked.target, asked.axis, asked.tolerance, filters)
    failing = Filters(only=asked.fail_on).only
    version = resolve_version(asked.root, asked.version, asked.as_of)
    with open_warehouse(asked.root, version) as connection:
        # The dataset is small: a second thread costs more than it brings.
        connection.execute("SET threads = 1")
        return _tell(Comparison(connection, question), asked.format, failing)


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _tell(comparison: Comparison, form: str, failing: tuple[str, ...]) -> bool:
    """Print the answer; tell whether a believable row came to one of the failing verdicts."""
    from warehouse.comparison.rows import COLUMNS, Row, believable  # noqa: PLC0415 - as above

    rows: list[Row] = []
    if form == TABLE or failing:
        rows = [Row(*values) for values in comparison.fetch(COLUMNS)]
    if form == TABLE:
        _print_report(comparison, rows)
    else:
        _write_rows(comparison, form)
    return any(row.verdict in failing for row in believable(rows))


def _print_report(comparison: Comparison, rows: list[Row]) -> None:
    from warehouse.comparison.report import report  # noqa: PLC0415 - see the package's words

    width = terminal_width()
    color = width is not None and not os.environ.get("NO_COLOR")
    text = report(comparison, rows, width=_WIDTH if width is None else width, color=color)
    sys.stdout.buffer.write(text.encode())
    sys.stdout.flush()


def _write_rows(comparison: Comparison, form: str) -> None:
    """Write rows to standard output alone, and what they stand on beside them."""
    from warehouse.comparison.report import heading  # noqa: PLC0415 - see the package's words

    print(heading(comparison), file=sys.stderr)
    answer = comparison.arrow()
    if not answer.num_rows:
        print(comparison.why_empty(), file=sys.stderr)
    write(answer, form)
