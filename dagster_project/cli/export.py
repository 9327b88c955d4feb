"""`neuron-warehouse export`: the dataset in a form that other engines read.

This module has the options and the sentences of the command. A module of `warehouse.output` for
each form does the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagster_project.cli.shared.options import add_root, add_version
from dagster_project.cli.shared.output import tell
from pipelines.errors import UsageError

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable, Mapping

    from dagster_project.cli.shared.parser import Parser

EPILOG = """examples:
  neuron-warehouse export --format delta ./lake
  neuron-warehouse export --format delta ./lake --history
  neuron-warehouse export --format sqlite neuron.sqlite
  neuron-warehouse export --format postgres postgresql://me@localhost/metrics

delta: each dataset version becomes one commit of each Delta table; its number stands in the commit
as `datasetVersion`. The same command again adds only what is new since.
sqlite, postgres: all tables and views as tables of scalars, replaced as a whole. PostgreSQL's go
into the schema `neuron_warehouse`; a password is better in PGPASSWORD or ~/.pgpass than here."""


def declare(parser: Parser) -> None:
    """Add the command's arguments."""
    parser.add_argument(
        "target", metavar="FILE", help="a folder (delta), a file (sqlite), a database (postgres)"
    )
    parser.add_argument("--format", choices=tuple(_FORMS), required=True, help="what to export to")
    parser.add_argument(
        "--history",
        action="store_true",
        help="delta: begin a new table with the oldest version, not this one",
    )
    parser.add_argument(
        "--comparisons",
        action="store_true",
        help="sqlite, postgres: add release_comparisons, every two releases compared, which has "
        "more rows than all else",
    )
    add_root(parser)
    add_version(parser)


def run(args: Namespace) -> None:
    """Write the dataset in the form that was chosen."""
    from warehouse.database.open_version import resolve_version

    is_delta = args.format == "delta"
    if args.history and not is_delta:
        raise UsageError("--history is for --format delta: other forms hold one version")
    if args.comparisons and is_delta:
        raise UsageError("--comparisons is for sqlite and postgres: Delta tables hold tables alone")
    _FORMS[args.format](args, resolve_version(args.root, args.version, args.as_of))


def _delta(args: Namespace, number: int | None) -> None:
    from warehouse.output.delta import export_delta

    done = export_delta(args.root, args.target, version=number, history=args.history)
    if not done.added:
        tell(f"Nothing has changed: {args.target} holds dataset version {done.version} already.")
        return
    names = ", ".join(map(str, done.added))
    tell(f"Added dataset version{'s' if len(done.added) > 1 else ''} {names} to {args.target}.")


def _sqlite(args: Namespace, number: int | None) -> None:
    from warehouse.output.sqlite_file import export_sqlite

    count = export_sqlite(args.root, args.target, version=number, comparisons=args.comparisons)
    tell(f"Wrote {count} tables to {args.target}.")


def _postgres(args: Namespace, number: int | None) -> None:
    from warehouse.output.postgres_schema import SCHEMA, export_postgres

    count = export_postgres(args.root, args.target, version=number, comparisons=args.comparisons)
    tell(f"Wrote {count} tables to the schema {SCHEMA}.")


_FORMS: Mapping[str, Callable[[Namespace, int | None], None]] = {
    "delta": _delta,
    "sqlite": _sqlite,
    "postgres": _postgres,
}
