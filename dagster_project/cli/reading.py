"""The commands that ask the warehouse: `sql`, `tables`. Neither imports Dagster.

Here belong their options and help; asking and rendering stand in `warehouse`.
"""

from __future__ import annotations

import shutil
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.cli.options import DEFAULT_ROOT, AsOf, Format, OutputFormat, Root, Version

if TYPE_CHECKING:
    import pyarrow as pa

SQL_EPILOG = """Examples:

  neuron-warehouse sql "SELECT model, throughput_inferences_per_s FROM benchmark_results LIMIT 5"

  neuron-warehouse sql "FROM quality_flags WHERE severity = 'error'" --format json

  neuron-warehouse sql "FROM releases ORDER BY release_order" --version 1

  neuron-warehouse sql "SELECT count(*) FROM measurements" --as-of 2026-11-01"""

TABLES_EPILOG = """Example:

  neuron-warehouse tables --format markdown"""


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(name="sql", epilog=SQL_EPILOG)(sql)
    app.command(name="tables", epilog=TABLES_EPILOG)(tables)


def sql(
    query: Annotated[str, typer.Argument(help="The query, in DuckDB's SQL.")],
    root: Root = DEFAULT_ROOT,
    version: Version = None,
    as_of: AsOf = None,
    form: OutputFormat = Format.TABLE,
) -> None:
    """Run a query on the warehouse, read-only."""
    from warehouse.reading import resolve_version, run_sql  # noqa: PLC0415 - see the package's words

    write(run_sql(root, query, resolve_version(root, version, as_of)), form)


def tables(
    root: Root = DEFAULT_ROOT,
    version: Version = None,
    as_of: AsOf = None,
    form: OutputFormat = Format.TABLE,
) -> None:
    """List tables and views with their descriptions."""
    import pyarrow as pa  # noqa: PLC0415 - see the package's words

    from warehouse.reading import list_tables, resolve_version  # noqa: PLC0415 - as above

    listed = list_tables(root, resolve_version(root, version, as_of))
    columns = ("name", "kind", "rows", "description")
    write(pa.table({name: [getattr(one, name) for one in listed] for name in columns}), form)


def write(answer: pa.Table, form: Format) -> None:
    """Write an answer to standard output, as wide as the terminal where there is one."""
    from warehouse.render import render  # noqa: PLC0415 - see the package's words

    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    render(answer, form.value, sys.stdout.buffer, width=width)
    sys.stdout.flush()
