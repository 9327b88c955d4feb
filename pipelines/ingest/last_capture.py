"""A release as the dataset holds it: what its next capture is compared with.

This module also takes one page's rows out of it, which stay where the page is held back. Reading
the dataset lives in `warehouse`; what a page lost since is found in `losses`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from pipelines.contract import (
    CELL_CHANGES,
    PAGES,
    PUBLISHED_CELLS,
    PUBLISHED_TABLES,
    RELEASES,
    TABLES,
    CellChange,
    Page,
    PublishedCell,
    PublishedTable,
    ReleaseTables,
    Table,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def _no_rows(_: Table) -> Sequence[Any]:
    return ()


@dataclass(frozen=True, slots=True)
class LastCapture:
    """A release as it was captured last.

    Attributes:
        rows_of: Returns the release's rows of a table. It may read a file: ask once.
    """

    rows_of: Callable[[Table], Sequence[Any]] = _no_rows

    @property
    def pages(self) -> Sequence[Page]:
        """The pages that the dataset has of the release."""
        return self.rows_of(PAGES)

    @property
    def tables(self) -> Sequence[PublishedTable]:
        """The published tables."""
        return self.rows_of(PUBLISHED_TABLES)

    @property
    def cells(self) -> Sequence[PublishedCell]:
        """The published cells."""
        return self.rows_of(PUBLISHED_CELLS)

    @property
    def changes(self) -> Sequence[CellChange]:
        """All edits that were noticed so far."""
        return self.rows_of(CELL_CHANGES)

    def has(self, page: str) -> bool:
        """Return whether the dataset has a page of the release."""
        return any(one.page == page for one in self.pages)

    def rows_of_page(self, page: str) -> Mapping[str, tuple[Any, ...]]:
        """Return one page's rows, by table; empty where the last capture does not have the page.

        A row is of the page that it names, or of the page of its published table. A table whose
        rows are of no page, such as the hourly rates, is left out: it follows from the others.

        Rows of published tables are in published order, whatever order they were stored in: rules
        that look for repeated rows flag the later one.
        """
        if not self.has(page):
            return {}
        positions = {table.table_id: table.position for table in self.tables if table.page == page}
        found: dict[str, tuple[Any, ...]] = {}
        for table in TABLES:
            if table in (RELEASES, CELL_CHANGES):
                continue
            names = {column.name for column in table.columns}
            if "page" in names:
                found[table.name] = tuple(r for r in self.rows_of(table) if r.page == page)
            elif "table_id" in names:
                rows = [r for r in self.rows_of(table) if r.table_id in positions]
                found[table.name] = tuple(sorted(rows, key=partial(_place, positions)))
        return found


def _place(positions: Mapping[str, int], row: Any) -> tuple[int, int, int]:
    """Return where a row of a published table is: its table, its row, its column."""
    column = getattr(row, "column", None)
    return positions[row.table_id], row.row, -1 if column is None else column


NOTHING_CAPTURED = LastCapture()


def last_capture_of(tables: ReleaseTables) -> LastCapture:
    """Return a release just read as the last capture that the next one is compared with."""
    return LastCapture(lambda table: tables.rows.get(table.name, ()))
