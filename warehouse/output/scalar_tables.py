"""The dataset's tables and views as plain tables of scalars, for databases without lists.

This module decides what is exported, and how a value of DuckDB becomes a scalar. Writing a database
lives in a module for each: `sqlite_file`, `postgres_schema`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.contract import TABLES
from warehouse.schema.quoting import literal, quoted
from warehouse.schema.scalars import scalar_by_type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import duckdb

COMPARISONS = "release_comparisons"
"""The view that is exported only where it is wanted: it has most rows of all by far."""


@dataclass(frozen=True, slots=True)
class ScalarColumn:
    """One column: its name, DuckDB's type of its scalars, what describes it."""

    name: str
    kind: str
    description: str


@dataclass(frozen=True, slots=True)
class ScalarTable:
    """One table or view: its columns, those of its key if it has one, the query of its rows."""

    name: str
    description: str
    columns: tuple[ScalarColumn, ...]
    key: tuple[str, ...]
    query: str


def scalar_tables(
    connection: duckdb.DuckDBPyConnection, *, comparisons: bool = False
) -> tuple[ScalarTable, ...]:
    """Return all tables and views of a warehouse, by name.

    Args:
        connection: The warehouse.
        comparisons: Whether every two releases are compared as well.
    """
    found = connection.execute("""
        SELECT table_name, comment FROM duckdb_tables()
        WHERE NOT internal AND schema_name = 'main'
        UNION ALL SELECT view_name, comment FROM duckdb_views()
        WHERE NOT internal AND schema_name = 'main'
        ORDER BY ALL
    """).fetchall()
    return tuple(
        _table(connection, name, description or "")
        for name, description in found
        if comparisons or name != COMPARISONS
    )


def _table(connection: duckdb.DuckDBPyConnection, name: str, description: str) -> ScalarTable:
    columns = tuple(_columns(connection, name))
    scalars = (scalar_by_type(column.name, column.kind) for column in columns)
    # Views have no order of their own.
    query = f"SELECT {', '.join(scalars)} FROM {quoted(name)} ORDER BY ALL"  # noqa: S608 - quoted
    return ScalarTable(name, description, columns, _keys().get(name, ()), query)


def _keys() -> Mapping[str, tuple[str, ...]]:
    """Return the key of each table that can have one: databases allow no missing value in it."""
    nullable = {table.name: {one.name for one in table.columns if one.nullable} for table in TABLES}
    return {table.name: table.key for table in TABLES if nullable[table.name].isdisjoint(table.key)}


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> Iterator[ScalarColumn]:
    rows = connection.execute(
        "SELECT column_name, data_type, comment FROM duckdb_columns() "  # noqa: S608 - quoted
        f"WHERE schema_name = 'main' AND table_name = {literal(table)} ORDER BY column_index"
    ).fetchall()
    for name, kind, comment in rows:
        yield ScalarColumn(name, kind, comment or "")
