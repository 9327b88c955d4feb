"""`neuron-warehouse diff-tables`: which published cells changed. Imports no Dagster.

Here belong the command's options and help; comparing stands in `warehouse.table_diff`.
"""

from __future__ import annotations

import sys
from dataclasses import asdict
from typing import Annotated

import typer

from dagster_project.cli.options import DEFAULT_ROOT, AsOf, Format, OutputFormat, Root, Version
from dagster_project.cli.reading import write

EPILOG = """Examples:

  neuron-warehouse diff-tables 2.19 2.20

  neuron-warehouse diff-tables 2.20.0 2.20.1 --page trn1-training

  neuron-warehouse diff-tables 2.19 2.20 --page whats-new --format csv

It compares what was published, on every page, typed or not. A minor stands for its latest patch.
What a change of a figure means, `neuron-warehouse compare` tells."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="diff-tables", epilog=EPILOG)(diff_tables)


def diff_tables(  # noqa: PLR0913 - one parameter an option
    base: Annotated[str, typer.Argument(help="The release before: 2.19, 2.19.1 or `latest`.")],
    target: Annotated[str, typer.Argument(help="The release after.")],
    page: Annotated[str, typer.Option(help="Only this page, as `pages` names it.")] = "",
    root: Root = DEFAULT_ROOT,
    version: Version = None,
    as_of: AsOf = None,
    form: OutputFormat = Format.TABLE,
) -> None:
    """Show which tables, rows and cells appeared, vanished or changed."""
    import pyarrow as pa  # noqa: PLC0415 - see the package's words

    from pipelines.releases import resolve_release  # noqa: PLC0415 - as above
    from warehouse.reading import open_warehouse, resolve_version  # noqa: PLC0415 - as above
    from warehouse.table_diff import Difference  # noqa: PLC0415 - as above
    from warehouse.table_diff import diff_tables as differences  # noqa: PLC0415 - as above

    with open_warehouse(root, resolve_version(root, version, as_of)) as connection:
        rows = connection.execute("SELECT release FROM releases").fetchall()
        known = tuple(release for (release,) in rows)
        releases = (resolve_release(base, known), resolve_release(target, known))
        found = differences(connection, *releases, page)
    print(f"Tables of {releases[0]} against {releases[1]}", file=sys.stderr)
    kinds = {name: pa.string() for name in Difference.__slots__}
    kinds |= {"base_row": pa.int64(), "target_row": pa.int64()}
    write(pa.Table.from_pylist([asdict(one) for one in found], schema=pa.schema(kinds)), form)
