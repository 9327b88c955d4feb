"""The dataset as one SQLite file, for Datasette and whatever else opens SQLite.

This module writes it: a table for each table and view, and `column_descriptions`, since SQLite has
no comments. Which tables there are lives in `scalar_tables`.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.errors import SourceError, one_line
from pipelines.files.fsync import sync
from warehouse.database.open_version import open_warehouse
from warehouse.output.scalar_tables import scalar_tables
from warehouse.schema.quoting import quoted
from warehouse.storage.local_errors import file_errors_named

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb

    from warehouse.output.scalar_tables import ScalarTable

_TYPES: Mapping[str, str] = {
    "BIGINT": "INTEGER",
    "INTEGER": "INTEGER",
    "BOOLEAN": "INTEGER",
    "DOUBLE": "REAL",
}
"""SQLite's types of DuckDB's; all others are texts."""
_AT_ONCE = 10_000
_DESCRIPTIONS = "column_descriptions"


def export_sqlite(
    root: str, file: str, *, version: int | None = None, comparisons: bool = False
) -> int:
    """Write a SQLite file whole, or leave what is there; return how many tables it has.

    Args:
        root: The dataset's root.
        file: The file; one of that name is replaced.
        version: The number of the version; None for the newest.
        comparisons: Whether every two releases are compared as well.

    Raises:
        SourceError: There is no warehouse, or the file cannot be written.
    """
    path = Path(file).absolute()
    staging = path.with_name(f".{path.name}.{os.getpid()}")
    with (
        open_warehouse(root, version, described=True) as warehouse,
        file_errors_named("write", path),
    ):
        try:
            with closing(sqlite3.connect(staging)) as target:
                tables = scalar_tables(warehouse, comparisons=comparisons)
                _fill(target, warehouse, tables)
            sync(staging)
            staging.replace(path)
        except sqlite3.Error as error:
            raise SourceError(f"cannot write {file}: {one_line(error)}") from error
        finally:
            staging.unlink(missing_ok=True)
    return len(tables) + 1


def _fill(
    target: sqlite3.Connection,
    warehouse: duckdb.DuckDBPyConnection,
    tables: tuple[ScalarTable, ...],
) -> None:
    # The file is not there until it is whole: no journal is needed.
    target.execute("PRAGMA journal_mode = OFF")
    for table in tables:
        target.execute(_create(table))
        rows = warehouse.execute(table.query)
        marks = ", ".join("?" * len(table.columns))
        insert = f"INSERT INTO {quoted(table.name)} VALUES ({marks})"  # noqa: S608 - quoted
        while batch := rows.fetchmany(_AT_ONCE):
            target.executemany(insert, (tuple(map(_scalar, row)) for row in batch))
    target.execute(
        f"CREATE TABLE {_DESCRIPTIONS} (table_name TEXT, column_name TEXT, description TEXT)"
    )
    target.executemany(f"INSERT INTO {_DESCRIPTIONS} VALUES (?, ?, ?)", _descriptions(tables))  # noqa: S608
    target.commit()


def _create(table: ScalarTable) -> str:
    parts = [f"{quoted(column.name)} {_TYPES.get(column.kind, 'TEXT')}" for column in table.columns]
    if table.key:
        parts.append(f"PRIMARY KEY ({', '.join(map(quoted, table.key))})")
    return f"CREATE TABLE {quoted(table.name)} ({', '.join(parts)})"


def _scalar(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    return value.isoformat() if isinstance(value, date) else value


def _descriptions(tables: tuple[ScalarTable, ...]) -> Iterator[tuple[str, str | None, str]]:
    """Yield a line for each table, without a column, and one for each column."""
    for table in tables:
        yield table.name, None, table.description
        for column in table.columns:
            yield table.name, column.name, column.description
