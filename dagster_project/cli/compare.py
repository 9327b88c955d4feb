"""`neuron-warehouse compare`: what changed between two releases. Imports no Dagster.

This module has the command's options, help, and exit code. Comparing lives in
`warehouse.comparison`; with `--own`, in `warehouse.questions.own`.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import (
    PARQUET,
    TABLE,
    add_accelerator,
    add_format,
    add_metric,
    add_own_prices,
    add_releases,
    add_root,
    add_row_filters,
    add_tolerance,
    add_version,
    listed_words,
    require_both_releases,
)
from dagster_project.cli.shared.output import tell, terminal_width, text_width, write
from pipelines.errors import UsageError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from dagster_project.cli.shared.parser import Parser
    from warehouse.comparison.prices.price_book import Price
    from warehouse.comparison.request import Comparison, Question
    from warehouse.comparison.results import ComparedRow

EPILOG = """examples:
  neuron-warehouse compare 2.19 2.20
  neuron-warehouse compare 2.18 2.20 --axis measured --model bert --metric throughput
  neuron-warehouse compare 2.17.0 2.18.0 --only revised,removed
  neuron-warehouse compare 2.19 2.20 --usd-per-hour inf2.xlarge=0.35 --metric cost
  neuron-warehouse compare previous latest --fail-on regressed --format markdown
  neuron-warehouse compare --own --model llama-2-13b

A minor means its latest patch; on the measured axis, for its patches together. `latest` is the
newest release, `previous` the minor before the other side. The rules are in
docs/reference/verdicts.md."""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.set_defaults(run=compare)
    add_releases(parser, required=False)
    parser.add_argument(
        "--own",
        action="store_true",
        help="compare what `measure import` brought with what AWS published; BASE is then the docs "
        "release to compare with, by default the one nearest to your set-up",
    )
    parser.add_argument(
        "--axis",
        default="published",
        metavar="AXIS",
        help="published (default) compares the pages of two releases; measured compares what was "
        "measured on two",
    )
    _add_filters(parser)
    add_tolerance(parser)
    parser.add_argument(
        "--fail-on",
        type=listed_words,
        default=(),
        metavar="VERDICT,...",
        help="end with exit code 1 where a figure has one of these verdicts, and with 2 where "
        "nothing was compared; --only does not matter, and rows with an error flag do not count",
    )
    add_own_prices(parser)
    add_root(parser)
    add_version(parser)
    add_format(parser)


def _add_filters(parser: Parser) -> None:
    add_row_filters(parser)
    add_metric(parser)
    add_accelerator(parser)
    parser.add_argument(
        "--only",
        type=listed_words,
        default=(),
        metavar="VERDICT,...",
        help="list only these verdicts: improved, regressed, ...; counts and medians stay",
    )


def check_arguments(args: Namespace) -> None:
    """Raise `UsageError` if a release is missing: only `--own` can do without."""
    if not args.own:
        require_both_releases(args)


def compare(args: Namespace) -> bool:
    """Print what changed; return whether a figure has a verdict of `--fail-on`."""
    from warehouse.comparison.request import Comparison, Filters
    from warehouse.database.open_version import open_warehouse, resolve_version

    if args.own:
        from dagster_project.cli.shared.own_answers import compare_own

        compare_own(args)
        return False
    question = _question(args)
    failing = Filters(only=args.fail_on).only
    version = resolve_version(args.root, args.version, args.as_of)
    with open_warehouse(args.root, version, alone=True) as connection:
        # The dataset is small: a second thread costs more than it brings.
        connection.execute("SET threads = 1")
        return _print(Comparison(connection, question), args.format, failing)


def _question(args: Namespace) -> Question:
    from warehouse.comparison.request import Filters, Question

    filters = Filters(
        args.model, args.instance, args.metric, args.accelerator, args.family, args.only
    )
    return Question(
        args.base,
        args.target,
        args.axis,
        args.tolerance,
        filters,
        *_prices(args),
    )


def _prices(args: Namespace) -> tuple[tuple[Price, ...], tuple[Price, ...]]:
    """Return the prices of the price book, and those of the command line."""
    if not (args.price_book or args.usd_per_hour):
        return (), ()
    from warehouse.comparison.prices.price_book import given_price, read_price_book

    book = read_price_book(args.price_book) if args.price_book else ()
    return book, tuple(map(given_price, args.usd_per_hour))


def _print(comparison: Comparison, form: str, failing: Sequence[str]) -> bool:
    """Print the answer; return whether a believable figure has one of the failing verdicts."""
    from warehouse.comparison.results import COLUMNS, ComparedRow

    rows: list[ComparedRow] = []
    if form in (TABLE, "markdown") or failing:
        rows = [ComparedRow(*values) for values in comparison.fetch(COLUMNS)]
    if form == TABLE:
        _print_report(comparison, rows)
    elif form == "markdown":
        _print_markdown(comparison, rows)
    else:
        _write_rows(comparison, form)
    return bool(failing) and _has_failed(comparison, rows, failing)


def _has_failed(
    comparison: Comparison, rows: Sequence[ComparedRow], failing: Sequence[str]
) -> bool:
    """Return whether a figure has a failing verdict.

    Raises:
        UsageError: Nothing was compared, so that a check of it says nothing.
    """
    from warehouse.comparison.results import believable

    if comparison.is_of_one_release:
        raise UsageError(f"--fail-on has nothing to check: both sides are {comparison.base.name}")
    sure = believable(rows)
    if any(row.verdict in failing for row in sure):
        return True
    if not any(row.is_paired for row in sure):
        raise UsageError("--fail-on has nothing to check: no figure was compared")
    return False


def _print_report(comparison: Comparison, rows: Sequence[ComparedRow]) -> None:
    from warehouse.comparison.report import report

    color = terminal_width() is not None and not os.environ.get("NO_COLOR")
    text = report(comparison, rows, width=text_width(), color=color)
    _write_text(text)


def _print_markdown(comparison: Comparison, rows: Sequence[ComparedRow]) -> None:
    from warehouse.comparison.markdown import comparison_markdown

    _write_text(comparison_markdown(comparison, rows))


def _write_text(text: str) -> None:
    sys.stdout.buffer.write(text.encode())
    sys.stdout.flush()


def _write_rows(comparison: Comparison, form: str) -> None:
    """Write rows to standard output alone, and what they stand on beside them."""
    from warehouse.comparison.dead_ends import why_empty
    from warehouse.comparison.prices.own_prices import said_of_prices
    from warehouse.comparison.report import heading

    answer = comparison.arrow() if form == PARQUET else comparison.answer()
    tell(heading(comparison), beside=True)
    if comparison.prices:
        tell(said_of_prices(comparison.prices), beside=True)
    if not answer.num_rows:
        tell(why_empty(comparison), beside=True)
    write(answer, form)
