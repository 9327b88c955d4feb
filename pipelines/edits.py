"""What upstream edited between two captures of a release, cell by cell.

This module finds the edits. Whether a page changed at all follows from the normalized text of its
tables; comparing releases with one another is done in `warehouse.comparison`.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from pipelines.contract import CellChange, Page, PublishedCell, PublishedTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pipelines.contract import ReleaseTables
    from pipelines.ingest import LastCapture

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Edit:
    """One page that was edited: its number and both its captures."""

    number: int
    before: Page
    after: Page


@dataclass(frozen=True, slots=True)
class _Grid:
    """One table's texts."""

    header: Row
    rows: Sequence[Row]


def changes_since(last: LastCapture, tables: ReleaseTables) -> tuple[CellChange, ...]:
    """Return all edits of a release: those known before, and what this capture adds to them."""
    known = {page.page: page for page in last.pages}
    number = 1 + max((change.change_number for change in last.changes), default=0)
    edits = [
        _Edit(number, known[page.page], page)
        for page in tables.rows["pages"]
        if page.page in known and known[page.page].tables_sha256 != page.tables_sha256
    ]
    if not edits:
        return tuple(last.changes)
    old = _grids(last.tables, last.cells)
    new = _grids(tables.rows["published_tables"], tables.rows["published_cells"])
    added = (change for edit in edits for change in _page_changes(edit, old, new))
    return (*last.changes, *added)


def _grids(
    tables: Sequence[PublishedTable], cells: Sequence[PublishedCell]
) -> Mapping[tuple[str, str], _Grid]:
    rows: dict[str, dict[int, dict[int, str]]] = defaultdict(lambda: defaultdict(dict))
    for cell in cells:
        rows[cell.table_id][cell.row][cell.column] = cell.text
    return {
        (table.page, table.table_id): _Grid(
            tuple(table.header),
            [tuple(text for _, text in sorted(row.items())) for _, row in sorted(body.items())],
        )
        for table in tables
        for body in (rows[table.table_id],)
    }


def _page_changes(
    edit: _Edit, old: Mapping[tuple[str, str], _Grid], new: Mapping[tuple[str, str], _Grid]
) -> Iterator[CellChange]:
    nothing = _Grid((), ())
    for page, table_id in sorted({key for key in (*old, *new) if key[0] == edit.after.page}):
        was = old.get((page, table_id), nothing)
        now = new.get((page, table_id), nothing)
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


def _row_changes(  # noqa: PLR0913, PLR0917 - where the row stands, and both its states
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
