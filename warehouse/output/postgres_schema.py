"""The dataset as tables of a PostgreSQL database, with keys and comments, replaced as a whole.

This module writes them in one transaction: readers see the old tables until the new ones are
complete. Which tables there are lives in `scalar_tables`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipelines.errors import SourceError, UsageError, one_line
from warehouse.database.open_version import open_warehouse
from warehouse.output.scalar_tables import scalar_tables
from warehouse.schema.quoting import quoted
from warehouse.schema.types import comment

if TYPE_CHECKING:
    from collections.abc import Mapping

    import duckdb

    from warehouse.output.scalar_tables import ScalarTable

SCHEMA = "neuron_warehouse"
"""The schema that holds the tables; nothing else in the database is touched."""
_TYPES: Mapping[str, str] = {
    "BIGINT": "bigint",
    "INTEGER": "integer",
    "BOOLEAN": "boolean",
    "DOUBLE": "double precision",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "timestamp with time zone",
}
"""PostgreSQL's types of DuckDB's; all others are texts."""
_LOCK = 7_310_215
"""The number of the lock under which one export at a time writes."""
_PASSWORD = re.compile(r"(password\s*=\s*)\S+|(//[^:/@\s]*:)[^@\s]+(?=@)", re.IGNORECASE)


def export_postgres(
    root: str, dsn: str, *, version: int | None = None, comparisons: bool = False
) -> int:
    """Replace the tables of the schema by those of a version; return how many there are.

    Args:
        root: The dataset's root.
        dsn: The database, as libpq reads it: `postgresql://user@host/name`, or `dbname=name`.
        version: The number of the version; None for the newest.
        comparisons: Whether every two releases are compared as well.

    Raises:
        UsageError: The extra `postgres` is not installed, or there is no such version.
        SourceError: There is no warehouse, or the database refuses it.
    """
    try:
        from adbc_driver_postgresql import dbapi
    except ImportError:
        raise UsageError(
            "exporting to PostgreSQL needs the driver for it; install it with "
            "`pip install '.[postgres]'` in the checkout"
        ) from None
    with open_warehouse(root, version, described=True) as warehouse:
        tables = scalar_tables(warehouse, comparisons=comparisons)
        try:
            with dbapi.connect(dsn) as target, target.cursor() as cursor:
                _replace(cursor, warehouse, tables)
                target.commit()
        except dbapi.Error as error:
            reason = _PASSWORD.sub(r"\1\2***", one_line(error))
            raise SourceError(f"PostgreSQL refused the export: {reason}") from error
    return len(tables)


def _replace(
    cursor: Any, warehouse: duckdb.DuckDBPyConnection, tables: tuple[ScalarTable, ...]
) -> None:
    cursor.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
    cursor.fetchall()
    cursor.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    for table in tables:
        name = f"{SCHEMA}.{quoted(table.name)}"
        cursor.execute(f"DROP TABLE IF EXISTS {name}")
        cursor.execute(_create(table, name))
        rows = warehouse.sql(table.query).to_arrow_reader()
        cursor.adbc_ingest(table.name, rows, mode="append", db_schema_name=SCHEMA)
        cursor.execute(comment("TABLE", name, table.description))
        for column in table.columns:
            cursor.execute(comment("COLUMN", f"{name}.{quoted(column.name)}", column.description))


def _create(table: ScalarTable, name: str) -> str:
    parts = [f"{quoted(column.name)} {_TYPES.get(column.kind, 'text')}" for column in table.columns]
    if table.key:
        parts.append(f"PRIMARY KEY ({', '.join(map(quoted, table.key))})")
    return f"CREATE TABLE {name} ({', '.join(parts)})"
