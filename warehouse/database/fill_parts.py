"""The rows of `release_parts`: of all releases, or of those that changed.

This module derives rows from the tables of the same database. What they are lives in
`warehouse.views.release_parts`. A row's series depends on other releases: `sql/row_series.sql`
works it out for all rows, and `sql/changed_series.sql` the same for those that a change concerns.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from warehouse.schema.parts import ALL, of_releases
from warehouse.schema.views import sql_text
from warehouse.views.release_parts import (
    INSTANCE_LISTS,
    REPEATED_KEYS,
    RESULTS,
    instance_lists,
    repeated_keys,
    wide_rows,
    with_series,
)
from warehouse.views.row_series import (
    name_number_sql,
    origin_sql,
    row_names,
    row_series,
    series_id_sql,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    import duckdb

ROWS_AT_ONCE = 125_000
"""About how many wide rows one statement makes: as many as DuckDB stores in one group of rows.

Fewer are stored again when the next ones complete the group; more take more memory.
"""
ONE_THREAD = "SET threads = 1"
"""Two threads take half as much processor time again, and twice the memory."""
_TEMPORARY = ("gone", "repeated_before", "flipped", "come", "names", "concerned")
_FIGURES = """list_transform(
    f.figures,
    lambda g: {'metric': g.metric, 'statistic': g.statistic, 'unit': g.unit, 'value': g.value}
)"""
"""What must agree for figures to be the same: a page may state another basis of them."""


def fill_parts(connection: duckdb.DuckDBPyConnection) -> None:
    """Put the rows of all releases into the parts, in place of what they hold.

    Outside of a transaction, which would hold them all in memory.
    """
    connection.execute(ONE_THREAD)
    for table in (REPEATED_KEYS, INSTANCE_LISTS, RESULTS):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a constant
    _fill_small(connection, ALL)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE series AS {row_series(ALL)}")
    for releases in _batches(connection):
        chosen = of_releases(releases)
        _insert(connection, chosen, f"(FROM series WHERE {chosen})")
    connection.execute("DROP TABLE series")


@contextmanager
def parts_refilled(
    connection: duckdb.DuckDBPyConnection, releases: Collection[str]
) -> Iterator[None]:
    """Bring the parts up with the tables, whose rows of some releases change in the block.

    Args:
        connection: A database whose parts agree with its tables, in a transaction.
        releases: All releases of which a row of one of `INPUTS` comes, goes or changes.
    """
    if not releases:
        yield
        return
    chosen = of_releases(releases)
    connection.execute(f"""
        {ONE_THREAD};
        CREATE OR REPLACE TEMP TABLE gone AS
        SELECT r.release_order, f.series_id, f.name_number
        FROM {RESULTS} AS f JOIN releases AS r ON r.release = f.release WHERE f.{chosen};
        CREATE OR REPLACE TEMP TABLE repeated_before AS
        SELECT DISTINCT comparison_key FROM {REPEATED_KEYS} WHERE {chosen};
        DELETE FROM {REPEATED_KEYS} WHERE {chosen};
        DELETE FROM {INSTANCE_LISTS} WHERE {chosen};
        DELETE FROM {RESULTS} WHERE {chosen};
    """)  # noqa: S608 - quoted
    ((oldest,),) = connection.execute("SELECT min(release_order) FROM releases").fetchall()
    yield
    _fill_small(connection, chosen)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE flipped AS
        (FROM repeated_before EXCEPT SELECT comparison_key FROM {REPEATED_KEYS})
        UNION
        (
            SELECT comparison_key FROM {REPEATED_KEYS} WHERE {chosen}
            EXCEPT SELECT comparison_key FROM {REPEATED_KEYS} WHERE NOT {chosen}
            EXCEPT FROM repeated_before
        )
    """)  # noqa: S608 - quoted
    _insert(connection, chosen, f"(\n{_new_names(chosen)}\n)")
    is_crowded = "NOT f.is_crowded"
    connection.execute(
        sql_text(
            "changed_series",
            {
                "results": RESULTS,
                "chosen": chosen,
                "series_id": series_id_sql(is_crowded),
                "name_number": name_number_sql(is_crowded),
                "oldest_before": str(oldest or 0),
            },
        )
    )
    _judge(connection)
    connection.execute(";".join(f"DROP TABLE {name}" for name in _TEMPORARY))


def _judge(connection: duckdb.DuckDBPyConnection) -> None:
    """Update where the figures of the rows in the table `concerned` come from."""
    found = connection.execute(f"""
        SELECT DISTINCT f.release
        FROM (SELECT place FROM concerned UNION SELECT place_before FROM concerned) AS c
        JOIN {RESULTS} AS f ON f.rowid = c.place
    """).fetchall()  # noqa: S608 - a constant
    if not found:
        return
    parts = {
        "results": RESULTS,
        "read": of_releases(release for (release,) in found),
        "figures": _FIGURES,
        "origin": origin_sql(),
    }
    connection.execute(sql_text("changed_origins", parts))
    connection.execute("DROP TABLE told")


def _new_names(chosen: str) -> str:
    """Return the query of the series of rows that are new; what others decide comes after."""
    return (
        "SELECT * EXCLUDE (measured_release), false AS is_name_shared, '' AS origin\n"
        f"FROM (\n{row_names(chosen)}\n)"
    )


def _fill_small(connection: duckdb.DuckDBPyConnection, chosen: str) -> None:
    connection.execute(f"INSERT INTO {REPEATED_KEYS} {repeated_keys(chosen)}")
    connection.execute(f"INSERT INTO {INSTANCE_LISTS} {instance_lists(chosen)}")


def _insert(connection: duckdb.DuckDBPyConnection, chosen: str, series: str) -> None:
    query = with_series(f"(\n{wide_rows(chosen)}\n)", series)
    connection.execute(f"INSERT INTO {RESULTS} BY NAME {query}")


def _batches(connection: duckdb.DuckDBPyConnection) -> Iterator[list[str]]:
    """Yield the releases that have benchmarks, oldest first, in groups of about as many rows."""
    found = connection.execute(
        "SELECT release, count(*) FROM benchmarks JOIN releases USING (release) "
        "GROUP BY release, release_order ORDER BY release_order"
    ).fetchall()
    ends = accumulate(rows for _, rows in found)
    numbered = zip(found, ends, strict=True)
    for _, batch in groupby(numbered, key=lambda one: one[1] // ROWS_AT_ONCE):
        yield [release for (release, _), _ in batch]
