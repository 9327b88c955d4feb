"""The rows of `release_parts`: of all releases, or of those that changed.

This module derives rows from the tables of the same database. What they are lives in
`warehouse.views.release_parts`. Where a row's figures come from depends on other releases:
`sql/row_series.sql` works it out for all rows, and `sql/changed_series.sql` the same for those that
a change concerns.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from contextlib import contextmanager
from itertools import accumulate, groupby
from typing import TYPE_CHECKING

from warehouse.schema.parts import ALL, of_releases
from warehouse.schema.views import sql_text
from warehouse.views.release_parts import (
    FIGURE_KINDS,
    HARDWARE,
    INSTANCE_LISTS,
    LATEST_RATES,
    REPEATED_KEYS,
    RESULTS,
    SERIES,
    instance_lists,
    repeated_keys,
    row_figures,
    stored_results,
    wide_rows,
)
from warehouse.views.results_in_context import hardware, latest_rates
from warehouse.views.row_series import (
    number_sql,
    origin_sql,
    row_names,
    row_series,
    series_texts,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    import duckdb

ROWS_AT_ONCE = 125_000
"""About how many wide rows one statement makes: as many as DuckDB stores in one group of rows.

Fewer are stored again when the next ones complete the group; more take more memory.
"""
ONE_THREAD = "SET threads = 1"
"""Two threads take half as much processor time again, and twice the memory."""
_TEMPORARY = (
    "gone", "repeated_before", "flipped", "placed", "come", "changes", "printed", "concerned",
)  # fmt: skip
_PLACED = ", ".join(
    f"f.{name}" for name in ("release", "benchmark_id", "measured_release", "is_crowded", "copy")
)
_LOST = "(SELECT series_number FROM gone EXCEPT SELECT series_number FROM come)"


def fill_parts(connection: duckdb.DuckDBPyConnection) -> None:
    """Put the rows of all releases into the parts, in place of what they hold.

    Outside of a transaction, which would hold all wide rows in memory.
    """
    connection.execute(f"{ONE_THREAD}; BEGIN")
    for table in (REPEATED_KEYS, INSTANCE_LISTS, SERIES, FIGURE_KINDS, RESULTS):
        connection.execute(f"DELETE FROM {table}")  # noqa: S608 - a constant
    _fill_small(connection, ALL)
    _fill_context(connection)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE placed AS {_placed(ALL)}")
    _name_series(connection)
    connection.execute("COMMIT")
    names = f"FROM placed JOIN {SERIES} USING (series_number)"
    series = row_series(names, "series_number")
    connection.execute(f"CREATE OR REPLACE TEMP TABLE series AS {series}; DROP TABLE placed")
    for releases in _batches(connection):
        chosen = of_releases(releases)
        _insert(connection, chosen, f"(FROM series WHERE {chosen})")
    connection.execute("DROP TABLE series")


@contextmanager
def parts_refilled(
    connection: duckdb.DuckDBPyConnection, releases: Collection[str], *, are_named: bool = False
) -> Iterator[None]:
    """Bring the parts up with the tables, whose rows of some releases change in the block.

    Args:
        connection: A database whose parts agree with its tables, in a transaction.
        releases: All releases of which a row of one of `INPUTS` comes, goes or changes.
        are_named: Whether no row of one of `NAMING` does: then no row's series changes.
    """
    if not releases:
        yield
        _fill_context(connection)
        return
    chosen = of_releases(releases)
    connection.execute(f"""
        {ONE_THREAD};
        CREATE OR REPLACE TEMP TABLE gone AS {_rows_of_series(chosen)};
        CREATE OR REPLACE TEMP TABLE repeated_before AS
        SELECT DISTINCT comparison_key FROM {REPEATED_KEYS} WHERE {chosen};
        CREATE OR REPLACE TEMP TABLE placed AS
        SELECT release, benchmark_id, series_number FROM {RESULTS} WHERE {chosen};
        DELETE FROM {REPEATED_KEYS} WHERE {chosen};
        DELETE FROM {INSTANCE_LISTS} WHERE {chosen};
        DELETE FROM {RESULTS} WHERE {chosen};
    """)  # noqa: S608 - quoted
    before = _orders(connection)
    yield
    _fill_small(connection, chosen)
    _fill_context(connection)
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE flipped AS
        (FROM repeated_before EXCEPT SELECT comparison_key FROM {REPEATED_KEYS})
        UNION
        (
            SELECT comparison_key FROM {REPEATED_KEYS} WHERE {chosen}
            EXCEPT SELECT comparison_key FROM {REPEATED_KEYS} WHERE NOT {chosen}
            EXCEPT FROM repeated_before
        );
    """)  # noqa: S608 - quoted
    if not are_named:
        connection.execute(f"CREATE OR REPLACE TEMP TABLE placed AS {_placed(chosen)}")
    _move(connection, chosen)
    if not are_named:
        _name_series(connection)
    _insert(connection, chosen, "(SELECT *, '' AS origin FROM placed)")
    connection.execute(f"INSERT INTO come {_rows_of_series(chosen)}")
    if not are_named:
        _forget_series(connection)
    _judge(
        connection, _near(releases, before, _orders(connection)), min(before.values(), default=0)
    )
    connection.execute(";".join(f"DROP TABLE {name}" for name in _TEMPORARY))


def _move(connection: duckdb.DuckDBPyConnection, chosen: str) -> None:
    """Move rows of other releases to other series, and begin `come` with them.

    Theirs are the workloads in the table `flipped`: some release now prints them in several rows,
    or no longer any does.
    """
    ((flipped,),) = connection.execute("SELECT count(*) FROM flipped").fetchall()
    connection.execute("CREATE OR REPLACE TEMP TABLE come AS FROM gone LIMIT 0")
    if not flipped:
        return
    of_flipped = f"""series_number IN (
        SELECT series_number FROM {SERIES} WHERE comparison_key IN (FROM flipped)
    ) AND NOT f.{chosen}"""  # noqa: S608 - quoted
    connection.execute(f"""
        INSERT INTO gone {_rows_of_series(of_flipped)};
        INSERT INTO placed {_placed(f"comparison_key IN (FROM flipped) AND NOT {chosen}")};
    """)
    _name_series(connection)
    connection.execute(f"""
        UPDATE {RESULTS} AS f
        SET series_number = p.series_number
        FROM placed AS p
        WHERE p.release = f.release AND p.benchmark_id = f.benchmark_id;
        INSERT INTO come {_rows_of_series(of_flipped)};
    """)  # noqa: S608 - quoted


def _placed(chosen: str) -> str:
    return row_names(chosen, f"{_PLACED}, {number_sql()} AS series_number")


def _rows_of_series(chosen: str) -> str:
    """Return the query of stored rows and their series; `chosen` begins with a column of theirs."""
    return f"""
        SELECT f.rowid AS place, r.release_order, s.series_id, f.series_number
        FROM {RESULTS} AS f
        JOIN releases AS r ON r.release = f.release
        JOIN {SERIES} AS s ON s.series_number = f.series_number
        WHERE f.{chosen}
    """  # noqa: S608 - quoted


def _name_series(connection: duckdb.DuckDBPyConnection) -> None:
    """Add the texts of series that rows in the table `placed` are the first of."""
    connection.execute(f"INSERT INTO {SERIES} BY NAME {series_texts(SERIES)}")
    _share_names(connection)


def _forget_series(connection: duckdb.DuckDBPyConnection) -> None:
    """Remove the texts of series that no row has any longer."""
    connection.execute(f"""
        DELETE FROM {SERIES} WHERE series_number IN (
            FROM {_LOST}
            EXCEPT SELECT series_number FROM {RESULTS} WHERE series_number IN {_LOST}
        )
    """)  # noqa: S608 - constants
    _share_names(connection)


def _share_names(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"""
        UPDATE {SERIES} AS s
        SET is_name_shared = n.is_shared
        FROM (
            SELECT name, min(series_id) <> max(series_id) AS is_shared FROM {SERIES} GROUP BY name
        ) AS n
        WHERE n.name = s.name AND n.is_shared <> s.is_name_shared
    """)  # noqa: S608 - a constant


def _orders(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return the order of each release, oldest first."""
    query = "SELECT release, release_order FROM releases ORDER BY release_order"
    return dict(connection.execute(query).fetchall())


def _near(
    changed: Collection[str], before: Mapping[str, int], after: Mapping[str, int]
) -> frozenset[str]:
    """Return the changed releases, those next to them, and the oldest if that is another one."""
    found = {*changed}
    orders = list(after.values())
    names = list(after)
    for release in changed:
        order = after.get(release, before.get(release, 0))
        at, behind = bisect_left(orders, order), bisect_right(orders, order)
        found |= {*names[max(at - 1, 0) : at], *names[behind : behind + 1]}
    oldest = {*list(before)[:1], *names[:1]}
    return frozenset(found | oldest if len(oldest) > 1 else found)


def _judge(
    connection: duckdb.DuckDBPyConnection, near: Collection[str], oldest_before: int
) -> None:
    """Update where the figures of rows come from that a change concerns."""
    parts = {"results": RESULTS, "series": SERIES, "kinds": FIGURE_KINDS}
    concerned = {"near": of_releases(near), "oldest_before": str(oldest_before)}
    connection.execute(sql_text("changed_series", {**parts, **concerned}))
    found = connection.execute("""
        SELECT release FROM releases WHERE release_order IN (
            SELECT release_order FROM concerned UNION SELECT order_before FROM concerned
        )
    """).fetchall()
    if not found:
        return
    origins = {"read": of_releases(release for (release,) in found), "origin": origin_sql()}
    connection.execute(sql_text("changed_origins", {**parts, **origins}))
    connection.execute("DROP TABLE told")


def _fill_small(connection: duckdb.DuckDBPyConnection, chosen: str) -> None:
    connection.execute(f"INSERT INTO {REPEATED_KEYS} {repeated_keys(chosen)}")
    connection.execute(f"INSERT INTO {INSTANCE_LISTS} {instance_lists(chosen)}")


def _fill_context(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the small parts again that follow all releases, whichever of them changed."""
    for table, query in ((HARDWARE, hardware()), (LATEST_RATES, latest_rates())):
        connection.execute(f"DELETE FROM {table}; INSERT INTO {table} {query}")  # noqa: S608 - constants


def _insert(connection: duckdb.DuckDBPyConnection, chosen: str, series: str) -> None:
    """Insert the wide rows of releases, and the lists of kinds that are new; none is removed."""
    rows = stored_results(f"(\n{wide_rows(chosen)}\n)", series, "row_figures")
    connection.execute(f"""
        CREATE OR REPLACE TEMP TABLE row_figures AS {row_figures(chosen)};
        INSERT INTO {FIGURE_KINDS}
        SELECT known + row_number() OVER (ORDER BY kinds), kinds
        FROM (SELECT kinds FROM row_figures EXCEPT SELECT kinds FROM {FIGURE_KINDS})
        CROSS JOIN (SELECT count(*) AS known FROM {FIGURE_KINDS});
        INSERT INTO {RESULTS} BY NAME {rows};
        DROP TABLE row_figures;
    """)  # noqa: S608 - constants


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
