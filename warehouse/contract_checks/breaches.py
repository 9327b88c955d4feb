"""What the contract does not allow in the tables of a database.

This module asks the queries of `declared`. Where most rows have passed them before, only those of
some releases are looked at: the tables hold these, or views show them, and the schema `OTHERS` has
the rows of all others.
"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from pipelines.contract import TABLES
from pipelines.errors import PromiseError
from pipelines.releases import in_order
from warehouse.contract_checks.declared import OTHERS, Check, contract_checks
from warehouse.schema.quoting import listed, quoted

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    import duckdb

_NAMED = 3
"""Broken promises that a message names, and releases of each."""
_MEMORY = "memory"
"""DuckDB's name of the database in memory that each connection to one has."""


def breaches(
    warehouse: duckdb.DuckDBPyConnection, checks: Sequence[Check], *, beside_others: bool = False
) -> Mapping[Check, Mapping[str, int]]:
    """Return how many rows of each release break each check of one table.

    Args:
        warehouse: A connection to the tables.
        checks: The checks, all of one table.
        beside_others: Whether the tables have the rows of some releases alone, and the schema
            `OTHERS` those of all others.
    """
    found: dict[Check, dict[str, int]] = {check: {} for check in checks}
    of_rows = [check for check in checks if check.condition]
    for release, *counts in _counted(warehouse, of_rows) if of_rows else ():
        for check, count in zip(of_rows, counts, strict=True):
            if count:
                found[check][release] = count
    for check in checks:
        query = (beside_others and check.query_beside_others) or check.query
        if query:
            counting = f"SELECT release, count(*) FROM ({query}) GROUP BY release"  # noqa: S608
            found[check].update(warehouse.execute(counting).fetchall())
    return found


def _counted(
    warehouse: duckdb.DuckDBPyConnection, checks: Sequence[Check]
) -> list[tuple[Any, ...]]:
    """Return the releases whose rows break checks of single rows, with the number for each check.

    One query for all: a query for each takes longer than to read the rows.
    """
    broken = " OR ".join(f"({check.condition})" for check in checks)
    rows = f"FROM {quoted(checks[0].table)} WHERE {broken}"
    # Usually no row breaks a check, and finding that out is quicker than planning all counts.
    if not warehouse.execute(f"SELECT 1 {rows} LIMIT 1").fetchall():
        return []
    counts = ", ".join(f"count(*) FILTER ({check.condition})" for check in checks)
    return warehouse.execute(f"SELECT release, {counts} {rows} GROUP BY release").fetchall()


def make_others(
    connection: duckdb.DuckDBPyConnection, database: str, changed: Collection[str]
) -> None:
    """Make the schema `OTHERS`: views of a database's rows of the releases that did not change."""
    connection.execute(f"CREATE SCHEMA {OTHERS}")
    _make_views(connection, f"{OTHERS}.", database, f"NOT IN {listed(changed)}")


def require_promises(
    connection: duckdb.DuckDBPyConnection, version: int, changed: Collection[str] | None
) -> None:
    """Refuse rows that break what the contract promises.

    Args:
        connection: A connection whose current database has the rows of all releases.
        version: The version whose rows these are.
        changed: The releases to look at; None for all.

    Raises:
        PromiseError: Rows of these releases break a promise.
    """
    if changed is None:
        broken = broken_promises(connection)
    elif changed:
        ((database,),) = connection.execute("SELECT current_database()").fetchall()
        connection.execute(f"USE {_MEMORY}")
        _make_views(connection, "", database, f"IN {listed(changed)}")
        make_others(connection, database, changed)
        broken = broken_promises(connection, beside_others=True)
        connection.execute(f"USE {quoted(database)}")
    else:
        return
    if broken:
        raise PromiseError(version, broken)


def broken_promises(connection: duckdb.DuckDBPyConnection, *, beside_others: bool = False) -> str:
    """Return which promises rows of the tables break, for a message; "" if they break none.

    Args:
        connection: A connection to the tables.
        beside_others: As in `breaches`.
    """
    found = [_sentence(*one) for one in _broken(connection, beside_others=beside_others)]
    return _first_of(found, "; ", "and")


def _make_views(
    connection: duckdb.DuckDBPyConnection, schema: str, database: str, chosen: str
) -> None:
    views = (
        f"CREATE VIEW {schema}{quoted(table.name)} AS "
        f"FROM {quoted(database)}.{quoted(table.name)} WHERE {quoted(table.home)} {chosen}"
        for table in TABLES
    )
    connection.execute("; ".join(views))


def _broken(
    connection: duckdb.DuckDBPyConnection, *, beside_others: bool
) -> Iterator[tuple[Check, Mapping[str, int]]]:
    """Yield each check that rows break, with how many of each release do."""
    for _, checks in groupby(contract_checks(), key=attrgetter("table")):
        found = breaches(connection, tuple(checks), beside_others=beside_others)
        yield from ((check, counts) for check, counts in found.items() if counts)


def _sentence(check: Check, counts: Mapping[str, int]) -> str:
    places = [f"{counts[release]} in {release}" for release in in_order(counts)]
    named = _first_of(places, ", ", "and in")
    return f"{check.description.rstrip('.')}; rows that break it: {named}"


def _first_of(texts: Sequence[str], between: str, and_: str) -> str:
    """Return the first texts, and how many more there are."""
    more = [f"{and_} {len(texts) - _NAMED} more"] if len(texts) > _NAMED else []
    return between.join((*texts[:_NAMED], *more))
