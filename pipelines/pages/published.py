"""What was published, as rows of the contract: a page, its tables, their cells.

This module copies and hashes what a page says. What a cell means is read in
`pipelines.performance`.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from pipelines.contract import Page, PublishedCell, PublishedTable
from pipelines.remembered import remembered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pipelines.extract import ExtractedPage, ExtractedTable
    from pipelines.pages.catalog import PageKind
    from pipelines.sources.site import Response

_TWO_DAYS = (datetime(2000, 1, 1, tzinfo=UTC), datetime(2001, 2, 2, tzinfo=UTC))


def page_row(release: str, kind: PageKind, response: Response, extracted: ExtractedPage) -> Page:
    """Return the row of a page."""
    return Page(
        release=release,
        page=kind.page,
        url=response.url,
        title=extracted.title or None,
        last_update=_date(extracted.last_update) if extracted.last_update else None,
        captured_at=response.captured_at,
        http_status=response.http_status,
        etag=response.etag,
        last_modified=response.last_modified,
        is_whole=response.is_whole,
        byte_count=len(response.body) if response.is_whole else None,
        content_sha256=hashlib.sha256(response.body).hexdigest() if response.is_whole else None,
        tables_sha256=_tables_sha256(extracted.tables),
        archive_record=response.archive_record,
    )


@remembered
def _date(text: str) -> date | None:
    """Read a date in any spelling; one that lacks its year, month or day is none."""
    from dateutil import parser

    try:
        read: set[date] = {
            parser.parse(text, default=day, ignoretz=True).date() for day in _TWO_DAYS
        }
    except (parser.ParserError, OverflowError):
        return None
    return read.pop() if len(read) == 1 else None


def _tables_sha256(tables: Sequence[ExtractedTable]) -> str:
    """Hash the tables' texts; not their links, which carry the release in their path."""
    texts = [
        [t.section, t.tab, t.caption, t.header, [[cell.text for cell in row] for row in t.rows]]
        for t in tables
    ]
    return hashlib.sha256(json.dumps(texts, ensure_ascii=False).encode()).hexdigest()


def table_row(
    release: str, page: str, kind: str, table_id: str, table: ExtractedTable
) -> PublishedTable:
    """Return the row of a table of a page; `kind` is what its rows are, such as `inference`."""
    return PublishedTable(
        table_id=table_id,
        release=release,
        page=page,
        position=table.position,
        section=table.section,
        tab=table.tab or None,
        caption=table.caption,
        header=table.header,
        row_count=len(table.rows),
        notes=table.notes,
        kind=kind,
    )


def cell_rows(release: str, table_id: str, table: ExtractedTable) -> list[PublishedCell]:
    """Return the rows of a table's cells; one beyond the header has an empty header."""
    header = (*table.header, *[""] * max((len(row) for row in table.rows), default=0))
    return [
        PublishedCell(table_id, release, at_row, at, header[at], cell.text, cell.links)
        for at_row, row in enumerate(table.rows)
        for at, cell in enumerate(row)
    ]
