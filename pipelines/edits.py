"""What upstream edited between two captures of a release, cell by cell.

Here belongs finding the edits; deciding that a page changed at all rests on the normalized text of
its tables. Comparing releases with one another is the warehouse's business.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from pipelines.contract import CellChange, Page, PublishedCell, PublishedTable, ReleaseTables
from pipelines.pages.page_checks import LastCapture

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

Row = tuple[str, ...]


def _no_cells() -> Sequence[PublishedCell]:
    return ()


@dataclass(frozen=True, slots=True)
class Before:
    """A release as it was captured last; `cells` reads them, which is only needed after an edit."""

    pages: Sequence[Page] = ()
    tables: Sequence[PublishedTable] = ()
    changes: Sequence[CellChange] = ()
    cells: Callable[[], Sequence[PublishedCell]] = _no_cells

    @property
    def last_capture(self) -> LastCapture:
        """What the checks against the last capture look at."""
        headers: dict[str, dict[str, Row]] = {page.page: {} for page in self.pages}
        for table in self.tables:
            headers.setdefault(table.page, {})[table.table_id] = table.header
        return LastCapture(headers)


def before_of(tables: ReleaseTables) -> Before:
    """Return a release just read as what the next capture is compared with."""
    rows = tables.rows
    return Before(
        pages=rows["pages"],
        tables=rows["published_tables"],
        changes=rows["cell_changes"],
        cells=lambda: rows["published_cells"],
    )


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


def changes_since(before: Before, tables: ReleaseTables) -> tuple[CellChange, ...]:
    """Return all edits of a release: those known before, and what this capture adds to them."""
    known = {page.page: page for page in before.pages}
    number = 1 + max((change.change_number for change in before.changes), default=0)
    edits = [
        _Edit(number, known[page.page], page)
        for page in tables.rows["pages"]
        if page.page in known and known[page.page].tables_sha256 != page.tables_sha256
    ]
    if not edits:
        return tuple(before.changes)
    old = _grids(before.tables, before.cells())
    new = _grids(tables.rows["published_tables"], tables.rows["published_cells"])
    added = (change for edit in edits for change in _page_changes(edit, old, new))
    return (*before.changes, *added)


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
