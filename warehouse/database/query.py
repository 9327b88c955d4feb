"""Queries on the warehouse: one that a person wrote, and the list of what can be asked.

This module runs them. Which version is opened, and how, is decided in `open_version`; what a query
may do, in `untrusted_query`; how a result is printed lives in `warehouse.output.render`.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.database.open_version import open_warehouse
from warehouse.schema.quoting import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb
    import pyarrow as pa

    from warehouse.answers.answer import Answer
    from warehouse.storage.roots import Storage


@dataclass(frozen=True, slots=True)
class Listed:
    """One table or view in the list of `tables`; `rows` is its number of rows."""

    name: str
    kind: str
    rows: int
    description: str


def run_sql(root: str | Path | Storage, sql: str, version: int | None = None) -> pa.Table:
    """Return the result of one query, which can touch nothing but the dataset.

    Args:
        root: The dataset's root.
        sql: The query.
        version: The number of the version to query; None for the newest.

    Raises:
        UsageError: It is not one query, DuckDB refuses it, or its result is too large.
        SourceError: There is no warehouse, or it cannot be read.
    """
    from warehouse.database.untrusted_query import ask

    with _opened_for(sql, root, version) as connection:
        return ask(connection, sql)


def rows_of_sql(root: str | Path | Storage, sql: str, version: int | None = None) -> Answer:
    """Return the rows of one query as `run_sql` does, as Python values.

    Raises:
        UsageError: It is not one query, DuckDB refuses it, or its result is too large.
        SourceError: There is no warehouse, or it cannot be read.
    """
    from warehouse.database.untrusted_query import ask_plainly

    with _opened_for(sql, root, version) as connection:
        return ask_plainly(connection, sql)


_CATALOG = re.compile(r"duckdb_|information_schema|pg_|\bquery", re.IGNORECASE)
"""What a query names that may read comments, or may run a text that does."""


@contextmanager
def _opened_for(
    sql: str, root: str | Path | Storage, version: int | None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse with all that a query can see of it."""
    described = _CATALOG.search(sql) is not None
    with open_warehouse(root, version, described=described) as connection:
        _load_if_named(connection, root, sql)
        yield connection


def _load_if_named(
    connection: duckdb.DuckDBPyConnection, root: str | Path | Storage, sql: str
) -> None:
    """Make the table of own measurements if a query names it: others need not read the imports."""
    from warehouse.database.own_imports.import_records import TABLE_NAME

    if TABLE_NAME in sql.lower():
        from warehouse.database.own_imports.load_own import load_own

        load_own(connection, root)


def list_tables(root: str | Path | Storage, version: int | None = None) -> tuple[Listed, ...]:
    """Return the tables and views that a query can name, views first, as most people use them."""
    from warehouse.database.own_imports.import_records import TABLE_NAME

    with open_warehouse(root, version) as connection:
        _load_if_named(connection, root, TABLE_NAME)
        return tuple(
            Listed(name, kind, _rows(connection, name), description)
            for name, kind, description in _listable()
        )


def _listable() -> Iterator[tuple[str, str, str]]:
    from pipelines.contract import TABLES
    from warehouse.database.layout import DATASET, DATASET_DESCRIPTION
    from warehouse.database.own_imports.own_table import OWN_MEASUREMENTS
    from warehouse.views.all_views import views

    for view in views():
        yield view.name, "view", view.description
    for table in TABLES:
        yield table.name, "table", table.description
    yield DATASET, "table", DATASET_DESCRIPTION
    yield OWN_MEASUREMENTS.name, "table", OWN_MEASUREMENTS.description


def _rows(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    query = f"SELECT count(*) FROM {quoted(name)}"  # noqa: S608 - a name of the registry
    ((rows,),) = connection.execute(query).fetchall()
    return int(rows)
