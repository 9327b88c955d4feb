"""What a page of the last capture had and this one has not: tables, columns, rows.

This module finds losses. Whether a loss holds the page back is decided in `release`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from pipelines.errors import Problem
from pipelines.pages.page_checks import LOST
from pipelines.performance.columns.headers import slot_of
from pipelines.quality.reading.losses import lost_column, lost_table, rows_lost

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipelines.contract import PublishedCell, PublishedTable
    from pipelines.ingest.last_capture import LastCapture

MOST_OF_A_TABLE = 1 / 2
"""A table may lose this share of its rows, and no more."""
MOST_OF_A_PAGE = 1 / 5
"""A page may lose this share of all its rows, and no more."""


def lost_since(
    page: str,
    last: LastCapture,
    tables: Sequence[PublishedTable],
    cells: Sequence[PublishedCell],
) -> tuple[Problem, ...]:
    """Find what a page lost since the last capture of the release.

    Args:
        page: Our name for the page.
        last: The release as it was captured last.
        tables: The page's tables now.
        cells: The cells of these tables.

    Returns:
        One problem for each lost table, for each table that lost columns or too many rows, and for
        the page if it lost too many rows in all.
    """
    before = [table for table in last.tables if table.page == page]
    if not before:
        return ()
    now = {table.table_id: table for table in tables}
    return (
        *(_lost_table(page, one) for one in before if one.table_id not in now),
        *_lost_columns(page, before, now),
        *_lost_rows(page, before, now, last, cells),
    )


def _lost_table(page: str, table: PublishedTable) -> Problem:
    return Problem(
        lost_table.RULE, f"page {page}", "no such table", f"table {table.table_id}", LOST
    )


def _lost_columns(
    page: str, before: Iterable[PublishedTable], now: Mapping[str, PublishedTable]
) -> Iterator[Problem]:
    for table in before:
        if table.table_id not in now:
            continue
        header = now[table.table_id].header
        kept = {slot_of(text) for text in header}
        gone = [text for text in table.header if slot_of(text) not in kept]
        if gone:
            yield Problem(
                lost_column.RULE,
                f"page {page}, table {table.table_id}",
                ", ".join(header),
                f"also {', '.join(repr(text) for text in gone)}, as in the last capture",
                LOST,
            )


def _lost_rows(
    page: str,
    before: Sequence[PublishedTable],
    now: Mapping[str, PublishedTable],
    last: LastCapture,
    cells: Sequence[PublishedCell],
) -> Iterator[Problem]:
    """Yield the tables that lost too many rows, or else the page if it did.

    The cells of the last capture are read only where a table has fewer rows than it had.
    """
    fewer = [t for t in before if t.table_id in now and now[t.table_id].row_count < t.row_count]
    if not fewer and all(table.table_id in now for table in before):
        return
    wanted = {table.table_id for table in before}
    old = rows_with_text(cell for cell in last.cells if cell.table_id in wanted)
    new = rows_with_text(cells)
    found = False
    for table in fewer:
        had, has = old[table.table_id], new[table.table_id]
        if has < had * (1 - MOST_OF_A_TABLE):
            found = True
            yield _rows_lost(f"page {page}, table {table.table_id}", had, has)
    had, has = sum(old.values()), sum(new.values())
    if not found and has < had * (1 - MOST_OF_A_PAGE):
        yield _rows_lost(f"page {page}", had, has)


def rows_with_text(cells: Iterable[PublishedCell]) -> Counter[str]:
    """Count the rows of each table that have a cell with a text; a blank row is no loss."""
    return Counter(table_id for table_id, _ in {(c.table_id, c.row) for c in cells if c.text})


def _rows_lost(where: str, had: int, has: int) -> Problem:
    return Problem(
        rows_lost.RULE, where, f"{has} rows", f"about {had}, as in the last capture", LOST
    )
