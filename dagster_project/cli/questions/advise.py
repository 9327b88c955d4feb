"""`neuron-warehouse advise`: the cheapest published ways to run a model. Imports no Dagster.

This module has the command's options and help. What is cheapest is found in
`warehouse.questions.advice`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagster_project.cli.shared.options import (
    TABLE,
    add_accelerator,
    add_format,
    add_own_prices,
    add_root,
    add_row_filters,
    add_version,
)
from dagster_project.cli.shared.output import tell, tell_wrapped, write, write_records
from pipelines.contract.metrics import METRICS, THINGS

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  neuron-warehouse advise --model bert-base-cased --max-latency-ms 10
  neuron-warehouse advise --model llama-2-13b --max-ttft-ms 500 --per "output tokens"
  neuron-warehouse advise --task "image classification" --accelerator inf2 --most 3
  neuron-warehouse advise --model bert --usd-per-hour inf2.xlarge=0.35 --format json

Only figures without an error flag count, of each configuration those of the newest release that
prints it. A star marks the frontier: no other run is both faster and cheaper. Without prices of
yours, each cost is at the newest rate that published costs imply.

Rows for programs say in `part` what a run is: frontier, meets, nearest, cheaper-without (a bound),
or left-out, with the reason in `why`."""

_MOST = 5
_LENGTHS = ("sequence_length", "input_length", "output_length", "batch_size")
_TIMES = tuple(metric for metric in METRICS if metric.kind == "time")


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.set_defaults(run=advise)
    add_row_filters(parser)
    add_accelerator(parser)
    parser.add_argument(
        "--task", default="", metavar="TEXT", help="only tasks with this text: text generation"
    )
    for name in _LENGTHS:
        parser.add_argument(
            f"--{name.replace('_', '-')}",
            type=int,
            metavar="N",
            help=f"only runs with this {name.replace('_', ' ')}",
        )
    for metric in _TIMES:
        parser.add_argument(
            f"--max-{metric.name.replace('_', '-')}-ms",
            type=float,
            metavar="MS",
            help=f"the most that the {metric.label} may be",
        )
    parser.add_argument(
        "--percentile",
        choices=("p50", "p99"),
        default="p50",
        help="which percentile of a time is bounded; by default p50",
    )
    parser.add_argument(
        "--min-throughput",
        type=float,
        metavar="NUMBER",
        help="the least throughput a second, of what --per counts",
    )
    parser.add_argument(
        "--per",
        default="",
        metavar="THING",
        help=f"what costs are to count: {', '.join(THINGS[:4])}, input+output tokens, ...",
    )
    parser.add_argument(
        "--most",
        type=int,
        default=_MOST,
        metavar="N",
        help=f"list so many of the cheapest, and the frontier; by default {_MOST}",
    )
    add_own_prices(parser)
    add_root(parser)
    add_version(parser)
    add_format(parser)


def advise(args: Namespace) -> None:
    """Print the cheapest runs that keep the bounds, the frontier, and what each bound costs."""
    from warehouse.comparison.prices.price_book import given_price, read_price_book
    from warehouse.database.open_version import open_warehouse, resolve_version
    from warehouse.questions.advice import told
    from warehouse.questions.advice.advice_rows import ADVICE_COLUMNS
    from warehouse.questions.advice.answering import AdviceQuestion, bounds_of, give_advice

    times = {metric.name: getattr(args, f"max_{metric.name}_ms") for metric in _TIMES}
    question = AdviceQuestion(
        _wanted(args),
        bounds_of(times, args.percentile, args.min_throughput),
        args.per,
        read_price_book(args.price_book) if args.price_book else (),
        tuple(map(given_price, args.usd_per_hour)),
    )
    version = resolve_version(args.root, args.version, args.as_of)
    with open_warehouse(args.root, version) as connection:
        given = give_advice(connection, question)
    if args.format != TABLE:
        write_records(given.rows(), args.format, ADVICE_COLUMNS)
        return
    for number, advice in enumerate(given.answers):
        if number:
            tell("")
        for sentence in given.sentences(advice):
            tell_wrapped(sentence)
        rows = told.table_rows(advice, args.most)
        if rows:
            tell("")
            write(_table(rows), args.format)


def _wanted(args: Namespace) -> Any:
    from warehouse.comparison.request import Filters
    from warehouse.questions.advice.runs import RunFilters

    filters = Filters(args.model, args.instance, (), args.accelerator, args.family)
    lengths = {name: getattr(args, name) for name in _LENGTHS}
    fixed = {name: value for name, value in lengths.items() if value is not None}
    return RunFilters(filters, args.task, fixed)


def _table(rows: Sequence[dict[str, Any]]) -> Any:
    from warehouse.answers.answer import Answer

    names = tuple(rows[0])
    numbers = tuple(
        all(row[name] is None or isinstance(row[name], int | float) for row in rows)
        for name in names
    )
    return Answer(names, numbers, tuple(tuple(row.values()) for row in rows))
