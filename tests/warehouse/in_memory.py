"""A warehouse without files, whose rows a test replaces: much faster than to build one.

This module makes the database, and puts releases into it. Rows come from the tests' own modules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.contract import RELEASES, TABLES
from pipelines.releases import latest_patches, minor_of, release_order
from warehouse.comparison.macros import macros
from warehouse.database.connect import connected
from warehouse.schema.parquet import to_arrow
from warehouse.schema.types import create_statement
from warehouse.views.all_views import views
from warehouse.views.release_parts import computed_parts

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import duckdb

    from pipelines.contract import ReleaseTables


def empty_database() -> duckdb.DuckDBPyConnection:
    """Return a connection to a database with all tables, views and macros, and no rows."""
    connection = connected()
    connection.execute("SET threads = 1")
    for table in TABLES:
        connection.execute(create_statement(table))
    for statement in (*computed_parts(), *(view.select for view in views())):
        connection.execute(statement)
    for macro in macros():
        connection.execute(macro.create)
    return connection


def put_in_memory(
    connection: duckdb.DuckDBPyConnection,
    releases: Mapping[str, ReleaseTables],
    names: Collection[str],
) -> None:
    """Put releases in the place of what the tables of these names hold, and their list."""
    connection.execute(f"DELETE FROM {RELEASES.name}")  # noqa: S608 - a name of the contract
    newest = latest_patches(frozenset(releases))
    for name in releases:
        facts = (name, minor_of(name), release_order(name), name in newest)
        connection.execute(
            "INSERT INTO releases VALUES (?, ?, ?, NULL, ?, NULL, 0, 0, 0, 0)", facts
        )
    for table in TABLES:
        if table.name not in names:
            continue
        connection.execute(f"DELETE FROM {table.name}")  # noqa: S608 - a name of the contract
        rows = [row for tables in releases.values() for row in tables.rows[table.name]]
        connection.register("filling", to_arrow(table, next(iter(releases)), rows))
        connection.execute(f"INSERT INTO {table.name} BY NAME FROM filling")
        connection.unregister("filling")
