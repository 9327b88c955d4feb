"""What `compare --own` prints: own runs beside what AWS published. Imports no Dagster.

This module opens the warehouse and prints; comparing lives in `warehouse.questions.own.beside`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import TABLE
from dagster_project.cli.shared.output import tell, tell_wrapped, write
from pipelines.errors import UsageError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Sequence

    from warehouse.questions.own.beside.beside_published import ComparedRun

_OF_TWO_RELEASES = ("target", "only", "fail_on", "price_book", "usd_per_hour", "family")


def compare_own(args: Namespace) -> None:
    """Print what own runs reach of what AWS published.

    Raises:
        UsageError: An option is of a comparison of two releases, or nothing was imported.
    """
    from warehouse.database.open_version import open_warehouse, resolve_version
    from warehouse.questions.own.beside.own_comparison import OwnQuestion, compared_own

    for name in _OF_TWO_RELEASES:
        if getattr(args, name):
            what = "a second release" if name == "target" else f"--{name.replace('_', '-')}"
            raise UsageError(f"--own takes no {what}; see `neuron-warehouse compare --help`")
    question = OwnQuestion(
        args.base or "", args.model, args.instance, args.metric, args.accelerator
    )
    version = resolve_version(args.root, args.version, args.as_of)
    with open_warehouse(args.root, version) as connection:
        runs = compared_own(args.root, connection, question)
    if args.format == TABLE:
        _print(runs)
        return
    from warehouse.questions.own.beside.told_beside import beside_table

    write(beside_table(runs), args.format)


def _print(runs: Sequence[ComparedRun]) -> None:
    from warehouse.answers.answer import Answer
    from warehouse.questions.own.beside.told_beside import (
        FIGURE_COLUMNS,
        beside_opening,
        beside_remarks,
        figure_rows,
    )

    for number, one in enumerate(runs):
        if number:
            tell("")
        tell_wrapped(beside_opening(one))
        for remark in beside_remarks(one):
            tell_wrapped(remark)
        rows = tuple(figure_rows(one))
        if rows:
            tell("")
            write(Answer(FIGURE_COLUMNS, (False, True, True, False, False), rows), TABLE)
