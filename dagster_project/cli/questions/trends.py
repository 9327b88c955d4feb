"""`neuron-warehouse trends`: what got better or worse most over a span of releases. No Dagster.

This module has the command's options and help. What moved is found in `warehouse.questions.trends`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import (
    TABLE,
    add_accelerator,
    add_format,
    add_metric,
    add_root,
    add_row_filters,
    add_tolerance,
    add_version,
    listed_words,
)
from dagster_project.cli.shared.output import tell, tell_wrapped, write_records
from pipelines.errors import refuse_unknown

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  neuron-warehouse trends --since 2.16
  neuron-warehouse trends --since 2.18 --until 2.21 --accelerator inf2 --metric throughput
  neuron-warehouse trends --model bert --only regressed --most 20
  neuron-warehouse trends --since 2.20 --format json

Only figures that were measured again count, by the SDK that they were measured on: none that is
carried over, relabelled, or of a row with an error flag. A step is told from a drift where there
are four measurements; of fewer, nothing is claimed."""

_MOST = 5


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.set_defaults(run=trends)
    for name, text in (
        ("since", "only figures measured on this SDK release or later: 2.16"),
        ("until", "only figures measured on this SDK release or earlier"),
    ):
        parser.add_argument(f"--{name}", default="", metavar="RELEASE", help=text)
    add_row_filters(parser)
    add_accelerator(parser)
    add_metric(parser)
    parser.add_argument(
        "--only",
        type=listed_words,
        default=(),
        metavar="VERDICT,...",
        help="list only these verdicts: regressed, improved, unchanged; counts stay",
    )
    parser.add_argument(
        "--most",
        type=int,
        default=_MOST,
        metavar="N",
        help=f"list at most so many of each verdict, in a table; by default {_MOST}",
    )
    add_tolerance(parser)
    add_root(parser)
    add_version(parser)
    add_format(parser)


def trends(args: Namespace) -> None:
    """Print what regressed and improved most, and what the answer covers."""
    from warehouse.comparison.request import Filters
    from warehouse.database.open_version import open_warehouse, resolve_version
    from warehouse.questions.trends import told_moves
    from warehouse.questions.trends.figure_moves import moves_within
    from warehouse.questions.trends.span import Span

    span = Span(args.since, args.until)
    for verdict in args.only:
        refuse_unknown("verdict", verdict, told_moves.VERDICTS_OF_MOVES)
    filters = Filters(args.model, args.instance, args.metric, args.accelerator, args.family)
    version = resolve_version(args.root, args.version, args.as_of)
    with open_warehouse(args.root, version) as connection:
        found = moves_within(connection, filters, span, args.tolerance)
    if args.format != TABLE:
        rows = told_moves.move_rows(found.moves, args.only)
        write_records(rows, args.format, told_moves.MOVE_COLUMNS)
        return
    for sentence in told_moves.sentences(found, span):
        tell_wrapped(sentence)
    for verdict, moves in told_moves.listed_moves(found.moves, args.only, args.most).items():
        total = sum(one.verdict == verdict for one in found.moves)
        tell("")
        tell(f"{verdict}, the most first and what is in doubt last ({len(moves)} of {total})")
        for move in moves:
            for line in told_moves.move_lines(move):
                tell(line)
