"""This module puts the imports of a root into a connection, as the table `own_measurements`.

It is a temporary table: the warehouse file stays as it was built, and a query sees both. Where an
import may be written lives in `import_records`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from pipelines.errors import SourceError
from warehouse.database.own_imports.import_records import (
    TABLE_NAME,
    all_imports,
    current_imports,
)
from warehouse.database.own_imports.own_table import COLUMNS, OWN_MEASUREMENTS
from warehouse.schema.quoting import listed, literal
from warehouse.schema.types import comment_statements, create_statement, duckdb_type

if TYPE_CHECKING:
    from pathlib import Path

    import duckdb

    from pipelines.contract import Column
    from warehouse.storage.roots import Storage


def load_own(connection: duckdb.DuckDBPyConnection, root: str | Path | Storage) -> None:
    """Make the table `own_measurements` with what counts of a root's imports; empty without any.

    Raises:
        SourceError: An import is damaged.
    """
    created = create_statement(OWN_MEASUREMENTS).replace("CREATE TABLE", "CREATE TEMP TABLE", 1)
    connection.execute(";\n".join((created, *comment_statements(OWN_MEASUREMENTS))))
    for one in current_imports(all_imports(root)):
        try:
            rows = [
                f"({', '.join(_value(column, row.get(column.name)) for column in COLUMNS)})"
                for row in one.full_rows()
            ]
        except (TypeError, ValueError, AttributeError) as error:
            raise SourceError(
                f"import {one.number} of {root} has a value that its column cannot hold; remove "
                "it, and import its file again"
            ) from error
        if rows:
            connection.execute(f"INSERT INTO {TABLE_NAME} VALUES {', '.join(rows)}")  # noqa: S608


def _value(column: Column, value: Any) -> str:
    """Return a value as a literal of its column's type."""
    if value is None:
        if not column.nullable:
            raise ValueError(column.name)
        return "NULL"
    return f"{_LITERALS[column.type](value)}::{duckdb_type(column)}"


def _map(value: Mapping[str, Any]) -> str:
    return f"MAP {{{', '.join(f'{literal(k)}: {literal(str(v))}' for k, v in value.items())}}}"


_LITERALS: Mapping[Any, Callable[[Any], str]] = {
    int: lambda value: str(int(value)),
    float: lambda value: repr(float(value)),
    str: lambda value: literal(str(value)),
    datetime: lambda value: literal(datetime.fromisoformat(value).isoformat()),
    tuple[str, ...]: lambda value: listed(map(str, value)),
    Mapping[str, str]: _map,
}
