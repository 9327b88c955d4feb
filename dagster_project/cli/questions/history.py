"""`neuron-warehouse history`: one model over all releases. Imports no Dagster.

This module has the command's options and help. What releases printed of a series is read in
`warehouse.questions.series`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import (
    TABLE,
    add_accelerator,
    add_format,
    add_metric,
    add_root,
    add_version,
)
from dagster_project.cli.shared.output import tell, tell_wrapped, text_width, write

if TYPE_CHECKING:
    from argparse import Namespace

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  neuron-warehouse history bert-base-cased --instance inf2.xlarge
  neuron-warehouse history llama 2 13b --metric throughput,ttft --most 2
  neuron-warehouse history gpt2 --format csv

Rows for programs are those of the view `history`."""

_MOST = 5


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.set_defaults(run=history)
    parser.add_argument(
        "model", nargs="+", metavar="MODEL", help="a model, or a part of its name: llama 2 13b"
    )
    parser.add_argument(
        "--instance", default="", metavar="TEXT", help="only instance types starting with this"
    )
    parser.add_argument(
        "--family", default="", metavar="TEXT", help="only this model family: encoder, ..."
    )
    add_metric(parser)
    add_accelerator(parser)
    parser.add_argument(
        "--most",
        type=int,
        default=_MOST,
        metavar="N",
        help=f"show at most so many series, in a table; by default {_MOST}",
    )
    add_root(parser)
    add_version(parser)
    add_format(parser)


def history(args: Namespace) -> None:
    """Print what each release printed of a model, and what came of it."""
    from warehouse.comparison.request import Filters
    from warehouse.database.open_version import open_warehouse, resolve_version
    from warehouse.questions.series import told_series
    from warehouse.questions.series.series_rows import series_rows
    from warehouse.questions.series.stages import read_histories

    model = " ".join(args.model)
    filters = Filters(model, args.instance, args.metric, args.accelerator, args.family)
    version = resolve_version(args.root, args.version, args.as_of)
    with open_warehouse(args.root, version) as connection:
        if args.format != TABLE:
            write(series_rows(connection, filters), args.format)
            return
        found = read_histories(connection, filters)
    shown = found[: args.most]
    tell(f"{len(found):,} series of {model!r}.")
    for remark in told_series.remarks_on(shown):
        tell_wrapped(remark)
    for one in shown:
        tell("")
        for line in told_series.series_lines(one, text_width()):
            tell(line)
    if len(found) > len(shown):
        tell("")
        tell_wrapped(
            f"{len(found) - len(shown)} more series; --instance or a longer name chooses, and "
            f"--most {len(found)} shows all."
        )
