"""This module lists the pages of a release: those that were read, and suspects that were not.

Put questions about pages here. What makes a page suspect lives in `pipelines.pages.radar`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pipelines.quality.pages import unread_page
from pipelines.releases import resolve_release
from warehouse.schema.quoting import literal

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

_READ = """
    SELECT
        p.page,
        p.title,
        p.last_update,
        coalesce(t.tables, 0) AS tables,
        coalesce(t.benchmarks, 0) AS benchmarks,
        p.url
    FROM pages AS p
    LEFT JOIN (
        SELECT
            t.page,
            count(DISTINCT t.table_id) AS tables,
            count(b.benchmark_id) AS benchmarks
        FROM published_tables AS t
        LEFT JOIN benchmarks AS b ON b.table_id = t.table_id
        WHERE t.release = {release}
        GROUP BY t.page
    ) AS t ON t.page = p.page
    WHERE p.release = {release}
    ORDER BY benchmarks DESC, p.page
"""
_UNREAD = """
    SELECT page, observed AS url, message
    FROM quality_flags
    WHERE release = {release} AND rule = {rule}
    ORDER BY page, message
"""


def published_release(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    """Return the docs release that a text stands for: 2.20, 2.20.2 or `latest`.

    Raises:
        UsageError: The dataset holds no such release.
    """
    rows = connection.execute("SELECT release FROM releases").fetchall()
    return resolve_release(text, tuple(release for (release,) in rows))


def list_pages(connection: duckdb.DuckDBPyConnection, release: str) -> pa.Table:
    """Return the pages of a release that were read, those with most benchmarks first.

    Args:
        connection: An open warehouse.
        release: The docs release, such as 2.20.2.

    Returns:
        A row a page: its name, title, last update, counts of tables and benchmarks, and address.
    """
    return connection.sql(_READ.format(release=literal(release))).to_arrow_table()


def list_unread_pages(connection: duckdb.DuckDBPyConnection, release: str) -> pa.Table:
    """Return the pages of a release that look like performance and were not read.

    Args:
        connection: An open warehouse.
        release: The docs release, such as 2.20.2.

    Returns:
        A row a finding: the page's path, its address, and a sentence with what makes it suspect.
    """
    query = _UNREAD.format(release=literal(release), rule=literal(unread_page.RULE.name))
    return connection.sql(query).to_arrow_table()
