"""Tables made in a test, read without a site, and the quotes that pages put around a word."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import strategies as st

from pipelines.extract import Cell, ExtractedTable
from pipelines.pages.catalog import PAGE_KINDS
from pipelines.performance.reader import PerformanceRows, read_performance
from pipelines.performance.table_facts import PageFacts, table_ids
from tests.pipelines.making import PAGE, RELEASE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.errors import Problem

QUOTED = st.sampled_from(["{}", "“{}”", '"{}"', " {} ", "\u2018{}\u2019", "”{}"])


def a_table(
    *rows: Mapping[str, str], section: str = "Encoder models", tab: str | None = None
) -> ExtractedTable:
    """Return a table; the first row's keys are its header."""
    cells = tuple(tuple(Cell(text) for text in row.values()) for row in rows)
    return ExtractedTable(0, ("Performance", section), tab, None, tuple(rows[0]), cells, ())


def read_tables(
    *tables: ExtractedTable, release: str = RELEASE, page: str = PAGE
) -> PerformanceRows:
    """Read the tables of a page."""
    (kind,) = (kind for kind in PAGE_KINDS if kind.page == page)
    facts = PageFacts(release, kind, f"https://example.org/en/v{release}/{page}.html", None, None)
    ids = table_ids(release, page, tables)
    return read_performance(facts, tuple(zip(ids, tables, strict=True)))


def findings_of(
    row: Mapping[str, str], *, section: str = "Encoder models", tab: str | None = None
) -> tuple[Problem, ...]:
    """Return what is worth knowing of a page with one row."""
    return read_tables(a_table(row, section=section, tab=tab)).findings
