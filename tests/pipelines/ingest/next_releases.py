"""Releases that could come next: a bundled one under a new name, with one thing changed.

Put here how a page's tables are edited, and how two readings are compared. The changes themselves,
with what must come of each, are in `test_next_releases`.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, fields, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from pipelines.contract import Benchmark
from pipelines.ingest import IngestedRelease, ingest_release
from pipelines.ingest.last_capture import last_capture_of
from tests.sites import MemorySite, memory_site
from warehouse.contract_checks import problems_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pipelines.contract import ReleaseTables
    from pipelines.ingest.last_capture import LastCapture

BASE, NEXT = "2.20.2", "2.33.0"
BENCHMARK_PAGES = ("inf1-inference", "inf2-inference", "trn1-inference", "trn1-training")
PAGES = (*BENCHMARK_PAGES, "whats-new", "inf2-architecture")
_TABLE = re.compile(r"<table>.*?</table>", re.DOTALL)
_ROW = re.compile(r"<tr>(.*?)</tr>", re.DOTALL)
_CELL = re.compile(r"<t[hd]>(.*?)</t[hd]>", re.DOTALL)
_NAMES = {"benchmark_id", "comparison_key", "table_id", "row", "attributes"}
_READ = tuple(one.name for one in fields(Benchmark) if one.name not in _NAMES)
Place = tuple[str, int, int]
"""A row's page, its table's position on it, and its own."""


@dataclass(frozen=True, slots=True)
class Grid:
    """A table of a page: the HTML of its cells."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    def with_column(self, at: int, header: str, texts: Callable[[int], str]) -> Grid:
        """Return the table with one column more."""
        rows = ((*row[:at], texts(number), *row[at:]) for number, row in enumerate(self.rows))
        return Grid((*self.header[:at], header, *self.header[at:]), tuple(rows))

    def with_header(self, at: int, header: str) -> Grid:
        """Return the table with another header above a column."""
        return replace(self, header=(*self.header[:at], header, *self.header[at + 1 :]))

    def with_cell(self, row: int, at: int, text: str) -> Grid:
        """Return the table with another cell."""
        cells = self.rows[row]
        changed = (*cells[:at], text, *cells[at + 1 :])
        return replace(self, rows=(*self.rows[:row], changed, *self.rows[row + 1 :]))

    def html(self) -> str:
        """Return it as a table."""
        head = "".join(f"<th>{text}</th>" for text in self.header)
        body = "\n".join(
            f"<tr>{''.join(f'<td>{text}</td>' for text in row)}</tr>" for row in self.rows
        )
        return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"


def grids(html: str) -> tuple[Grid, ...]:
    """Return the tables of a page."""
    found = []
    for table in _TABLE.findall(html):
        header, *rows = (tuple(_CELL.findall(row)) for row in _ROW.findall(table))
        found.append(Grid(header, tuple(rows)))
    return tuple(found)


def with_grids(html: str, at: int, *others: Grid) -> str:
    """Return a page with other tables in the place of one."""
    match = list(_TABLE.finditer(html))[at]
    text = "\n".join(grid.html() for grid in others)
    return html[: match.start()] + text + html[match.end() :]


@cache
def next_site() -> MemorySite:
    """Return the bundled release under the name of one that is not known yet."""
    site = memory_site(BASE, PAGES)
    old, new = BASE.encode(), NEXT.encode()
    bodies = {path: body.replace(old, new) for path, body in site.bodies.items()}
    return replace(site, release=NEXT, bodies=bodies)


def read(site: MemorySite) -> IngestedRelease:
    """Read a next release, of which nothing is known yet."""
    return ingest_release(site, NEXT, check=problems_of)


@cache
def unchanged() -> ReleaseTables:
    """Return the next release as it is without a change."""
    whole = read(next_site())
    assert not whole.held_back
    return whole.tables


def rows_by_place(tables: ReleaseTables, page: str) -> dict[Place, Benchmark]:
    """Return the benchmarks of a page by their places."""
    positions = {
        table.table_id: table.position
        for table in tables.rows["published_tables"]
        if table.page == page
    }
    return {
        (page, positions[row.table_id], row.row): row
        for row in tables.rows["benchmarks"]
        if row.table_id in positions
    }


def figures_of(tables: ReleaseTables, row: Benchmark) -> Counter[tuple[Any, ...]]:
    """Return the figures of a row, without their columns."""
    return Counter(
        (one.metric, one.statistic, one.value, one.unit, one.basis, one.text)
        for one in tables.rows["measurements"]
        if one.benchmark_id == row.benchmark_id
    )


def check_other_pages(now: ReleaseTables, *changed: str) -> None:
    """Check that every page but the changed ones has the rows that it had."""
    after = last_capture_of(now)
    for page in set(PAGES) - set(changed):
        assert _without_flags(after, page) == _without_flags(_before(), page)


@cache
def _before() -> LastCapture:
    return last_capture_of(unchanged())


def _without_flags(capture: LastCapture, page: str) -> dict[str, list[Any]]:
    rows = capture.rows_of_page(page)
    return {name: list(some) for name, some in rows.items() if name != "quality_flags"}


def check_nothing_read_wrongly(
    now: ReleaseTables,
    page: str,
    *,
    more_figures: Callable[[Place], Counter[tuple[Any, ...]]] = lambda _: Counter(),
    other: Mapping[str, Any] | None = None,
) -> None:
    """Check that each row says what it said, or nothing.

    Args:
        now: The release with one thing changed.
        page: The page that was changed.
        more_figures: The figures that may be new, by the place of the row.
        other: The columns of `benchmarks` that may have another value.
    """
    before, after = rows_by_place(unchanged(), page), rows_by_place(now, page)
    unread = bool(observed(now, "table-without-figures"))
    assert after.keys() <= before.keys() if unread else after.keys() == before.keys()
    for place, row in after.items():
        for name in _READ:
            said, meant = getattr(row, name), getattr(before[place], name)
            empty = said in (None, "", ())
            assert said == meant or empty or name in (other or {}), (place, name, said, meant)
        extra = figures_of(now, row) - figures_of(unchanged(), before[place])
        assert not extra - more_figures(place), (place, extra)


def lost_columns(now: ReleaseTables, page: str) -> set[str]:
    """Return the columns of `benchmarks` that say nothing any more on some row of a page."""
    before, after = rows_by_place(unchanged(), page), rows_by_place(now, page)
    return {
        name
        for place, row in after.items()
        for name in _READ
        if getattr(row, name) != getattr(before[place], name)
    }


def lost_figures(now: ReleaseTables, page: str) -> set[tuple[str, str]]:
    """Return the metrics, with their statistics, that some row of a page has lost."""
    before, after = rows_by_place(unchanged(), page), rows_by_place(now, page)
    return {
        (figure[0], figure[1])
        for place, row in after.items()
        for figure in figures_of(unchanged(), before[place]) - figures_of(now, row)
    }


def observed(tables: ReleaseTables, rule: str) -> set[str | None]:
    """Return what the flags of a rule observed, without those of the unchanged release."""
    known = {
        (flag.page, flag.observed)
        for flag in unchanged().rows["quality_flags"]
        if flag.rule == rule
    }
    return {
        flag.observed
        for flag in tables.rows["quality_flags"]
        if flag.rule == rule and (flag.page, flag.observed) not in known
    }
