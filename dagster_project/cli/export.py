"""`neuron-warehouse export`: the dataset in a form that other engines keep their own history of.

Here belong the command's options and its sentence; the work stands in `warehouse.delta`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from dagster_project.cli.options import DEFAULT_ROOT, AsOf, Root, Version

EPILOG = """Examples:

  neuron-warehouse export --format delta ./lake

  neuron-warehouse export --format delta ./lake --history

Each dataset version becomes one commit of each Delta table; its number stands in the commit as
`datasetVersion`. The same command again adds only what is new since."""


class ExportFormat(StrEnum):
    """What to export to."""

    DELTA = "delta"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="export", epilog=EPILOG)(export)


def export(  # noqa: PLR0913 - one parameter an option
    folder: Annotated[str, typer.Argument(metavar="FOLDER", help="Where the tables go.")],
    form: Annotated[  # noqa: ARG001 - there is one form yet; it is named so that others can follow
        ExportFormat, typer.Option("--format", help="What to export to.", show_default=False)
    ],
    history: Annotated[
        bool,
        typer.Option("--history", help="Begin a new table with the oldest version, not this one."),
    ] = False,
    root: Root = DEFAULT_ROOT,
    version: Version = None,
    as_of: AsOf = None,
) -> None:
    """Write the dataset as Delta tables over copies of its Parquet files."""
    from warehouse.delta import export_delta  # noqa: PLC0415 - see the package's words
    from warehouse.reading import resolve_version  # noqa: PLC0415 - see the package's words

    number = resolve_version(root, version, as_of)
    done = export_delta(root, folder, version=number, history=history)
    if not done.added:
        print(f"Nothing has changed: {folder} holds dataset version {done.version} already.")
        return
    names = ", ".join(map(str, done.added))
    print(f"Added dataset version{'s' if len(done.added) > 1 else ''} {names} to {folder}.")
