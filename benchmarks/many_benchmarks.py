"""A dataset of a million benchmarks: one bundled release, copied in SQL and published.

This module makes rows, without a page being read a hundred times. What is measured on them lives in
`wide`.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from warehouse.database.open_version import open_warehouse
from warehouse.schema.parquet import Encoded, from_arrow, to_bytes
from warehouse.schema.quoting import literal, quoted
from warehouse.schema.types import arrow_schema
from warehouse.versions import publish
from warehouse.versions.merge import INPUTS_OF_RELEASES, STORED, Prepared

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import duckdb
    import pyarrow as pa

    from pipelines.contract import Table

NOW = datetime(2026, 1, 1, tzinfo=UTC)
PATTERN = "2.19.1"
"""The release that is copied; it prints 229 benchmarks."""
COPIES = 44
"""Copies of each of its tables of benchmarks in one release, under other models' names."""


def release_name(number: int) -> str:
    """Return the name of a generated release: five patches a minor."""
    return f"2.{number // 5}.{number % 5}"


def publish_many(root: Path, pattern: Path, releases: int, copies: int = COPIES) -> None:
    """Publish so many releases as one version.

    Args:
        root: Where to.
        pattern: The root of a dataset that has the release `PATTERN`.
        releases: How many releases.
        copies: How many copies of its benchmarks each has.
    """
    with open_warehouse(pattern) as connection:
        made = [prepared(connection, number, copies) for number in range(releases)]
    publish(root, made, source="generated", now=NOW)


def prepared(
    connection: duckdb.DuckDBPyConnection, number: int, copies: int = COPIES, edition: int = 0
) -> Prepared:
    """Return one generated release; another edition has other figures in some of its rows."""
    release = release_name(number)
    arrow = {
        table: connection.sql(_copied(table, number, copies, edition))
        .to_arrow_table()
        .cast(arrow_schema(table))
        for table in STORED
    }
    encoded = {table.name: _encoded(table, release, rows) for table, rows in arrow.items()}
    rows = {table.name: from_arrow(table, arrow[table]) for table in INPUTS_OF_RELEASES}
    return Prepared(release, encoded, rows, {})


def _encoded(table: Table, release: str, rows: pa.Table) -> Encoded:
    data = to_bytes(rows)
    return Encoded(table, release, data, hashlib.sha256(data).hexdigest(), rows.num_rows)


def _copied(table: Table, number: int, copies: int, edition: int) -> str:
    names = {column.name for column in table.columns}
    changed = dict(_changes(table.name, names, number, edition))
    columns = ", ".join(
        f"{changed.get(column.name) or f'b.{quoted(column.name)}'} AS {quoted(column.name)}"
        for column in table.columns
    )
    is_copied = ("table_id" in names and table.name not in _ONCE) or "benchmark_id" in names
    only = "WHERE c.copy = 0 OR b.benchmark_id IS NOT NULL" if "benchmark_id" in names else ""
    return (
        f"SELECT {columns} FROM (FROM {quoted(table.name)} "  # noqa: S608 - names of the contract
        f"WHERE {quoted(table.home)} = {literal(PATTERN)}) AS b "
        f"CROSS JOIN range({copies if is_copied else 1}) AS c (copy) {only} "
        f"ORDER BY {', '.join(f'{quoted(name)} NULLS LAST' for name in table.sort)}"
    )


_ONCE = ("framework_support", "instances", "cell_changes")
"""Tables of which a release has one copy alone: they tell no benchmarks."""


def _changes(table: str, names: set[str], number: int, edition: int) -> Iterator[tuple[str, str]]:
    """Yield a column's name and the SQL of its value in a copy."""
    release = release_name(number)
    yield "listed_on" if "listed_on" in names else "release", literal(release)
    for name in names & {"table_id", "benchmark_id"}:
        own = f"left(md5(concat(b.{name}, ' ', c.copy, ' ', {literal(release)})), 16)"
        yield name, f"CASE WHEN b.{name} IS NOT NULL THEN {own} END"
    if table == "benchmarks":
        yield "model", "concat('copy-', c.copy, '-', b.model)"
        key = "b.comparison_key, 'model=', concat('model=copy-', c.copy, '-')"
        yield "comparison_key", f"replace({key})"
        patch = f"({number} - {_age(number)})"
        yield "measured_release", f"concat('2.', {patch} // 5, '.', {patch} % 5)"
    if table == "measurements":
        said = f"hash(b.benchmark_id, c.copy, {number} - {_age(number)}, {edition}) % 200"
        value = f"round(b.value * (1 + {said} / 1000), 4)"
        yield "value", value
        yield "text", f"{value}::VARCHAR"


def _age(number: int) -> str:
    """Return SQL for how many releases ago a row was measured: a third of them are new."""
    return f"least({number}, ((hash(b.benchmark_id, c.copy) + {number}) % 3)::INTEGER)"
