"""What is known of a table before its rows are read: its page, its place, what its columns are.

This module turns an extracted table's surroundings and header into `TableFacts`, and returns what
it found wrong with both. Rows are read in `rows`; the family of a model below a heading that is not
known is found in `families`.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from pipelines.errors import Problem
from pipelines.pages.catalog import FILE as CATALOG
from pipelines.performance import vocabulary
from pipelines.performance.column_kinds import (
    DimensionColumn,
    MetricColumn,
    NotRead,
    OtherDimensionColumn,
)
from pipelines.performance.columns.headers import read_by_vocabulary, read_header
from pipelines.performance.vocabulary import FAMILIES, TABS, plain
from pipelines.quality.reading.cells import hidden_text
from pipelines.quality.reading.tables import (
    duplicate_column,
    missing_column,
    ragged_row,
    read_by_grammar,
    table_without_figures,
    unknown_section,
    unknown_tab,
    unread_column,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pipelines.extract import Cell, ExtractedTable
    from pipelines.pages.catalog import Family, Workload
    from pipelines.performance.column_kinds import Reading
    from pipelines.quality.rule import Rule

WORDS = "pipelines/performance/columns/words.py"


@dataclass(frozen=True, slots=True)
class PageFacts:
    """What holds for a whole page.

    Attributes:
        release: The release of the page.
        kind: Which page it is.
        url: Its address.
        price_basis: The basis of prices that its notes state, if any.
        token_basis: Which tokens are counted, as its notes state it, if they do.
        measured: The SDK versions that its rows print in full.
    """

    release: str
    kind: Family
    url: str
    price_basis: str | None
    token_basis: str | None
    measured: frozenset[str] = frozenset()


@dataclass(frozen=True)
class TableFacts:
    """A table whose columns are known; a column of None is not read, and kept as an attribute."""

    page: PageFacts
    table_id: str
    table: ExtractedTable
    family: str | None
    optimized_for: str | None
    columns: tuple[Reading | None, ...]

    @cached_property
    def slots(self) -> frozenset[str]:
        """What its columns are."""
        return frozenset(column.slot for column in self.columns if column is not None)

    @cached_property
    def workload(self) -> Workload:
        """What was run, by the page or else by the table's columns."""
        return self.page.kind.workload_of(self.slots)

    @cached_property
    def metrics(self) -> tuple[tuple[int, MetricColumn], ...]:
        """Its columns of figures, each with its place."""
        found = enumerate(self.columns)
        return tuple((at, one) for at, one in found if isinstance(one, MetricColumn))

    @cached_property
    def dimensions(self) -> tuple[tuple[int, DimensionColumn | OtherDimensionColumn], ...]:
        """Its columns that describe the run, each with its place."""
        found = enumerate(self.columns)
        kinds = DimensionColumn | OtherDimensionColumn
        return tuple((at, one) for at, one in found if isinstance(one, kinds))

    @property
    def has_figures(self) -> bool:
        """Whether a column of figures is read, so that its rows are benchmarks."""
        return bool(self.metrics)

    @cached_property
    def attribute_names(self) -> tuple[str, ...]:
        """The name of each column among the attributes: its header, numbered where that repeats."""
        seen: Counter[str] = Counter()
        names = []
        for header in self.table.header:
            seen[header] += 1
            names.append(header if seen[header] == 1 else f"{header} ({seen[header]})")
        return tuple(names)

    def where(self, row: int | None = None, header: str | None = None) -> str:
        """Return where a thing is, for messages: page, table, row from 0, column."""
        tab = f" [{self.table.tab}]" if self.table.tab else ""
        number = self.table_id.partition("~")[2]
        name = " > ".join(self.table.section) or str(self.table.position)
        parts = [f"page {self.page.kind.page}", f"table {name}{tab}"]
        if number:
            parts[-1] += f" ({number})"
        if row is not None:
            parts.append(f"row {row}")
        if header is not None:
            parts.append(f"column {header!r}")
        return ", ".join(parts)


def table_ids(release: str, page: str, tables: Sequence[ExtractedTable]) -> tuple[str, ...]:
    """Return a name for each table, by where it is; tables of one section and tab are numbered."""
    seen: Counter[str] = Counter()
    names = []
    for table in tables:
        parts = [release, page, *(_slug(text) for text in (*table.section[1:], table.tab or ""))]
        name = "/".join(part for part in parts if part)
        seen[name] += 1
        names.append(name if seen[name] == 1 else f"{name}~{seen[name]}")
    return tuple(names)


def table_facts(page: PageFacts, table_id: str, table: ExtractedTable) -> TableFacts:
    """Return what a table's place and header say."""
    return TableFacts(
        page=page,
        table_id=table_id,
        table=table,
        family=_family(table.section),
        optimized_for=TABS.get(plain(table.tab or "")),
        columns=_once_each(_readings(table)),
    )


def table_problems(facts: TableFacts) -> Iterator[Problem]:
    """Yield what is worth knowing of a table's place, of each header, and of the whole."""
    yield from _hidden_problems(facts)
    if not facts.has_figures:
        yield _problem(
            facts,
            table_without_figures.RULE,
            ", ".join(facts.table.header),
            "a column of figures",
            f"add its words to {WORDS}, if it holds benchmarks",
        )
        return
    yield from _place_problems(facts)
    for header in dict.fromkeys(facts.table.header):
        yield from _header_problems(facts, header)
    yield from _shape_problems(facts)


def is_hidden(cells: Sequence[Cell]) -> bool:
    """Return whether a row has text, and none that a reader of the page sees."""
    return not any(cell.text for cell in cells) and any(cell.hidden for cell in cells)


def _family(section: Sequence[str]) -> str | None:
    """Return the family that the innermost known heading names."""
    known = (FAMILIES.get(plain(heading)) for heading in reversed(section))
    return next(filter(None, known), None)


def _readings(table: ExtractedTable) -> tuple[Reading | None, ...]:
    found = map(read_header, table.header)
    return tuple(None if isinstance(one, NotRead) else one for one in found)


def _once_each(columns: tuple[Reading | None, ...]) -> tuple[Reading | None, ...]:
    """Keep the first of the columns that are the same thing; the others become attributes."""
    slots = [None if column is None else column.slot for column in columns]
    return tuple(
        column if slots.index(slot) == at else None
        for at, (column, slot) in enumerate(zip(columns, slots, strict=True))
    )


def _place_problems(facts: TableFacts) -> Iterator[Problem]:
    if facts.family is None:
        yield _problem(
            facts,
            unknown_section.RULE,
            facts.table.section[-1] if facts.table.section else "",
            f"one of {', '.join(FAMILIES)}",
            f"add the heading to FAMILIES in {vocabulary.FILE}",
        )
    if facts.table.tab and facts.optimized_for is None:
        yield _problem(
            facts,
            unknown_tab.RULE,
            facts.table.tab,
            f"one of {', '.join(TABS)}",
            f"add the label to TABS in {vocabulary.FILE}",
        )


def _hidden_problems(facts: TableFacts) -> Iterator[Problem]:
    """Yield the table if a reader does not see it, and each row of which no cell is seen."""
    look = "look at the page's source"
    if facts.table.hidden:
        yield _problem(
            facts, hidden_text.RULE, "a hidden table", "a table that a reader sees", look
        )
    seen = "a row that a reader sees"
    for number, cells in enumerate(facts.table.rows):
        if is_hidden(cells):
            yield _problem(facts, hidden_text.RULE, "a hidden row", seen, look, row=number)


def _header_problems(facts: TableFacts, header: str) -> Iterator[Problem]:
    reading = read_header(header)
    if isinstance(reading, NotRead):
        yield _problem(
            facts,
            unread_column.RULE,
            header,
            str(reading),
            f"add its words to {WORDS}, or the whole header to {vocabulary.FILE}",
            header=header,
        )
    elif read_by_vocabulary(header) is None:
        yield _problem(
            facts,
            read_by_grammar.RULE,
            header,
            f"a header of the vocabulary; it is read as {_described(reading)}",
            f"add it to {vocabulary.FILE} if that is right",
            header=header,
        )


def _described(reading: Reading) -> str:
    return (
        f"{reading.slot} in {reading.unit}" if isinstance(reading, MetricColumn) else reading.slot
    )


def _shape_problems(facts: TableFacts) -> Iterator[Problem]:
    """Yield what is wrong with the columns together: doubles, gaps, rows of another width."""
    look = f"look at the page's columns in {CATALOG}"
    if doubled := _doubled(facts.table):
        yield _problem(facts, duplicate_column.RULE, ", ".join(doubled), "once each", look)
    if missing := _missing(facts):
        header = ", ".join(facts.table.header)
        expected = f"also {', '.join(sorted(missing))}"
        yield _problem(facts, missing_column.RULE, header, expected, look)
    width = len(facts.table.header)
    odd = [number for number, row in enumerate(facts.table.rows) if len(row) != width]
    for number in odd:
        observed = f"{len(facts.table.rows[number])} cells"
        look = "look at the page; its cells are published"
        yield _problem(facts, ragged_row.RULE, observed, f"{width} cells", look, row=number)


def _doubled(table: ExtractedTable) -> list[str]:
    slots = Counter(column.slot for column in _readings(table) if column is not None)
    headers = Counter(table.header)
    found = [slot for slot, count in slots.items() if count > 1]
    return found + [header for header, count in headers.items() if count > 1]


def _missing(facts: TableFacts) -> frozenset[str]:
    """Return the columns that the table's family has had and it does not have."""
    if facts.family is None:
        return frozenset()
    sets = facts.page.kind.columns_of(facts.family)
    return min((one - facts.slots for one in sets), key=len)


def _problem(  # noqa: PLR0913 - each is a part of the sentence
    facts: TableFacts,
    rule: Rule,
    observed: str,
    expected: str,
    remedy: str,
    *,
    row: int | None = None,
    header: str | None = None,
) -> Problem:
    return Problem(rule, facts.where(row, header), observed, expected, remedy)


def _slug(text: str) -> str:
    return "-".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())
