"""What is known of a table before its rows are read: its page, its place, what its columns are.

This module turns an extracted table's surroundings and header into `TableFacts`, and finds the
problems of both. Rows are read in `benchmarks`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pipelines.errors import Problem
from pipelines.pages.catalog import FILE as CATALOG
from pipelines.performance import vocabulary
from pipelines.performance.headers import Figures, UnknownHeaderError, read_header
from pipelines.performance.vocabulary import Dimension, plain
from pipelines.quality.reading.tables import (
    duplicate_column,
    missing_column,
    ragged_row,
    unknown_section,
    unknown_tab,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipelines.extract import ExtractedTable
    from pipelines.pages.catalog import Family
    from pipelines.quality.rule import Rule

_ADD = "add it to {} in {}, or publish it as it stands with --allow-unknown"


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What holds for a whole page: its address and the bases that its notes state."""

    release: str
    kind: Family
    url: str
    price_basis: str | None
    token_basis: str | None


@dataclass(frozen=True, slots=True)
class TableFacts:
    """A table whose columns are known; a column of `None` is unknown and kept as an attribute."""

    page: PageFacts
    table_id: str
    table: ExtractedTable
    family: str
    optimized_for: str | None
    columns: tuple[Dimension | Figures | None, ...]

    def where(self, row: int | None = None, header: str | None = None) -> str:
        """Return where a thing is, for messages."""
        return place_of(self.page.kind.page, self.table, row, header)


def place_of(
    page: str, table: ExtractedTable, row: int | None = None, header: str | None = None
) -> str:
    """Return where a thing is: page, table by its headings and tab, row from 1, column."""
    tab = f" [{table.tab}]" if table.tab else ""
    parts = [f"page {page}", f"table {' > '.join(table.section) or table.position}{tab}"]
    if row is not None:
        parts.append(f"row {row + 1}")
    if header is not None:
        parts.append(f"column {header!r}")
    return ", ".join(parts)


def table_ids(release: str, page: str, tables: Sequence[ExtractedTable]) -> tuple[str, ...]:
    """Name tables by where they stand; only tables of one section and tab are numbered."""
    seen: Counter[str] = Counter()
    names = []
    for table in tables:
        parts = [release, page, *(_slug(text) for text in (*table.section[1:], table.tab or ""))]
        name = "/".join(part for part in parts if part)
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}~{seen[name]}")
    return tuple(names)


def table_facts(
    page: PageFacts, table_id: str, table: ExtractedTable
) -> tuple[TableFacts, tuple[Problem, ...]]:
    """Read a benchmark table's place and header; return the problems as well."""
    problems: list[Problem] = []
    family = _look_up(
        "FAMILIES", vocabulary.FAMILIES, table.section[-1:], page, table, problems=problems
    )
    optimized_for = (
        _look_up("TABS", vocabulary.TABS, (table.tab,), page, table, problems=problems)
        if table.tab
        else None
    )
    columns = tuple(_column(header, page, table, problems) for header in table.header)
    facts = TableFacts(page, table_id, table, family or "unknown", optimized_for, columns)
    problems.extend(_column_problems(facts))
    return replace(facts, columns=_once_each(columns)), tuple(problems)


def _once_each(
    columns: tuple[Dimension | Figures | None, ...],
) -> tuple[Dimension | Figures | None, ...]:
    """Let the first of the columns that say the same speak; the others are kept as attributes."""
    slots = [None if column is None else column.slot for column in columns]
    return tuple(
        column if slots.index(slot) == at else None
        for at, (column, slot) in enumerate(zip(columns, slots, strict=True))
    )


def _look_up(  # noqa: PLR0913 - one place for what two look-ups share
    name: str,
    known: Mapping[str, str],
    texts: tuple[str, ...],
    page: PageFacts,
    table: ExtractedTable,
    *,
    problems: list[Problem],
) -> str | None:
    text = texts[0] if texts else ""
    value = known.get(plain(text))
    if value is None:
        problems.append(
            Problem(
                rule=unknown_section.RULE if name == "FAMILIES" else unknown_tab.RULE,
                where=place_of(page.kind.page, table),
                observed=text,
                expected=f"one of {', '.join(known)}",
                remedy=_ADD.format(name, vocabulary.FILE),
            )
        )
    return value


def _column(
    header: str, page: PageFacts, table: ExtractedTable, problems: list[Problem]
) -> Dimension | Figures | None:
    try:
        return read_header(header)
    except UnknownHeaderError as error:
        problems.append(
            Problem(
                rule=error.rule,
                where=place_of(page.kind.page, table, header=header),
                observed=header,
                expected=error.expected,
                remedy=_ADD.format("METRICS or DIMENSIONS", vocabulary.FILE),
            )
        )
        return None


def _column_problems(facts: TableFacts) -> list[Problem]:
    """Find what is wrong with the columns together: doubles, gaps, rows of another width."""
    problems = []
    slots = Counter(column.slot for column in facts.columns if column is not None)
    headers = Counter(facts.table.header)
    doubled = [slot for slot, count in slots.items() if count > 1]
    doubled += [header for header, count in headers.items() if count > 1]
    if doubled:
        problems.append(
            _shape_problem(facts, duplicate_column.RULE, ", ".join(doubled), "once each")
        )
    sets = facts.page.kind.columns_of(facts.family)
    missing = min((one - slots.keys() for one in sets), key=len)
    if missing:
        texts = ", ".join(facts.table.header)
        problems.append(
            _shape_problem(facts, missing_column.RULE, texts, f"also {', '.join(sorted(missing))}")
        )
    width = len(facts.table.header)
    odd = [number for number, row in enumerate(facts.table.rows) if len(row) != width]
    if odd:
        found = f"{len(facts.table.rows[odd[0]])} cells in row {odd[0] + 1}"
        problems.append(_shape_problem(facts, ragged_row.RULE, found, f"{width} cells"))
    return problems


def _shape_problem(facts: TableFacts, rule: Rule, observed: str, expected: str) -> Problem:
    return Problem(
        rule=rule,
        where=facts.where(),
        observed=observed,
        expected=expected,
        remedy=f"look at the page's columns in {CATALOG}, or publish it as it stands with "
        "--allow-unknown",
    )


def _slug(text: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
