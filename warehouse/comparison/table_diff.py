"""What differs between the tables of two docs releases, cell by cell, whatever they hold.

This module compares published text, typed or not; what figures mean is compared in `request`.
Tables are the same where page, headings and tab are; a release's own name and date in a heading
do not count. Rows are never paired by position.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pipelines.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import duckdb

_TABLES = """
    SELECT table_id, page, array_to_string(section, ' > '), coalesce(tab, ''), position
    FROM published_tables WHERE release = ? AND page LIKE ? ORDER BY page, position
"""
_CELLS = """
    SELECT c.table_id, c.row, c.header, c.text FROM published_cells AS c
    JOIN published_tables AS t USING (table_id)
    WHERE t.release = ? AND t.page LIKE ? ORDER BY c.table_id, c.row, c."column"
"""
_RELEASE = re.compile(r"\d+\.\d+\.\d+(?: \(\d+/\d+/\d+\))?", re.ASCII)
# Rows of which less than half the cells agree are two rows.
_LEAST_ALIKE = 0.5

Row = tuple[tuple[str, str], ...]
Place = tuple[str, str, str, int]


@dataclass(frozen=True, slots=True)
class TableDifference:
    """One difference; `base_row` and `target_row` count from 1 and are None for what is not there.

    `header` and the texts are None where a table or row as a whole appeared or vanished; then
    `base` or `target` shows the row.
    """

    change: str
    page: str
    section: str
    tab: str
    base_row: int | None
    target_row: int | None
    header: str | None
    base: str | None
    target: str | None


def diff_tables(
    connection: duckdb.DuckDBPyConnection, base: str, target: str, page: str = ""
) -> tuple[TableDifference, ...]:
    """Return every difference between the tables of two docs releases, or of one of their pages."""
    if page:
        _refuse_unknown_page(connection, page)
    before, after = (_tables(connection, release, page) for release in (base, target))
    found: list[TableDifference] = []
    for place in dict.fromkeys((*before, *after)):
        if place not in after:
            found.append(_whole("table vanished", place))
        elif place not in before:
            found.append(_whole("table appeared", place))
        else:
            found.extend(_diff_rows(place, before[place], after[place]))
    return tuple(sorted(found, key=lambda one: one.page))


def _refuse_unknown_page(connection: duckdb.DuckDBPyConnection, page: str) -> None:
    rows = connection.execute("SELECT DISTINCT page FROM pages ORDER BY page").fetchall()
    known = [name for (name,) in rows]
    if page not in known:
        raise UsageError(f"unknown page {page!r} (choose from {', '.join(known)})")


def _tables(
    connection: duckdb.DuckDBPyConnection, release: str, page: str
) -> dict[Place, list[Row]]:
    rows: dict[str, dict[int, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    question = [release, page or "%"]
    for table_id, row, header, text in connection.execute(_CELLS, question).fetchall():
        rows[table_id][row].append((header, text))
    places: dict[Place, list[Row]] = {}
    seen: Counter[tuple[str, str, str]] = Counter()
    for table_id, name, section, tab, _ in connection.execute(_TABLES, question).fetchall():
        place = (name, _RELEASE.sub("*", section), tab)
        seen[place] += 1
        places[(*place, seen[place])] = [tuple(cells) for cells in rows[table_id].values()]
    return places


def _whole(change: str, place: Place) -> TableDifference:
    page, section, tab, _ = place
    return TableDifference(change, page, section, tab, None, None, None, None, None)


def _diff_rows(
    place: Place, base: Sequence[Row], target: Sequence[Row]
) -> Iterator[TableDifference]:
    pairs = _pairs(base, target)
    for at, row in enumerate(base):
        if at not in pairs:
            yield _row_difference("row vanished", place, (at + 1, None), (_shown(row), None))
    for at, row in enumerate(target):
        if at not in pairs.values():
            yield _row_difference("row appeared", place, (None, at + 1), (None, _shown(row)))
    for one, other in sorted(pairs.items()):
        yield from _diff_cells(place, (one, other), _named(base[one]), _named(target[other]))


def _pairs(base: Sequence[Row], target: Sequence[Row]) -> dict[int, int]:
    """Pair equal rows first, then those most alike; of equals, the earlier ones."""
    pairs: dict[int, int] = {}
    left: dict[Row, list[int]] = defaultdict(list)
    for at, row in enumerate(target):
        left[row].append(at)
    for at, row in enumerate(base):
        if left[row]:
            pairs[at] = left[row].pop(0)
    taken = set(pairs.values())
    rest = [at for at in range(len(target)) if at not in taken]
    candidates = [
        (alike, one, other)
        for one in range(len(base))
        if one not in pairs
        for other in rest
        if (alike := _alike(base[one], target[other])) >= _LEAST_ALIKE
    ]
    for _, one, other in sorted(candidates, key=lambda c: (-c[0], c[1], c[2])):
        if one not in pairs and other not in taken:
            pairs[one] = other
            taken.add(other)
    return pairs


def _alike(one: Row, other: Row) -> float:
    """Return the share of cells that agree, of those under headers that both rows have."""
    left, right = _named(one), _named(other)
    both = [header for header in left if header in right]
    return sum(left[header] == right[header] for header in both) / len(both) if both else 0.0


def _named(row: Row) -> dict[tuple[str, int], str]:
    """Return a row's texts by header; of columns alike, counted."""
    seen: Counter[str] = Counter()
    named = {}
    for header, text in row:
        seen[header] += 1
        named[header, seen[header]] = text
    return named


def _diff_cells(
    place: Place,
    pair: tuple[int, int],
    base: Mapping[tuple[str, int], str],
    target: Mapping[tuple[str, int], str],
) -> Iterator[TableDifference]:
    page, section, tab, _ = place
    for name in dict.fromkeys((*base, *target)):
        left, right = base.get(name), target.get(name)
        if left == right:
            continue
        change = "cell appeared" if left is None else "cell vanished"
        if left is not None and right is not None:
            change = "cell changed"
        rows = (pair[0] + 1, pair[1] + 1)
        yield TableDifference(change, page, section, tab, *rows, name[0], left, right)


def _row_difference(
    change: str,
    place: Place,
    rows: tuple[int | None, int | None],
    texts: tuple[str | None, str | None],
) -> TableDifference:
    page, section, tab, _ = place
    return TableDifference(change, page, section, tab, *rows, None, *texts)


def _shown(row: Row) -> str:
    return " | ".join(text for _, text in row)
