"""One page, from the site's answer to its rows.

This module returns a value for whatever happens to a page: its rows and what was found in them, or
why it could not be read. Put no decision here on what is published; that lives in `release`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipelines.composition.reader import read_composition
from pipelines.contract.metrics import COST
from pipelines.errors import Problem
from pipelines.extract import ExtractedPage, ExtractedTable, ExtractError, extract_page
from pipelines.pages.catalog import Family
from pipelines.pages.page_checks import (
    check_bytes,
    check_identity,
    check_whole,
    encoding_of,
    too_large,
)
from pipelines.pages.published import cell_rows, page_row, table_row
from pipelines.pages.radar import performance_tables
from pipelines.performance.column_kinds import MetricColumn
from pipelines.performance.columns.grammar import read_by_grammar
from pipelines.performance.notes import read_notes
from pipelines.performance.reader import read_performance
from pipelines.performance.table_facts import PageFacts, table_ids
from pipelines.quality.context import PageView
from pipelines.quality.pages.unread_page import unread_tables_flag
from pipelines.quality.rules import page_flags

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pipelines.contract import Page
    from pipelines.pages.catalog import PageKind
    from pipelines.pages.inventory import Location
    from pipelines.sources.site import Response

Tables = Sequence[tuple[str, ExtractedTable]]


@dataclass(frozen=True, slots=True)
class PageResult:
    """What came of one page.

    Attributes:
        kind: Which page it is.
        url: Its address.
        problems: What was found while it was read, in order. The rules of the problems decide
            whether the page is published.
        rows: Its rows, by table; empty where the page could not be read.
        extracted: The page, or None where it could not be read.
        support_releases: Other releases that titles of its lists of supported versions name.
    """

    kind: PageKind
    url: str
    problems: tuple[Problem, ...] = ()
    rows: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    extracted: ExtractedPage | None = None
    support_releases: tuple[str, ...] = ()


def read_page(release: str, kind: PageKind, location: Location, response: Response) -> PageResult:
    """Read a page into its rows.

    Args:
        release: The release that the page should be of.
        kind: Which page it should be.
        location: Where the inventory says that it is.
        response: What the site answered.

    Returns:
        The page's rows and findings; without rows where the bytes are not the page.
    """
    extracted = _extract(release, kind, location, response)
    if isinstance(extracted, Problem):
        return PageResult(kind, response.url, (extracted,))
    ids = table_ids(release, kind.page, extracted.tables)
    tables = tuple(zip(ids, extracted.tables, strict=True))
    page = page_row(release, kind, response, extracted)
    if isinstance(kind, Family):
        return _read_performance(page, kind, extracted, tables)
    return _read_other(page, kind, extracted, tables)


def _extract(
    release: str, kind: PageKind, location: Location, response: Response
) -> ExtractedPage | Problem:
    """Extract a page; return the problem instead where it is not whole, or not the right one."""
    problem = check_bytes(kind.page, response.url, response.body)
    if problem is not None:
        return problem
    try:
        extracted = extract_page(response.body, encoding_of(response.body))
    except ExtractError as error:
        return too_large(kind.page, response.url, error)
    problem = check_whole(kind.page, response.url, extracted) or check_identity(
        release, kind.page, response.url, location, extracted
    )
    return problem or extracted


def _as_published(
    page: Page, name: str, tables: Tables, kinds: Mapping[str, str]
) -> dict[str, tuple[Any, ...]]:
    """Return the rows that copy a page: the page, its tables, their cells.

    Args:
        page: The row of the page.
        name: Our name for the page.
        tables: Its tables, each with its `table_id`.
        kinds: What the rows of a table are, by `table_id`; `other` where it is not in here.
    """
    return {
        "pages": (page,),
        "published_tables": tuple(
            table_row(page.release, name, kinds.get(table_id, "other"), table_id, table)
            for table_id, table in tables
        ),
        "published_cells": tuple(c for one in tables for c in cell_rows(page.release, *one)),
    }


def _read_performance(
    page: Page, kind: Family, extracted: ExtractedPage, tables: Tables
) -> PageResult:
    notes, note_problems = read_notes(kind.page, extracted.notes)
    facts = PageFacts(page.release, kind, page.url, notes.price_basis, notes.token_basis)
    read = read_performance(facts, tables)
    view = PageView(
        release=page.release,
        page=kind.page,
        url=page.url,
        extracted=extracted,
        notes=notes,
        has_costs=any(one.metric == COST.name for one in read.measurements),
        last_update_read=page.last_update is not None,
    )
    return PageResult(
        kind=kind,
        url=page.url,
        problems=(*note_problems, *read.findings),
        rows={
            **_as_published(page, kind.page, tables, read.workloads),
            "benchmarks": tuple(read.benchmarks),
            "measurements": tuple(read.measurements),
            "quality_flags": tuple(page_flags(view)),
        },
        extracted=extracted,
    )


def _read_other(page: Page, kind: PageKind, extracted: ExtractedPage, tables: Tables) -> PageResult:
    part = read_composition(page.release, kind.page, extracted, tables, page.captured_at)
    suspects = performance_tables(extracted.tables, _is_metric)
    return PageResult(
        kind=kind,
        url=page.url,
        problems=part.findings,
        rows={
            **_as_published(page, kind.page, tables, {}),
            **{name: tuple(rows) for name, rows in part.rows.items()},
            "quality_flags": (unread_tables_flag(page.release, kind.page, page.url, suspects),)
            if suspects
            else (),
        },
        extracted=extracted,
        support_releases=part.support_releases,
    )


def _is_metric(header: str) -> bool:
    return isinstance(read_by_grammar(header), MetricColumn)
