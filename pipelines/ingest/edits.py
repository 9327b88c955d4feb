"""What upstream edited on a page between two captures of a release, cell by cell.

This module finds the edits of one page. Whether a page changed at all follows from the normalized
text of its tables. What a page lost lives in `losses`; comparing releases with one another lives in
`warehouse.comparison`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from pipelines.contract import CellChange, Page, PublishedCell, PublishedTable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pipelines.ingest.last_capture import LastCapture

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Edit:
    """One page that was edited: the number of the edit, and the page before and after it."""

    number: int
    before: Page
    after: Page


@dataclass(frozen=True, slots=True)
class _Grid:
    """One table's texts."""

    header: Row
    rows: Sequence[Row]


def changes_of_page(
    last: LastCapture,
    page: Page,
    tables: Sequence[PublishedTable],
    cells: Sequence[PublishedCell],
) -> tuple[CellChange, ...]:
    """Return what was edited on a page since the last capture of its release.

    Args:
        last: The release as it was captured last.
        page: The page now.
        tables: The page's tables now.
        cells: The cells of these tables.

    Returns:
        The edits, numbered after all edits of the release that are known; none where the last
        capture does not have the page, or has it with the same tables.
    """
    before = next((one for one in last.pages if one.page == page.page), None)
    if before is None or before.tables_sha256 == page.tables_sha256:
        return ()
    number = 1 + max((change.change_number for change in last.changes), default=0)
    old_tables = [table for table in last.tables if table.page == page.page]
    known = {table.table_id for table in old_tables}
    old = _grids(old_tables, (cell for cell in last.cells if cell.table_id in known))
    return tuple(_page_changes(_Edit(number, before, page), old, _grids(tables, cells)))


def _grids(tables: Iterable[PublishedTable], cells: Iterable[PublishedCell]) -> Mapping[str, _Grid]:
    """Return the tables' texts by `table_id`."""
    rows: dict[str, dict[int, dict[int, str]]] = defaultdict(lambda: defaultdict(dict))
    for cell in cells:
        rows[cell.table_id][cell.row][cell.column] = cell.text
    return {
        table.table_id: _Grid(
            tuple(table.header),
            [tuple(text for _, text in sorted(row.items())) for _, row in sorted(body.items())],
        )
        for table in tables
        for body in (rows[table.table_id],)
    }


def _page_changes(
    edit: _Edit, old: Mapping[str, _Grid], new: Mapping[str, _Grid]
) -> Iterator[CellChange]:
    nothing = _Grid((), ())
    for table_id in sorted({*old, *new}):
        was = old.get(table_id, nothing)
        now = new.get(table_id, nothing)
        header = now.header or was.header
        yield from _row_changes(edit, table_id, header, None, was.header, now.header)
        for row, texts, others in _paired(was.rows, now.rows):
            yield from _row_changes(edit, table_id, header, row, texts, others)


def _paired(old: Sequence[Row], new: Sequence[Row]) -> Iterator[tuple[int, Row, Row]]:
    """Return the rows that differ, side by side; a row that merely moved down is no difference."""
    for _, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if old[i1:i2] == new[j1:j2]:
            continue
        for at in range(max(i2 - i1, j2 - j1)):
            was = old[i1 + at] if i1 + at < i2 else ()
            now = new[j1 + at] if j1 + at < j2 else ()
            yield (j1 if now else i1) + at, was, now


def _row_changes(  # noqa: PLR0913, PLR0917 - the row's place, and both its states
    edit: _Edit, table_id: str, header: Row, row: int | None, was: Row, now: Row
) -> Iterator[CellChange]:
    for column in range(max(len(was), len(now))):
        before = was[column] if column < len(was) else None
        after = now[column] if column < len(now) else None
        if before != after:
            yield CellChange(
                release=edit.after.release,
                change_number=edit.number,
                page=edit.after.page,
                table_id=table_id,
                row=row,
                column=column,
                header=header[column] if column < len(header) else "",
                change="added" if before is None else "removed" if after is None else "altered",
                before=before,
                after=after,
                noticed_at=edit.after.captured_at,
                record_before=edit.before.archive_record,
                record_after=edit.after.archive_record,
            )
